"""Lists read from answers: JSON, lines, numbered or marked lines, or items between commas or ">"."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from llmrobust.score.normalise import normalised
from llmrobust.score.number import canonical_number
from llmrobust.score.structured import Unreadable, json_value

_NUMBERED = re.compile(r"\s*(?:\(?\d{1,3}[.):]|[-*•])\s+(.+)")
_INTRODUCES = re.compile(r"[^\n]{0,120}:\s*$")
_WITHIN_LINE = re.compile(r"^[^\n:]{0,60}:\s+(?=\S)")
_MOST_WORDS = 4
"""Words of an item between commas; longer pieces are sentences."""
_BRACKETED = re.compile(r"\[([^\[\]]{1,60})\]")


def items_of(text: str, ignore_case: bool) -> list[str] | None:
    """The items of the one list that an answer is, in order; None where it is none.

    JSON lists of texts or numbers, also as the only list of an object; numbered or marked lines; lines; `3 > 1 > 2`,
    `[3] > [1] > [2]`; items between commas or semicolons of at most four words each. A line that ends in a colon may
    introduce the list.
    """
    try:
        found = _of_json(json_value(text))
    except (Unreadable, RecursionError):
        found = _of_text(text)
    if found is None:
        return None
    items = [normalised(item, ignore_case) for item in found]
    return items if all(items) else None


def list_text(items: list[str]) -> str:
    """Items as canonical text: a JSON list."""
    return json.dumps(items, ensure_ascii=False)


def strings_of(answer: str | None) -> tuple[str, ...]:
    """The items of a canonical text; none of None, or of a text that is not a list of texts."""
    try:
        value = json.loads(answer or "[]")
    except ValueError:
        return ()
    return tuple(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else ()


def item_text(value: Any) -> str | None:
    """An item of a JSON list as text: a number in canonical form; None for anything else."""
    if isinstance(value, Decimal):
        return canonical_number(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def _of_json(value: Any) -> list[str] | None:
    if isinstance(value, dict):
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        if len(lists) != 1:
            return None
        value = lists[0]
    if not isinstance(value, list):
        return None
    items = [item_text(item) for item in value]
    return None if None in items else [item for item in items if item is not None]


def _of_text(text: str) -> list[str] | None:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if len(lines) > 1 and _INTRODUCES.fullmatch(lines[0]):
        lines = lines[1:]
    if not lines:
        return None
    marked = [_NUMBERED.fullmatch(line) for line in lines]
    if all(marked):
        return [_head(found[1]) for found in marked if found is not None]
    if len(lines) > 1:
        return None if any(marked) or any(len(line.split()) > _MOST_WORDS for line in lines) else lines
    return _of_line(_WITHIN_LINE.sub("", lines[0], count=1))


def _of_line(line: str) -> list[str] | None:
    if ">" in line:
        items = [item.strip() for item in line.rstrip(".").split(">")]
        return [found[1] if (found := _BRACKETED.fullmatch(item)) else item for item in items]
    line = re.sub(r",?\s+and\s+(?=\S+(?:\s\S+){0,2}\.?$)", ", ", line) if "," in line or ";" in line else line
    items = [item.strip() for item in re.split(r"[,;]", line.strip().strip("[]").rstrip("."))]
    if len(items) < 2 or any(len(item.split()) > _MOST_WORDS for item in items):
        return None
    return items


def _head(item: str) -> str:
    """The item of a numbered line without an explanation that follows it after a dash or in brackets."""
    return re.split(r"\s+[-–—]\s+|\s*[:(]\s*(?=\S)", item.strip("*_` "), maxsplit=1)[0]
