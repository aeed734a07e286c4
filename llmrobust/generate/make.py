"""Asking for variants within a budget, in lists, never twice, and having the guards score what comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from llmrobust.engine import Asker
from llmrobust.errors import without_credentials
from llmrobust.generate.guards import Candidate, Guard
from llmrobust.generate.kinds import KEEPS_GOLD
from llmrobust.generate.questions import CHARACTERS_A_TOKEN, Question, taken_back, tokens_of
from llmrobust.generate.written import Unusable, Written, written
from llmrobust.models.protocol import ModelInfo
from llmrobust.operators.frozen_variants import DEMONSTRATION, FrozenVariant, GuardScore, Maker, text_hash
from llmrobust.request import Reply, Request, Response

LIST, LOCAL_LIST = 64, 16
"""Requests that are sent before the budget is looked at again; fewer where a model in this process answers them all
at once, as those that are under way when it is interrupted are asked again."""
UNFORCED = ("hf", "numpy")
"""Backends that cannot hold a model to a JSON Schema; there the prompt alone asks for the form."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What questions will cost at most. prompt: an estimate of the tokens of the prompts; answers: the limit of the
    answers, which is exact."""

    requests: int
    prompt: int
    answers: int

    @classmethod
    def of(cls, questions: Sequence[Question]) -> Estimate:
        """The estimate of questions; one that is translated back counts twice."""
        costs = [cost for one in questions for cost in [tokens_of(one.request)] * (2 if one.asks_for_pivot else 1)]
        return cls(len(costs), sum(prompt for prompt, _ in costs), sum(answer for _, answer in costs))

    @property
    def tokens(self) -> int:
        """Of prompts and answers together."""
        return self.prompt + self.answers

    def __str__(self) -> str:
        """ "120 requests: about 34,000 prompt tokens, at most 30,720 answer tokens"."""
        what = "request" if self.requests == 1 else "requests"
        return f"{self.requests:,} {what}: about {self.prompt:,} prompt tokens, at most {self.answers:,} answer tokens"


@dataclass(slots=True)
class Asked:
    """The replies to questions. unasked: those that the budget had nothing left for. tokens: that were spent on
    requests which the reply store did not have."""

    replies: list[tuple[Question, Reply]] = field(default_factory=list)
    unasked: int = 0
    tokens: int = 0


def at_once(info: ModelInfo, temperature: float) -> int:
    """How many requests a model is sent as one list. One in this process draws answers one by one, so a list gains
    nothing there, and each is stored as soon as it is there."""
    if info.backend not in UNFORCED:
        return LIST
    return 1 if temperature > 0 else LOCAL_LIST


def ask(questions: Sequence[Question], asker: Asker, budget: int | None, tell: Tell, most: int = LIST) -> Asked:
    """Ask for all, and have translations taken back, until all are answered or the budget is spent. Raises ModelError.

    Every reply is stored as it comes: whoever interrupts this and runs it again asks for none of them twice. A text
    whose translation back the budget left out counts as not asked.
    """
    first = _ask(questions, asker, budget, tell, most)
    found = [(question, reply, written(question, reply)) for question, reply in first.replies]
    pivots = [
        (taken_back(question, text.text.strip()))
        for question, _, text in found
        if question.asks_for_pivot and isinstance(text, Written)
    ]
    if not pivots:
        return first
    tell(f"{len(pivots):,} translations are taken back")
    back = _ask(pivots, asker, None if budget is None else budget - first.tokens, tell, most)
    order = {(one.subject, one.name): number for number, one in enumerate(questions)}
    ended = [
        (question, reply)
        for question, reply, text in found
        if not question.asks_for_pivot or isinstance(text, Unusable)
    ]
    replies = sorted([*ended, *back.replies], key=lambda pair: order[pair[0].subject, pair[0].name])
    return Asked(replies, first.unasked + back.unasked, first.tokens + back.tokens)


def _ask(questions: Sequence[Question], asker: Asker, budget: int | None, tell: Tell, most: int) -> Asked:
    """Ask in lists until all are answered or the budget is spent.

    Before each list its worst case must fit what is left, so that the budget is kept; stored replies cost nothing.
    With a budget the first list is a single request: what its prompt costs corrects the estimate of all others.
    """
    done = Asked()
    stored = _stored(questions, asker) if budget is not None else {}
    done.replies += [(one, stored[one.request]) for one in questions if one.request in stored]
    left = [one for one in questions if one.request not in stored]
    a_token = 1.0
    """Real tokens of prompts, an estimated one."""
    while left:
        part: list[Question] = []
        worst: float = done.tokens
        for one in left[: most if budget is None or done.tokens else 1]:
            prompt, answer = tokens_of(one.request)
            worst += prompt * a_token + answer
            if budget is not None and worst > budget:
                break
            part.append(one)
        if not part:
            break
        before = asker.stats()
        requests = [one.request for one in part]
        asker.submit(requests)
        replies = asker.replies(requests)
        done.replies += list(zip(part, replies, strict=True))
        after = asker.stats()
        read = after.prompt_tokens - before.prompt_tokens
        done.tokens += read + after.completion_tokens - before.completion_tokens
        if not read and budget is not None:  # a server that counts no tokens, or a request that failed
            done.tokens += sum(map(_estimated, requests, replies))
        a_token = max(a_token, read / sum(tokens_of(one)[0] for one in requests))
        left = left[len(part) :]
        if left:
            tell(f"{len(questions) - len(left):,} of {len(questions):,} asked, {done.tokens:,} tokens")
    done.unasked = len(left)
    order = {one.request: number for number, one in enumerate(questions)}
    done.replies.sort(key=lambda pair: order[pair[0].request])
    return done


def _estimated(request: Request, reply: Reply) -> int:
    """About how many tokens a request and its reply are."""
    said = reply.text if isinstance(reply, Response) else ""
    return tokens_of(request)[0] + len(said) // CHARACTERS_A_TOKEN


def _stored(questions: Sequence[Question], asker: Asker) -> dict[Request, Reply]:
    """The replies that the store has, looked up without asking for the others."""
    requests = [one.request for one in questions]
    asker.submit(requests, stored_only=True)
    found = zip(requests, asker.replies(requests), strict=True)
    return {request: reply for request, reply in found if isinstance(reply, Response)}


@dataclass(frozen=True, slots=True)
class Made:
    """What became of the questions of a kind. unusable: replies that held no variant, by the reason. failed: variants
    by the guard that they failed (one may fail several). not_run: variants by the guard that could not be run."""

    kind: str
    asked: int
    unusable: Counter[str]
    failed: Counter[str]
    not_run: Counter[str]
    kept: int


@dataclass(frozen=True, slots=True)
class Generated:
    """The variants of a run in the order of the questions, and the counts of each kind."""

    variants: tuple[FrozenVariant, ...]
    kinds: tuple[Made, ...]

    @property
    def kept(self) -> tuple[FrozenVariant, ...]:
        """Those that failed no guard."""
        return tuple(one for one in self.variants if not one.failed)

    @property
    def rejected(self) -> tuple[FrozenVariant, ...]:
        """Those that failed one."""
        return tuple(one for one in self.variants if one.failed)


def guarded(asked: Asked, guards: Sequence[Guard], info: ModelInfo) -> Generated:
    """Read the replies and have every guard score what they hold; a variant that failed one is not kept."""
    read = [(question, written(question, reply)) for question, reply in asked.replies]
    usable = [(question, text) for question, text in read if isinstance(text, Written)]
    candidates = [_candidate(question, text) for question, text in usable]
    columns = {guard.name: guard.scores(candidates) for guard in guards}
    variants = []
    for number, (question, text) in enumerate(usable):
        scores = {name: column[number] for name, column in columns.items()}
        variants.append(_frozen(question, text, scores, info))
    kinds = _by_kind(read, [question for question, _ in usable], variants)
    return Generated(tuple(variants), tuple(kinds))


def _candidate(question: Question, text: Written) -> Candidate:
    return Candidate(
        subject=question.subject,
        kind=question.kind,
        subtype=question.subtype,
        name=question.name,
        text=text.text,
        addition=text.addition if question.kind.adds else "",
        asked=question.told,
        expected=_new_gold(question, text),
    )


def _new_gold(question: Question, text: Written) -> str | None:
    """The gold answer of the variant, where it is another one than the original's."""
    if text.answer is None or question.kind.name in KEEPS_GOLD or text.answer == question.subject.answer:
        return None
    return text.answer


def _frozen(question: Question, text: Written, scores: dict[str, GuardScore], info: ModelInfo) -> FrozenVariant:
    subject, kind, sampling = question.subject, question.kind, question.request.sampling
    expected = _new_gold(question, text)
    detail = {"wrong_answer": str(text.answer)} if kind.name in KEEPS_GOLD and text.answer else {}
    if kind.adds:
        detail["added"] = text.addition
    if question.pivot:
        detail |= {"pivot": question.pivot, "pivot_language": kind.subtypes[question.subtype]}
    relation = kind.relation
    if kind.name == DEMONSTRATION:
        expected = text.answer
    elif kind.new_gold and kind.name not in KEEPS_GOLD:
        relation = "same" if expected is None else "follows"
    return FrozenVariant(
        name=question.name,
        kind=kind.full_name(question.subtype),
        target=subject.target,
        example=subject.example,
        original=subject.text,
        original_sha256=text_hash(subject.text),
        text=text.text,
        relation=relation,
        expected=expected,
        rationale=text.rationale,
        detail=detail,
        generator=Maker(
            model=without_credentials(info.name),
            fingerprint=info.fingerprint[:16],
            prompt=kind.name,
            prompt_version=kind.version,
            seed=sampling.seed,
            temperature=sampling.temperature,
        ),
        guards=scores,
    )


def _by_kind(
    read: Sequence[tuple[Question, Written | Unusable]], usable: Sequence[Question], variants: Sequence[FrozenVariant]
) -> list[Made]:
    names = dict.fromkeys(question.kind.full_name(question.subtype) for question, _ in read)
    found = []
    for name in names:
        mine = [text for question, text in read if question.kind.full_name(question.subtype) == name]
        made = [one for one in variants if one.kind == name]
        found.append(
            Made(
                kind=name,
                asked=len(mine),
                unusable=Counter(text.reason for text in mine if isinstance(text, Unusable)),
                failed=Counter(guard for one in made for guard in one.failed),
                not_run=Counter(
                    guard for one in made for guard, score in one.guards.items() if score.verdict == "not run"
                ),
                kept=sum(not one.failed for one in made),
            )
        )
    return found


def summary(generated: Generated) -> list[str]:
    """The rates of each kind as a table, then why replies were unusable, and what was not run."""
    guards = list(dict.fromkeys(name for one in generated.variants for name in one.guards))
    width = max((len(one.kind) for one in generated.kinds), default=4)
    lines = [f"{'kind':<{width}}  asked   kept  unusable  {'  '.join(guards)}"]
    for one in generated.kinds:
        cells = []
        for guard in guards:
            usable = one.asked - one.unusable.total()
            run = usable - one.not_run[guard]
            said = f"{one.failed[guard]}/{run}" if run else "-"
            cells.append(said.rjust(len(guard)))
        lines.append(
            f"{one.kind:<{width}}  {one.asked:>5,}  {one.kept:>5,}  {one.unusable.total():>8,}  {'  '.join(cells)}"
        )
    if guards:
        lines.append("below each guard: variants that failed it / variants that it was run on; -: not run")
    reasons = sum((one.unusable for one in generated.kinds), Counter())
    lines += [f"unusable: {reason} ({count:,})" for reason, count in reasons.most_common()]
    idle: dict[str, Counter[str]] = {}
    for variant in generated.variants:
        for guard, score in variant.guards.items():
            if score.verdict == "not run":
                idle.setdefault(guard, Counter())[score.why] += 1
    for guard, whys in idle.items():
        lines += [f"not run: {guard}: {why} ({count:,})" for why, count in whys.most_common(2)]
    return lines
