"""Typos: one character of a word pressed wrong, swapped, dropped, doubled or added. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from pydantic import Field

from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, Replace, at_spots
from llmrobust.operators.operator import ANY_LANGUAGE, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

ROWS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LETTERS = re.compile(r"[^\W\d_\u0e00-\u0eff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]{3,}")
"""Words of at least three letters of an alphabet (Latin, Greek, Cyrillic, Arabic), not of characters that are words."""
SOURCE = "Agrawal et al. 2025 (arXiv 2504.02733) and DeepWordBug's edits (Gao et al. 2018), at random places"


def _neighbours() -> dict[str, str]:
    """For each letter the letters next to it on a QWERTY keyboard, rows being shifted by about half a key."""
    near: dict[str, str] = {}
    for r, row in enumerate(ROWS):
        for i, key in enumerate(row):
            around = [(r, i - 1), (r, i + 1), (r - 1, i), (r - 1, i + 1), (r + 1, i - 1), (r + 1, i)]
            keys = [ROWS[y][x] for y, x in around if 0 <= y < len(ROWS) and 0 <= x < len(ROWS[y])]
            near[key] = "".join(k for k in keys if k.isalpha())
    return {key: keys for key, keys in near.items() if key.isalpha()}


NEIGHBOURS = _neighbours()


class TypoParams(RateParams):
    """Parameters of typo operators; what could be edited are letters."""

    keep_first: bool = Field(default=True, description="Leave the first letter of every word.")
    keep_last: bool = Field(default=False, description="Leave the last letter of every word.")


@operator("typo.keyboard", level="character", params=TypoParams, languages=(ANY_LANGUAGE,), source=SOURCE, version=3)
def keyboard(prompt: Prompt, params: TypoParams, draw: Draw) -> Iterator[Variant]:
    """Replaces letters by ones next to them on a QWERTY keyboard."""
    yield from _typos(prompt, params, draw, lambda text, a, b, stream: _near(text[a], stream), known=NEIGHBOURS)


@operator("typo.swap", level="character", params=TypoParams, languages=(ANY_LANGUAGE,), source=SOURCE, version=3)
def swap(prompt: Prompt, params: TypoParams, draw: Draw) -> Iterator[Variant]:
    """Swaps neighbouring letters of a word."""
    yield from _typos(prompt, params, draw, lambda text, a, b, stream: text[a + 1] + text[a], letters=2)


@operator("typo.drop", level="character", params=TypoParams, languages=(ANY_LANGUAGE,), source=SOURCE, version=3)
def drop(prompt: Prompt, params: TypoParams, draw: Draw) -> Iterator[Variant]:
    """Leaves letters out."""
    yield from _typos(prompt, params, draw, lambda text, a, b, stream: "")


@operator("typo.duplicate", level="character", params=TypoParams, languages=(ANY_LANGUAGE,), source=SOURCE, version=3)
def duplicate(prompt: Prompt, params: TypoParams, draw: Draw) -> Iterator[Variant]:
    """Writes letters twice."""
    yield from _typos(prompt, params, draw, lambda text, a, b, stream: text[a] * 2)


@operator("typo.insert", level="character", params=TypoParams, languages=(ANY_LANGUAGE,), source=SOURCE, version=3)
def insert(prompt: Prompt, params: TypoParams, draw: Draw) -> Iterator[Variant]:
    """Adds a letter from next to the one before it on the keyboard."""
    yield from _typos(
        prompt, params, draw, lambda text, a, b, stream: text[a] + _near(text[a], stream), known=NEIGHBOURS
    )


def letter_spots(
    text: str, labels: Sequence[str], params: TypoParams, letters: int = 1, *, known: Container[str] | None = None
) -> Iterator[tuple[int, int]]:
    """Runs of so many letters in words of at least three, outside of labels, addresses, code and numbers.

    With two, both letters differ, so that swapping them is a change. known: only letters that are in it.
    """
    for start, end in free_stretches(text, labels):
        for word in _LETTERS.finditer(text, start, end):
            at, stop = word.span()
            for i in range(at + params.keep_first, stop - letters + 1 - params.keep_last):
                if known is not None and text[i].lower() not in known:
                    continue
                if letters == 1 or text[i].lower() != text[i + 1].lower():
                    yield i, i + letters


def _typos(
    prompt: Prompt,
    params: TypoParams,
    draw: Draw,
    replace: Replace,
    *,
    letters: int = 1,
    known: Container[str] | None = None,
) -> Iterator[Variant]:
    """Variants with a share of the letters edited, never two edits side by side."""
    yield from at_spots(
        prompt,
        params,
        draw,
        lambda text: letter_spots(text, draw.labels, params, letters, known=known),
        replace,
        "character",
        apart=1,
    )


def _near(letter: str, stream: Stream) -> str:
    near = stream.choice(NEIGHBOURS[letter.lower()])
    return near.upper() if letter.isupper() else near
