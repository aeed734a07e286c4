"""Where an adverb may be replaced: at the end of its clause, before a number, as a habit."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words import clause_places as clauses
from llmrobust.operators.builtin.words import quantity_places as quantities
from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.clause_places import CLAUSE_END
from llmrobust.operators.builtin.words.fitting import is_last, is_measured, word_after, word_before
from llmrobust.operators.builtin.words.parts_of_speech import AUXILIARIES, DETERMINERS, PREPOSITIONS

_DEGREES = frozenset("so very as too how more most less quite rather".split())
"""What measures the adverb after it, and no phrase that says the same: "so quickly"."""
_WEEKDAY = re.compile(r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|week(?:days?|ends?))\b", re.IGNORECASE)
"""What "every day" then does not mean every one of."""
_EACH_OF = re.compile(r"(?:\d|\b[a-z]+s)\s+\Z")
"""What so much of it is had, per hour: a number, or things."""
_COUNTED = re.compile(r"\bhow (?:many|much)\b[^.?!]*\Z", re.IGNORECASE)
_CLAUSE_OPENERS = DETERMINERS | AUXILIARIES | frozenset("i he she it we they you there how what why when where".split())


def _at_the_end(text: str, start: int, end: int) -> bool:
    """At the end of a clause."""
    last = word_before(text, start)
    return CLAUSE_END.match(text, end) is not None and last not in PREPOSITIONS | _DEGREES | {"once"}


def _at_an_edge(text: str, start: int, end: int) -> bool:
    """At the start of a sentence or the end of a clause, not between a verb and what belongs to it."""
    return clauses.starts(text, start) or is_last(text, end)


def _roughly(text: str, start: int, end: int) -> bool:
    """Before a number that one rounds, which nothing limits: "about 200", not "only about 200" nor "about 3"."""
    number = re.match(r"\s+[$£€]?(\d[\d,]*)", text[end:])
    large = number is not None and int(number[1].replace(",", "")) >= 50
    last = word_before(text, start)
    return large and last not in ("only", "just") and quantities.number_follows(text, start, end)


def _manner(text: str, start: int, end: int) -> bool:
    """An adverb at the end of its clause: "drove with care"."""
    measured = word_before(text, start) in _DEGREES
    return is_last(text, end) and not measured and re.search(r"\w \Z", text[:start]) is not None


def _now(text: str, start: int, end: int) -> bool:
    """A "now" at the end of what is asked: not "now and then", nor "Now, if", nor "buy now"."""
    goes_on = word_after(text, end).lower() in ("and", "that", "then", "when", "if", "because")
    asked = clauses.rest_of(text, end).endswith("?") and not clauses.starts(text, start)
    return asked and not goes_on and _at_the_end(text, start, end)


def _again(text: str, start: int, end: int) -> bool:
    repeated = word_before(text, start) in ("yet", "and", "once", "over") or word_after(text, end).lower() == "and"
    return not repeated and _at_the_end(text, start, end)


def _habit(text: str, start: int, end: int) -> bool:
    """An "every day" that ends its clause, and that says how often by itself: not "twice every day"."""
    alone = not quantities.is_rated(text, start) and not clauses.starts(text, start)
    return alone and _WEEKDAY.search(text) is None and _at_the_end(text, start, end)


def _also(text: str, start: int, end: int) -> bool:
    """An "also" that begins its sentence, not one inside a group of verbs."""
    goes_on = word_after(text, end).lower() in _CLAUSE_OPENERS or re.match(r",", text[end:]) is not None
    return clauses.starts(text, start) and goes_on


def _yet(text: str, start: int, end: int) -> bool:
    return _at_the_end(text, start, end) and word_before(text, start) not in ("not", "as")


def _often(text: str, start: int, end: int) -> bool:
    return not is_measured(text, start, end) and word_after(text, end) != "than"


def _daily(text: str, start: int, end: int) -> bool:
    """An "every day" at the end, that says how often by itself and not what is counted."""
    alone = is_last(text, end) and not clauses.starts(text, start) and not quantities.is_rated(text, start)
    return alone and _WEEKDAY.search(text) is None and _COUNTED.search(text[:start]) is None


ADVERBS: Mapping[str, Allowed] = {
    "adverb": lambda text, start, end: not is_measured(text, start, end),
    "edge": _at_an_edge,
    "rough": _roughly,
    "manner": _manner,
    "end": _at_the_end,
    "now": _now,
    "again": _again,
    "habit": _habit,
    "also": _also,
    "yet": _yet,
    "often": _often,
    "daily": _daily,
    "per": lambda text, start, end: _EACH_OF.search(text[:start]) is not None,
    "last": lambda text, start, end: is_last(text, end),
}
"""By kind, whether an adverb is used as one at a place."""
