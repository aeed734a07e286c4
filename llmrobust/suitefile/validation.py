"""Pydantic's findings in our own words, at their place in the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.phrases import did_you_mean

M = TypeVar("M", bound=BaseModel)
_PER_CENT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*")
_NAMES = {
    "NoneType": "nothing",
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "dict": "a mapping",
}
_WANTED = {
    "string": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "a mapping (key: value)",
    "model": "a mapping (key: value)",
}


def kind_of(value: Any) -> str:
    """The name of a value's type for messages."""
    return _NAMES.get(type(value).__name__, type(value).__name__)


def validated(model: type[M], value: Any, source: Source, key: Key, hidden: Collection[str] = ()) -> M | None:
    """The value as a model; None if it is invalid, with its problems noted in the source.

    hidden: fields that are not offered as suggestions.
    """
    if not isinstance(value, dict):
        source.problem(f"expected a mapping (key: value), got {kind_of(value)}", source.at_value(key))
        return None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        seen = set()
        for detail in error.errors(include_url=False):
            place = _place(source, key, detail)
            if place not in seen:
                seen.add(place)
                _note(source, model, detail, place, hidden)
        return None


def _place(source: Source, key: Key, detail: ErrorDetails) -> Key:
    """The way to the error; without the union members that pydantic appends."""
    place = key
    for step in detail["loc"]:
        if (*place, step) in source.values:
            place = (*place, step)
    if detail["type"] == "missing" or (detail["type"] == "extra_forbidden" and place == key):
        place = (*place, detail["loc"][-1])
    return place


def _note(source: Source, model: type[BaseModel], detail: ErrorDetails, place: Key, hidden: Collection[str]) -> None:
    kind = detail["type"]
    if kind == "extra_forbidden":
        name = str(place[-1])
        known = [field for field in _fields_at(model, detail["loc"][:-1]) if field not in hidden]
        source.problem(f'unknown key "{name}"', source.at_key(place), did_you_mean(name, known))
    elif kind == "missing":
        source.problem(f'the key "{place[-1]}" is missing', source.at_key(place[:-1]))
    else:
        name = next((str(step) for step in reversed(place) if isinstance(step, str)), "the value")
        source.problem(f"{name}: {_complaint(detail)}", source.at_value(place), _as_fraction(detail))


def _as_fraction(detail: ErrorDetails) -> str:
    """A hint where a share was given in per cent: `85%`, or 95 where at most 1 can be."""
    given, most = detail["input"], detail.get("ctx", {}).get("le", 0)
    found = _PER_CENT.fullmatch(given) if isinstance(given, str) and detail["type"].startswith("float_") else None
    if found:
        return in_fractions(float(found[1]))
    too_large = isinstance(given, int | float) and not isinstance(given, bool) and most <= 1 < given <= 100
    return in_fractions(given) if too_large and detail["type"] == "less_than_equal" else ""


def in_fractions(per_cent: float) -> str:
    """The hint for a share that was given in per cent."""
    return f"shares are written as fractions: {per_cent / 100:g}, not {per_cent:g}"


def _fields_at(model: type[BaseModel], steps: Sequence[str | int]) -> list[str]:
    """The field names that are valid at the end of the steps; none if that is not a single model."""
    for step in steps:
        inner = model.model_fields.get(step) if isinstance(step, str) else None
        if inner is not None:
            models = _models_in(inner.annotation)
            if len(models) != 1:
                return []
            (model,) = models
    return list(model.model_fields)


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {model for inner in get_args(annotation) for model in _models_in(inner)}


def _complaint(detail: ErrorDetails) -> str:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    wanted = _WANTED.get(kind.split("_")[0])
    if kind == "literal_error":
        return f"must be {context['expected'].replace(chr(39), '')}, not {shown(given)}"
    if kind.endswith(("_type", "_parsing", "_from_float")) and wanted:
        return f"must be {wanted}, not {shown(given)}"
    bounds = {
        "greater_than_equal": ("at least", "ge"),
        "greater_than": ("more than", "gt"),
        "less_than_equal": ("at most", "le"),
        "less_than": ("less than", "lt"),
    }
    if kind in bounds:
        words, name = bounds[kind]
        return f"must be {words} {context[name]:g}, not {shown(given)}"
    if kind == "finite_number":
        return f"must be finite, not {shown(given)}"
    if kind == "string_too_short":
        return "must not be empty"
    if kind == "value_error":
        return str(context.get("error", detail["msg"]))
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}, not {shown(given)}"


def shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value if len(value) <= 40 else value[:37] + "..."}"'
    if isinstance(value, bool):
        return str(value).lower()
    return kind_of(value) if value is None or isinstance(value, dict | list) else str(value)
