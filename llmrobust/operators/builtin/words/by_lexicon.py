"""Replaces words and short phrases by entries of a lexicon, at a rate: what all lexical operators have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import lru_cache

from llmrobust.operators.builtin.words.morphology import article
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots, cased_like
from llmrobust.operators.operator import Draw, Variant
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

_ARTICLE = re.compile(r"(?<![\w'’-])an? \Z", re.IGNORECASE)
_TOKEN = re.compile(r"[\w'’-]+")
_INSIDE = re.compile(r"[\w'’-]")
_LEAD = re.compile(r"an? ", re.IGNORECASE)
Allowed = Callable[[str, int, int], bool]
"""From a text and a spot to whether the entry there may be replaced."""


class LexiconParams(RateParams):
    """Parameters of lexical operators; what could be edited are the words that the lexicon holds."""

    ladder = (0.1, 0.25, 0.5, 0.75, 1.0)


def by_lexicon(
    prompt: Prompt,
    params: RateParams,
    draw: Draw,
    lexicon: Mapping[str, str | Sequence[str]],
    allowed: Allowed | None = None,
    *,
    keep_case: bool = True,
    fit_article: bool = False,
) -> Iterator[Variant]:
    """Variants with a share of the lexicon's entries in the text replaced.

    Keys in lower case are found in whatever case. keep_case: the replacement follows the case of what it replaces.
    fit_article: an "a" or "an" right before is replaced with the word, to fit the new one.
    """
    keys, longer = _index(tuple(lexicon))

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for start, end in free_stretches(text, draw.labels):
            for first, last in _entries(text, start, end, keys, longer):
                if allowed is None or allowed(text, first, last):
                    before = _ARTICLE.search(text[start:first]) if fit_article else None
                    yield (first if before is None else start + before.start()), last

    def replaced(text: str, start: int, end: int, stream: Stream) -> str:
        old = text[start:end]
        lead = _LEAD.match(old) if fit_article else None
        if lead is not None:
            old = old[lead.end() :]
        given = lexicon[keys[old.lower().replace("’", "'")]]
        new = given if isinstance(given, str) else stream.choice(given)
        new = cased_like(new, old) if keep_case else new
        return new if lead is None else f"{cased_like(article(new), lead[0])} {new}"

    yield from at_spots(prompt, params, draw, spots, replaced, "word")


def _entries(
    text: str, start: int, end: int, words: Container[str], longer: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[int, int]]:
    """The entries in a stretch of text, as whole words, the longest first; apostrophes may be curly."""
    plain = text.lower().replace("’", "'")
    if len(plain) != len(text):  # a few letters have small forms of other lengths
        plain = "".join(one if len(one.lower()) != 1 else one.lower() for one in text).replace("’", "'")
    at = start
    while (found := _TOKEN.search(plain, at, end)) is not None:
        first, at = found.span()
        for phrase in longer.get(found[0], ()):
            last = first + len(phrase)
            if last <= end and plain.startswith(phrase, first) and not _INSIDE.match(plain, last, end):
                at = last
                yield first, last
                break
        else:
            if found[0] in words:
                yield first, at


@lru_cache(maxsize=64)
def _index(entries: tuple[str, ...]) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """Entries by their small letters, and those of several words by their first one, the longest first."""
    found: dict[str, list[str]] = {}
    for entry in sorted(map(str.lower, entries), key=len, reverse=True):
        first = _TOKEN.match(entry)
        if first is not None and first[0] != entry:
            found.setdefault(first[0], []).append(entry)
    return {entry.lower(): entry for entry in entries}, {first: tuple(several) for first, several in found.items()}
