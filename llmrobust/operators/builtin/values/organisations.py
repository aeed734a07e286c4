"""Finds well-known organisations in texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from llmrobust.operators.builtin.values.names import KNOWN_ORGANISATIONS
from llmrobust.operators.builtin.values.organisation_heads import headed_organisations
from llmrobust.operators.builtin.values.renaming import pattern_of, the_small
from llmrobust.operators.builtin.values.second_names import has_second_name
from llmrobust.operators.editing.protected_text import free_stretches

_WORDS_TOO = frozenset(
    "Apple Amazon Meta Target Shell Subway Oracle Slack Zoom Ford Stripe Dell Nice Orange Canon Puma Lyft "
    "Intel Cambridge Oxford Stanford Berkeley Princeton Chase Universal Paramount Emirates Visa HP AMD MIT "
    "Kia Nike Wendy's Bayer Duke Fox Staples Burlington".split()
)
"""Names that are also other words, places or people; read as organisations only where they do what one does."""
_DOES = re.compile(
    r"['’]s (?:revenue|profit|profits|shares?|stock|earnings|sales|CEO|board|management|products?|employees|business|"
    r"market|new|latest|founder|headquarters|shareholders|first|quarterly|cloud|services?|customers|website|app|store)\b|"
    r" (?:is|was|has|had|will|said|says|announced|reported|reports|plans|launched|released|acquired|bought|sold|hired|"
    r"fired|unveiled|posted|employs|makes|offers|shares|stock|stores?|employees|executives|Inc|Corp|University|and|'s)\b"
)
_FOR = re.compile(
    r"\b(?:works?|worked|working|employed|CEO of|shares of|stock in|at|for|by|joined|sued|bought|founded) \Z"
)


def all_organisations_of(texts: Sequence[str]) -> list[str]:
    """The well-known organisations in texts, and those of no list that their last word tells.

    Not where a text may name one in a second way, nor public bodies that go by an acronym.
    """
    headed = headed_organisations(texts)
    known = [name for name in organisations_of(texts) if not any(name in other for other in headed)]
    found, whole = [*known, *headed], "\n".join(texts)
    bodies = KNOWN_ORGANISATIONS["agency"]
    return [
        name
        for name in found
        if not (name in bodies and name.removeprefix("the ").isupper()) and not has_second_name(name, whole, found)
    ]


def organisations_of(texts: Sequence[str]) -> list[str]:
    """The well-known organisations in texts, in reading order."""
    found: dict[str, bool] = {}
    for text in texts:
        for start, end in free_stretches(text):
            for match in _pattern().finditer(text, start, end):
                name, after = the_small(match[0]), text[match.end() :]
                goes_on = re.match(r" (?:[A-Z](?!nc\b|orp\b)|\d)|-\w|\.\w", after) or re.search(
                    r"[A-Z]\w* \Z", _inside(text, match.start())
                )
                surely = name not in _WORDS_TOO or _DOES.match(after) or _FOR.search(text[: match.start()])
                found[name] = found.get(name, True) and not goes_on
                if not surely and not found.get(f"\0{name}"):
                    continue
                found[f"\0{name}"] = True
    return [name for name, alone in found.items() if alone and not name.startswith("\0") and f"\0{name}" in found]


def _inside(text: str, start: int) -> str:
    """The words before, from the second word of its sentence on."""
    sentence = re.split(r"[.!?\n]\s*", text[:start])[-1]
    return sentence.partition(" ")[2]


@cache
def _pattern() -> re.Pattern[str]:
    return pattern_of({name: "" for names in KNOWN_ORGANISATIONS.values() for name in names})
