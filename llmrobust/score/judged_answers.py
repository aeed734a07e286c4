"""Free text that a second model judges: an answer that it calls right is the gold answer, and two that it calls the
same are one answer. What it does not decide is unparsed, with the reason; where it did not answer there is no answer.
"""

from __future__ import annotations

from dataclasses import replace

from llmrobust.plan import Case
from llmrobust.request import Response, ScoredBy
from llmrobust.score.judge_questions import Opinion, Question
from llmrobust.score.judge_questions import Outcome as JudgeOutcome
from llmrobust.score.normalise import Reading, final_answer
from llmrobust.score.opinions import Opinions
from llmrobust.score.similarity import plain_text
from llmrobust.score.verdict import Outcome, Verdict
from llmrobust.suitefile.suite import MEETS_CRITERIA, AnswerSpec
from llmrobust.text.thoughts import UNFINISHED, final_text, thoughts_unfinished

CHECK = "judge"
MEETS, FAILS = MEETS_CRITERIA, "does not meet the criteria"
"""The answers of a suite whose judge looks at criteria: its verdict is what is compared."""
NO_JUDGE = "no judge was asked about this answer"


def judged_answer(case: Case, original: Case, reply: Response, spec: AnswerSpec, opinions: Opinions | None) -> Verdict:
    """The verdict on an answer. original: the unperturbed case, whose prompt the judge is shown."""
    if thoughts_unfinished(reply.text):
        return _unread(reply, UNFINISHED)
    final = final_answer(reply.text, spec.after)
    if isinstance(final, Reading):
        return _unread(reply, final.reason)
    said = plain_text(final)
    if not said:
        return _unread(reply, "the answer is empty")
    if opinions is None or spec.judge is None:
        return Verdict(Outcome.NO_ANSWER, raw=reply.text, reason=NO_JUDGE)
    gold = None if case.expected is None else plain_text(case.expected)
    if spec.judge.question == "criteria":
        prompt = "\n\n".join(text for _, text in original.request.messages)
        reference = gold if spec.field is not None and gold else ""
        opinion = opinions.of(Question(said, reference, prompt), beside=reference)
        if opinion.holds is None:
            return _undecided(reply.text, reply.scored_by, opinion)
        return _answered(reply, MEETS if opinion.holds else FAILS, opinion.holds)
    if gold is None or said == gold:
        return _answered(reply, said, None if gold is None else True)
    opinion = opinions.of(Question.same(said, gold), said, gold)
    if opinion.holds is None:
        return _undecided(reply.text, reply.scored_by, opinion)
    return _answered(reply, gold if opinion.holds else said, opinion.holds)


def with_judged_meaning(verdict: Verdict, clean: Verdict, spec: AnswerSpec, opinions: Opinions | None) -> Verdict:
    """The verdict, with the unperturbed answer in place of one that the judge calls the same.

    Answers of which one is right and the other is wrong are different without a question.
    """
    if opinions is None or opinions.spec.question == "criteria" or verdict.answer == clean.answer:
        return verdict
    if {verdict.outcome, clean.outcome} != {Outcome.ANSWERED} or True in (verdict.correct, clean.correct):
        return verdict
    said, before = (plain_text(final_text(one.raw, spec.after) or "") for one in (verdict, clean))
    opinion = opinions.of_answers(said, before)
    if opinion.holds is None:
        return _undecided(verdict.raw, verdict.scored_by, opinion)
    return replace(verdict, answer=clean.answer) if opinion.holds else verdict


def _answered(reply: Response, answer: str, correct: bool | None) -> Verdict:
    return Verdict(Outcome.ANSWERED, answer, correct, "text", raw=reply.text)


def _undecided(raw: str, scored_by: ScoredBy | None, opinion: Opinion) -> Verdict:
    if opinion.outcome in (JudgeOutcome.FAILED, JudgeOutcome.NOT_ASKED):
        return Verdict(Outcome.NO_ANSWER, raw=raw, reason=opinion.reason)
    return Verdict(Outcome.UNPARSED, scored_by=scored_by, raw=raw, reason=opinion.reason)


def _unread(reply: Response, reason: str) -> Verdict:
    return Verdict(Outcome.UNPARSED, scored_by=reply.scored_by, raw=reply.text, reason=reason)
