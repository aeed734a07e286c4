"""Pieces of a text that are more than words: addresses, code, JSON, placeholders, numbers, answer labels.

Operators for running text edit around them; the contract proves that they are still there afterwards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_FENCE = r"```.*?(?:```|\Z)"
_WHOLE = rf"{_FENCE}|(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|`[^`\n]*`|\{{[^{{}}\n]*\}}|</?\w[^<>\n]*>"
_NUMBER = r"\d+(?:[.,:/]\d+)*"
_PIECE = re.compile(_WHOLE, re.DOTALL)
_OWNED = re.compile(rf"{_WHOLE}|{_NUMBER}", re.DOTALL)
_NUMBERS = re.compile(_NUMBER)
_SIGN = re.compile(r"[`{<@\[]|://|www\.")
"""What every piece but a number has at least one of; most texts have none."""
_JSON = re.compile(r"[{\[](?=\s*[\[{\"\d\-tfn])")
_DECODER = json.JSONDecoder()


def free_stretches(text: str, keep: Sequence[str] = (), *, numbers: bool = False) -> list[tuple[int, int]]:
    """The stretches (start, end) of a text between pieces that no operator for running text edits.

    keep: further words, such as answer labels, that are left alone (as whole words; case-insensitively if they are
    longer than one character). numbers: the operator owns numbers, and may edit them.
    """
    taken = sorted(_taken(text, tuple(keep), _PIECE if numbers else _OWNED))
    stretches = []
    end = 0
    for start, stop in taken:
        if start > end:
            stretches.append((end, start))
        end = max(end, stop)
    if end < len(text):
        stretches.append((end, len(text)))
    return stretches


def pieces(text: str) -> Iterator[str]:
    """The addresses, code, JSON values, placeholders and tags in a text."""
    for start, end in _taken(text, (), _PIECE):
        yield text[start:end]


def label_words(text: str, labels: Sequence[str]) -> Iterator[str]:
    """The answer labels in a text, as they are written there."""
    pattern = _labels(tuple(labels))
    if pattern is not None and _may_hold(text, labels):
        yield from (found[0] for found in pattern.finditer(text))


def _taken(text: str, keep: tuple[str, ...], pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    if _SIGN.search(text):
        yield from (found.span() for found in pattern.finditer(text))
        yield from _json_values(text)
    elif pattern is _OWNED:
        yield from (found.span() for found in _NUMBERS.finditer(text))
    labels = _labels(keep)
    if labels is not None and _may_hold(text, keep):
        yield from (found.span() for found in labels.finditer(text))


def _may_hold(text: str, labels: Sequence[str]) -> bool:
    """Whether a text may contain a label: a quick check before the exact one."""
    lower = text.lower()
    return any(label.lower() in lower for label in labels)


def _json_values(text: str) -> Iterator[tuple[int, int]]:
    """The JSON objects and arrays in a text; plain words in one pair of brackets do not count."""
    at = 0
    while (opening := _JSON.search(text, at)) is not None:
        try:
            _, end = _DECODER.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            at = opening.end()
        else:
            yield opening.start(), end
            at = end


@lru_cache(maxsize=256)
def _labels(labels: tuple[str, ...]) -> re.Pattern[str] | None:
    """Labels as whole words; one of a single character ("A") only in its own case, as "a" is an article."""
    words = sorted((label for label in labels if label), key=len, reverse=True)
    if not words:
        return None
    parts = [re.escape(word) if len(word) == 1 else f"(?i:{re.escape(word)})" for word in words]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")
