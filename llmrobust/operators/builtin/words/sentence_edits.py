"""Edits that the analysis of a sentence finds, placed in the text that the sentence is part of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from llmrobust.operators.builtin.words.substitutes import quoted
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.text_edits import sentences
from llmrobust.operators.operator import Draw

Edit = tuple[int, int, str]
"""A start and an end, by character, and what stands there instead."""


def placed_edits(text: str, draw: Draw, edits_of: Callable[[str], Iterable[Edit]]) -> Iterator[Edit]:
    """The edits of each sentence of a text, by the text's characters: none in labels, code, addresses, numbers or
    quotations, and of those that overlap the one that is found first."""
    free, literal = free_stretches(text, draw.labels, numbers=True), quoted(text)
    at = 0
    for part in sentences(text):
        lead = len(part) - len(part.lstrip())
        taken: list[Edit] = []
        for start, end, new in edits_of(part.strip()):
            first, last = at + lead + start, at + lead + end
            inside = any(a <= first and last <= b for a, b in free)
            cited = any(a < last and first < b for a, b in literal)
            if not inside or cited or any((first < b and a < last) or (first, last) == (a, b) for a, b, _ in taken):
                continue
            taken.append((first, last, new))
        yield from sorted(taken)
        at += len(part)
