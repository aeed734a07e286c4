"""Asking for the methods that send prompts of their own: all of a suite step by step together, each prompt once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from llmrobust.engine import Asker
from llmrobust.errors import ModelError
from llmrobust.methods import MethodUse, NotUsable
from llmrobust.methods.sending import Asking, Heard, Probe, Question, Said, Setting, Told
from llmrobust.models.local.perplexity import bits_a_word
from llmrobust.operators.editing.passages import FIELDS as PASSAGES
from llmrobust.plan import Case, Plan
from llmrobust.request import Failure, Reply, Request, Response
from llmrobust.score.checks import CHECKS
from llmrobust.score.choice import read_choice
from llmrobust.score.embedding import NoVectors, unit_vector
from llmrobust.score.judged_answers import CHECK as JUDGE
from llmrobust.score.reply_verdict import score
from llmrobust.score.similarity import CHECK as SIMILARITY
from llmrobust.score.suite_asker import SuiteAsker
from llmrobust.score.verdict import Outcome

DIGITS = 6
_UNREADABLE = {
    JUDGE: "cannot be used with check: judge, as the judge would have to read its answers too",
    SIMILARITY: "cannot be used with check: similarity, as its answers would have to be embedded too",
}


@dataclass(frozen=True, slots=True)
class MethodAnswers:
    """What a method that sends prompts of its own answered in a run.

    answers: one for each case of the suite's result, in its order; None where it could not be read, and for repeats of
    cases. An answer that is right has the words of the gold answer. probabilities: of the labels, one for each case or
    none at all. failed: numbers of the cases that have no answer, as a request got no reply. votes: how many samples
    each case has, and how many of them are right; empty for other methods. requests: for one answer; tokens likewise,
    None where the model counts none. once: requests for texts that are nobody's answer. unusable: why there are no
    answers. plain_tokens: of one plain answer, which the run's own counts cannot tell once methods have sent more.
    """

    label: str
    answers: tuple[str | None, ...] = ()
    probabilities: tuple[tuple[float, ...] | None, ...] = ()
    failed: tuple[int, ...] = ()
    votes: tuple[tuple[int, int], ...] = ()
    requests: float = 0.0
    tokens: float | None = None
    once: int = 0
    notes: tuple[str, ...] = ()
    unusable: str = ""
    plain_tokens: float | None = None


@dataclass(slots=True)
class _Course:
    """A method on its way: what it waits for, and what it has cost."""

    use: MethodUse
    asking: Asking
    waiting: Sequence[Probe] = ()
    told: Told | None = None
    unusable: str = ""
    probes: int = 0
    shared: int = 0
    tokens: int = 0

    def step(self, heard: Sequence[Heard] | None) -> None:
        """Go on until it waits again, or is done."""
        try:
            self.waiting = next(self.asking) if heard is None else self.asking.send(heard)
        except StopIteration as done:
            self.waiting, self.told = (), done.value
        except NotUsable as error:
            self.waiting, self.unusable = (), str(error)

    @property
    def is_done(self) -> bool:
        return self.told is not None or bool(self.unusable)


def sending_uses(plan: Plan) -> list[MethodUse]:
    """The suite's methods that send prompts of their own."""
    return [use for use in plan.suite.methods if use.method.sending is not None]


def questions_of(plan: Plan, cases: Sequence[Case]) -> list[Question]:
    """The cases as methods see them, without gold answers."""
    originals = plan.originals()
    return [
        Question(
            example=case.example.id,
            column="" if case.is_original else case.column,
            family=case.family,
            prompt=case.prompt,
            original=originals[case.example.id, case.repeat].prompt,
            request=case.request,
            shown=case.label_map,
            passages={name: case.example.fields[name] for name in PASSAGES if name in case.example.fields},
        )
        for case in cases
    ]


def setting_of(plan: Plan, use: MethodUse) -> Setting:
    """What a method knows of the suite."""
    answer = plan.suite.answer
    return Setting(plan.suite.seed, answer.choices, answer.field, use.pool)


def measuring(setting: Setting, plan: Plan) -> Setting:
    """The setting with what methods measure texts by: an embedder and language models of this process."""

    def vectors(spec: str, texts: Sequence[str]) -> NDArray[np.float64]:
        named = spec or plan.suite.answer.embedder
        try:
            return np.stack([unit_vector(text, named, *texts) for text in texts])
        except NoVectors as problem:
            raise NotUsable(str(problem)) from None

    def bits(spec: str, texts: Sequence[str]) -> list[float]:
        try:
            return bits_of(spec)(texts)
        except ModelError as problem:
            raise NotUsable(str(problem)) from None

    return replace(setting, vectors=vectors, bits=bits)


bits_of = cache(bits_a_word)
"""The measure of each language model, loaded once in a process."""


def ask_methods(
    plan: Plan,
    cases: Sequence[Case],
    asker: SuiteAsker,
    *,
    stored_only: bool = False,
    others: Callable[[str], Asker] | None = None,
) -> tuple[MethodAnswers, ...]:
    """Ask for every method of the suite that sends prompts of its own, about these cases.

    others: the engine of a model by its spec, for methods that ask several.

    stored_only: nothing is sent, and a method whose replies are not all stored has no answers. A model that is gone
    leaves the methods without answers: the run's own cases report it.
    """
    uses = sending_uses(plan)
    if not uses:
        return ()
    why = _UNREADABLE.get(plan.suite.answer.check, "") if not plan.suite.answer.choices else ""
    if why:
        return tuple(MethodAnswers(use.label, unusable=why) for use in uses)
    asked = [case for case in cases if case.repeat == 0]
    questions = questions_of(plan, asked)
    courses = []
    for use in uses:
        assert use.method.sending is not None
        setting = measuring(setting_of(plan, use), plan)
        courses.append(_Course(use, use.method.sending.function(questions, use.params, setting)))
    try:
        _run(courses, plan, asked, lambda spec: _engine(spec, asker, others), stored_only)
    except ModelError as error:
        why = str(error).split("\n")[0]
        return tuple(MethodAnswers(use.label, unusable=f"the model could not be asked: {why}") for use in uses)
    plain = _plain_tokens(asked, asker)
    return tuple(replace(_answers(course, plan, cases, asked), plain_tokens=plain) for course in courses)


def _plain_tokens(cases: Sequence[Case], asker: SuiteAsker) -> float | None:
    """The mean over the cases' own replies; None where the model counts none."""
    replies = [one for one in asker.ready([case.request for case in cases]) if isinstance(one, Response)]
    total = sum(one.prompt_tokens + one.completion_tokens for one in replies)
    return total / len(replies) if total else None


def _run(
    courses: Sequence[_Course],
    plan: Plan,
    cases: Sequence[Case],
    engine: Callable[[str], Asker],
    stored_only: bool,
) -> None:
    for course in courses:
        course.step(None)
    while waiting := [course for course in courses if not course.is_done]:
        sent: dict[str, list[Request]] = {}
        for spec, request in dict.fromkeys((one.llm, one.request) for course in waiting for one in course.waiting):
            sent.setdefault(spec, []).append(request)
        for spec, some in sent.items():
            engine(spec).submit(some, stored_only=stored_only)
        replies = {
            (spec, request): reply
            for spec, some in sent.items()
            for request, reply in zip(some, engine(spec).replies(some), strict=True)
        }
        for course in waiting:
            _go_on(course, replies, plan, cases)


def _engine(spec: str, asker: SuiteAsker, others: Callable[[str], Asker] | None) -> Asker:
    if not spec:
        return asker
    if others is None:
        raise ModelError(f"no engine for {spec} in this run")
    return others(spec)


def _go_on(course: _Course, replies: dict[tuple[str, Request], Reply], plan: Plan, cases: Sequence[Case]) -> None:
    heard = []
    for probe in course.waiting:
        reply = replies[probe.llm, probe.request]
        if isinstance(reply, Failure) and reply.kind == "not-stored":
            course.waiting, course.unusable = (), "its prompts are not in the reply store, and nothing was sent"
            return
        heard.append(_heard(probe, reply, plan, cases))
        if isinstance(reply, Response):
            course.tokens += reply.prompt_tokens + reply.completion_tokens if probe.question is not None else 0
    course.probes += sum(probe.question is not None for probe in course.waiting)
    course.shared += len({probe.request for probe in course.waiting if probe.question is None})
    course.step(heard)


def _heard(probe: Probe, reply: Reply, plan: Plan, cases: Sequence[Case]) -> Heard:
    if isinstance(reply, Failure):
        return Heard(failed=f"{reply.kind}: {reply.message}")
    if probe.question is None:
        labels = probe.request.labels
        found = read_choice(reply.text, labels) if labels else None
        return Heard(reply.text, labels[found] if isinstance(found, int) else None, logprobs=reply.label_logprobs)
    answer = plan.suite.answer
    verdict = score(replace(cases[probe.question], request=probe.request), reply, answer, answer.choices)
    if verdict.outcome is Outcome.NO_ANSWER:
        return Heard(reply.text, failed=verdict.reason)
    return Heard(reply.text, verdict.answer, verdict.label_probabilities, logprobs=reply.label_logprobs)


def _answers(course: _Course, plan: Plan, cases: Sequence[Case], asked: Sequence[Case]) -> MethodAnswers:
    if course.told is None:
        return MethodAnswers(course.use.label, unusable=course.unusable)
    said = {case.key: one for case, one in zip(asked, course.told.said, strict=True)}
    found = [said.get(case.key, Said(None)) for case in cases]
    scored = any(one.probabilities is not None for one in found)
    sampled = any(one.votes for one in found)
    gold = [_gold_reader(plan, case) for case in cases]
    return MethodAnswers(
        label=course.use.label,
        answers=tuple(read(one.answer) for read, one in zip(gold, found, strict=True)),
        probabilities=tuple(_rounded(one.probabilities) for one in found) if scored else (),
        failed=tuple(number for number, one in enumerate(found) if one.failed),
        votes=tuple(_votes(case, one, read) for case, one, read in zip(cases, found, gold, strict=True))
        if sampled
        else (),
        requests=course.probes / max(1, len(asked)),
        tokens=course.tokens / len(asked) if asked and course.tokens else None,
        once=course.shared,
        notes=course.told.notes,
    )


class _gold_reader:
    """From an answer to the words it is stored in: those of the gold answer where it is right."""

    def __init__(self, plan: Plan, case: Case):
        answer, expected = plan.suite.answer, case.expected
        self.expected = expected
        self._gold = expected
        if expected is not None and not answer.choices:
            self._gold = CHECKS.get(answer.check).gold(expected, answer)

    def __call__(self, answer: str | None) -> str | None:
        return self.expected if answer is not None and answer == self._gold else answer


def _votes(case: Case, one: Said, read: _gold_reader) -> tuple[int, int]:
    right = sum(read(vote) == case.expected for vote in one.votes if vote is not None and case.expected is not None)
    return len(one.votes), right


def _rounded(shares: tuple[float, ...] | None) -> tuple[float, ...] | None:
    return None if shares is None else tuple(round(share, DIGITS) for share in shares)


@dataclass(frozen=True, slots=True)
class MethodCost:
    """What a method would send: requests beyond those that the run sends anyway, and how many of them are for texts.

    characters: of these prompts. at_most: whether their number depends on replies.
    """

    label: str
    requests: int
    once: int
    characters: int
    at_most: bool
    unusable: str = ""


def method_costs(plan: Plan) -> Iterator[MethodCost]:
    """What each method of the plan that sends prompts of its own would send, found by letting it run on empty replies.

    Where prompts depend on replies, every question counts as another prompt than the run's own.
    """
    cases = [case for case in plan.cases if case.repeat == 0]
    questions, own = questions_of(plan, cases), set(plan.requests())
    for use in sending_uses(plan):
        sending = use.method.sending
        assert sending is not None
        course = _Course(use, sending.function(questions, use.params, setting_of(plan, use)))
        course.step(None)
        answers: list[tuple[str, Request]] = []
        texts: set[Request] = set()
        while not course.is_done:
            answers += [(probe.llm, probe.request) for probe in course.waiting if probe.question is not None]
            texts |= {probe.request for probe in course.waiting if probe.question is None}
            course.step([Heard()] * len(course.waiting))
        new = [request for _, request in answers] * sending.answers(use.params) if texts else _new(answers, own)
        most = len(texts) * sending.texts(use.params)
        characters = sum(len(text) for request in (*new, *texts) for _, text in request.messages)
        yield MethodCost(use.label, len(new) + most, most, characters, bool(texts), course.unusable)


def _new(requests: Iterable[tuple[str, Request]], own: set[Request]) -> list[Request]:
    return [request for spec, request in dict.fromkeys(requests) if spec or request not in own]


def asked_at_the_end(plan: Plan) -> str:
    """Which methods send prompts of their own once the cases are answered, for who waits; empty without any."""
    names = ", ".join(use.label for use in sending_uses(plan))
    return f"{plan.suite.name}: methods with prompts of their own are asked after the cases: {names}" if names else ""
