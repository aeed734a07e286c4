"""Characters that are misread or disguised: OCR, leetspeak, look-alikes, split words. The answer must stay.

How important a word is, is judged without a model: longer and less usual words first, stop words never. Importance
for a model is what the search for the worst case asks (`llmrobust search`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal

from pydantic import Field

from llmrobust.operators.builtin.surface.lookalikes import HOMOGLYPHS, LEET, OCR
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, Replace, at_spots, word_spots
from llmrobust.operators.editing.text_edits import ATTEMPTS, TextParams, editable
from llmrobust.operators.operator import ANY_LANGUAGE, Draw, Edits, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

NLPAUG = "nlpaug's OcrAug; LangTest's add_ocr_typo; table made for llmrobust"
INVISIBLE = ("\u200b", "\u200c", "\u2060")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
STOP_WORDS = frozenset(
    "a about after all also an and any are as at be because been but by can could did do does for from had has have he "
    "her here him his how i if in into is it its just like me more most my no not of on only or our out over she so "
    "some such than that the their them then there these they this those to too up very was we were what when where "
    "which while who why will with would you your".split()
)


class CharacterParams(RateParams):
    """Parameters of operators on characters that look like others; what could be edited are their occurrences."""

    ladder = (0.05, 0.1, 0.2, 0.4, 0.7)
    rate: float = Field(default=0.1, gt=0, le=1, description="Edits as a share of what could be edited; at least one.")


class ImportantParams(TextParams):
    """Parameters of `character.important`."""

    recipe: Literal["deepwordbug", "textbugger"] = Field(
        default="deepwordbug",
        description="deepwordbug: swap, substitute, delete or insert a letter; textbugger: insert a space, swap or "
        "delete an inner letter, or a look-alike.",
    )
    words: int = Field(default=2, ge=1, le=50, description="How many words, the most important first.")


@operator("character.ocr", level="character", params=CharacterParams, languages=(ANY_LANGUAGE,), source=NLPAUG)
def ocr(prompt: Prompt, params: CharacterParams, draw: Draw) -> Iterator[Variant]:
    """Misreads letters as text recognition does: rn for m, l for I, 0 for O."""
    yield from _by_table(prompt, params, draw, OCR)


@operator(
    "character.leet",
    level="character",
    params=CharacterParams,
    languages=(ANY_LANGUAGE,),
    source="RUPBench (Wang and Zhao 2024, arXiv 2406.11020); NL-Augmenter's leet_letters; table made for llmrobust",
)
def leet(prompt: Prompt, params: CharacterParams, draw: Draw) -> Iterator[Variant]:
    """Writes letters as digits and signs that look like them: 3 for e, @ for a."""
    yield from _by_table(prompt, params, draw, LEET)


@operator(
    "character.homoglyph",
    level="character",
    params=CharacterParams,
    languages=(ANY_LANGUAGE,),
    source="TextBugger (Li et al. 2019, arXiv 1812.05271); TextAttack's WordSwapHomoglyphSwap",
)
def homoglyph(prompt: Prompt, params: CharacterParams, draw: Draw) -> Iterator[Variant]:
    """Replaces letters by Cyrillic and Greek ones that look the same."""
    yield from _by_table(prompt, params, draw, HOMOGLYPHS)


@operator(
    "character.invisible",
    level="character",
    params=CharacterParams,
    languages=(ANY_LANGUAGE,),
    source="Boucher et al. 2022 (Bad Characters, arXiv 2106.09898): invisible characters",
)
def invisible(prompt: Prompt, params: CharacterParams, draw: Draw) -> Iterator[Variant]:
    """Puts characters of no width between letters."""
    yield from at_spots(
        prompt,
        params,
        draw,
        lambda text: ((at, at) for at in _inside(text, draw.labels)),
        lambda text, a, b, stream: stream.choice(INVISIBLE),
        "character",
    )


@operator(
    "character.space",
    level="character",
    params=CharacterParams,
    languages=(ANY_LANGUAGE,),
    source="TextBugger's insertion of a space (Li et al. 2019); nlpaug's SplitAug",
)
def space(prompt: Prompt, params: CharacterParams, draw: Draw) -> Iterator[Variant]:
    """Splits words by a space."""
    yield from at_spots(prompt, params, draw, lambda text: word_spots(text, draw.labels, least=4), _split, "character")


@operator(
    "character.join",
    level="character",
    params=CharacterParams,
    languages=(ANY_LANGUAGE,),
    source="HELM's space perturbation; FLUKE (arXiv 2504.17311): two words glued together",
)
def join(prompt: Prompt, params: CharacterParams, draw: Draw) -> Iterator[Variant]:
    """Loses the space between two words."""
    yield from at_spots(
        prompt,
        params,
        draw,
        lambda text: _between_words(text, draw.labels),
        lambda text, a, b, s: "",
        "character",
        apart=2,
    )


@operator(
    "character.stretch",
    level="character",
    params=CharacterParams,
    source="lengthened words of social media (Brody and Diakopoulos 2011); kind made for llmrobust",
)
def stretch(prompt: Prompt, params: CharacterParams, draw: Draw) -> Iterator[Variant]:
    """Lengthens a vowel of some words (sooo goood)."""
    yield from at_spots(
        prompt,
        params,
        draw,
        lambda text: _last_vowels(text, draw.labels),
        lambda text, a, b, stream: text[a] * (3 + stream.below(2)),
        "character",
    )


@operator(
    "character.important",
    level="character",
    params=ImportantParams,
    source="DeepWordBug (Gao et al. 2018, arXiv 1801.04354) and TextBugger (Li et al. 2019): their edits, on words "
    "that are important without asking a model",
)
def important(prompt: Prompt, params: ImportantParams, draw: Draw) -> Iterator[Variant]:
    """Edits one letter in each of the most important words: long and unusual ones, never stop words."""
    places = editable(prompt, params.targets())
    texts = [prompt.span(place).text for place in places]
    ranked = _ranked(texts, draw.labels)[: params.words]
    if not ranked:
        return
    seen = [texts]
    for index in range(params.samples):
        new = texts
        for attempt in range(ATTEMPTS):
            new = _with_edits(texts, ranked, params.recipe, draw.stream(index, attempt))
            if new not in seen:
                break
        seen.append(new)
        changed = {place: text for place, text, old in zip(places, new, texts, strict=True) if text != old}
        edits = Edits(len(ranked), params.words, "character")
        yield Variant(prompt.with_texts(changed), str(index), edits=edits)


def _by_table(
    prompt: Prompt, params: CharacterParams, draw: Draw, table: Mapping[str, Sequence[str]]
) -> Iterator[Variant]:
    pattern = _any_of(tuple(table))

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for start, end in word_spots(text, draw.labels, least=2):
            for found in pattern.finditer(text, start, end):
                yield found.span()

    replace: Replace = lambda text, a, b, stream: stream.choice(table[text[a:b]])  # noqa: E731
    yield from at_spots(prompt, params, draw, spots, replace, "character")


@cache
def _any_of(entries: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, entries), key=len, reverse=True)))


def _inside(text: str, labels: Sequence[str]) -> Iterator[int]:
    for start, end in word_spots(text, labels, least=2):
        yield from range(start + 1, end)


def _between_words(text: str, labels: Sequence[str]) -> Iterator[tuple[int, int]]:
    for start, end in free_stretches(text, labels):
        for found in re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])").finditer(text, start, end):
            if start < found.start() and found.end() < end:
                yield found.span()


def _last_vowels(text: str, labels: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The last vowel of each word of two letters or more, if no other vowel is next to it."""
    for start, end in word_spots(text, labels, least=2):
        at = next((i for i in range(end - 1, start - 1, -1) if text[i].lower() in "aeiou"), None)
        if at is not None and at > start:
            yield at, at + 1


def _split(text: str, start: int, end: int, stream: Stream) -> str:
    at = start + 2 + stream.below(end - start - 3)
    return f"{text[start:at]} {text[at:end]}"


def _ranked(texts: Sequence[str], labels: Sequence[str]) -> list[tuple[int, int, int]]:
    """Content words as (text, start, end), the longest first; of equal length in reading order."""
    words = [(t, a, b) for t, text in enumerate(texts) for a, b in word_spots(text, labels, least=3)]
    content = [(t, a, b) for t, a, b in words if texts[t][a:b].lower() not in STOP_WORDS]
    return sorted(content, key=lambda word: (word[1] - word[2], word))


def _with_edits(texts: Sequence[str], words: Sequence[tuple[int, int, int]], recipe: str, stream: Stream) -> list[str]:
    new = list(texts)
    kinds = _DEEPWORDBUG if recipe == "deepwordbug" else _TEXTBUGGER
    for t, a, b in sorted(words, reverse=True):
        word = texts[t][a:b]
        changed = next((w for w in (stream.choice(kinds)(word, stream) for _ in range(8)) if w != word), word)
        new[t] = new[t][:a] + changed + new[t][b:]
    return new


def _swapped(word: str, stream: Stream, inner: int = 0) -> str:
    if len(word) < 2 + 2 * inner:
        return word
    i = inner + stream.below(len(word) - 1 - 2 * inner)
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _substituted(word: str, stream: Stream) -> str:
    i = stream.below(len(word))
    letter = stream.choice(LETTERS)
    return word[:i] + (letter.upper() if word[i].isupper() else letter) + word[i + 1 :]


def _deleted(word: str, stream: Stream, inner: int = 0) -> str:
    if len(word) < 2 + 2 * inner:
        return word
    i = inner + stream.below(len(word) - 2 * inner)
    return word[:i] + word[i + 1 :]


def _inserted(word: str, stream: Stream) -> str:
    i = stream.below(len(word) + 1)
    return word[:i] + stream.choice(LETTERS) + word[i:]


def _lookalike(word: str, stream: Stream) -> str:
    places = [i for i, letter in enumerate(word) if letter in HOMOGLYPHS]
    if not places:
        return word
    i = stream.choice(places)
    return word[:i] + stream.choice(HOMOGLYPHS[word[i]]) + word[i + 1 :]


def _spaced(word: str, stream: Stream) -> str:
    return word if len(word) < 4 else _split(word, 0, len(word), stream)


OneEdit = Callable[[str, Stream], str]
_DEEPWORDBUG: Sequence[OneEdit] = (_swapped, _substituted, _deleted, _inserted)
_TEXTBUGGER: Sequence[OneEdit] = (
    _spaced,
    lambda word, stream: _deleted(word, stream, 1),
    lambda word, stream: _swapped(word, stream, 1),
    _lookalike,
)
