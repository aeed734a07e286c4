"""Whether a text tells of public events and offices, which fix the years and places that it names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from llmrobust.operators.editing.text_edits import sentences

_EVENT = re.compile(
    r"\b(?:Olympics?|Olympiad|(?:Commonwealth|Asian|Pan American|Paralympic) Games|World Cup|Super Bowl|World Series|"
    r"Battle|Wars?|Siege|Massacre|Treaty|Revolution|Rebellion|Revolt|Uprising|Invasion|Reformation|Crusades?|Blitz|"
    r"Holocaust|Commonwealth|Empire|Dynasty|Republic|Confederacy|Confederate|Union Army|Colony|Soviet|Nazi|Ottoman|"
    r"Roman|Acts?|Emancipation|Independence|Constitution|Congress|Parliament|Senate|Senator|House of \w+|"
    r"(?:States|Delaware|State) House|House (?:seat|member|election)|Representatives|Assembly|Elections?|Governor|"
    r"President|Presidency|Vice President|Prime Minister|Chancellor|Ministry|Emperor|Empress|Pope|King|Queen|"
    r"Championships?|Grand Prix|Tournament|Festival|Awards?|Prize|Hurricane|Cyclone|Earthquake|Great (?:Fire|Famine|"
    r"Depression)|Supreme Court|Army|Navy|Regiment|League|NBA|NFL|NHL|MLB)\b"
    r"|\b(?:\w+-)?elect(?:ions?|ed)\b|\b(?:invaded|annexed|colonised|colonized|conquered|gained independence)\b"
)
_PLAYS = re.compile(
    r"\b[A-Z][a-z]+ (?:got |was |were )?(?:lost (?:to|the)|beat(?:en)?|defeated|won (?:against|the)|drew with|"
    r"scored against)\b|\bloss\b"
)
"""What is said of teams that are called by their cities."""
_EARLY = re.compile(r"(?<![\w.,:/$£€#-])(?:1[0-8]\d\d|19[0-8]\d)s?(?![\w%:/-]|[.,]\d)")
"""A year before 1990."""
_ANY_YEAR = re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?!\d)")
_MODERN = 1900
_REGION = (
    r"provinces?|districts?|states?|counties|county|regions?|islands?|capital|cities|city|towns?|villages?|communes?|"
    r"municipality|municipalities|departments?|parish(?:es)?|rivers?|mountains?|lakes?|suburbs?|settlements?|"
    r"neighbou?rhoods?|airports?|stations?|universit(?:y|ies)"
)
_NAMED_REGION = re.compile(
    r"\b[A-Z][\w'’-]+ (?:Province|District|County|Region|Islands?|Prefecture|Municipality|Department|Parish|Territory|"
    r"Township|River|Valley|Peninsula|Airport|Aerodrome|Park|Forest|Moors|Cathedral|Bridge|Line|Fair|D\.C)\b"
    r"|\b(?:neighbou?rhoods?|boroughs?|councils?|legislative district)\b"
)


def names_public_event(text: str) -> bool:
    """Whether a public event or office is named: "the 1956 Summer Olympics", "the Treaty of Rome", "was elected"."""
    return _EVENT.search(text) is not None


def fixes_years(texts: Sequence[str], years: Sequence[str]) -> bool:
    """Whether one of these years is beside a public event or office, or so early that the text tells of history."""
    said = (part for text in texts for part in sentences(text) if _ANY_YEAR.search(part))
    return any(int(year) < _MODERN for year in years) or any(map(names_public_event, said))


def fixes_place(name: str, texts: Sequence[str]) -> bool:
    """Whether texts say of a place what is so of no other: what happened there, what lies in it, its other name."""
    place = f"[Tt]{re.escape(name)[1:]}" if name.startswith("the ") else re.escape(name)
    lies_in = re.compile(
        rf"\b[A-Z][^.?!]*\b(?:is|was|are|were) (?:an?|the|one of)\b[^.?!]*\b(?:{_REGION})\b[^.?!]*"
        rf"\b(?:of|in) (?:[\w-]+ )?{place}(?!\w)|(?<!\w){place}(?: ?\(\s?| )[A-Z]|\(\s?{place}\s?\)|"
        rf"\b(?:Greater|North|South|East|West|Central|Old|Port) {place}(?!\w)"
    )
    for part in (part for text in texts for part in sentences(text)):
        if re.search(rf"(?<!\w){place}(?!\w)", part, re.IGNORECASE) is None:
            continue
        if names_public_event(part) or any(one.search(part) for one in (_EARLY, _NAMED_REGION, _PLAYS, lies_in)):
            return True
    return False
