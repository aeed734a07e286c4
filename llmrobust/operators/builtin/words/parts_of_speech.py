"""Which words are verbs, and the closed classes: enough of English to recognise simple clauses."""

from __future__ import annotations

from functools import cache

from llmrobust.operators.builtin.words.morphology import PARTICIPLE, PAST, gerund, participle, past, third_person
from llmrobust.operators.lexicons import LazyWords, read_lexicon, word_set

BASES = LazyWords(
    lambda: frozenset((*(verb for (verb,) in read_lexicon(__package__, "regular_verbs")), *PAST)) - {"be"}
)
"""Verbs in their base form."""
ADJECTIVES = word_set(__package__, "adjectives")
"""Words that often stand between a determiner and a noun."""
KNOWN_ADJECTIVES = word_set(__package__, "known_adjectives")
"""Words that are seldom anything but adjectives."""
_KNOWN_VERBS = word_set(__package__, "known_verbs")
AUXILIARIES = frozenset(
    "am is are was were will would can could shall should may might must do does did has have had".split()
)
PRONOUNS = {"i": "me", "he": "him", "she": "her", "we": "us", "they": "them", "who": "whom"}
"""Subject forms and their object forms; it and you are both."""
OBJECT_PRONOUNS = {objective: subject for subject, objective in PRONOUNS.items()}
DETERMINERS = frozenset(
    "the a an this that these those my your his her its our their some any each every no both all one two three four "
    "five six seven eight nine ten several many few most much another either neither what which whose".split()
)
PREPOSITIONS = frozenset(
    "of in on at by for with from to into onto about over under after before during without within through across "
    "against among around behind below beside between beyond despite down inside near off out outside past since "
    "toward towards until up upon via like as than".split()
)
CONJUNCTIONS = frozenset(
    "and or but nor yet so because although though while when if unless since as whereas that which who whom whose "
    "where why how whether than before after until once".split()
)


@cache
def _forms() -> tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]:
    """From third person, past, participle and gerund to the base."""
    made: tuple[dict[str, str], ...] = ({}, {}, {}, {})
    for verb in sorted(BASES):
        for table, make in zip(made, (third_person, past, participle, gerund), strict=True):
            table.setdefault(make(verb), verb)
    return made[0], made[1], made[2], made[3]


@cache
def _known_forms() -> tuple[frozenset[str], frozenset[str]]:
    """Of the words that are seldom anything but verbs: their forms after one, and after several."""
    pasts = {past(verb) for verb in _KNOWN_VERBS}
    return frozenset({third_person(verb) for verb in _KNOWN_VERBS} | pasts), frozenset(set(_KNOWN_VERBS) | pasts)


def is_known_verb(word: str, *, of_several: bool) -> bool:
    """Whether a word can hardly be anything but the verb that follows a singular or, of several, a plural."""
    return word in _known_forms()[of_several]


def third_person_of(word: str) -> str | None:
    """The base of a third person singular ("watches"), or None for any other word."""
    return _forms()[0].get(word)


def past_of(word: str) -> str | None:
    """The base of a simple past ("went"), or None for any other word."""
    return _forms()[1].get(word)


def participle_of(word: str) -> str | None:
    """The base of a past participle ("gone"), or None for any other word."""
    return _forms()[2].get(word)


def gerund_of(word: str) -> str | None:
    """The base of a form in -ing, or None for any other word."""
    return _forms()[3].get(word)


def is_base(word: str) -> bool:
    """Whether the word is the base form of a known verb."""
    return word in BASES


__all__ = [
    "ADJECTIVES",
    "AUXILIARIES",
    "BASES",
    "CONJUNCTIONS",
    "DETERMINERS",
    "KNOWN_ADJECTIVES",
    "OBJECT_PRONOUNS",
    "PARTICIPLE",
    "PREPOSITIONS",
    "PRONOUNS",
    "gerund_of",
    "is_base",
    "is_known_verb",
    "participle_of",
    "past_of",
    "third_person_of",
]
