"""JSON answers field by field: one answer for the whole object, from which that of each field is taken."""

from __future__ import annotations

import json
from typing import Any

from llmrobust.score.json_values import comparable_value, near_enough
from llmrobust.score.normalise import Reading
from llmrobust.score.structured import Unreadable, at_path, fragment, json_value, parsed
from llmrobust.suitefile.suite import AnswerSpec

NOTHING = "null"
"""A field that is null or not there."""


def read_fields(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """The suite's fields of a JSON object, as an object of comparable values with sorted keys.

    Other fields do not count, and a field that is null is left out. A value within the tolerance of the gold one is
    the gold one. Nothing is read where the JSON is not an object, or has none of the fields.
    """
    try:
        value = json_value(text, spec.json_path)
    except Unreadable as problem:
        return Reading(None, str(problem))
    except RecursionError:
        return Reading(None, "the JSON is nested too deeply")
    return fields_of(value, spec, expected)


def fields_of(value: Any, spec: AnswerSpec, expected: str | None) -> Reading:
    """The suite's fields of an object that was read already, as `read_fields` gives them."""
    if not isinstance(value, dict):
        return Reading(None, "the JSON is not an object")
    if all(at_path(value, field.name) is None for field in spec.fields):
        return Reading(None, f"the JSON has none of the fields {', '.join(field.name for field in spec.fields)}")
    gold = _parts(expected and gold_fields(expected, spec))
    try:
        values = _comparable(value, spec)
    except RecursionError:
        return Reading(None, "the JSON is nested too deeply")
    for field in spec.fields:
        mine, wanted = values.get(field.name), gold.get(field.name)
        if mine is not None and wanted is not None and field.tolerance and near_enough(mine, wanted, field.tolerance):
            values[field.name] = wanted
    return Reading(_object(values))


def gold_fields(text: str, spec: AnswerSpec) -> str | None:
    """A gold answer's fields in the form used for answers; None if it is not a JSON object."""
    try:
        value = parsed(text)
    except (Unreadable, RecursionError):
        return None
    return _object(_comparable(value, spec)) if isinstance(value, dict) else None


def field_answer(answer: str | None, name: str) -> str | None:
    """A field of an answer that `read_fields` gave, as a JSON fragment; null where it is not there."""
    return None if answer is None else _parts(answer).get(name, NOTHING)


def _comparable(value: dict[str, Any], spec: AnswerSpec) -> dict[str, str]:
    found = {}
    for field in spec.fields:
        there = at_path(value, field.name)
        if there is not None and there[0] is not None:
            found[field.name] = comparable_value(there[0], field, spec.ignore_case, spec.coerce)
    return found


def _object(values: dict[str, str]) -> str:
    inside = (f"{json.dumps(name, ensure_ascii=False)}: {part}" for name, part in sorted(values.items()))
    return f"{{{', '.join(inside)}}}"


def _parts(answer: str | None) -> dict[str, str]:
    if not answer:
        return {}
    try:
        value = parsed(answer)
    except (Unreadable, RecursionError):
        return {}
    return {name: fragment(part, False) for name, part in value.items()} if isinstance(value, dict) else {}
