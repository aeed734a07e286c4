"""Where a noun may be replaced, or an adjective by the noun after it: compounds, plurals, what a word is said of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.fitting import (
    is_a_noun,
    is_last,
    is_measured,
    on_a_scale,
    word_after,
    word_before,
)
from llmrobust.operators.builtin.words.parts_of_speech import (
    ADJECTIVES,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
)
from llmrobust.operators.builtin.words.sense_places import is_a_fixed_big

_PERSON = re.compile(
    r"\s+(?:(?:young|old|little|tall|blond|blonde|dark|rich|American|English|French|Russian|Spanish) )?"
    r"(?:woman|women|girls?|lad(?:y|ies)|wife|wives|brides?|actress(?:es)?|maidens?|daughters?|queens?|princess(?:es)?|widows?|"
    r"dancers?|sisters?|mistress|heroine|damsels?|creatures?|nurses?|singers?|young (?:man|men|people))\b"
)
"""Of whom "comely" is said."""
_JUDGED_WORK = frozenset(
    "good great nice fine decent better best bad poor excellent terrible hard tough only odd".split()
)
_DOING = re.compile(
    r"\b(?:do|does|did|doing|done|finish\w*|complet\w*|start\w*|for|on|of) (?:\w+ ){1,2}\Z", re.IGNORECASE
)
_DONE = re.compile(r"\s+(?:done|of|at hand|to do|by|well|that needs?|takes?|took|today)\b")
_WHICH_HALF = frozenset("other first second last the a an one this remaining latter former better next".split())
_AMOUNTS = frozenset(
    "number amount quantity part portion extent scale majority proportion sum percentage share".split()
)
_UNIVERSITY = re.compile(
    r"\b(?:universit(?:y|ies)|colleges?|graduate|undergraduate|law|medical|campus)\b", re.IGNORECASE
)
_PLURAL = re.compile(r"[^sui]s\Z")


def _of_a_person(text: str, start: int, end: int) -> bool:
    """An adjective before a noun for a person: "a comely woman"."""
    return word_before(text, start) in DETERMINERS and _PERSON.match(text, end) is not None


def _of_one(text: str, start: int, end: int) -> bool:
    """An adjective before one thing: "the entire class", not "the entire students"."""
    after = re.match(r"\s+([a-z-]+)(?:\s+([a-z-]+))?", text[end:])
    if after is None or word_before(text, start) not in DETERMINERS | {"'s"}:
        return False
    noun = after[2] if after[1] in ADJECTIVES and after[2] else after[1]
    return _PLURAL.search(noun) is None and noun not in ("people", "children", "men", "women")


def _post(text: str, start: int, end: int) -> bool:
    """A job that somebody holds: not "a good job", "do the job", nor jobs in general."""
    last = word_before(text, start)
    held = last in DETERMINERS or last in ADJECTIVES or last.endswith("'s")
    judged = last in _JUDGED_WORK or _DOING.search(text[:start]) is not None or _DONE.match(text, end) is not None
    return held and not judged and is_a_noun(text, start, end)


def _waste(text: str, start: int, end: int) -> bool:
    """Waste, and not the first word of "trash can" or "garbage bag"."""
    after = word_after(text, end).lower()
    last = word_before(text, start)
    alone = not after or after in (PREPOSITIONS | CONJUNCTIONS | AUXILIARIES) - {"can"}
    return alone and (last in DETERMINERS or last in PREPOSITIONS or last in ("and", "or"))


def _taught(text: str, start: int, end: int) -> bool:
    """Those who go to a school, not to a university."""
    return is_a_noun(text, start, end) and _UNIVERSITY.search(text) is None


def _sized(text: str, start: int, end: int) -> bool:
    """A "large" of a thing, not of a number or one of several sizes."""
    after = word_after(text, end)
    free = not is_measured(text, start, end) and not on_a_scale(text, text[start:end])
    free = free and not is_a_fixed_big(text, end)
    return free and word_before(text, start) in DETERMINERS and after.isalpha() and after not in _AMOUNTS


def _at_the_end_of_its_clause(text: str, start: int, end: int) -> bool:
    """After a form of be that nothing limits, at the end of its sentence: "is hard." """
    be = re.search(r"\b(?:is|are|was|were)\s+\Z", text[:start], re.IGNORECASE)
    asked = re.search(
        r"\b(?:what|how|which|who)(?:['’]s)? (?:\w+ )?\Z", text[: be.start()] if be else "", re.IGNORECASE
    )
    return be is not None and asked is None and is_last(text, end)


NOUNS: Mapping[str, Allowed] = {
    "of-person": _of_a_person,
    "of-one": _of_one,
    "post": _post,
    "waste": _waste,
    "taught": _taught,
    "fee": lambda text, start, end: is_a_noun(text, start, end) and re.search(r"\bcharg", text) is None,
    "aggregated": lambda text, start, end: (
        word_before(text, start) in DETERMINERS - {"a", "an", "many", "much"} and word_after(text, end).isalpha()
    ),
    "halved": lambda text, start, end: word_before(text, start) not in _WHICH_HALF,
    "sized": _sized,
    "unmeasured": lambda text, start, end: (
        not is_measured(text, start, end) and word_before(text, start) not in ("more", "less", "most", "very", "quite")
    ),
    "closing": _at_the_end_of_its_clause,
}
"""By kind, whether a noun or an adjective is used as one at a place."""
