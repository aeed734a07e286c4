"""Gates on the word of a judge: without evidence that people agree with it, nothing is decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from llmrobust.gate.decision import Decision, DecisionStatus
from llmrobust.score.opinions import FEW_LABELS, Agreement
from llmrobust.suitefile.suite import JudgeSpec, Suite

CAUSE = "judge-without-evidence"


def judge_problem(judge: JudgeSpec, agreement: Agreement | None) -> str:
    """Why gates do not trust a judge; empty if they do. agreement: with people, None where it was not measured."""
    if agreement is None:
        return "the judge's agreement with people was not measured"
    return agreement.problem(judge)


def remedy_of(judge: JudgeSpec) -> str:
    """What to do about a judge without evidence, with the line to add."""
    if not judge.labels:
        fields = "answer" if judge.question == "criteria" else "first, second"
        return (
            f"add `labels: labels.jsonl` under answer.judge: at least {FEW_LABELS} lines "
            f"with {fields} and label (yes or no, by people)"
        )
    return "use a better judge, or criteria that people and the judge read alike; `kappa_min` sets what is required"


def trusted(decisions: Iterable[Decision], suite: Suite, agreement: Agreement | None) -> list[Decision]:
    """The decisions; none at all is made on the word of a judge that nothing shows to be right."""
    found, judge = list(decisions), suite.answer.judge
    why = "" if judge is None else judge_problem(judge, agreement)
    if judge is None or not why:
        return found
    return [
        one
        if one.status is DecisionStatus.NOT_EVALUATED
        else replace(
            one,
            status=DecisionStatus.NOT_EVALUATED,
            reason=f"not evaluated: {why} ({one.reason})",
            remedy=remedy_of(judge),
            cause=CAUSE,
        )
        for one in found
    ]
