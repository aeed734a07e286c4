"""Judges cases beside their unperturbed originals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from llmrobust.plan import Case, Plan
from llmrobust.request import Reply, Request, Response
from llmrobust.score import score
from llmrobust.score.case_result import CaseResult
from llmrobust.score.judged_answers import CHECK as JUDGE
from llmrobust.score.judged_answers import with_judged_meaning
from llmrobust.score.meanings import wants_meanings, with_one_text_a_meaning
from llmrobust.score.ngrams import with_overlap_of
from llmrobust.score.opinions import Opinions
from llmrobust.score.similarity import CHECK as SIMILARITY
from llmrobust.score.similarity import prepare, with_meaning_of
from llmrobust.score.verdict import Verdict
from llmrobust.suitefile import Suite
from llmrobust.suitefile.suite import NGRAM_CHECKS, AnswerSpec


def judge(
    suite: Suite, case: Case, reply: Reply, original: Case, clean_reply: Reply, opinions: Opinions | None = None
) -> CaseResult:
    """A case judged beside its original. opinions: of a second model, for `check: judge`."""
    clean = score(original, clean_reply, suite.answer, suite.answer.choices, opinions)
    return _judge_beside(suite, case, reply, original, clean, opinions)


def _judge_beside(
    suite: Suite, case: Case, reply: Reply, original: Case, clean: Verdict, opinions: Opinions | None = None
) -> CaseResult:
    """A case judged beside its original, which is judged already."""
    verdict = clean
    if case is not original:
        verdict = score(case, reply, suite.answer, suite.answer.choices, opinions, original)
        verdict = with_same_meaning(verdict, clean, suite.answer, opinions)
    return CaseResult.of(case, reply, verdict, original, clean)


def with_same_meaning(
    verdict: Verdict, clean: Verdict, answer: AnswerSpec, opinions: Opinions | None = None
) -> Verdict:
    """The verdict, with the unperturbed answer in place of one that means the same, where answers are free texts."""
    if answer.check == JUDGE:
        return with_judged_meaning(verdict, clean, answer, opinions)
    if answer.check in NGRAM_CHECKS:
        return with_overlap_of(verdict, clean, answer)
    return with_meaning_of(verdict, clean, answer)


class Judge:
    """Judges the cases of a plan beside their originals, each prompt once."""

    def __init__(self, plan: Plan, opinions: Opinions | None = None):
        """opinions: of the suite's second model, for `check: judge`; whatever is open is asked in lists."""
        self.plan = plan
        self.opinions = opinions
        self.originals = plan.originals()
        self._clean: dict[tuple[str, int], tuple[Reply, Verdict]] = {}
        self._judged: dict[int, tuple[Reply, CaseResult]] = {}

    def original(self, case: Case) -> Case:
        """The case's original; itself for an unperturbed one."""
        return self.originals[case.example.id, case.repeat]

    def judged(self, case: Case, reply: Reply, clean_reply: Reply) -> CaseResult:
        """A case of the plan, judged by its reply and its original's."""
        found = self._judged.get(id(case))
        if found is None or found[0] is not reply:
            found = self._judged[id(case)] = reply, self.fresh(case, reply, clean_reply)
        return found[1]

    def of(self, cases: Iterable[Case], replies: Mapping[Request, Reply]) -> list[CaseResult]:
        """The cases whose replies and originals' replies are there, judged."""
        cases = list(cases)
        if self.plan.suite.answer.check == SIMILARITY:
            asked = [one for case in cases for one in (case, self.original(case))]
            said = [reply.text for one in asked if isinstance(reply := replies.get(one.request), Response)]
            gold = (one.expected for one in asked if one.expected is not None)
            prepare(said, gold, self.plan.suite.answer)
        judged = self._all(cases, replies)
        while self.opinions is not None and self.opinions.settle():
            self._clean.clear()
            self._judged.clear()
            judged = self._all(cases, replies)
        if self.opinions is None or not wants_meanings(self.plan.suite):
            return judged
        found = with_one_text_a_meaning(judged, self.opinions)
        while self.opinions.settle():
            found = with_one_text_a_meaning(judged, self.opinions)
        return found

    def _all(self, cases: Iterable[Case], replies: Mapping[Request, Reply]) -> list[CaseResult]:
        judged = []
        for case in cases:
            reply, clean = replies.get(case.request), replies.get(self.original(case).request)
            if reply is not None and clean is not None:
                judged.append(self.judged(case, reply, clean))
        return judged

    def beside(self, cases: Iterable[CaseResult], replies: Mapping[Request, Reply]) -> list[CaseResult]:
        """The originals that these cases were judged beside and that are not among them, judged."""
        cases = list(cases)
        there = {(case.example, case.repeat) for case in cases if case.is_original}
        missing = dict.fromkeys((case.example, case.repeat) for case in cases)
        return self.of([self.originals[key] for key in missing if key not in there], replies)

    def fresh(self, case: Case, reply: Reply, clean_reply: Reply) -> CaseResult:
        """As `judged`, without keeping it."""
        key = case.example.id, case.repeat
        original = self.originals[key]
        kept = self._clean.get(key)
        if kept is None or kept[0] is not clean_reply:
            answer = self.plan.suite.answer
            kept = self._clean[key] = clean_reply, score(original, clean_reply, answer, answer.choices, self.opinions)
        return _judge_beside(self.plan.suite, case, reply, original, kept[1], self.opinions)
