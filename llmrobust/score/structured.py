"""Values read from JSON answers."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from llmrobust.score.normalise import Reading, normalised
from llmrobust.score.number import canonical_number

_FENCE = re.compile(r"```[a-zA-Z]*[ \t]*\n(.*?)```", re.DOTALL)


class _Unreadable(ValueError):
    """The text is not the JSON that is read here; the message says why."""


def read_json(text: str, path: str, ignore_case: bool) -> Reading:
    """The value at the dotted path of the one JSON value in the text, in canonical form.

    The value stands bare, in a fenced block, or within prose; several values, duplicate keys, NaN and Infinity are
    not read. path: keys and list indices ("items.0.name"); empty for the whole value.
    """
    try:
        value = _at(_only_value(text), path)
        return Reading(_canonical(value, ignore_case))
    except _Unreadable as problem:
        return Reading(None, str(problem))
    except RecursionError:
        return Reading(None, "the JSON is nested too deeply")


def canonical_gold(gold: str, ignore_case: bool) -> str:
    """A gold answer in the canonical form of read values: as JSON if it is JSON, else as text."""
    try:
        return _canonical(_parse(gold), ignore_case)
    except (_Unreadable, RecursionError):
        return normalised(gold, ignore_case)


def _only_value(text: str) -> Any:
    fenced = _FENCE.findall(text)
    if len(fenced) > 1:
        raise _Unreadable("the answer contains several fenced blocks")
    if fenced:
        return _parse(fenced[0])
    try:
        return _parse(text)
    except _Unreadable as problem:
        start = re.search(r"[{\[]", text)
        if start is None:
            raise _Unreadable("the answer contains no JSON") from problem
    value, end = _parse_start(text, start.start())
    if re.search(r"[{\[]", text[end:]):
        raise _Unreadable("the answer may contain several JSON values")
    return value


def _parse(text: str) -> Any:
    value, end = _parse_start(text, len(text) - len(text.lstrip()))
    if text[end:].strip():
        raise _Unreadable("text follows the JSON value")
    return value


def _parse_start(text: str, start: int) -> tuple[Any, int]:
    """The JSON value that starts there, and where it ends."""
    try:
        return _DECODER.raw_decode(text, start)
    except _Unreadable:
        raise
    except ValueError as problem:
        raise _Unreadable(f"the JSON cannot be read: {problem}") from problem


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise _Unreadable("the JSON has a duplicate key")
    return dict(pairs)


def _constant(name: str) -> NoReturn:
    raise _Unreadable(f"{name} is not JSON")


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError as problem:
        raise _Unreadable(f"the number {text[:40]} cannot be read") from problem


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_constant, parse_float=_number, parse_int=_number)


def _at(value: Any, path: str) -> Any:
    for key in path.split(".") if path else ():
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isascii() and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            raise _Unreadable(f"the JSON has no {path!r}")
    return value


def _canonical(value: Any, ignore_case: bool) -> str:
    """A string or number as plain text, anything else as JSON with sorted keys; a number equals its text."""
    plain = _plain(value, ignore_case)
    return plain if isinstance(plain, str) else json.dumps(plain, sort_keys=True, ensure_ascii=False)


def _plain(value: Any, ignore_case: bool) -> Any:
    if isinstance(value, Decimal):
        return canonical_number(value)
    if isinstance(value, str):
        return normalised(value, ignore_case)
    if isinstance(value, list):
        return [_plain(item, ignore_case) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item, ignore_case) for key, item in value.items()}
    return value
