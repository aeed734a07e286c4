"""JSON answers field by field: what each kind of field equals, in the reader, tables, gates, reports and stored runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.plan import Case
from llmrobust.request import Response
from llmrobust.score import Verdict, score
from llmrobust.score.json_fields import field_answer, read_fields
from llmrobust.suitefile.suite import AnswerSpec, FieldSpec

MakeCase = Callable[..., Case]


def one(check: Any, value: Any, gold: Any, *, coerce: bool = False, **options: Any) -> bool | None:
    """Whether an answer with this value of its only field is right."""
    spec = AnswerSpec(check="json", coerce=coerce, fields=(FieldSpec("x", check, **options),))
    read = read_fields(json.dumps({"x": value}), spec, json.dumps({"x": gold}))
    wanted = read_fields(json.dumps({"x": gold}), spec, None)
    return read.answer == wanted.answer


@pytest.mark.parametrize(
    ("check", "value", "gold", "options", "same"),
    [
        ("exact", "Ada", "ada", {}, True),
        ("exact", "36", 36, {}, False),
        ("exact", "36", 36, {"coerce": True}, True),
        ("exact", 36.0, 36, {}, True),
        ("exact", True, "true", {}, False),
        ("exact", {"a": [1, "B"]}, {"a": [1, "b"]}, {}, True),
        ("number", 36, 36.0, {}, True),
        ("number", "36", 36, {}, False),
        ("number", "36", 36, {"coerce": True}, True),
        ("number", "thirty-six", 36, {"coerce": True}, True),
        ("number", 3.14, 3.1416, {"tolerance": 0.01}, True),
        ("number", 3.2, 3.1416, {"tolerance": 0.01}, False),
        ("list", ["a", "b"], ["A", "b"], {}, True),
        ("list", ["b", "a"], ["a", "b"], {}, False),
        ("set", ["b", "a"], ["a", "b"], {}, True),
        ("set", ["b", "a", "a"], ["a", "b"], {}, True),
        ("set", ["a"], ["a", "b"], {}, False),
        ("set", "a, b", ["a", "b"], {}, False),
        ("set", [1, "1"], [1], {}, False),
        ("date", "5 March 2024", "2024-03-05", {}, True),
        ("date", "March 5th, 2024", "2024-03-05", {}, True),
        ("date", "2024-03-05", "2024-03-06", {}, False),
        ("date", "03/04/2024", "2024-03-04", {}, False),
        ("date", "03/04/2024", "2024-04-03", {}, False),
        ("date", "03/04/2024", "2024-04-03", {"day_first": True}, True),
        ("date", "03/04/2024", "2024-03-04", {"day_first": False}, True),
        ("date", "March 2024", "2024-03-01", {}, False),
        ("date", "13:30", "2024-03-01", {}, False),
        ("date", "5 March 2024, 14:30", "2024-03-05T14:30:00", {}, True),
        ("date", "soon", "2024-03-05", {}, False),
        ("quantity", "1.5 kg", "1500 g", {}, True),
        ("quantity", "1,500 g", "1.5 kg", {}, True),
        ("quantity", "1.5 kg", "1.5 m", {}, False),
        ("quantity", 1500, "1.5 kg", {"unit": "g"}, True),
        ("quantity", 1500, "1.5 kg", {}, False),
        ("quantity", "100 km/h", "27.7778 m/s", {"tolerance": 0.001}, True),
        ("quantity", "20 °C", "293.15 K", {}, True),
        ("quantity", "9**9**9 m", "1 m", {}, False),
        ("quantity", "a lot", "1 m", {}, False),
        ("exact", None, None, {}, True),
        ("exact", None, "x", {}, False),
    ],
)
def test_values_are_compared_as_their_field_says(
    check: str, value: Any, gold: Any, options: dict[str, Any], same: bool
) -> None:
    assert one(check, value, gold, **options) is same


SPEC = AnswerSpec(
    field="gold",
    check="json",
    fields=(FieldSpec("name"), FieldSpec("age", "number", 0.5), FieldSpec("tags", "set"), FieldSpec("at.city")),
)
GOLD = json.dumps({"name": "Ada", "age": 36, "tags": ["x", "y"], "at": {"city": "London"}})


def judged(make_case: MakeCase, value: Any) -> Verdict:
    text = value if isinstance(value, str) else json.dumps(value)
    return score(make_case(expected=GOLD), Response(text, "stop"), SPEC, ())


def test_an_answer_holds_the_fields_and_nothing_else(make_case: MakeCase) -> None:
    said = {"tags": ["y", "x"], "age": 36.4, "name": "ADA", "at": {"city": "London", "zip": 1}, "extra": [1]}
    verdict = judged(make_case, said)
    assert verdict.correct
    assert verdict.answer == '{"age": 36, "at.city": "london", "name": "ada", "tags": ["x", "y"]}'
    assert field_answer(verdict.answer, "tags") == '["x", "y"]'


def test_a_missing_field_is_an_answer_that_is_wrong_unless_gold_has_none(make_case: MakeCase) -> None:
    verdict = judged(make_case, {"name": "Ada", "age": 36, "tags": ["x", "y"]})
    assert verdict.correct is False
    assert field_answer(verdict.answer, "at.city") == "null"
    assert field_answer(verdict.answer, "name") == '"ada"'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[1]", "the JSON is not an object"),
        ("{}", "the JSON has none of the fields name, age, tags, at.city"),
        ("no", "the answer contains no JSON"),
        ('{"name": "Ada"} or {"name": "Bob"}', "the answer may contain several JSON values"),
    ],
)
def test_what_is_no_object_with_these_fields_is_not_read(make_case: MakeCase, text: str, reason: str) -> None:
    verdict = judged(make_case, text)
    assert (verdict.answer, verdict.reason) == (None, reason)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.dates().map(str)
    | st.sampled_from(["5 kg", "1e9 m"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
ALL = ("exact", "number", "list", "set", "date", "quantity")


@settings(max_examples=200)
@given(st.lists(VALUES, min_size=6, max_size=6), st.booleans())
def test_reading_fields_never_raises_and_a_value_equals_itself(values: list[Any], coerce: bool) -> None:
    spec = AnswerSpec(check="json", coerce=coerce, fields=tuple(FieldSpec(check, check) for check in ALL))
    text = json.dumps(dict(zip(ALL, values, strict=True)))
    first, again = read_fields(text, spec, None), read_fields(text, spec, text)
    assert first.answer is not None
    assert first.answer == again.answer
