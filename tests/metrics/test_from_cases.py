"""From verdicts to tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from llmrobust.metrics import Table
from llmrobust.metrics import build_table as table_of_results
from llmrobust.operators.operator import Relation
from llmrobust.plan import Case
from llmrobust.request import Failure, Reply, Response
from llmrobust.score import Outcome, Verdict
from llmrobust.score.case_result import CaseResult

MakeCase = Callable[..., Case]
NAN = float("nan")


def said(answer: str, correct: bool | None = None) -> Verdict:
    return Verdict(Outcome.ANSWERED, answer, correct, "text")


UNREAD = Verdict(Outcome.UNPARSED, scored_by="text", reason="?")
CUT = Verdict(Outcome.TRUNCATED, scored_by="text", reason="?")
FAILED = Verdict(Outcome.NO_ANSWER, reason="timeout")


def build_table(cases: Sequence[Case], verdicts: Sequence[Verdict], cleans: Sequence[Verdict] = ()) -> Table:
    """The table of cases with these verdicts. cleans: of each case's original, where that is not among the cases."""
    clean = {(case.example.id, case.repeat): one for case, one in zip(cases, verdicts, strict=True) if case.is_original}
    clean |= {(case.example.id, case.repeat): one for case, one in zip(cases, cleans, strict=False)}
    results = [
        result(case, one, clean.get((case.example.id, case.repeat))) for case, one in zip(cases, verdicts, strict=True)
    ]
    beside = [
        result(replace(case, family="original", operator="original", use="original", variant="original"), one, one)
        for case, one in zip(cases, cleans, strict=False)
    ]
    return table_of_results(results, beside=beside)


def result(case: Case, verdict: Verdict, clean: Verdict | None) -> CaseResult:
    reply: Reply = Failure("timeout", "") if verdict is FAILED else Response(verdict.answer or "", "stop")
    return CaseResult.of(case, reply, verdict, case, clean)


def test_rows_are_examples_and_columns_are_variants(make_case: MakeCase) -> None:
    cases = [
        make_case("a", expected="x"),
        make_case("b", expected="x"),
        make_case("a", "typo.keyboard", "0", expected="x"),
        make_case("b", "typo.keyboard", "0", expected="x"),
        make_case("b", "format", "upper", expected="x"),
    ]
    table = build_table(cases, [said("x", True), said("y", False), said("x", True), said("x", True), said("y", False)])
    assert table.examples == ("a", "b")
    assert table.columns == ("typo.keyboard/0", "format/upper")
    assert (table.operators, table.families) == (("typo.keyboard", "format"), ("typo", "format"))
    np.testing.assert_array_equal(table.clean_correct, [1, 0])
    np.testing.assert_array_equal(table.correct, [[1, NAN], [1, 0]])
    np.testing.assert_array_equal(table.agrees, [[1, NAN], [0, 1]])
    assert table.unanswered == 0


def test_unread_answers_are_wrong_and_agree_with_nothing(make_case: MakeCase) -> None:
    cases = [make_case(expected="x"), *(make_case(operator="typo", variant=v, expected="x") for v in "012")]
    table = build_table(cases, [UNREAD, UNREAD, CUT, said("x", True)])
    np.testing.assert_array_equal(table.clean_correct, [0])
    np.testing.assert_array_equal(table.correct, [[0, 0, 1]])
    np.testing.assert_array_equal(table.agrees, [[0, 0, 0]])


def test_without_gold_answers_there_is_agreement_only(make_case: MakeCase) -> None:
    table = build_table([make_case(), make_case(operator="typo")], [said("x"), said("x")])
    assert np.isnan(table.clean_correct).all()
    assert np.isnan(table.correct).all()
    np.testing.assert_array_equal(table.agrees, [[1]])


def test_repeats_are_averaged_each_against_its_own_original(make_case: MakeCase) -> None:
    cases = [make_case(expected="x", repeat=r) for r in (0, 1)]
    cases += [make_case(operator="typo", expected="x", repeat=r) for r in (0, 1)]
    table = build_table(cases, [said("x", True), said("y", False), said("x", True), said("x", True)])
    np.testing.assert_array_equal(table.clean_correct, [0.5])
    np.testing.assert_array_equal(table.correct, [[1.0]])
    np.testing.assert_array_equal(table.agrees, [[0.5]])


def test_failed_requests_leave_no_value_and_are_counted(make_case: MakeCase) -> None:
    cases = [
        make_case(expected="x"),
        make_case(operator="typo", expected="x"),
        make_case(operator="format", expected="x"),
    ]
    table = build_table(cases, [FAILED, said("x", True), FAILED])
    assert table.unanswered == 2
    assert np.isnan(table.clean_correct).all()
    np.testing.assert_array_equal(table.correct, [[1, NAN]])
    np.testing.assert_array_equal(table.agrees, [[NAN, NAN]])


@pytest.mark.parametrize(
    ("options", "agrees"),
    [
        ({"relation": Relation.SAME}, 1.0),
        ({"relation": Relation.NO_PROMISE}, NAN),
        ({"relation": Relation.FOLLOWS, "label_map": {"x": "i"}}, 1.0),
        ({"relation": Relation.FOLLOWS, "expected": "y", "gold": "x"}, NAN),
        ({"relation": Relation.MUST_CHANGE}, NAN),
    ],
)
def test_agreement_counts_only_where_the_answer_must_stay(
    make_case: MakeCase, options: dict[str, object], agrees: float
) -> None:
    case = make_case(operator="logic", **{"expected": "x", **options})
    table = build_table([make_case(expected="x"), case], [said("x", True), said("x", True)])
    np.testing.assert_array_equal(table.agrees, [[agrees]])


def test_case_without_its_original_has_no_agreement(make_case: MakeCase) -> None:
    table = build_table([make_case(operator="typo", expected="x")], [said("x", True)])
    np.testing.assert_array_equal(table.correct, [[1]])
    assert np.isnan(table.agrees).all()


def test_unperturbed_verdicts_may_come_beside_the_cases(make_case: MakeCase) -> None:
    cases = [make_case("a", "typo", expected="x"), make_case("b", "typo", expected="x")]
    table = build_table(cases, [said("x", True), said("y", False)], [said("x", True), said("x", True)])
    np.testing.assert_array_equal(table.clean_correct, [1, 1])
    np.testing.assert_array_equal(table.agrees, [[1], [0]])
    assert build_table(cases, [said("x", True), FAILED], [FAILED, FAILED]).unanswered == 3


@pytest.mark.parametrize(
    ("facts", "answer", "agrees", "moves"),
    [
        ({"relation": Relation.MUST_CHANGE, "expected": None}, "no", NAN, 1),
        ({"relation": Relation.MUST_CHANGE, "expected": None}, "yes", NAN, 0),
        ({"relation": Relation.FOLLOWS, "answer_map": {"yes": "no"}, "expected": "no"}, "no", NAN, 1),
        ({"relation": Relation.FOLLOWS, "answer_map": {"yes": "no"}, "expected": "no"}, "perhaps", NAN, 0),
        ({"relation": Relation.FOLLOWS, "answer_map": {"no": "yes"}}, "yes", 1, NAN),
        ({"relation": Relation.FOLLOWS, "answer_map": {"no": "yes"}}, "no", 0, NAN),
    ],
)
def test_an_answer_that_must_move_is_measured_by_where_it_moves(
    make_case: MakeCase, facts: dict[str, object], answer: str, agrees: float, moves: float
) -> None:
    case = make_case(operator="negation.verbal", **facts)
    table = build_table([make_case(expected="yes"), case], [said("yes", True), said(answer, answer == case.expected)])
    np.testing.assert_array_equal(table.agrees, [[agrees]])
    np.testing.assert_array_equal(table.moved, [[moves]])


def test_an_answer_that_cannot_be_read_has_not_moved(make_case: MakeCase) -> None:
    case = make_case(operator="sanity.empty", relation=Relation.MUST_CHANGE)
    np.testing.assert_array_equal(build_table([make_case(), case], [said("yes"), UNREAD]).moved, [[0]])
    assert build_table([make_case(), case], [said("yes"), FAILED]).unanswered == 1
