"""Typing errors by kind, found without knowing what was meant: unknown words with one likely correction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from llmrobust.errors import WrongUse
from llmrobust.operators.builtin.surface.typo import LETTERS, NEIGHBOURS
from llmrobust.operators.builtin.words.misspellings import MISSPELLINGS
from llmrobust.operators.editing.random_edits import word_spots

KINDS = ("typo.drop", "typo.insert", "typo.duplicate", "typo.keyboard", "typo.swap")
SHORTEST = 4
"""Letters of the shortest word that is looked at: shorter unknown ones are mostly abbreviations."""
LIKELY = 2_000
"""How often a correction occurs at least among the 1.6 billion words that pyspellchecker's list counts: rarer words
are near too many others."""
UNLIKELY = 0.02
"""How likely an error is that no neighbouring key explains, beside one that does."""
NO_LIST = "typos by kind need the package pyspellchecker: pip install 'llmrobust[spelling]'"
_PLAIN = re.compile(r"[a-z]+")
_AFTER_A_SENTENCE = re.compile(r"(?:\A|[.!?:\n])[\s\"'“”(]*\Z")


@lru_cache(maxsize=1)
def typing_errors(text: str) -> Counter[str]:
    """How many words of an English text look mistyped, by kind (`KINDS`).

    A word counts if it is unknown and one edit makes a frequent word of it. Names do not: words with a capital inside
    a sentence, unless the whole text is in capitals. Raises WrongUse without pyspellchecker.
    """
    found: Counter[str] = Counter()
    shouted = text.isupper()
    for start, end in word_spots(text, least=SHORTEST):
        word = text[start:end]
        if not shouted and not word.islower() and not _may_have_capital(text, start, word):
            continue
        kind = _kind(word.lower().replace("’", "'"))
        if kind is not None:
            found[kind] += 1
    return found


def has_words() -> bool:
    """Whether the list of words is installed."""
    try:
        word_counts()
    except WrongUse:
        return False
    return True


def _may_have_capital(text: str, start: int, word: str) -> bool:
    """Whether its capital may be that of a sentence."""
    return word[1:].islower() and _AFTER_A_SENTENCE.search(text[:start]) is not None


@cache
def word_counts() -> Mapping[str, int]:
    """English words in small letters and how often they occur. Raises WrongUse without pyspellchecker."""
    try:
        from spellchecker import SpellChecker
    except ImportError:
        raise WrongUse(NO_LIST) from None
    counts: Mapping[str, int] = SpellChecker(language="en", distance=1).word_frequency.dictionary
    return counts


@cache
def misspellings() -> frozenset[str]:
    """Usual misspellings, in small letters."""
    return frozenset(wrong.lower() for several in MISSPELLINGS.values() for wrong in several)


@lru_cache(maxsize=200_000)
def _kind(word: str) -> str | None:
    """The likeliest kind of error in a word; None for a known word, and one that nothing frequent is near to."""
    words = word_counts()
    if not _PLAIN.fullmatch(word) or word in words or word in misspellings():
        return None
    if word.endswith("s") and word[:-1] in words:
        return None
    best, likeliest = None, 0.0
    for kind, meant, chance in _corrections(word):
        count = words.get(meant, 0)
        if count >= LIKELY and count * chance > likeliest:
            best, likeliest = kind, count * chance
    return best


def _corrections(word: str) -> Iterator[tuple[str, str, float]]:
    """Each word that is one edit away: the kind of error, the word that was meant, how likely the error is."""
    for i in range(len(word)):
        without = word[:i] + word[i + 1 :]
        if i and word[i] == word[i - 1]:
            yield "typo.duplicate", without, 1.0
        else:
            struck = bool(i) and word[i] in NEIGHBOURS.get(word[i - 1], "")
            yield "typo.insert", without, 1.0 if struck else UNLIKELY
        if i + 1 < len(word) and word[i] != word[i + 1]:
            yield "typo.swap", word[:i] + word[i + 1] + word[i] + word[i + 2 :], 1.0
        near = NEIGHBOURS.get(word[i], "")
        for letter in LETTERS:
            if letter != word[i]:
                yield "typo.keyboard", word[:i] + letter + word[i + 1 :], 1.0 if letter in near else UNLIKELY
    for i in range(len(word) + 1):
        for letter in LETTERS:
            yield "typo.drop", word[:i] + letter + word[i:], 0.25
