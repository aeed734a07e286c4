"""Words of which one in place of another is another meaning: units, weekdays, quantifiers; and opposites. English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from llmrobust.operators.lexicons import read_lexicon
from llmrobust.score.number_words import SMALL

_LOGIC = "llmrobust.operators.builtin.logic"
NUMBER_WORDS: Mapping[str, str] = {word: str(value) for word, value in SMALL.items()}
"""From the words of small numbers to their digits."""
_PREFIX = re.compile(r"\A(?:un|in|im|ir|il|dis|non)(?=\w{4})")


def replaced(old: str, new: str) -> tuple[str, str] | None:
    """Two words that exclude each other, of which the old text has the one alone and the new text the other alone."""
    for members in _sets():
        there = {name: found[0] for name, pattern in members.items() if (found := pattern.search(old))}
        here = {name: found[0] for name, pattern in members.items() if (found := pattern.search(new))}
        gone, come = sorted(there.keys() - here.keys()), sorted(here.keys() - there.keys())
        if gone and come:
            return there[gone[0]], here[come[0]]
    return None


def swapped(lost: set[str], won: set[str]) -> dict[str, str]:
    """From each lost word to an opposite of it that is new, by word lists and by prefix (likely, unlikely)."""
    found = {}
    for word in sorted(lost):
        others = [other for other in sorted(opposites().get(word, frozenset())) if other in won]
        others += [other for other in sorted(won) if _prefixed(word, other) or _prefixed(other, word)]
        if others:
            found[word] = others[0]
    return found


@cache
def opposites() -> Mapping[str, frozenset[str]]:
    """From a word to its opposites, both ways; regular forms of verbs and nouns included."""
    found: dict[str, set[str]] = {}
    lists = (*read_lexicon(_LOGIC, "opposites"), *read_lexicon(_LOGIC, "wordnet_opposites"))
    pairs = [
        pair for word, other, *_ in lists for pair in ((word, other), *zip(_forms(word), _forms(other), strict=True))
    ]
    for kind, *words in read_lexicon(__package__, "contrasts"):
        if kind == "opposite":
            pairs.append((words[0], words[1]))
    for one, two in pairs:
        found.setdefault(one, set()).add(two)
        found.setdefault(two, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


@cache
def _sets() -> tuple[Mapping[str, re.Pattern[str]], ...]:
    """Of each set, from the first form of a member to what finds it."""
    return tuple(
        {member.split("|")[0]: _any(member.split("|")) for member in members}
        for kind, _, *members in read_lexicon(__package__, "contrasts")
        if kind == "set"
    )


def _any(forms: list[str]) -> re.Pattern[str]:
    parts = [rf"(?<!\w){re.escape(form)}(?!\w)" if form[0].isalnum() else re.escape(form) for form in forms]
    return re.compile("|".join(parts), re.IGNORECASE)


def _prefixed(word: str, other: str) -> bool:
    """Whether the other word is this one with a prefix that negates."""
    found = _PREFIX.match(other)
    return found is not None and _spelling(other[found.end() :]) == _spelling(word)


def _spelling(word: str) -> str:
    """A word without the e that British spelling keeps (likeable, likable)."""
    return word.replace("eable", "able")


def _forms(word: str) -> tuple[str, ...]:
    """Regular forms: third person or plural, past, comparative, superlative."""
    stem = word.removesuffix("e")
    return (f"{word}s", f"{stem}ed", f"{stem}er", f"{stem}est")
