"""Short readable names of format values ("double-colon", "lower-roman") and of whole formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from llmrobust.prompt.format_grammar import VALUES, Attribute, Format, Slot

_CHARACTERS = {
    " ": "space", "\n": "newline", "\t": "tab", ":": "colon", "-": "dash", ";": "semicolon", ",": "comma",
    ".": "dot", "|": "bar",
}  # fmt: skip
_TIMES = {1: "", 2: "double-", 3: "triple-", 4: "quadruple-"}
_NAMED: Mapping[str, str] = {
    "as_is": "as-is", "title": "title", "upper": "upper", "lower": "lower",
    "(x)": "parenthesised", "x.": "dotted", "x)": "closed", "x )": "space-closed", "[x]": "bracketed", "<x>": "angled",
    "1": "digits", "A": "upper-letters", "a": "lower-letters", "I": "upper-roman", "i": "lower-roman",
    "unicode_roman": "unicode-roman",
}  # fmt: skip
_SHORT: Mapping[Attribute, str] = {
    "separator": "sep",
    "casing": "case",
    "space": "space",
    "wrapper": "wrap",
    "numbering": "num",
    "option_separator": "gap",
}
_ORDER = tuple(_SHORT)


@lru_cache(maxsize=1024)
def value_name(attribute: Attribute, value: str) -> str:
    """A grammar value's name: "colon-space" for the separator ": ", "bracketed" for the wrapper "[x]"."""
    if attribute in ("casing", "wrapper", "numbering"):
        return _NAMED[value]
    words = []
    for piece in re.findall(r"<sep>|((.)\2*)", value.replace("<sep>", "\0"), re.DOTALL):
        run, character = piece
        words.append("sep-tag" if character == "\0" else _TIMES[len(run)] + _CHARACTERS[character])
    return "-".join(words) or "none"


def format_name(values: Format, original: Format) -> str:
    """What a format changes: "sep=double-colon.case=upper.opt-space=newline"."""
    return _name(tuple([(slot, value) for slot, value in values.items() if value != original[slot]]))


def value_of(attribute: Attribute, written: str) -> str | None:
    """The value that a suite means by its name or by itself; None if there is no such value."""
    return next((value for value in VALUES[attribute] if written in (value, value_name(attribute, value))), None)


@lru_cache(maxsize=4096)
def _name(changed: tuple[tuple[Slot, str], ...]) -> str:
    in_order = sorted(changed, key=lambda one: (_rank(one[0][0]), _ORDER.index(one[0][1])))
    return ".".join(f"{_slot_name(slot)}={value_name(slot[1], value)}" for slot, value in in_order)


def _slot_name(slot: Slot) -> str:
    owner, attribute = slot
    lead = {"fields": "", "options": "opt-", "list": "list-"}.get(owner, f"{owner}-")
    if owner == "options" and attribute in ("wrapper", "numbering"):
        lead = ""
    return lead + _SHORT[attribute]


def _rank(owner: str) -> tuple[int, str]:
    return ({"fields": 0, "list": 1, "options": 2}.get(owner, 3), owner)
