"""Lists in running text and in lines, and whether a rewritten text left something out of one."""

from __future__ import annotations

import re

_ITEM = r"[^\W_][\w'’ -]{0,40}?"
_SERIES = re.compile(
    rf"({_ITEM}(?:, {_ITEM})+),? (?:and|or|und|oder|et|ou|y|o) ({_ITEM})(?=[.,;:!?)\n]|\Z)", re.IGNORECASE
)
_LINE = re.compile(r"^[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]+(.*)$", re.MULTILINE)
LONGEST = 3
"""Words of an item after the first; more is a clause."""
_WORD = re.compile(r"\w+")


def shortened(old: str, new: str) -> str:
    """An item of a list of three or more that the new text has left out; empty if nothing is seen.

    A list counts as the same one where another item of it is still there, and the new text lists fewer things.
    """
    for items in _lists(old):
        names = [_name(item) for item in items]
        words = set(_WORD.findall(new.lower()))
        gone = [item for item, name in zip(items, names, strict=True) if name not in words]
        longest = max((len(one) for one in _lists(new)), default=0)
        if gone and len(gone) < len(items) and longest < len(items):
            return gone[0].strip()
    return ""


def _lists(text: str) -> list[list[str]]:
    """The items of each list: "a, b and c", and lines that begin with a bullet or a number."""
    series = [[*found[1].split(", "), found[2]] for found in _SERIES.finditer(text)]
    found = [items for items in series if max(len(item.split()) for item in items[1:]) <= LONGEST]
    lines = [line[1] for line in _LINE.finditer(text)]
    return [*found, lines] if len(lines) > 2 else found


def _name(item: str) -> str:
    """What an item is known by: its last word."""
    words = _WORD.findall(item.lower())
    return words[-1] if words else ""
