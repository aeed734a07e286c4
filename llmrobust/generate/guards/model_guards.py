"""Guards that ask a model: vectors, a second opinion, naturalness, and whether a reference model answers the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from llmrobust.engine import Asker
from llmrobust.errors import LlmRobustError, Location
from llmrobust.generate.guards.candidate import Candidate, failed, not_run, passed
from llmrobust.generate.kinds import KEEPS_GOLD
from llmrobust.operators.frozen_variants import INSTRUCTION, FrozenVariant, GuardScore, text_hash
from llmrobust.operators.registry import REGISTRY
from llmrobust.plan import plan_suite
from llmrobust.runner import run_plans
from llmrobust.score.case_result import CaseResult
from llmrobust.score.embedding import NoVectors, cosine, embed
from llmrobust.score.judge_questions import Question
from llmrobust.score.model_judge import Judges
from llmrobust.score.opinions import Opinions
from llmrobust.suitefile import Suite
from llmrobust.suitefile.suite import AnswerSpec, JudgeSpec, OperatorUse

BitsAWord = Callable[[Sequence[str]], Sequence[float]]
SAME_ANSWER = (
    "the texts ask for, or state, the same: whoever answers both must give the same answer to both. Other words, "
    "another style and another length do not count; another number, name, condition, negation or question does."
)
MOST_BITS = 3.0
"""Bits a word that a variant may cost more than its original."""
ORACLE_EXAMPLES = 8
"""Examples that a reference model answers with a reworded instruction."""


class Embedding:
    """The cosine of the vectors of original and variant is within what the kind expects."""

    name = "embedding"

    def __init__(self, spec: str, near: tuple[float, float] | None = None):
        """spec: the embedder, empty for none. near: in place of the kinds' own limits."""
        self._spec = spec
        self._near = near

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """score: the cosine."""
        if not self._spec:
            return [not_run("no --embedder")] * len(candidates)
        try:
            embed((text for one in candidates for text in (one.subject.text, one.text)), self._spec)
        except NoVectors as problem:
            return [not_run(str(problem).split("\n")[0])] * len(candidates)
        return [self._score(one) for one in candidates]

    def _score(self, one: Candidate) -> GuardScore:
        low, high = self._near or one.kind.near
        value = cosine(one.subject.text, one.text, self._spec)
        if low <= value <= high + 1e-9:
            return passed(value)
        return failed(f"cosine {value:.2f}; {low:g} to {high:g} is expected", value)


class SecondModel:
    """A second model says whether both texts require the same answer, asked in both orders."""

    name = "judge"

    def __init__(self, llm: tuple[str, ...], make: Callable[[tuple[str, ...]], Asker], question: str = "same"):
        """llm: its specs, empty for none. make: gives its engine. question: "same" or "entailment"."""
        self._judges = Judges(make)
        spec = JudgeSpec(llm=llm, question="entailment" if question == "entailment" else "same", criteria=SAME_ANSWER)
        self._answer = AnswerSpec(check="judge", judge=spec) if llm else None

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """score: 1 if they do, else 0. Where the right answer changes they must not."""
        opinions = None if self._answer is None else self._judges.opinions(self._answer)
        if opinions is None:
            return [not_run("no --judge")] * len(candidates)
        asked = [one for one in candidates if self._fits(one)]
        for one in asked:
            opinions.of(Question.same(one.subject.text, one.text), one.text, one.subject.text)
        opinions.settle()
        return [self._score(one, opinions) for one in candidates]

    def close(self) -> None:
        """Release the model."""
        self._judges.close()

    @staticmethod
    def _fits(one: Candidate) -> bool:
        return one.stays or one.expected is not None

    def _score(self, one: Candidate, opinions: Opinions) -> GuardScore:
        if not self._fits(one):
            return not_run("the kind adds text, or promises nothing")
        opinion = opinions.of(Question.same(one.subject.text, one.text), one.text, one.subject.text)
        if opinion.holds is None:
            return not_run(opinion.reason or opinion.outcome.value)
        wanted = one.expected is None
        if opinion.holds is wanted:
            return passed(float(opinion.holds))
        why = "another answer is required" if wanted else "the same answer is required, and another one was meant"
        return failed(f"the second model says that {why}", float(opinion.holds))


class Perplexity:
    """The variant is not much less natural than its original for a language model."""

    name = "perplexity"

    def __init__(self, bits: BitsAWord | None, most: float = MOST_BITS):
        """bits: from texts to bits a word, None for no model."""
        self._bits = bits
        self._most = most

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """score: bits a word more than the original's."""
        if self._bits is None:
            return [not_run("no --perplexity")] * len(candidates)
        texts = list(dict.fromkeys(text for one in candidates for text in (one.subject.text, one.text)))
        try:
            bits = dict(zip(texts, self._bits(texts), strict=True))
        except LlmRobustError as problem:
            return [not_run(str(problem).split("\n")[0])] * len(candidates)
        return [self._score(bits[one.text] - bits[one.subject.text], one) for one in candidates]

    def _score(self, more: float, one: Candidate) -> GuardScore:
        if one.kind.small:
            return passed(more, "not limited: the kind makes mistakes on purpose")
        return passed(more) if more <= self._most else failed(f"{more:.1f} bits a word more than the original", more)


class Oracle:
    """A reference model answers the suite's prompt with the variant as without it, or as its new gold says."""

    name = "oracle"

    def __init__(self, suite: Suite, asker: Asker | None, root: Path):
        """asker: of the reference model, None for none."""
        self._suite = suite
        self._asker = asker
        self._root = root

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """score: the share of its answers that are as they must be: of one example, or of several for instructions."""
        if self._asker is None:
            return [not_run("no --oracle")] * len(candidates)
        names = {f"c-{number}": one for number, one in enumerate(candidates)}
        try:
            cases = self._cases(names)
        except LlmRobustError as problem:
            return [not_run(str(problem).split("\n")[0])] * len(candidates)
        return [self._score(one, cases.get(name, [])) for name, one in names.items()]

    def _cases(self, names: dict[str, Candidate]) -> dict[str, list[CaseResult]]:
        frozen = REGISTRY.get("frozen")
        variants = tuple(_frozen(name, one) for name, one in names.items())
        params = frozen.params(variants=variants)  # type: ignore[call-arg]
        use = OperatorUse(frozen, params, "frozen", Location(self._suite.path, 1, 1))
        wanted = {one.subject.example for one in names.values()}
        first = {one.id for one in self._suite.examples[:ORACLE_EXAMPLES]} if None in wanted else set()
        examples = tuple(one for one in self._suite.examples if one.id in wanted | first)
        suite = replace(
            self._suite,
            perturb=(use,),
            examples=examples,
            gates=(),
            methods=(),
            noise_floor=None,
            repeats=1,
            allow_unreviewed=True,
            language_given=True,
        )
        assert self._asker is not None
        run = run_plans([plan_suite(suite)], self._asker, self._root)
        found: dict[str, list[CaseResult]] = {}
        for case in run.suites[0].cases:
            if not case.is_original:
                found.setdefault(case.variant.removesuffix(".unreviewed"), []).append(case)
        return found

    def _score(self, one: Candidate, cases: Sequence[CaseResult]) -> GuardScore:
        if one.kind.relation == "no-promise" and one.expected is None:
            return not_run("the kind promises nothing")
        read = [case for case in cases if case.answer is not None and case.clean_answer is not None]
        if not read:
            return not_run("the reference model gave no answer that can be read")
        right = [case.answer == (case.clean_answer if one.expected is None else one.expected) for case in read]
        share = sum(right) / len(right)
        if all(right):
            return passed(share)
        if one.expected is not None:
            return failed(f'the reference model answers "{read[0].answer}", not "{one.expected}"', share)
        changed = read[right.index(False)]
        return failed(f'the reference model answers "{changed.answer}", and "{changed.clean_answer}" without it', share)


def _frozen(name: str, one: Candidate) -> FrozenVariant:
    """A candidate as the oracle's suite runs it."""
    return FrozenVariant(
        name=name,
        kind=one.full_kind,
        target=one.subject.target,
        example=None if one.subject.target == INSTRUCTION else one.subject.example,
        original=one.subject.text,
        original_sha256=text_hash(one.subject.text),
        text=one.text,
        expected=None if one.kind.name in KEEPS_GOLD else one.expected,
        relation="no-promise",
    )
