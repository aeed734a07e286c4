"""From replies to verdicts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.plan import Case
from llmrobust.request import Failure, Response
from llmrobust.score import Outcome, Verdict, score
from llmrobust.suitefile.suite import AnswerSpec

LABELS = ("billing", "bug", "praise")
CHOICE = AnswerSpec(field="answer", choices=LABELS, check="choice")
MakeCase = Callable[..., Case]


def test_failed_request_has_no_answer(make_case: MakeCase) -> None:
    verdict = score(make_case(expected="bug"), Failure("timeout", "after 60 s"), CHOICE, LABELS)
    assert (verdict.outcome, verdict.correct, verdict.answer) == (Outcome.NO_ANSWER, None, None)
    assert verdict.reason == "timeout: after 60 s"


def test_log_probabilities_decide_by_the_largest_and_give_margin(make_case: MakeCase) -> None:
    reply = Response("", "length", "logprobs", tuple(math.log(p) for p in (0.2, 0.5, 0.1)))
    verdict = score(make_case(expected="bug"), reply, CHOICE, LABELS)
    assert (verdict.outcome, verdict.answer, verdict.correct) == (Outcome.ANSWERED, "bug", True)
    assert verdict.label_probabilities == pytest.approx((0.25, 0.625, 0.125))
    assert verdict.margin == pytest.approx(0.375)


def test_earlier_label_wins_a_tie(make_case: MakeCase) -> None:
    verdict = score(make_case(), Response("", "stop", "logprobs", (-1.0, -1.0, -9.0)), CHOICE, LABELS)
    assert (verdict.answer, verdict.margin, verdict.correct) == ("billing", 0.0, None)


@pytest.mark.parametrize(
    "logprobs", [None, (), (-1.0, -2.0), (math.nan, -1.0, -1.0), (-math.inf,) * 3, (math.inf, 0.0, 0.0)]
)
def test_unusable_log_probabilities_are_no_answer(make_case: MakeCase, logprobs: tuple[float, ...] | None) -> None:
    verdict = score(make_case(expected="bug"), Response("bug", "length", "logprobs", logprobs), CHOICE, LABELS)
    assert verdict.outcome is Outcome.UNPARSED
    assert "log-probabilities" in verdict.reason


def test_shown_labels_are_mapped_back_to_canonical_ones(make_case: MakeCase) -> None:
    spec = AnswerSpec(field="answer", choices=("A", "B"), check="choice")
    case = make_case(expected="B", label_map={"A": "i", "B": "ii"})
    for reply in (
        Response("ii.", "stop"),
        Response("ii", "stop", "constrained"),
        Response("", "length", "logprobs", (-3.0, -1.0)),
    ):
        verdict = score(case, reply, spec, ("A", "B"))
        assert (verdict.answer, verdict.correct) == ("B", True)
    assert score(case, Response("B", "stop"), spec, ("A", "B")).outcome is Outcome.UNPARSED


def test_ignored_constraint_is_noticed(make_case: MakeCase) -> None:
    verdict = score(make_case(expected="bug"), Response("It is a bug.", "stop", "constrained"), CHOICE, LABELS)
    assert verdict.outcome is Outcome.UNPARSED
    assert verdict.reason == "the server ignored the constraint to the labels"


def test_cut_off_answers_are_truncated_unless_a_label_is_complete(make_case: MakeCase) -> None:
    def outcome(text: str, scored_by: Any = "text") -> Outcome:
        return score(make_case(expected="bug"), Response(text, "length", scored_by), CHOICE, LABELS).outcome

    assert outcome("bug") is Outcome.ANSWERED
    assert outcome("bug", "constrained") is Outcome.ANSWERED
    assert outcome("bil") is Outcome.TRUNCATED
    assert outcome("bil", "constrained") is Outcome.TRUNCATED
    assert outcome("I think that this is") is Outcome.TRUNCATED


def free(make_case: MakeCase, text: str, expected: str | None, finish: str = "stop", **spec: Any) -> Verdict:
    return score(make_case(expected=expected), Response(text, finish), AnswerSpec(**spec), ())


def test_exact_answers_are_compared_without_their_dress(make_case: MakeCase) -> None:
    verdict = free(make_case, '"PARIS."\n', "Paris")
    assert (verdict.answer, verdict.correct) == ("paris", True)
    assert free(make_case, "Paris, France", "Paris").correct is False
    assert free(make_case, "PARIS", "Paris", ignore_case=False).correct is False
    assert free(make_case, "Paris", None).correct is None


def test_free_text_that_was_cut_off_or_is_empty_is_no_answer(make_case: MakeCase) -> None:
    assert free(make_case, "Paris", "Paris", finish="length").outcome is Outcome.TRUNCATED
    assert free(make_case, " \n", "Paris").outcome is Outcome.UNPARSED


def test_answers_that_contain_the_gold_answer_agree(make_case: MakeCase) -> None:
    first = free(make_case, "It is Paris, of course.", "Paris", check="contains")
    other = free(make_case, "I say: Paris", "Paris", check="contains")
    assert first.correct
    assert first.answer == other.answer == "paris"
    assert free(make_case, "Parisian", "Paris", check="contains").correct is False


def test_pattern_gives_its_first_group(make_case: MakeCase) -> None:
    verdict = free(make_case, "Label = Bug!", "bug", check="regex", pattern=r"label\s*=\s*(\w+)")
    assert (verdict.answer, verdict.correct) == ("bug", True)
    assert free(make_case, "none", "bug", check="regex", pattern=r"label=(\w+)").outcome is Outcome.UNPARSED
    assert free(make_case, "x", "bug", check="regex", pattern=r"(y)?x").outcome is Outcome.UNPARSED


def test_numbers_within_the_tolerance_are_right_and_agree(make_case: MakeCase) -> None:
    first = free(make_case, "about 3.14", "3.1416", check="number", tolerance=0.01)
    assert (first.answer, first.correct) == ("3.1416", True)
    assert free(make_case, "3.2", "3.1416", check="number", tolerance=0.01).correct is False
    assert free(make_case, "1,000", "1000.0", check="number").correct
    assert free(make_case, "5", "five", check="number").correct
    assert free(make_case, "5", "several", check="number").correct is False


@pytest.mark.parametrize(
    ("text", "path", "expected", "right"),
    [
        ('{"label": "Bug"}', "label", "bug", True),
        ('```json\n{"label": "bug"}\n```', "label", "bug", True),
        ('Here: {"a": {"b": [1, {"c": 2.0}]}} done', "a.b.1.c", "2", True),
        ('{"b": 1, "a": [true, null]}', "", '{"a": [true, null], "b": 1.0}', True),
        ('{"label": "bug"}', "label", "praise", False),
        ("true", "", "true", True),
    ],
)
def test_json_values_are_compared_by_content(
    make_case: MakeCase, text: str, path: str, expected: str, right: bool
) -> None:
    assert free(make_case, text, expected, check="json", json_path=path).correct is right


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no json", "the answer contains no JSON"),
        ('{"a": 1} or {"a": 2}', "the answer may contain several JSON values"),
        ('{"a": 1, "a": 2}', "the JSON has a duplicate key"),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"b": 1}', "the JSON has no 'a'"),
        ("[" * 100_000, "the JSON is nested too deeply"),
        ('```\n{"a": 1}\n```\n```\n{"a": 2}\n```', "the answer contains several fenced blocks"),
    ],
)
def test_json_that_is_not_one_clear_value_is_no_answer(make_case: MakeCase, text: str, reason: str) -> None:
    verdict = free(make_case, text, "1", check="json", json_path="a")
    assert (verdict.outcome, verdict.reason) == (Outcome.UNPARSED, reason)


CHECKS = st.sampled_from(["exact", "contains", "number", "json", "regex", "choice"])
REPLIES = st.builds(
    Response,
    st.one_of(st.text(), st.text(st.sampled_from('{}[]":,0123456789.eE-+abc`\n #'), max_size=60)),
    st.sampled_from(["stop", "length", "content_filter", ""]),
    st.sampled_from(["text", "constrained", "logprobs"]),
    st.one_of(st.none(), st.lists(st.floats(), max_size=4).map(tuple)),
)


@settings(max_examples=300)
@given(REPLIES, CHECKS, st.one_of(st.none(), st.text(max_size=10)), st.booleans(), st.booleans())
def test_scoring_never_raises_and_only_answers_are_right(
    make_case: MakeCase, reply: Response, check: Any, expected: str | None, closed: bool, ignore_case: bool
) -> None:
    spec = AnswerSpec(check=check, pattern="(a+)", json_path="a.0", ignore_case=ignore_case)
    verdict = score(make_case(expected=expected), reply, spec, LABELS if closed else ())
    if verdict.outcome is Outcome.ANSWERED:
        assert verdict.answer is not None
        assert (verdict.correct is None) == (expected is None)
    else:
        assert (verdict.answer, verdict.correct) == (None, None)
        assert verdict.reason
