"""Failure messages and JUnit properties."""

from __future__ import annotations

from collections.abc import Callable

from llmrobust.operators.operator import Relation
from llmrobust.plan import Case
from llmrobust.report.failure_messages import explain_case, explain_decision
from llmrobust.report.junit import case_properties, gate_properties
from llmrobust.request import Failure, Response
from llmrobust.results.run_result import RunResult
from llmrobust.score import Outcome, Status, Verdict
from llmrobust.score.case_result import CaseResult

MakeRun = Callable[..., RunResult]
JudgeAll = Callable[..., list[CaseResult]]


def the(judged: list[CaseResult], status: Status) -> CaseResult:
    return next(one for one in judged if one.status is status)


def test_flipped_case_shows_both_answers_and_the_edit(judge_all: JudgeAll) -> None:
    judged = judge_all({"typo.keyboard": {0: Response("praise", "stop")}})
    assert explain_case(the(judged, Status.FLIPPED)) == (
        'typo::keyboard-0[ex-0]: the answer changed from "billing" to "praise", but it must stay\n'
        "  response:  praise\n"
        "  expected:  billing\n"
        "  prompt:    Classify the ticket.⏎Ticket: I was [-charged-]{+chrged+} twice this month⏎Category:"
    )


def test_unread_and_missing_answers_say_why(judge_all: JudgeAll, failed_reply: Failure) -> None:
    judged = judge_all({"format": {0: Response("bug or praise", "stop"), 1: Response("I", "length"), 2: failed_reply}})
    assert "cannot be read: the answer names several labels: bug, praise" in explain_case(the(judged, Status.UNPARSED))
    assert "was cut off" in explain_case(the(judged, Status.TRUNCATED))
    assert "no answer: timeout: after 60 s" in explain_case(the(judged, Status.NO_ANSWER))


def test_answer_that_must_change_and_stayed_is_explained(make_case: Callable[..., Case]) -> None:
    clean = Verdict(Outcome.ANSWERED, "bug", True, raw="bug")
    case = make_case(operator="logic.negate", text="Is this not fine?", relation=Relation.MUST_CHANGE)
    judged = CaseResult.of(case, Response("bug", "stop"), clean, make_case(), clean)
    assert explain_case(judged).startswith(
        'logic::negate-0[ex-1]: the answer stayed "bug", but this edit must change it'
    )


def test_wrong_original_shows_its_prompt(make_case: Callable[..., Case]) -> None:
    case = make_case(expected="bug")
    verdict = Verdict(Outcome.ANSWERED, "praise", False, raw="praise")
    text = explain_case(CaseResult.of(case, Response("praise", "stop"), verdict, case, verdict))
    assert text.splitlines()[0] == 'original::plain[ex-1]: the answer is "praise", expected "bug"'
    assert text.endswith("prompt:    Is this fine?")


def test_failed_gate_shows_reason_and_worst_examples_with_their_edits(make_run: MakeRun, judge_all: JudgeAll) -> None:
    replies = {"typo.keyboard": {0: Response("praise", "stop"), 1: Response("?", "stop")}}
    edit = "Classify the ticket.⏎Ticket: I was [-charged-]{+chrged+} twice this month⏎Category:"
    decision = next(d for d in make_run(replies).suites[0].decisions if d.id == "consistency[typo]")
    assert explain_decision(decision, judge_all(replies)) == (
        "consistency[typo]: FAIL\n"
        "  consistency of family typo is 0.800 (95% interval 0.490 to 0.943, 10 examples, 10 cases); "
        "it must be at least 0.95\n"
        "  worst examples:\n"
        "    ex-0: typo.keyboard/0\n"
        f'      "billing" -> "praise"  {edit}\n'
        "    ex-1: typo.keyboard/0\n"
        f'      "billing" -> unparsed  {edit}'
    )
    assert "Ticket" not in explain_decision(decision)


def test_case_properties_identify_the_case_and_its_answers(judge_all: JudgeAll) -> None:
    judged = judge_all({"typo.keyboard": {0: Response("praise", "stop")}})
    assert case_properties("triage", the(judged, Status.FLIPPED)) == [
        ("llmrobust.suite", "triage"),
        ("llmrobust.family", "typo"),
        ("llmrobust.operator", "typo.keyboard"),
        ("llmrobust.variant", "0"),
        ("llmrobust.example", "ex-0"),
        ("llmrobust.answer", "praise"),
        ("llmrobust.clean_answer", "billing"),
        ("llmrobust.expected", "billing"),
        ("llmrobust.scored_by", "text"),
    ]


def test_gate_properties_hold_the_measurement(make_run: MakeRun) -> None:
    decisions = {decision.id: decision for decision in make_run().suites[0].decisions}
    assert gate_properties(decisions["accuracy"]) == [
        ("llmrobust.decision", "pass"),
        ("llmrobust.metric", "accuracy"),
        ("llmrobust.bound", "at least 0.5"),
        ("llmrobust.value", "0.9"),
        ("llmrobust.low", "0.59585"),
        ("llmrobust.high", "0.982124"),
        ("llmrobust.examples", "10"),
        ("llmrobust.cases", "30"),
    ]
    assert ("llmrobust.decision", "not evaluated") in gate_properties(decisions["spread[format]"])
