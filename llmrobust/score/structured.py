"""Values read from JSON answers, and the canonical form in which they are compared. Types count: "36" is not 36."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from llmrobust.score.normalise import Reading, normalised
from llmrobust.score.number import canonical_number

_FENCE = re.compile(r"```([a-zA-Z0-9]*)[ \t]*\n(.*?)```[ \t]*$", re.DOTALL | re.MULTILINE)
"""Its end ends a line: a text inside of JSON may hold the same marks, but no line ends in it."""
_TURNED_DOWN_BEFORE = re.compile(
    r"(?:\b(?:not|never|instead\s+of|rather\s+than|unlike|wrong|invalid|incorrect|example|e\.g\.|such\s+as|like|if)\b"
    r"|n['’]t\b)[^.!?\n]*$",
    re.IGNORECASE,
)
_TURNED_DOWN_AFTER = re.compile(
    r"[`\s]*(?:would\s+(?:be|have\s+been)|is|was)\s+(?:wrong|incorrect|invalid|false|not\b|an\s+error)", re.IGNORECASE
)

_NOT_THE_ANSWER = re.compile(
    r"(?:\b(?:not|never|cannot|instead\s+of|rather\s+than|wrong|invalid|incorrect|for\s+example|e\.g\.|such\s+as)\b"
    r"|n['’]t\b)[^.!?\n]*$",
    re.IGNORECASE,
)
"""Before the only JSON of an answer: it is not what the answer says."""
_TAKES_BACK = re.compile(r"\b(?:wait|correction|actually|scratch\s+that|on\s+second\s+thoughts?)\b", re.IGNORECASE)


class Unreadable(ValueError):
    """The text is not acceptable JSON; the message gives the reason."""


def read_json(text: str, path: str, ignore_case: bool, coerce: bool = False) -> Reading:
    """The value at the dotted path of the one JSON value in the text, in canonical form.

    The value is bare, in a fenced block, or within prose; several values, duplicate keys, NaN and Infinity are
    not read. Prose after the value may mention another one only to turn it down. path: keys and list indices
    ("items.0.name"); empty for the whole value.
    """
    try:
        return Reading(canonical(json_value(text, path), ignore_case, coerce))
    except Unreadable as problem:
        return Reading(None, str(problem))
    except RecursionError:
        return Reading(None, "the JSON is nested too deeply")


def json_value(text: str, path: str = "") -> Any:
    """The value at the dotted path of the one JSON value in the text, numbers as Decimal. Raises Unreadable."""
    return _at(_only_value(text), path)


def canonical_gold(gold: str, ignore_case: bool, coerce: bool = False) -> str:
    """A gold answer in the canonical form of read values: as JSON if it is JSON, else as text."""
    try:
        return canonical(parsed(gold), ignore_case, coerce)
    except (Unreadable, RecursionError):
        return normalised(gold, ignore_case)


def same_json(answer: str, gold: str) -> bool:
    """True if two canonical values are equal; a gold answer that is a single value was written without a type.

    "36" and 36 both are the gold answer 36, which may come from a field of text; within objects and lists types count.
    """
    return answer == gold or (gold[:1] not in ("{", "[") and answer == json.dumps(gold, ensure_ascii=False))


def parsed(text: str) -> Any:
    """The JSON value that a text is, numbers as Decimal. Raises Unreadable if there is any other text."""
    value, end = value_at(text, len(text) - len(text.lstrip()))
    if text[end:].strip():
        raise Unreadable("text follows the JSON value")
    return value


def canonical(value: Any, ignore_case: bool, coerce: bool = False) -> str:
    """A value as it is compared and shown: a string unchanged, anything else as JSON with sorted keys.

    A text that looks like another JSON value (a number, true, null) is written with quotes, which distinguish the two.
    Keys whose value is null are left out. coerce: texts that are numbers, true, false or null become these.
    """
    if isinstance(value, str):
        plain = normalised(value, ignore_case)
        other = _other_type(plain)
        if coerce and other is not None:
            return fragment(other[0], ignore_case)
        return plain if other is None else json.dumps(plain, ensure_ascii=False)
    return fragment(value, ignore_case, coerce)


def fragment(value: Any, ignore_case: bool, coerce: bool = False) -> str:
    """A value as JSON in canonical form, texts within quotes."""
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, Decimal):
        return canonical_number(value)
    if isinstance(value, int | float):
        return canonical_number(Decimal(repr(value)))
    if isinstance(value, str):
        plain = normalised(value, ignore_case)
        other = _other_type(plain) if coerce else None
        return json.dumps(plain, ensure_ascii=False) if other is None else fragment(other[0], ignore_case)
    if isinstance(value, list):
        return f"[{', '.join(fragment(item, ignore_case, coerce) for item in value)}]"
    pairs = sorted((key, item) for key, item in value.items() if item is not None)
    inside = (f"{json.dumps(key, ensure_ascii=False)}: {fragment(item, ignore_case, coerce)}" for key, item in pairs)
    return f"{{{', '.join(inside)}}}"


def _other_type(text: str) -> tuple[Any] | None:
    """The number, truth value, null, list or object that a text would be as JSON, in a tuple; None for others."""
    if not text or text[0] not in "-0123456789tfn[{":
        return None
    try:
        value = parsed(text)
    except (Unreadable, RecursionError):
        return None
    return None if isinstance(value, dict | list) else (value,)


def _only_value(text: str) -> Any:
    fenced = _FENCE.findall(text)
    if len(fenced) > 1:
        fenced = [block for block in fenced if block[0].lower() in ("json", "jsonc", "json5")] or fenced
    if fenced:
        values = [parsed(block) for _, block in fenced]
        if any(fragment(one, False) != fragment(values[0], False) for one in values[1:]):
            raise Unreadable("the answer contains several fenced blocks")
        return values[0]
    try:
        return parsed(text)
    except Unreadable as problem:
        start = re.search(r"[{\[]", text)
        if start is None:
            raise Unreadable("the answer contains no JSON") from problem
    value, end = value_at(text, start.start())
    if _NOT_THE_ANSWER.search(text[: start.start()]) or _TURNED_DOWN_AFTER.match(text, end):
        raise Unreadable("the answer turns its JSON down, or calls it an example")
    _check_rest(text, end, value)
    return value


def _check_rest(text: str, end: int, value: Any) -> None:
    """Raises Unreadable unless every further JSON value is the same one, or is turned down."""
    at = end
    while (found := re.compile(r"[{\[]").search(text, at)) is not None:
        before = text[end : found.start()]
        try:
            other, at = value_at(text, found.start())
        except Unreadable:
            at = found.start() + 1
            if ":" in text[at:] and '"' in text[at:]:
                raise Unreadable("the answer may contain several JSON values") from None
            continue
        denied = bool(_TURNED_DOWN_BEFORE.search(before) or _TURNED_DOWN_AFTER.match(text, at))
        denied = denied and not _TAKES_BACK.search(before)
        if not denied and fragment(other, False) != fragment(value, False):
            raise Unreadable("the answer may contain several JSON values")


def value_at(text: str, start: int) -> tuple[Any, int]:
    """The JSON value that starts there, and where it ends. Raises Unreadable."""
    try:
        return _DECODER.raw_decode(text, start)
    except Unreadable:
        raise
    except ValueError as problem:
        raise Unreadable(f"the JSON cannot be read: {problem}") from problem


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise Unreadable("the JSON has a duplicate key")
    return dict(pairs)


def _constant(name: str) -> NoReturn:
    raise Unreadable(f"{name} is not JSON")


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError as problem:
        raise Unreadable(f"the number {text[:40]} cannot be read") from problem


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_constant, parse_float=_number, parse_int=_number)


def at_path(value: Any, path: str) -> tuple[Any] | None:
    """The value at a dotted path of keys and list indices, in a tuple; None if there is none."""
    for key in path.split(".") if path else ():
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isascii() and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return (value,)


def _at(value: Any, path: str) -> Any:
    found = at_path(value, path)
    if found is None:
        raise Unreadable(f"the JSON has no {path!r}")
    return found[0]
