"""Asks a model what a search wants to know: wordings or formats over a suite's examples, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from llmrobust.engine import Asker
from llmrobust.errors import ModelError, OperatorError
from llmrobust.operators.editing.tagged_blocks import Block, blocks_of
from llmrobust.operators.operator import Draw, Variant
from llmrobust.operators.registry import REGISTRY
from llmrobust.plan import Case, cases_of
from llmrobust.prompt.spans import Prompt
from llmrobust.score import score
from llmrobust.score.verdict import Outcome, Verdict
from llmrobust.search.bandit import BanditFound, thompson
from llmrobust.search.greedy_attack import Attack, AttackFound, Score
from llmrobust.suitefile import Example, Suite
from llmrobust.suitefile.render import render_prompt


@dataclass(slots=True)
class Questions:
    """The unperturbed prompts of a suite's examples, and what a model answers to variants of them.

    Answers are compared with the gold answer, or, for an example without one, with the model's unperturbed answer.
    prompts: how many different ones were sent so far.
    """

    suite: Suite
    asker: Asker
    examples: tuple[Example, ...]
    originals: tuple[Prompt, ...]
    wanted: tuple[str | None, ...] = ()
    _asked: set[object] = field(default_factory=set)

    @classmethod
    def of(cls, suite: Suite, asker: Asker, examples: int | None = None) -> Questions:
        """The unperturbed prompts of the first examples (None: all), sent once.

        Raises ModelError, also for suites whose answers a second model judges: it would have to judge thousands.
        """
        if suite.answer.judge is not None:
            raise ModelError("a search cannot use check: judge; give the suite another check for it")
        chosen = suite.examples[:examples]
        prompts = tuple(render_prompt(suite, example) for example in chosen)
        made = cls(suite, asker, chosen, prompts)
        clean = made.verdicts([(i, Variant(prompt, "original")) for i, prompt in enumerate(prompts)])
        made.wanted = tuple(
            example.expected if example.expected is not None else verdict.answer
            for example, verdict in zip(chosen, clean, strict=True)
        )
        return made

    @property
    def prompts(self) -> int:
        """Different prompts sent so far."""
        return len(self._asked)

    def verdicts(self, asked: Sequence[tuple[int, Variant]]) -> list[Verdict]:
        """The verdicts of variants, each of the example with that index, sent in one batch. Raises ModelError."""
        cases = [self._case(index, variant) for index, variant in asked]
        requests = [case.request for case in cases]
        self._asked.update(requests)
        self.asker.submit(requests)
        replies = self.asker.replies(requests)
        verdicts = []
        for case, reply in zip(cases, replies, strict=True):
            verdict = score(case, reply, self.suite.answer, self.suite.answer.choices)
            if verdict.outcome is Outcome.NO_ANSWER:
                raise ModelError(f"a prompt got no answer, so nothing can be compared: {verdict.reason}")
            verdicts.append(verdict)
        return verdicts

    def right(self, index: int, verdict: Verdict) -> bool:
        """Whether an answer to an example's prompt is the wanted one."""
        if self.examples[index].expected is not None:
            return verdict.correct is True
        return verdict.outcome is Outcome.ANSWERED and verdict.answer == self.wanted[index]

    def probability(self, index: int, verdict: Verdict) -> float:
        """The probability of the wanted label; 0 without one."""
        choices = self.suite.answer.choices
        if verdict.label_probabilities is None or self.wanted[index] not in choices:
            return 0.0
        return verdict.label_probabilities[choices.index(str(self.wanted[index]))]

    def score(self, asked: Sequence[tuple[int, Variant]], verdicts: Sequence[Verdict]) -> Score:
        """The score of one wording over its examples."""
        pairs = [(index, verdict) for (index, _), verdict in zip(asked, verdicts, strict=True)]
        right = sum(self.right(index, verdict) for index, verdict in pairs) / len(pairs)
        return Score(right, round(sum(self.probability(index, verdict) for index, verdict in pairs) / len(pairs), 6))

    def _case(self, index: int, variant: Variant) -> Case:
        return next(cases_of(self.suite, self.examples[index], None, variant))


def attacked(questions: Questions, attack: Attack, target: str = "instruction") -> AttackFound:
    """Run an attack on the block that every prompt of the suite shares. Raises ModelError."""
    search = attack.run()
    wordings = next(search)
    while True:
        asked = [_worded(questions, text, target) for text in wordings]
        verdicts = iter(questions.verdicts([one for some in asked for one in some]))
        scores = [questions.score(some, [next(verdicts) for _ in some]) for some in asked]
        try:
            wordings = search.send(scores)
        except StopIteration as done:
            found: AttackFound = done.value
            return found


def attackable(questions: Questions, target: str = "instruction") -> Block:
    """The block that an attack rewords. Raises OperatorError if there is none, or if examples have different ones."""
    blocks = [next(iter(blocks_of(prompt, target)), None) for prompt in questions.originals]
    first = blocks[0]
    if first is None:
        raise OperatorError(
            f"the prompt marks no {target}: put the text to reword between {{% {target} %}} and {{% end{target} %}}"
        )
    if any(block is None or block.text != first.text for block in blocks):
        raise OperatorError(f"examples have different {target}s; an attack rewords one that they all share")
    return first


@dataclass(frozen=True, slots=True)
class FormatsFound:
    """What a search over formats found: the two formats as variants of the first example that has them."""

    found: BanditFound
    names: tuple[str, ...]
    variants: tuple[Variant, ...]
    original: float


def formats_searched(
    questions: Questions, formats: int, budget: int, *, batch: int = 20, at_once: int = 1
) -> FormatsFound:
    """Search for the best and the worst of the given number of formats, drawn once. Raises OperatorError or
    ModelError."""
    suite = questions.suite
    operator = REGISTRY.get("format")
    assert operator is not None
    params = operator.params.model_validate({"sample": formats})
    by_name: dict[str, dict[int, Variant]] = {}
    for index, prompt in enumerate(questions.originals):
        example = questions.examples[index]
        language = suite.language.split("-")[0]
        draw = Draw(suite.seed, "search", example.id, example.fields, suite.answer.choices, language=language)
        for variant in operator.kept(prompt, params, draw):
            by_name.setdefault(variant.name, {})[index] = variant
    if not by_name:
        raise OperatorError(
            "the prompt has no other format: it needs a field (`Review: {{ text }}`) or a list of options"
        )
    names = tuple(by_name)
    originals = [(i, Variant(prompt, "original")) for i, prompt in enumerate(questions.originals)]
    original = questions.score(originals, questions.verdicts(originals)).right
    search = thompson(
        [tuple(by_name[name]) for name in names],
        original,
        budget,
        batch=batch,
        at_once=at_once,
        seed=suite.seed,
    )
    arms = next(search)
    while True:
        asked = [(index, by_name[names[arm]][index]) for arm, some in arms for index in some]
        verdicts = iter(zip(asked, questions.verdicts(asked), strict=True))
        right = []
        for _, some in arms:
            answers = [next(verdicts) for _ in some]
            right.append([questions.right(index, verdict) for (index, _), verdict in answers])
        try:
            arms = search.send(right)
        except StopIteration as done:
            shown = tuple(next(iter(by_name[name].values())) for name in names)
            return FormatsFound(done.value, names, shown, original)


def _worded(questions: Questions, text: str, target: str) -> list[tuple[int, Variant]]:
    """Every example's prompt with the block worded so."""
    asked = []
    for index, prompt in enumerate(questions.originals):
        new = blocks_of(prompt, target)[0].replaced(text)
        assert new is not None, "an attack leaves the fixed pieces alone"
        asked.append((index, Variant(new, "0")))
    return asked
