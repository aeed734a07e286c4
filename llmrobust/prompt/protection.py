"""Splits off what no operator may change: answer labels, quoted literals, code, URLs, numbers of the instruction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import get_args

from llmrobust.prompt.spans import Span, SpanKind
from llmrobust.text.asked_answers import asked_answers
from llmrobust.text.fixed_pieces import Found
from llmrobust.text.whole_words import whole_word

_FRAGILE = r"(?:https?://|www\.)[^\s<>\"']+|`[^`\n]+`|\{\{?[\w .:!-]*\}?\}|</?[A-Za-z_][\w-]*/?>"
_NUMBER = r"(?<![\w.])\d+(?:[.,]\d+)*(?!\w)"
VARIABLE = "variable:"
"""Before a name in `protect`: a variable, whatever else is called so."""
GOLD, NOT_GOLD = "gold", "-gold"
"""In `protect`: the right answer's words in the values, which stay by default where answers are free text; or not."""
_STRUCTURE = ("label", "separator", "space", "enumerator")


def protected_pieces(spans: Sequence[Span], protect: Sequence[str], labels: Sequence[str]) -> list[Span]:
    """The same text with protected pieces as separate spans.

    protect: `variable:NAME`, or the name of a variable or kind of span, protects those spans whole; anything else is a
    literal text that is protected wherever it occurs. A variable "text" comes before the kind "text". labels:
    protected as whole words in the template's own text, not in values, as is what that text fixes of itself: quoted
    literals, answers in a list, forms, code, JSON, numbers of items. Descriptors, separators and numbers of options
    are protected whole or not at all.
    """
    printed = {name for span in spans if span.kind == "variable" for name in _names(span)}
    names = {entry.removeprefix(VARIABLE) for entry in protect if entry.startswith(VARIABLE) or entry in printed}
    others = [entry for entry in protect if entry and entry not in names and not entry.startswith(VARIABLE)]
    kinds = {entry for entry in others if entry in get_args(SpanKind)}
    literal = tuple(entry for entry in others if entry not in kinds)
    pieces: list[Span] = []
    for span in spans:
        is_value = span.kind == "variable"
        if span.protected or {span.kind, span.region.split(":")[0]} & kinds or (is_value and names & _names(span)):
            pieces.append(_protected(span, True))
        elif span.kind in _STRUCTURE:
            answer = span.kind == "label" and span.text in labels
            pieces.append(_protected(span, answer or any(text in span.text for text in literal)))
        else:
            instruction = not is_value and span.region.startswith("instruction")
            kept = _pattern(literal, () if is_value else tuple(labels), instruction)
            pieces += _split(span, kept, () if is_value else asked_answers(span.text))
    return pieces


def _protected(span: Span, protected: bool) -> Span:
    return span if span.protected is protected else Span(span.text, span.kind, span.name, protected, span.region)


def _names(span: Span) -> set[str]:
    """What a variable may be called: "user.name" is also "user", and "a+b" is both."""
    roots = {name for part in span.name.split("+") for name in (part, part.split(".")[0])}
    return {span.name, *roots}


@lru_cache(maxsize=256)
def _pattern(literal: tuple[str, ...], labels: tuple[str, ...], instruction: bool) -> re.Pattern[str]:
    """What is protected in a span: literal texts, fragile pieces, labels, and the numbers of an instruction."""
    parts = [re.escape(text) for text in sorted(literal, key=len, reverse=True)]
    parts.append(_FRAGILE)
    words = sorted((label for label in labels if label), key=len, reverse=True)
    parts += [whole_word(word) for word in words]
    if instruction:
        parts.append(_NUMBER)
    return re.compile("|".join(parts))


def _split(span: Span, pattern: re.Pattern[str], asked: Sequence[Found]) -> list[Span]:
    """The span cut at what the pattern finds, and at what its text fixes besides; these say what they are."""
    found = [(one.start(), one.end(), "") for one in pattern.finditer(span.text) if one.end() > one.start()]
    inner = list(found)
    for start, end, kind in asked:
        for begin, stop, _ in inner:
            if start < stop and begin < end:  # a label in quotes stays a piece of its own, which a numbering renames
                found += [(start, begin, kind)] if start < begin else []
                start = stop
        found += [(start, end, kind)] if start < end else []
    pieces = []
    at = 0
    for start, end, kind in sorted(found):
        if start > at:
            pieces.append(span.saying(span.text[at:start]))
        name = span.name if span.kind == "variable" else kind
        pieces.append(Span(span.text[start:end], span.kind, name, True, span.region))
        at = end
    if at < len(span.text) or not pieces:
        pieces.append(span.saying(span.text[at:]))
    return pieces
