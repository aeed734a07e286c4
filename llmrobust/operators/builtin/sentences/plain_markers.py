"""Markers that may open a plain statement that stands alone: of news, a story, an encyclopaedia, a review."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from llmrobust.english import Analysis
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.plain_statements import PlainKind, begins_elsewhere, plain_kind
from llmrobust.operators.operator import Draw

_MARKERS: Mapping[PlainKind, tuple[str, ...]] = MappingProxyType(
    {
        "piece": ("all in all,", "in short,", "simply put,"),
        "judged": ("honestly,", "frankly,", "all in all,"),
        "rule": ("note that",),
    }
)
"""What a statement's kind alone allows: news, stories and encyclopaedias hold no surprise that a marker could name."""
_OF_CONTRASTS = ("in fact,", "as a matter of fact,")
"""What may be said before a comparison of what is so."""


def opened_plainly(text: Analysis, draw: Draw, *, alone: bool) -> str | None:
    """A sentence or a piece of a review with a marker before it; None where none reads naturally.

    alone: whether it is the whole text; beside other sentences only what judges takes a marker.
    """
    kind = plain_kind(text, alone=alone)
    said = inner(text, 0, len(text) - 1)
    choices = _OF_CONTRASTS if kind == "compared" else _MARKERS.get(kind) if kind is not None else None
    if choices is None or said is None or (kind != "piece" and begins_elsewhere(text)):
        return None
    return like(f"{draw.stream('opened').choice(choices)} {said}", text)
