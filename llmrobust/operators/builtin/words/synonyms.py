"""Words that can replace each other in nearly every sentence, by kind of word.

A pair is listed only if it keeps the sense and how strong or kind the word is; the second word replaces the first. The
lists hold nouns and verbs in their base form; the other forms are made here.
"""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.builtin.words.morphology import gerund, participle, past, plural, third_person
from llmrobust.operators.lexicons import LazyMapping, LazyWords, word_pairs, word_set

_NOUNS = word_pairs(__package__, "synonym_nouns")
_VERBS = word_pairs(__package__, "synonym_verbs")
_OTHERS = word_pairs(__package__, "synonym_others")
_AMBIGUOUS = word_set(__package__, "ambiguous_words")
"""Words that are several kinds of word, or that mean something else in many sentences."""


def _verb_forms(pairs: Mapping[str, str]) -> dict[str, str]:
    forms: dict[str, str] = {}
    for old, new in pairs.items():
        first, _, rest = new.partition(" ")
        tail = f" {rest}" if rest else ""
        head, _, more = old.partition(" ")
        end = f" {more}" if more else ""
        for make in (third_person, past, gerund, participle):
            forms.setdefault(make(head) + end, make(first) + tail)
        forms[old] = new
    return forms


def _noun_forms(pairs: Mapping[str, str]) -> dict[str, str]:
    return {**{plural(old): plural(new) for old, new in pairs.items()}, **pairs}


def _clear(pairs: Mapping[str, str]) -> dict[str, str]:
    return {word: new for word, new in pairs.items() if word not in _AMBIGUOUS}


SYNONYMS: Mapping[str, str] = LazyMapping(lambda: _clear({**_OTHERS, **_verb_forms(_VERBS), **_noun_forms(_NOUNS)}))
"""From a word in lower case, in any form, to a synonym in the same form."""
SYNONYM_NOUNS = LazyWords(
    lambda: (
        frozenset(_noun_forms(_NOUNS))
        | frozenset(
            "house friend child film movie story book car job mistake problem trip food money fight road".split()
        )
    )
)
"""The nouns among the words with synonyms and among those with rarer ones."""
ADJECTIVES = LazyWords(
    lambda: frozenset(_OTHERS) | frozenset("other same own young local full best worst only first second".split())
)
"""Words that often come before a noun (and some that never do)."""
RARER: Mapping[str, str] = LazyMapping(lambda: _clear(word_pairs(__package__, "rarer_words")))
"""From a usual word to a rarer one of the same sense."""
