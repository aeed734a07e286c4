"""Finds fields in rendered templates: `Review: {{ text }}` is a descriptor, a separator and a value.

Only an unambiguous field counts: a descriptor of at most four words at the start of a line, then one of the usual
separators, then directly a value, an enumeration, or the end of the prompt (the field that the model fills in).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from llmrobust.prompt.spans import Span

_DESCRIPTOR = r"(?P<label>[^\W\d_][\w'’]*(?:[ /-][\w'’]+){0,3}?)"
_BEFORE_VALUE = re.compile(
    rf"(?:\A|(?<=\n)){_DESCRIPTOR}(?P<separator>[ ]?[:：]{{1,3}}\s*|[ ]?[-=|>][ ]|[ ]?[-:]?\n\s*|\t)\Z"
)
_AT_THE_END = re.compile(rf"(?:\A|(?<=\n)){_DESCRIPTOR}(?P<separator>[ ]?[:：]{{1,3}}\s*)\Z")
_VALUES = ("variable", "enumerator")


def typed_fields(spans: Sequence[Span]) -> list[Span]:
    """The same text with descriptors, separators, and the space between two fields as separate spans."""
    typed: list[Span] = []
    for i, span in enumerate(spans):
        at_line_start = not typed or typed[-1].text.endswith("\n")
        following = spans[i + 1] if i + 1 < len(spans) else None
        typed += _split(span, following, at_line_start, after_value=_ends_a_field(typed))
    return typed


def typed_output_field(spans: Sequence[Span]) -> list[Span]:
    """The same text with a descriptor at its very end ("Answer:") as a field; for a prompt's last message."""
    if not spans or spans[-1].kind in (*_VALUES, "instruction") or spans[-1].protected:
        return list(spans)
    *before, last = spans
    found = _AT_THE_END.search(last.text)
    if found is None or (found.start() == 0 and before and not before[-1].text.endswith("\n")):
        return list(spans)
    return [*before, *_pieces(last, found, after_value=_ends_a_field(before))]


def _split(span: Span, following: Span | None, at_line_start: bool, after_value: bool) -> list[Span]:
    if (
        span.kind in (*_VALUES, "instruction", "separator", "space")
        or following is None
        or following.kind not in _VALUES
    ):
        return [span]
    found = _BEFORE_VALUE.search(span.text)
    if found is None or (found.start() == 0 and not at_line_start):
        return [span]
    return _pieces(span, found, after_value)


def _pieces(span: Span, found: re.Match[str], after_value: bool) -> list[Span]:
    lead = span.text[: found.start()]
    is_space = after_value and lead.strip() == ""
    pieces = (
        replace(span, text=lead, kind="space" if is_space else span.kind),
        replace(span, text=found["label"], kind="label"),
        replace(span, text=found["separator"], kind="separator"),
    )
    return [piece for piece in pieces if piece.text]


def _ends_a_field(typed: Sequence[Span]) -> bool:
    """True if the last span is a field's value (or a field without one)."""
    return bool(typed) and typed[-1].kind == "variable" and any(span.kind in ("label", "enumerator") for span in typed)
