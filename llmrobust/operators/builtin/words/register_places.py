"""Where words of a register fit: not an official word in chat, and only of what such a word is said of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words.adverb_places import ADVERBS
from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.clause_places import is_given, rest_of
from llmrobust.operators.builtin.words.fitting import is_a_noun, owns, word_after, word_before
from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.builtin.words.parts_of_speech import (
    DETERMINERS,
    KNOWN_ADJECTIVES,
    PREPOSITIONS,
    is_base,
    participle_of,
    past_of,
    third_person_of,
)
from llmrobust.operators.builtin.words.quantity_places import number_follows, summed
from llmrobust.operators.builtin.words.register_verbs import is_by_post
from llmrobust.operators.builtin.words.statement_places import STATEMENTS

_CHATTY = re.compile(
    r"\b(?:I|me|my|we|us|our|you|your|hey|hi|gonna|wanna|kids?|dad|mom|mum)\b|n['’]t\b|['’](?:m|re|ve|ll)\b|!",
    re.IGNORECASE,
)
"""What is said to somebody: no report."""
_HOUSED = re.compile(
    r"\b(?:at|from|in|near|outside|inside|to|of|left|leaves?|leaving|sold|sells?|bought|entered)\s+"
    r"(?:my|your|his|her|our|their|[A-Z]\w+['’]s)\s+\Z",
    re.IGNORECASE,
)
"""Before somebody's home as a place: not "draw their home"."""
_WEIGHTY = re.compile(
    r"\s+(?:roles?|parts?|events?|figures?|changes?|factors?|discover(?:y|ies)|decisions?|differences?|contributions?|"
    r"works?|steps?|developments?|results?|influences?|moments?)\b"
)
"""What is significant when it is important."""
_EARLY = re.compile(
    r"\s+(?:plans?|letter|stage|phase|version|attempts?|response|report|meeting|reaction|visit|step|draft|design|"
    r"proposals?|offer|contact|results?)\b"
)
"""What is the first of its kind when it is initial: no amount or cost, which the start of a time is meant with."""
_KNOWN = re.compile(
    r"\s+(?:the|th[oe]se|this|that|them|whom|which|us|you|it|my|your|his|her|its|our|their|[A-Z]\w*['’]s)\b"
)
_MEANS = re.compile(
    r"\s+(?:e-?mail|post|mail|phone|telephone|text|fax|courier|letter|bus|train|boat|ferry|radio|satellite)\b"
)
"""By what something is sent or reached."""
_CLOCK = re.compile(r"\s+\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\b|o['’]clock|noon|midnight)", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|never|no|nothing|nobody|none|cannot|without)\b|n['’]t\b", re.IGNORECASE)
_STILL = re.compile(r"\b(?:still|anyway|somehow|nevertheless)\b")
"""What makes a second clause a surprise."""
_RULE = re.compile(
    r"\b(?:must|may|shall|should|cannot|free|age|aged|under|admitted|adults?|allowed|require\w*)\b", re.IGNORECASE
)
_MANY = frozenset("many some several few most more other these those".split())
_THEIR_DOING = re.compile(r"\s+(?:he|she|they|we|you|I|[A-Z][a-z]+)\b")
"""A person as the subject, whose act is told and not inferred."""
_KNOWN_CHILDREN = frozenset("the his her their my our two three four five".split())
_DWELT_AT = frozenset("in at near here there by beside on among with alone".split())
_DEGREES = frozenset("quite very rather pretty so too well".split())
_SENTENCE = re.compile(r"[^.?!\n]*\Z")


def _told(text: str) -> bool:
    """Whether a text reports, and speaks to nobody."""
    return _CHATTY.search(text) is None


def _surprising(text: str, start: int, end: int) -> bool:
    """A "but" between adjectives, or before a clause that says itself how little it was to be expected."""
    if not STATEMENTS["contrast"](text, start, end):
        return False
    last, after = word_before(text, start), word_after(text, end).lower()
    return (last in KNOWN_ADJECTIVES and after in KNOWN_ADJECTIVES) or _STILL.search(rest_of(text, end)) is not None


def _inferred(text: str, start: int, end: int) -> bool:
    """A "so" before what came of a thing: not before what somebody did, as stories tell it."""
    return STATEMENTS["result"](text, start, end) and _THEIR_DOING.match(text, end) is None


def _in_the_main(text: str, start: int, end: int) -> bool:
    """A "mainly" of a share: before a preposition or a participle, not a degree as in "mostly fun"."""
    after = word_after(text, end).lower()
    shared = after in PREPOSITIONS or (participle_of(after) is not None and after not in KNOWN_ADJECTIVES)
    return shared and STATEMENTS["verb-adverb"](text, start, end)


def _persons(text: str, start: int, end: int) -> bool:
    """People who are counted or some of many: not a nation, nor people in general."""
    last = word_before(text, start)
    counted = last in _MANY or last.replace(",", "").isdigit() or last in VALUES
    return counted and word_after(text, end).lower() not in ("of", "from") and is_a_noun(text, start, end)


def _of_a_clock(text: str, end: int) -> bool:
    return _CLOCK.match(text, end) is not None


def _counts(text: str, start: int, end: int) -> bool:
    """Before a number that is no time of day."""
    return number_follows(text, start, end) and not _of_a_clock(text, end) and word_before(text, start) != "at"


def _not_so_far(text: str, start: int, end: int) -> bool:
    """A "yet" that ends a clause which denies something: "has not left yet"."""
    said = _SENTENCE.search(text[:start])
    return said is not None and _DENIED.search(said[0]) is not None and ADVERBS["yet"](text, start, end)


def _before_a_deed(text: str, start: int, end: int) -> bool:
    """A "really" of what is done, not of a degree."""
    after = word_after(text, end).lower()
    done = is_base(after) or third_person_of(after) is not None or past_of(after) is not None
    return done and after not in KNOWN_ADJECTIVES and STATEMENTS["really"](text, start, end)


def _supposed(text: str, start: int, end: int) -> bool:
    """An "if" before what a problem supposes and then asks for."""
    return is_given(text, start, end) and rest_of(text, end).endswith("?")


def _little(text: str, start: int, end: int) -> bool:
    """Children who are known, as a story tells of them: not those of a rule or a study."""
    known = word_before(text, start) in _KNOWN_CHILDREN and word_after(text, end) != "who"
    return known and is_a_noun(text, start, end) and _RULE.search(text) is None


def _dwells(text: str, start: int, end: int) -> bool:
    """A "lives" of a place: not of a life ("has ever lived", "their lives in")."""
    verb = word_before(text, start) not in DETERMINERS and not word_before(text, start).endswith(("'s", "s'"))
    return verb and word_after(text, end).lower() in _DWELT_AT and "how " not in text[:start].lower()[-9:]


REGISTER_PLACES: Mapping[str, Allowed] = {
    "surprise": _surprising,
    "inferred": _inferred,
    "in-the-main": _in_the_main,
    "persons": _persons,
    "dwelling": lambda text, start, end: is_a_noun(text, start, end) and _HOUSED.search(text[:start]) is not None,
    "weighty": lambda text, start, end: (
        word_before(text, start) in DETERMINERS and _WEIGHTY.match(text, end) is not None
    ),
    "early": lambda text, start, end: (
        (word_before(text, start) in DETERMINERS or word_before(text, start).endswith("'s"))
        and _EARLY.match(text, end) is not None
    ),
    "most-known": lambda text, start, end: _KNOWN.match(text, end) is not None,
    "most-unknown": lambda text, start, end: (
        _KNOWN.match(text, end) is None and re.match(r"\s+[a-z]+", text[end:]) is not None
    ),
    "by-means": lambda text, start, end: _MEANS.match(text, end) is not None,
    "counted": _counts,
    "not-so-far": _not_so_far,
    "before-deed": _before_a_deed,
    "truly": lambda text, start, end: (
        word_after(text, end).lower() not in _DEGREES and STATEMENTS["really"](text, start, end)
    ),
    "supposed": _supposed,
    "reported": lambda text, start, end: is_a_noun(text, start, end) and _told(text),
    "unowning": lambda text, start, end: is_a_noun(text, start, end) and not owns(text, end),
    "little": _little,
    "lives": _dwells,
    "summed-once": lambda text, start, end: (
        summed(text, start, end) and len(re.findall(r"\btotal\b", text, re.IGNORECASE)) == 1
    ),
    "sent-back": lambda text, start, end: is_by_post(text),
    "given-back": lambda text, start, end: not is_by_post(text),
}
"""By kind, whether a word is used as one at a place."""
