"""Where a plain phrase may be an idiom: what is counted, done, or near for the idiom to be said of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.clause_places import starts
from llmrobust.operators.builtin.words.fitting import is_last, is_measured, word_after
from llmrobust.operators.builtin.words.quantity_places import number_follows

_DEGREES = re.compile(r"\b(?:so|very|as|too|how|more|most|less|quite|rather|not|at|all|until)\s+\Z", re.IGNORECASE)
_MEASURE = re.compile(
    r"\s+(?:[$£€]\d|[\d,.]+\s*%|(?:[\w,.-]+\s+){1,3}?(?:percent|dollars|euros?|pounds|kilos?|kilograms|grams|tons?|tonnes|miles|"
    r"kilomet(?:er|re)s|met(?:er|re)s|feet|litres?|liters?|gallons|calories|degrees|acres|hectares)\b)"
)
"""A measured amount: money, weight, distance; people and things are counted."""
_IS = re.compile(r"\b(?:is|are|was|were)\s+\Z")
_ADJOINING = re.compile(
    r"\b(?:sit|sits|sat|sitting|stand|stands|stood|standing|walk\w*|work\w*|live[sd]?|living|fight|fights|fought|march\w*|"
    r"sleep|sleeps|slept|lie|lay|lying|stroll\w*|kneel\w*|knelt|rode|swam)\s+\Z"
)
"""What people do next to each other."""
_AT_ONCE = re.compile(
    r"\b(?:died|killed|fired|hired|agreed|accepted|decided|arrested|refused|resigned|dismissed|sacked|bought|sold|"
    r"promoted|proposed|quit|apologi[sz]ed|confessed)\b[^.!?,;]*\Z"
)
"""What is done there and then."""
_NOT_A_HANDFUL = re.compile(
    r"\s+(?:of\s+)?(?:[\w-]+\s+){0,2}?(?:seconds?|minutes?|hours?|days?|nights?|weeks?|weekends?|months?|years?|decades?|"
    r"centuries|moments?|features?|times|words|things|more|less|extra|inches|feet|miles|steps|dollars|bucks|pounds|euros|"
    r"cents|hundred|thousand|million|dozen|sips|bites|blocks|points|pages|changes|drinks|too)\b"
)
_SHARED_OUT = re.compile(
    r"\s+of\s+(?:the|this|that|his|her|their|its|our|my|your)\s+(?:\w+\s+)?(?:money|cash|profits?|prize|reward|inheritance|"
    r"budget|credit|attention|funding|funds|revenue|income|land|market|work|housework|blame|praise|food|oil|wealth|"
    r"estate|cake|loot|spoils)\b"
)
"""What somebody gets the largest share of."""
_UNDER_WAY = re.compile(r"(?:\b(?:is|are|am)|['’](?:s|re|m))\s+(?:\w+ly\s+)?[a-z]+ing\b[^.!?]*\Z", re.IGNORECASE)
_AT_WORK = re.compile(
    r"\b(?:work\w*|guard\w*|monitor\w*|watched|operat\w*|patrol\w*|toil\w*|labou?r\w*)\b[^.!?,;]*\Z", re.IGNORECASE
)
"""What is done by day and by night."""
_DONE_SOON = re.compile(
    r"\b(?:finish\w*|sold|learn\w*|fix\w*|arriv\w*|solv\w*|complet\w*|resolv\w*|vanish\w*|disappear\w*|spread|recover\w*|"
    r"ended|melted|built|over)\b[^.!?,;]*\Z",
    re.IGNORECASE,
)
"""What takes a time from its beginning to its end."""
_GONE = re.compile(r"\b(?:left|gone|went|disappear\w*|vanish\w*|react\w*|turned|happened|passed|fled)\s+(?:\w+\s+)?\Z")


def _north(text: str, start: int, end: int) -> bool:
    """A "more than" of a measured amount within a sentence: not of people, nor first in it."""
    return not starts(text, start) and _MEASURE.match(text, end) is not None and number_follows(text, start, end)


def _near(text: str, start: int, end: int) -> bool:
    """An "almost" of what an amount is: not of what is lost or gained."""
    return _IS.search(text[:start]) is not None and _north(text, start, end)


def _ends(said: re.Pattern[str]) -> Allowed:
    """At the end of a clause that says what the idiom is said of, with nothing that measures it."""

    def fits(text: str, start: int, end: int) -> bool:
        alone = is_last(text, end) and _DEGREES.search(text[:start]) is None
        return alone and said.search(text[:start]) is not None

    return fits


def _handful(text: str, start: int, end: int) -> bool:
    """Things that may be few: no times, no features."""
    last_few = is_measured(text, start, end) or re.search(
        r"\b(?:only|just|quite|the|these|those|last|first|next|past)\s+\Z", text[:start]
    )
    return not last_few and bool(word_after(text, end).islower()) and _NOT_A_HANDFUL.match(text, end) is None


IDIOM_PLACES: Mapping[str, Allowed] = {
    "north": _north,
    "near": _near,
    "handful": _handful,
    "lions-share": lambda text, start, end: (
        re.search(r"\b(?:at|the)\s+\Z", text[:start]) is None and _SHARED_OUT.match(text, end) is not None
    ),
    "adjoining": _ends(_ADJOINING),
    "on-the-spot": _ends(_AT_ONCE),
    "under-our-eyes": _ends(_UNDER_WAY),
    "at-work": _ends(_AT_WORK),
    "done-soon": _ends(_DONE_SOON),
    "gone": _ends(_GONE),
}
"""By kind, whether a place is one of an idiom."""
