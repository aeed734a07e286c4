"""Replaces words and short phrases by entries of a lexicon, at a rate: what all lexical operators have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from llmrobust.operators.builtin.words.fitting import owns
from llmrobust.operators.builtin.words.morphology import article
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots, cased_like
from llmrobust.operators.editing.text_edits import editable
from llmrobust.operators.operator import Draw, Variant
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

_ARTICLE = re.compile(r"(?<![\w'’-])an? \Z", re.IGNORECASE)
_TOKEN = re.compile(r"[\w'’\u0300-\u036f-]+")
"""A word, with accents that are characters of their own."""
_INSIDE = re.compile(r"[\w'’-]")
_OWNER = re.compile(r"'s\Z|(?<=s)'\Z")
_LEAD = re.compile(r"an? ", re.IGNORECASE)
_OF = re.compile(r" of\b")
Allowed = Callable[[str, int, int], bool]
"""From a text and a spot to whether the entry there may be replaced."""
Chosen = Callable[[str, int, int], str]
"""From a text and a spot to what replaces the entry there."""
Thing = Callable[[str], str | None]
"""From a key to the name of the thing that it mentions ("houses" -> "house"); None for words that name nothing."""


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
    chosen: Chosen | None = None,
    keep_case: bool | Literal["start"] = True,
    fit_article: bool = False,
    thing: Thing | None = None,
    owners: bool = False,
) -> Iterator[Variant]:
    """Variants with a share of the lexicon's entries in the text replaced.

    Keys in lower case are found in whatever case. chosen: what replaces an entry at an allowed spot, where its place
    decides; otherwise its value, or one of its values at random. keep_case: the replacement follows the case of what
    it replaces; "start": only a first capital, and only of a replacement that has none.
    fit_article: an "a" or "an" right before is replaced with the word, to fit the new one. thing: the thing that a key
    names; its mentions are replaced all alike or, where one of them cannot be, not at all. owners: a thing may be
    replaced before "'s" too.
    """
    keys, longer = _index(tuple(lexicon))

    def may_own(text: str, first: int, last: int) -> bool:
        if not owners:
            return True
        if thing is None or thing(key(text[first:last])) is None:
            return False
        given = lexicon[key(text[first:last])] if chosen is None else chosen(text, first, last)
        given = given if isinstance(given, str) else given[0]
        return " of " not in given and _owns_alike(text[first:last].lower(), given.lower(), text[last:].lstrip())

    def found(text: str) -> Iterator[tuple[int, int]]:
        for start, end in free_stretches(text, draw.labels):
            for first, last in _entries(text, start, end, keys, longer, owners):
                if owns(text, last) and not may_own(text, first, last):
                    continue
                if allowed is None or allowed(text, first, last):
                    yield first, last

    def key(old: str) -> str:
        plain = old.lower().replace("’", "'")
        return keys[plain] if plain in keys else keys[plain.removesuffix(" of")]

    torn = _torn(prompt, params, draw, found, thing, keys, longer, owners) if thing is not None else frozenset()

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for first, last in found(text):
            if thing is not None and thing(key(text[first:last])) in torn:
                continue
            given = lexicon[key(text[first:last])] if chosen is None else chosen(text, first, last)
            given = given if isinstance(given, str) else given[0]
            swallowed = given.endswith(" of") and _OF.match(text, last)
            before = _ARTICLE.search(text[:first]) if fit_article else None
            yield (first if before is None else before.start()), (swallowed.end() if swallowed else last)

    def bare(old: str) -> tuple[str, str]:
        lead = _LEAD.match(old) if fit_article and old.lower().replace("’", "'") not in keys else None
        return ("", old) if lead is None else (lead[0], old[lead.end() :])

    def replaced(text: str, start: int, end: int, stream: Stream) -> str:
        lead, old = bare(text[start:end])
        named = thing(key(old)) if thing is not None else None
        first = start + len(lead)
        others = lexicon[key(old)] if chosen is None else chosen(text, first, first + len(key(old)))
        if isinstance(others, str):
            given = others
        else:
            given = (stream if named is None else draw.stream("thing", named)).choice(others)
        new = cased_like(given, old) if keep_case is True else given
        if keep_case == "start" and given.islower() and old[:1].isupper():
            new = given[:1].upper() + given[1:]
        return new if not lead else f"{cased_like(article(new), lead)} {new}"

    def together(old: str) -> str | None:
        return thing(key(bare(old)[1])) if thing is not None else None

    yield from at_spots(prompt, params, draw, spots, replaced, "word", together=together if thing is not None else None)


def first_entry(prompt: Prompt, params: RateParams, draw: Draw, lexicon: Iterable[str]) -> str | None:
    """The first entry of a lexicon in the text that may be edited, in small letters; None where there is none."""
    keys, longer = _index(tuple(lexicon))
    for place in editable(prompt, params.targets()):
        text = prompt.span(place).text
        for start, end in free_stretches(text, draw.labels):
            for first, last in _entries(text, start, end, keys, longer):
                return text[first:last].lower().replace("’", "'")
    return None


def _owns_alike(old: str, new: str, after: str) -> bool:
    """Whether what makes a word an owner fits the new one too: not "youngsters's" for "children's"."""
    return (not new.endswith("s") or old.endswith("s")) if after[1:2] == "s" else new.endswith("s")


def _torn(
    prompt: Prompt,
    params: RateParams,
    draw: Draw,
    found: Callable[[str], Iterator[tuple[int, int]]],
    thing: Thing,
    keys: Mapping[str, str],
    longer: Mapping[str, tuple[str, ...]],
    owners: bool,
) -> frozenset[str | None]:
    """The things that some mention in the prompt, a label or the gold answer names that cannot be replaced."""

    def things(text: str, spots: Iterable[tuple[int, int]]) -> list[str | None]:
        return [thing(keys[text[a:b].lower().replace("’", "'")]) for a, b in spots]

    able: Counter[str | None] = Counter()
    for place in editable(prompt, params.targets()):
        text = prompt.span(place).text
        able.update(things(text, found(text)))
    said = [span.text for _, span in prompt.places()] + [*draw.labels, draw.expected or ""]
    named = Counter(one for text in said for one in things(text, _entries(text, 0, len(text), keys, longer, owners)))
    return frozenset(one for one, count in named.items() if one is not None and able[one] < count)


def _entries(
    text: str,
    start: int,
    end: int,
    words: Container[str],
    longer: Mapping[str, tuple[str, ...]],
    owners: bool = False,
) -> Iterator[tuple[int, int]]:
    """The entries in a stretch of text, as whole words, the longest first; apostrophes may be curly.

    owners: and those that "'s" follows at once.
    """
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
            elif owners and "'" in found[0]:
                owner = _OWNER.sub("", found[0])
                if owner in words:
                    yield first, first + len(owner)


@lru_cache(maxsize=64)
def _index(entries: tuple[str, ...]) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """Entries by their small letters, and those of several words by their first one, the longest first."""
    found: dict[str, list[str]] = {}
    for entry in sorted(map(str.lower, entries), key=len, reverse=True):
        first = _TOKEN.match(entry)
        if first is not None and first[0] != entry:
            found.setdefault(first[0], []).append(entry)
    return {entry.lower(): entry for entry in entries}, {first: tuple(several) for first, several in found.items()}
