"""`scoring: auto`: whether the labels' log-probabilities reflect what the model writes.

A deployed prompt is answered by generation. Log-probabilities of labels are faster and finer, but they answer a
different question: a model that would write "Sure! The category is" can still prefer one label to the others. So a
sample of a suite's prompts is answered both ways, and log-probabilities are used only if both give the same answers and
the labels have most of the probability. docs/decisions/0019-scoring-auto.md explains the bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from llmrobust.plan import Case, Plan
from llmrobust.request import Reply, Request, Response, ScoredBy
from llmrobust.score.reply_verdict import score
from llmrobust.score.verdict import Outcome
from llmrobust.seeds import Stream

MASS = 0.5
"""All labels together must have at least this share of the probability ..."""
OF_PROMPTS = 0.9
"""... for at least this share of the prompts."""
AGREEMENT = 0.95
"""At least this share of the sample's answers must be those that the model writes."""
ORIGINALS, PERTURBED = 20, 20
"""The most unperturbed and perturbed prompts that are answered both ways."""
WORDS = {"logprobs": "label log-probabilities", "constrained": "constrained generation", "text": "generated text"}


@dataclass(frozen=True, slots=True)
class ScoringChoice:
    """How `scoring: auto` scores a suite's labels, and the evidence.

    way: how they are scored. candidate: the way that was compared with text; "text" if the model offers no other.
    prompts: how many were answered both ways; agreeing: how many of them got the answer that the model writes. massive:
    for how many the labels have at least half of the probability, and mass: its median; None if unknown. thinking: in
    how many the model thought before it answered, although the labels were scored without that.
    """

    way: ScoredBy
    candidate: ScoredBy
    prompts: int = 0
    agreeing: int = 0
    massive: int | None = None
    mass: float | None = None
    thinking: int = 0

    @property
    def reason(self) -> str:
        """Why the labels are scored this way, as one sentence for people."""
        if self.candidate == "text":
            return "scoring: auto chose generated text: the model offers nothing else for these labels"
        if not self.prompts:
            return f"scoring: auto chose {WORDS[self.way]}: no prompt of the sample was answered both ways"
        if self.thinking:
            seen = f"the model thinks before it answers in {self.thinking} of {self.prompts} sampled prompts"
            todo = "reasoning: true scores labels after the thinking"
            return f"scoring: auto chose {WORDS['text']}, not {WORDS[self.candidate]}: {seen}; {todo}"
        said = f"{self.agreeing} of {self.prompts} sampled answers are those that the model writes"
        if self.massive is not None and self.mass is not None:
            held = f"the labels have half of the probability in {self.massive} of {self.prompts}"
            said += f"; {held} (median {self.mass:.3f})"
        taken = f"scoring: auto chose {WORDS[self.way]}"
        return f"{taken}: {said}" if self.way != "text" else f"{taken}, not {WORDS[self.candidate]}: {said}"


def is_open(plan: Plan) -> bool:
    """Whether the sample decides how a suite's labels are scored."""
    return bool(plan.suite.answer.choices) and plan.suite.answer.scoring == "auto"


def as_text(request: Request) -> Request:
    """The same prompt, answered by what the model writes."""
    return replace(request, scoring="text")


def scoring_sample(plan: Plan) -> tuple[Case, ...]:
    """The cases that are answered both ways: unperturbed ones, and perturbed ones of every operator in turn."""
    stream = Stream(plan.suite.seed, "scoring")
    originals: list[int] = []
    by_use: dict[str, list[int]] = {}
    for number, kind in enumerate(plan.kinds()):
        if kind.repeat == 0:
            (originals if kind.is_original else by_use.setdefault(kind.use, [])).append(number)
    queues = [stream.sample(numbers, min(len(numbers), PERTURBED)) for numbers in by_use.values()]
    turns = [queue[i] for i in range(PERTURBED) for queue in queues if i < len(queue)]
    chosen = (*stream.sample(originals, min(len(originals), ORIGINALS)), *turns[:PERTURBED])
    return tuple(plan.cases[number] for number in chosen)


def scoring_choice(
    plan: Plan, sample: Sequence[Case], scored: Sequence[Reply], written: Sequence[Reply]
) -> ScoringChoice:
    """How a suite's labels are scored.

    scored: the replies to the sample by the best way that the model offers; written: those by text, in the same order.
    Prompts that failed in either way do not count; if none is left, the model's best way is used unchecked.
    """
    candidate = candidate_of(scored)
    if candidate == "text":
        return ScoringChoice("text", "text")
    answer = plan.suite.answer
    agreeing, masses = 0, []
    prompts = thinking = 0
    for case, one, other in zip(sample, scored, written, strict=True):
        if not isinstance(one, Response) or not isinstance(other, Response):
            continue
        prompts += 1
        thinking += other.reasoning_tokens > 0 and not case.request.reasoning
        first, second = (score(case, reply, answer, answer.choices) for reply in (one, other))
        agreeing += second.outcome is Outcome.ANSWERED and first.answer == second.answer
        if one.scored_by == "logprobs":
            masses.append(first.label_mass or 0.0)
    if not prompts:
        return ScoringChoice(candidate, candidate)
    massive = sum(mass >= MASS for mass in masses)
    fits = not thinking and agreeing >= AGREEMENT * prompts and (not masses or massive >= OF_PROMPTS * len(masses))
    way: ScoredBy = candidate if fits else "text"
    middle = round(median(masses), 6) if masses else None
    return ScoringChoice(way, candidate, prompts, agreeing, massive if masses else None, middle, thinking)


def candidate_of(scored: Sequence[Reply]) -> ScoredBy:
    """The best way in which some reply's labels were scored; "text" if there is no other."""
    ways = {reply.scored_by for reply in scored if isinstance(reply, Response)}
    return "logprobs" if "logprobs" in ways else "constrained" if "constrained" in ways else "text"
