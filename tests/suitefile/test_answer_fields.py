"""The fields of JSON answers in a suite file: what is accepted, and every mistake at its place."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from llmrobust.score.checks import CHECKS
from llmrobust.suitefile.editor_schema import suite_json_schema
from llmrobust.suitefile.suite import FieldSpec
from tests.suitefile.conftest import Folder

SUITE = """\
suite: people
prompt: {user: "Who? {{ text }}"}
examples:
  - {text: "Ada, 36", gold: {name: Ada, age: 36, at: {city: London}}}
answer:
  field: gold
  check: json
  fields:
    name:
    age: {check: number, tolerance: 0.5}
    at.city: exact
perturb: [casing.upper]
gate:
  accuracy: {min: 0.9, of: age}
"""


def test_fields_are_written_short_or_with_options(folder: Folder) -> None:
    suite = folder.load(SUITE)
    assert suite.answer.fields == (FieldSpec("name"), FieldSpec("age", "number", 0.5), FieldSpec("at.city"))
    assert suite.gates[0].of == "age"


# (text that is replaced, its replacement, what is underlined, message, hint)
MISTAKES = [
    ("at.city: exact", "at.city: exactly", "exactly", 'at.city: must be exact, number, list, set, date or quantity, not "exactly"', ""),
    ("tolerance: 0.5", "tolerance: -1", "-1", "tolerance: must be at least 0, not -1", ""),
    ("check: number, tolerance", "check: set, tolerance", "tolerance", "tolerance does not apply here: it belongs to check: number or quantity, and age is set", ""),
    ("check: number, tolerance: 0.5", "check: number, unit: kg", "unit", "unit does not apply here: it belongs to check: quantity, and age is number", ""),
    ("check: number, tolerance: 0.5", "check: quantity, unit: kgs per", "kgs per", "unit:", "a unit that pint knows, such as kg"),
    ("check: number, tolerance: 0.5", "check: number, tolerence: 0.5", "tolerence", 'unknown key "tolerence"', 'did you mean "tolerance"'),
    ("of: age", "of: agee", "agee", 'of: answer.fields names no field "agee"', 'did you mean "age"'),
    ("  check: json", "  check: exact", "fields", "fields does not apply here: it belongs to check: json, regex or tool_call, and the check is exact", ""),
    ("  check: json", "  check: regex\n  pattern: '(?P<name>a)'", "age", 'fields: the pattern has no group named "age"', "(?P<age>...)"),
    ("  check: json", "  check: json\n  top: 3", "top", "top does not apply here: it belongs to check: ranking, and the check is json", ""),
    ("gold: {name: Ada, age: 36,", "gold: {name: Ada,", None, 'the answer of example ex-001 has no field "age"', "a field without a value is null"),
    ("at: {city: London}", "at: London", None, 'the answer of example ex-001 has no field "at.city"', ""),
    ("gold: {name: Ada, age: 36, at: {city: London}}", "gold: Ada", None, "the answer of example ex-001 is not JSON", ""),
    ("gold: {name: Ada, age: 36, at: {city: London}}", "gold: [Ada]", None, "must be an object with the fields of answer.fields, not a list", ""),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "underlined", "message", "hint"), MISTAKES)
def test_mistake_is_shown_at_its_place(
    folder: Folder, before: str, after: str, underlined: str | None, message: str, hint: str
) -> None:
    assert before in SUITE
    (found, *_) = folder.problems(SUITE.replace(before, after))
    at = found.location
    assert message in found.message
    assert hint in found.hint
    if underlined is not None:
        assert found.source_line[at.column - 1 : at.column - 1 + at.length] == underlined


def test_a_library_that_is_not_installed_is_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmrobust.suitefile.answer_fields.find_spec", lambda name: None)
    (found,) = folder.problems(SUITE.replace("at.city: exact", "at.city: date"))
    assert found.message == "the field at.city is a date, which needs the package python-dateutil"
    assert found.hint == "pip install 'llmrobust[values]'"


@pytest.mark.parametrize(
    ("fields", "valid"),
    [
        ({"name": "exact", "age": {"check": "number", "tolerance": 1}, "x": None}, True),
        ({"name": "same"}, False),
        ({"name": {"check": "number", "toleranz": 1}}, False),
    ],
)
def test_the_editor_s_schema_knows_them(fields: dict[str, Any], valid: bool) -> None:
    suite = {
        "suite": "s",
        "prompt": "Who? {{ text }}",
        "examples": [{"text": "a"}],
        "answer": {"check": "json", "fields": fields},
        "gate": {"accuracy": {"min": 0.5, "of": "name"}},
    }
    found = list(jsonschema.Draft202012Validator(suite_json_schema(checks=CHECKS.names())).iter_errors(suite))
    assert (not found) is valid
