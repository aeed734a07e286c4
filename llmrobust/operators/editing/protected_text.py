"""Pieces of a text that are more than words: addresses, code, JSON, placeholders, numbers, answer labels.

Operators for running text edit around them; the contract proves that they are still there afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from llmrobust.text.fixed_pieces import fixed_pieces
from llmrobust.text.whole_words import whole_word

_NUMBERS = re.compile(r"\d+(?:[.,:/-]\d+)*")
_CODE = re.compile(r"(?<!\w)[A-Za-z]{1,4}\Z")
"""The letters of a code before its number (LH123)."""


def free_stretches(text: str, keep: Sequence[str] = (), *, numbers: bool = False) -> list[tuple[int, int]]:
    """The stretches (start, end) of a text between pieces that no operator for running text edits.

    keep: further words, such as answer labels, that are left alone (as whole words; case-insensitively if they are
    longer than one character). numbers: the operator owns numbers, and may edit them.
    """
    return list(_stretches(text, tuple(keep), not numbers))


@lru_cache(maxsize=2048)
def _stretches(text: str, keep: tuple[str, ...], numbers: bool) -> tuple[tuple[int, int], ...]:
    stretches = []
    end = 0
    for start, stop in sorted(_taken(text, keep, numbers=numbers)):
        if start > end:
            stretches.append((end, start))
        end = max(end, stop)
    if end < len(text):
        stretches.append((end, len(text)))
    return tuple(stretches)


def pieces(text: str) -> Iterator[str]:
    """The addresses, code, JSON values, placeholders, formulas, list numbers and table borders in a text."""
    for start, end, _ in fixed_pieces(text):
        yield text[start:end]


def label_words(text: str, labels: Sequence[str]) -> Iterator[str]:
    """The answer labels in a text, as they are written there."""
    yield from (text[start:end] for start, end in label_places(text, labels))


def label_places(text: str, labels: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the answer labels are in a text."""
    pattern = _labels(tuple(labels), text.isascii())
    if pattern is not None and _may_hold(text, labels):
        yield from (found.span() for found in pattern.finditer(text))


def number_places(text: str) -> Iterator[tuple[int, int]]:
    """Where the numbers of a text are, and its codes of letters and a number."""
    for found in _NUMBERS.finditer(text):
        start = found.start()
        code = _CODE.search(text, max(0, start - 5), start) if start and text[start - 1].isalpha() else None
        yield (start if code is None else code.start()), found.end()


def _taken(text: str, keep: tuple[str, ...], *, numbers: bool) -> Iterator[tuple[int, int]]:
    yield from ((start, end) for start, end, _ in fixed_pieces(text))
    if numbers:
        yield from number_places(text)
    yield from label_places(text, keep)


def _may_hold(text: str, labels: Sequence[str]) -> bool:
    """Whether a text may contain a label: a quick check before the exact one."""
    lower = text.lower()
    return any(label.lower() in lower for label in labels)


@lru_cache(maxsize=256)
def _labels(labels: tuple[str, ...], plain: bool) -> re.Pattern[str] | None:
    """Labels as whole words; one of a single character ("A") only in its own case, as "a" is an article.

    plain: for a text of ASCII characters, where every word ends at a word boundary, which is found faster.
    """
    words = sorted((label for label in labels if label), key=len, reverse=True)
    if not words:
        return None
    if plain:
        parts = [re.escape(word) if len(word) == 1 else f"(?i:{re.escape(word)})" for word in words]
        return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")
    return re.compile("|".join(whole_word(word) if len(word) == 1 else f"(?i:{whole_word(word)})" for word in words))
