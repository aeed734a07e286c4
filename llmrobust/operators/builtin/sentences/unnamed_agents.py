"""Who a passive need not name, because the text tells it anyway: the one person of a word problem, on the parse."""

from __future__ import annotations

import re

from llmrobust.english import Analysis
from llmrobust.english.inflection import is_common_word
from llmrobust.operators.builtin.sentences.person_phrases import PEOPLE
from llmrobust.operators.builtin.values.people import people_of
from llmrobust.operators.builtin.words.parts_of_speech import AUXILIARIES, past_of, third_person_of

PAID = frozenset("spend pay save raise donate earn invest lose owe".split())
"""Verbs with an amount of money for an object."""
DEEDS = PAID | frozenset(
    "sell buy order eat bake make plant pick catch score collect paint read write use receive win drink build fill "
    "pack deliver sew knit plan cook grow harvest serve prepare produce complete print draw take purchase remove put "
    "place give send repair add cut wash clean wrap distribute share load return borrow rent feed hand need obtain "
    "throw donate gather type solve find".split()
)
"""What somebody does to things that can be counted."""
_DOER = re.compile(rf"\b({'|'.join(sorted(PEOPLE))})s? (?:also |then |later |just |[a-z]+ly )?([a-z]+)\b")
_OWNED = re.compile(rf"\b(?:his|her) (?:\w+ )?(?:{'|'.join(sorted(PEOPLE))})s?\b", re.IGNORECASE)
_NO_NAMES = frozenset("he she it they we you i this that there who what how".split())
_OPENS = re.compile(r"(?:\A|[.?!]\s+)([A-Z][a-z]+)(?:(['’]s)| ([a-z]+)\b)")


def acts_alone(text: Analysis, subject: int, before: str) -> bool:
    """Whether a subject is "he" or "she", and nobody but one person does anything in the text up to there."""
    if text[subject].lower not in ("he", "she"):
        return False
    told = before + text.text[: text[subject].start]
    nouns = {found[1] for found in _DOER.finditer(told) if _is_finite(found[2])}
    names = {found[1] for found in _OPENS.finditer(told) if found[2] or _is_finite(found[3])}
    names = {name for name in names if name.lower() not in _NO_NAMES and not is_common_word(name.lower())}
    called = {*people_of((told,)), *names}
    return _OWNED.search(told) is None and (len(called) == 1 and not nouns if called else len(nouns) == 1)


def _is_finite(word: str) -> bool:
    return word in AUXILIARIES or past_of(word) is not None or third_person_of(word) is not None
