"""Answers that are tool calls: the name and the arguments, alone or several at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from llmrobust.score.json_fields import comparable_fields
from llmrobust.score.json_values import near_enough
from llmrobust.score.normalise import Reading
from llmrobust.score.structured import Unreadable, fragment, json_value, parsed, value_at
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.text.late_patterns import late_pattern

CHECK = "tool_call"
NO_CALL = "no call"
"""The answer, and the gold answer, where no tool is to be called."""
NONE = "the answer has no tool call"
_TAGGED = late_pattern(
    r"<(tool_call|function_call)>\s*(?P<body>.*?)\s*(?:</\1>|\Z)|\[TOOL_CALLS\]\s*(?P<list>.*)|"
    r"<\|python_tag\|>\s*(?P<python>.*)|<function=(?P<name>[^>]+)>\s*(?P<arguments>.*?)\s*</function>",
    re.DOTALL,
)
_ARGUMENTS = ("arguments", "parameters", "args", "input")
_END = late_pattern(r"<\|eo[mt]_id\|>\s*\Z")


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was read."""

    name: str
    arguments: Mapping[str, Any]


def read_calls(text: str, spec: AnswerSpec, expected: str | None, names: Mapping[str, str] | None = None) -> Reading:
    """The calls in a reply, in canonical form: one as an object, several as a list in which order does not count.

    names: name as the prompt shows it -> canonical name. A reply without a call is read as an answer only where the
    gold answer is that no tool is called.
    """
    gold = None if expected is None else gold_calls(expected, spec)
    try:
        calls = calls_in(text)
    except Unreadable as problem:
        return Reading(None, f"wrong tool call: {problem}")
    except RecursionError:
        return Reading(None, "wrong tool call: the JSON is nested too deeply")
    if not calls:
        return Reading(NO_CALL) if gold == NO_CALL else Reading(None, NONE)
    calls = [Call((names or {}).get(call.name, call.name), call.arguments) for call in calls]
    try:
        return Reading(_near(_canonical(calls, spec), gold, spec))
    except RecursionError:
        return Reading(None, "wrong tool call: the JSON is nested too deeply")


def gold_calls(text: str, spec: AnswerSpec) -> str | None:
    """A gold answer in canonical form; None if it is no call.

    It is a call ({name, arguments}, or as the OpenAI API writes it), a list of calls, the name of a tool alone (with
    `fields: {name: exact}` nothing else counts), or null, [] or "no call".
    """
    if text.strip().lower() in ("", "null", "none", "[]", NO_CALL):
        return NO_CALL
    try:
        calls = _calls(parsed(text))
    except (Unreadable, RecursionError):
        plain = text.strip()
        calls = [Call(plain, {})] if re.fullmatch(r"[\w.:/-]+", plain) else []
    return _canonical(calls, spec) if calls else None


def calls_in(text: str) -> list[Call]:
    """The calls of a reply, in order; none where it has none. Raises Unreadable for one that cannot be read."""
    text = _END.sub("", text)
    found: list[Call] = []
    tagged = False
    for block in _TAGGED.finditer(text):
        tagged = True
        if block["name"]:
            found += _calls({"name": block["name"].strip(), "arguments": block["arguments"] or "{}"})
        else:
            body = block["body"] or block["list"] or block["python"] or ""
            found += [call for value in _values(body) for call in _needed(value)]
    if tagged:
        return found
    if "{" not in text:
        return []
    try:
        value = json_value(text)
    except Unreadable:
        if re.search(r'"(?:name|function)"\s*:', text) and re.search(rf'"(?:{"|".join(_ARGUMENTS)})"\s*:', text):
            values = list(_values(text)) if text.lstrip().startswith(("{", "[")) else []
            if len(values) > 1:
                return [call for one in values for call in _needed(one)]
            raise
        return []
    return _calls(value)


def _values(text: str) -> Iterator[Any]:
    """JSON values one after another, with commas, semicolons or nothing between them."""
    left = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    if not left:
        raise Unreadable("it is empty")
    while left:
        value, end = value_at(left, 0)
        yield value
        left = left[end:].lstrip(" \n\t,;")


def _needed(value: Any) -> list[Call]:
    calls = _calls(value)
    if not calls and value != []:
        raise Unreadable("it has no name")
    return calls


def _calls(value: Any) -> list[Call]:
    """The calls that a JSON value is. Raises Unreadable for arguments that are not an object."""
    if isinstance(value, list):
        return [call for one in value for call in _needed(one)] if all(map(_is_call, value)) else []
    if isinstance(value, dict) and isinstance(value.get("tool_calls"), list):
        return [call for one in value["tool_calls"] for call in _needed(one)]
    if not _is_call(value):
        return []
    inner = value.get("function")
    one = inner if isinstance(inner, dict) else value
    name = one.get("name") if isinstance(one.get("name"), str) else inner
    key = next((key for key in _ARGUMENTS if key in one), "")
    arguments = one.get(key) if key else {}
    if isinstance(arguments, str):
        arguments = parsed(arguments) if arguments.strip() else {}
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        raise Unreadable(f"the arguments of {name} are not an object")
    return [Call(str(name), arguments)]


def _is_call(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    inner = value.get("function")
    if isinstance(inner, dict):
        return isinstance(inner.get("name"), str) and bool(inner["name"])
    name = value.get("name", inner)
    return isinstance(name, str) and bool(name) and (set(value) <= {"name", "function", "id", "type", *_ARGUMENTS})


def _canonical(calls: Sequence[Call], spec: AnswerSpec) -> str:
    texts = sorted(_one(call, spec) for call in calls)
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _one(call: Call, spec: AnswerSpec) -> str:
    """A call as an object of its fields, or of its name and arguments. Names count as they are written."""
    name = json.dumps(call.name, ensure_ascii=False)
    if not spec.fields:
        return f'{{"arguments": {fragment(dict(call.arguments), spec.ignore_case, spec.coerce)}, "name": {name}}}'
    values = comparable_fields({"name": call.name, "arguments": dict(call.arguments)}, spec)
    values["name"] = name
    inside = (f"{json.dumps(key, ensure_ascii=False)}: {part}" for key, part in sorted(values.items()))
    return f"{{{', '.join(inside)}}}"


def _near(answer: str, gold: str | None, spec: AnswerSpec) -> str:
    """The answer with values within the tolerance of the gold ones replaced by these."""
    loose = {field.name: field.tolerance for field in spec.fields if field.tolerance}
    if not loose or not gold or gold == NO_CALL or answer == gold:
        return answer
    mine, wanted = parsed(answer), parsed(gold)
    several = isinstance(mine, list)
    pairs = list(zip(mine if several else [mine], wanted if isinstance(wanted, list) else [wanted], strict=False))
    for one, other in pairs:
        for name, tolerance in loose.items():
            if name in one and name in other:
                first, second = fragment(one[name], False), fragment(other[name], False)
                if near_enough(first, second, tolerance):
                    one[name] = other[name]
    texts = sorted(_plain(one) for one in (mine if several else [mine]))
    return f"[{', '.join(texts)}]" if several else texts[0]


def _plain(value: Mapping[str, Any]) -> str:
    inside = (f"{json.dumps(key, ensure_ascii=False)}: {_said(part)}" for key, part in sorted(value.items()))
    return f"{{{', '.join(inside)}}}"


def _said(value: Any) -> str:
    """A value that is canonical already, as JSON."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return fragment(value, False)
    if isinstance(value, list):
        return f"[{', '.join(map(_said, value))}]"
    return _plain(value) if isinstance(value, dict) else fragment(value, False)
