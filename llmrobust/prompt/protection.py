"""Splits off what no operator may change: answer labels, placeholders, code, URLs, numbers of the instruction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from llmrobust.prompt.spans import Span

_FRAGILE = r"(?:https?://|www\.)[^\s<>\"']+|`[^`\n]+`|\{\{?[\w .:!-]*\}?\}|</?[A-Za-z_][\w-]*/?>"
_NUMBER = r"(?<![\w.])\d+(?:[.,]\d+)*(?!\w)"
_STRUCTURE = ("label", "separator", "space", "enumerator")


def protected_pieces(spans: Sequence[Span], protect: Sequence[str], labels: Sequence[str]) -> list[Span]:
    """The same text with protected pieces as spans of their own.

    protect: a name of a variable, kind or block protects those spans whole; anything else is a literal text that is
    protected wherever it stands. labels: protected as whole words in the template's own text, not in values.
    """
    kinds = {span.kind for span in spans} | {span.region.split(":")[0] for span in spans if span.region}
    names = {span.name for span in spans if span.kind == "variable"}
    literal = [text for text in protect if text not in kinds and text not in names and text]
    pieces: list[Span] = []
    for span in spans:
        if span.protected or span.kind in _STRUCTURE:
            pieces.append(replace(span, protected=span.protected or span.kind in protect))
        elif {span.kind, span.name, span.region.split(":")[0]} & set(protect) - {""}:
            pieces.append(replace(span, protected=True))
        else:
            instruction = span.kind == "instruction" or span.region.startswith("instruction")
            words = () if span.kind == "variable" else tuple(labels)
            pieces += _split(span, _pattern(tuple(literal), words, instruction))
    return pieces


@lru_cache(maxsize=256)
def _pattern(literal: tuple[str, ...], labels: tuple[str, ...], instruction: bool) -> re.Pattern[str]:
    """What is protected in a span: literal texts, fragile pieces, labels, and the numbers of an instruction."""
    parts = [re.escape(text) for text in sorted(literal, key=len, reverse=True)]
    parts.append(_FRAGILE)
    words = sorted((label for label in labels if label), key=len, reverse=True)
    parts += [rf"(?<!\w){re.escape(word)}(?!\w)" for word in words]
    if instruction:
        parts.append(_NUMBER)
    return re.compile("|".join(parts))


def _split(span: Span, pattern: re.Pattern[str]) -> list[Span]:
    pieces = []
    end = 0
    for found in pattern.finditer(span.text):
        if found.end() == found.start():
            continue
        if found.start() > end:
            pieces.append(replace(span, text=span.text[end : found.start()]))
        pieces.append(replace(span, text=found[0], protected=True))
        end = found.end()
    if end < len(span.text) or not pieces:
        pieces.append(replace(span, text=span.text[end:]))
    return pieces
