"""Where an adjective may be replaced: before its noun, in a row of adjectives, after a form of be."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.fitting import (
    is_measured,
    on_a_scale,
    word_after,
    word_before,
)
from llmrobust.operators.builtin.words.parts_of_speech import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    KNOWN_ADJECTIVES,
    PREPOSITIONS,
)
from llmrobust.operators.builtin.words.sense_places import is_a_fixed_big

COPULA = frozenset(
    "am is are was were be been being seem seems seemed feel feels felt look looks looked become becomes became get "
    "gets got very really quite too it's that's i'm he's she's you're we're they're isn't aren't wasn't".split()
)
_WHOLE_OTHER = frozenset(
    "of is was in for as number numbers lot bunch host new wheat milk grain grains thing point other range".split()
)
"""What follows a "whole" that is not "entire"."""
_MISTAKEN = re.compile(
    r"\s+(?:exchange\s+)?(?:rate|rates|amount|pin|number|code|price|answer|account|address|name|fee|charge|details|currency|"
    r"passcode|password|date|order|item)\b",
    re.IGNORECASE,
)
_SERVED = re.compile(
    r"\b(?:drinks?|coffees?|teas?|meals?|lunch|dinner|breakfast|desserts?|pizzas?|beers?|wines?|snacks?|food|cookies?|soups?)"
    r"(?:\s+\w+){0,2}\s+\Z",
    re.IGNORECASE,
)
_AFTER_A_PHRASE = frozenset(
    "a an the and or but because when while if that this to in on at for with by from of as so after before he she it "
    "they we you i his her their its my our your is was are were".split()
)
_ROW_GOES_ON = re.compile(r"\s?,\s+([a-z-]+)|\s+(?:and|but)\s+([a-z-]+)")
_TASK = re.compile(
    r"\s+(?:tasks?|questions?|problems?|times?|jobs?|decisions?|choices?|exams?|tests?|games?|subjects?|exercises?|puzzles?|"
    r"words?|steps?|parts?|things?)\b"
)
"""What is hard when it is difficult."""
_PLURAL = re.compile(r"[^su]s\Z|\A(?:people|children|men|women|police)\Z")


def is_an_adjective(text: str, start: int, end: int) -> bool:
    """After a form of be, before a noun that is determined, or one of several adjectives in a row."""
    if is_measured(text, start, end) or on_a_scale(text, text[start:end]):
        return False
    last = word_before(text, start)
    if last in COPULA:
        return True
    if last in DETERMINERS:
        return word_after(text, end).isalpha() or _more_follow(text, end)
    return _in_a_row(text, start) and (word_after(text, end).isalpha() or _more_follow(text, end))


def _more_follow(text: str, end: int) -> bool:
    """Whether another adjective follows after a comma or "and"."""
    found = _ROW_GOES_ON.match(text, end)
    return found is not None and (found[1] or found[2]) in KNOWN_ADJECTIVES


def _in_a_row(text: str, start: int) -> bool:
    """Whether a place follows adjectives that a determiner, a form of be or the text's beginning comes before."""
    for length in (1, 2, 3):
        said = re.search(rf"([\w'’]+|\A|[.!?])\s*((?:[\w-]+(?:\s?,|\s+and|\s+but)?\s+){{{length}}})\Z", text[:start])
        if said is None:
            return False
        words = re.findall(r"[\w-]+", said[2])
        if not all(word.lower() in KNOWN_ADJECTIVES or word in ("and", "but") for word in words):
            return False
        if said[1].lower() in DETERMINERS | COPULA or said[1].endswith(("'s", "’s")):
            return True
    return False


def _hard(text: str, start: int, end: int) -> bool:
    """A "difficult" of what is hard to do or to answer: not "a difficult relationship"."""
    last = word_before(text, start)
    attributive = last in DETERMINERS or last in KNOWN_ADJECTIVES
    return is_an_adjective(text, start, end) and (not attributive or _TASK.match(text, end) is not None)


def _undivided(text: str, start: int, end: int) -> bool:
    """An "entire" of one thing: "the entire class", not "the entire blue walls"."""
    following = re.match(r"\s+([\w-]+)(?:\s+([\w-]+))?", text[end:])
    if following is None or not is_an_adjective(text, start, end):
        return False
    described = following[1].lower() in KNOWN_ADJECTIVES or following[1][:1].isdigit()
    noun = following[2] if described and following[2] else following[1]
    return _PLURAL.search(noun.lower()) is None


def _alone(text: str, start: int, end: int) -> bool:
    """Not before the noun or adjective that it belongs to."""
    after = word_after(text, end).lower()
    return not after or after in _AFTER_A_PHRASE


def _predicate(text: str, start: int, end: int) -> bool:
    """After a form of be, at the end of its clause: "is not happy"."""
    ends = re.match(r"\s*[.,;!?]|\s*\Z|\s+(?:and|but|because|for|to|when)\b", text[end:]) is not None
    return ends and re.search(r"\b(?:is|are|was|were|be|been|am)\s+\Z", text[:start], re.IGNORECASE) is not None


def _whole(text: str, start: int, end: int) -> bool:
    after = word_after(text, end)
    return word_before(text, start) in DETERMINERS and after.isalpha() and after.lower() not in _WHOLE_OTHER


def _mistaken(text: str, start: int, end: int) -> bool:
    """A "wrong" of what is told or counted: "the wrong amount"."""
    return word_before(text, start) in DETERMINERS and _MISTAKEN.match(text, end) is not None


def _served(text: str, start: int, end: int) -> bool:
    """Said of what a house serves: "the coffee is free"."""
    return _predicate(text, start, end) and _SERVED.search(text[:start]) is not None


def _parts(text: str, start: int, end: int) -> bool:
    """A "combined" before one sum, not before things that are summed: "their combined age", not "combined ages"."""
    return is_an_adjective(text, start, end) and re.search(r"[^s]s\Z", word_after(text, end)) is None


def _enough(text: str, start: int, end: int) -> bool:
    """Enough of something: not "I've got enough!"."""
    after = word_after(text, end).lower()
    goes_on = after.isalpha() and after not in PREPOSITIONS | CONJUNCTIONS | AUXILIARIES | {"of", "already"}
    described = word_before(text, start) in KNOWN_ADJECTIVES
    return goes_on and not described and is_an_adjective(text, start, end)


ADJECTIVE_PLACES: Mapping[str, Allowed] = {
    "adjective": is_an_adjective,
    "entire": _whole,
    "undivided": _undivided,
    "mistaken": _mistaken,
    "served": _served,
    "combined": _parts,
    "enough": _enough,
    "large-size": lambda text, start, end: is_an_adjective(text, start, end) and not is_a_fixed_big(text, end),
    "hard": _hard,
    "alone": _alone,
    "predicate": _predicate,
}
"""By kind, whether an adjective is used as one at a place."""
