"""Typos: one character of a word pressed wrong, swapped, dropped, doubled or added. The answer must stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pydantic import Field

from llmrobust.perturb.contract import Draw, Variant, operator
from llmrobust.perturb.target import TextParams, edited, free_stretches
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

ROWS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SOURCE = "Agrawal et al. 2025 (arXiv 2504.02733) and DeepWordBug's edits (Gao et al. 2018), at random places"
OneEdit = Callable[[str, int, Stream], str]
"""From a text, the place of a letter in it, and a stream to what stands there instead (with the next character)."""


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


class TypoParams(TextParams):
    """Parameters of typo operators."""

    rate: float = Field(
        default=0.05, gt=0, le=1, description="Edits as a share of the letters that may be edited; at least one edit."
    )
    keep_first: bool = Field(default=True, description="Leave the first letter of every word.")
    keep_last: bool = Field(default=False, description="Leave the last letter of every word.")


def _typos(prompt: Prompt, params: TypoParams, draw: Draw, one: OneEdit, *, pair: bool = False) -> Iterator[Variant]:
    """Variants with `rate` of the letters edited, never two edits side by side. pair: the edit takes two letters."""

    def edit(texts: list[str], stream: Stream) -> list[str]:
        spots = [(t, i) for t, text in enumerate(texts) for i in _spots(text, draw.labels, params, pair)]
        if not spots:
            return texts
        count = max(1, round(params.rate * len(spots)))
        chosen: set[tuple[int, int]] = set()
        for t, i in stream.sample(spots, len(spots)):
            if len(chosen) == count:
                break
            if not {(t, i - 1), (t, i + 1)} & chosen:
                chosen.add((t, i))
        new = list(texts)
        for t, i in sorted(chosen, reverse=True):
            new[t] = new[t][:i] + one(new[t], i, stream) + new[t][i + 1 + pair :]
        return new

    yield from edited(prompt, params, draw, edit)


def _spots(text: str, labels: Sequence[str], params: TypoParams, pair: bool) -> Iterator[int]:
    """Places of ASCII letters in words of at least three letters, outside of labels, addresses, code and numbers.

    pair: places of which the next one may be edited too.
    """
    for start, end in free_stretches(text, labels):
        at = start
        while at < end:
            if text[at].lower() not in LETTERS:
                at += 1
                continue
            stop = at
            while stop < end and text[stop].lower() in LETTERS:
                stop += 1
            if stop - at >= 3:
                for i in range(at + params.keep_first, stop - pair - params.keep_last):
                    if not pair or text[i].lower() != text[i + 1].lower():
                        yield i
            at = stop


def _cased(letter: str, like: str) -> str:
    return letter.upper() if like.isupper() else letter


@operator("typo.keyboard", level="character", params=TypoParams, source=SOURCE)
def keyboard(prompt: Prompt, params: TypoParams, draw: Draw) -> Iterator[Variant]:
    """Replaces letters by ones next to them on a QWERTY keyboard."""
    yield from _typos(prompt, params, draw, lambda text, i, s: _cased(s.choice(NEIGHBOURS[text[i].lower()]), text[i]))


@operator("typo.swap", level="character", params=TypoParams, source=SOURCE)
def swap(prompt: Prompt, params: TypoParams, draw: Draw) -> Iterator[Variant]:
    """Swaps neighbouring letters of a word."""
    yield from _typos(prompt, params, draw, lambda text, i, s: text[i + 1] + text[i], pair=True)


@operator("typo.drop", level="character", params=TypoParams, source=SOURCE)
def drop(prompt: Prompt, params: TypoParams, draw: Draw) -> Iterator[Variant]:
    """Leaves letters out."""
    yield from _typos(prompt, params, draw, lambda text, i, s: "")


@operator("typo.duplicate", level="character", params=TypoParams, source=SOURCE)
def duplicate(prompt: Prompt, params: TypoParams, draw: Draw) -> Iterator[Variant]:
    """Writes letters twice."""
    yield from _typos(prompt, params, draw, lambda text, i, s: text[i] * 2)


@operator("typo.insert", level="character", params=TypoParams, source=SOURCE)
def insert(prompt: Prompt, params: TypoParams, draw: Draw) -> Iterator[Variant]:
    """Adds a letter from next to the one before it on the keyboard."""
    yield from _typos(
        prompt, params, draw, lambda text, i, s: text[i] + _cased(s.choice(NEIGHBOURS[text[i].lower()]), text[i])
    )
