"""Values inside fields: `question.choices[*].text` names the texts of all choices of a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

ABSENT: Final = object()
"""What a path leads to where there is nothing."""
_PATH = re.compile(r"(?:[^.\[\]]+|\[(?:\*|\d+)\])(?:\.[^.\[\]]+|\[(?:\*|\d+)\])*")
_STEP = re.compile(r"\[(\*|\d+)\]|([^.\[\]]+)")


def is_path(text: str) -> bool:
    """Whether a text can be read as a path: names with dots between, `[0]` for one item, `[*]` for each item."""
    return _PATH.fullmatch(text) is not None


def value_at(fields: Mapping[str, Any], path: str) -> Any:
    """The value at a path, or ABSENT. A field whose whole name is the path comes first.

    `[*]` gives a list with what the rest of the path leads to in each item, in order; it is ABSENT where one item lacks
    it. Within `[*]`, lists that a further `[*]` gives are joined.
    """
    if path in fields:
        return fields[path]
    steps = [index or name for index, name in _STEP.findall(path)]
    return _below(fields, [(step, kind) for step, kind in zip(steps, _kinds(path), strict=True)])


def _kinds(path: str) -> list[bool]:
    """For each step, whether it is in brackets."""
    return [bool(index) for index, _ in _STEP.findall(path)]


def _below(value: Any, steps: list[tuple[str, bool]]) -> Any:
    if not steps:
        return value
    (step, bracketed), rest = steps[0], steps[1:]
    if not bracketed:
        return _below(value[step], rest) if isinstance(value, Mapping) and step in value else ABSENT
    if not isinstance(value, list | tuple):
        return ABSENT
    if step != "*":
        return _below(value[int(step)], rest) if int(step) < len(value) else ABSENT
    found = [_below(item, rest) for item in value]
    if ABSENT in found:
        return ABSENT
    joins = any(inner == ("*", True) for inner in rest)
    return [one for some in found for one in some] if joins else found
