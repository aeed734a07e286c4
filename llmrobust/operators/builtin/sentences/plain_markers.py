"""Markers that may open a plain statement that stands alone: of news, a story, an encyclopaedia, a review."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from llmrobust.english import Analysis
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.plain_statements import PlainKind, plain_kind
from llmrobust.operators.operator import Draw

_MARKERS: Mapping[PlainKind, tuple[str, ...]] = MappingProxyType(
    {
        "piece": ("all in all,", "in short,", "simply put,"),
        "judged": ("honestly,", "frankly,", "all in all,"),
        "setting": ("as a matter of fact,",),
        "rule": ("note that",),
        "happened": ("in fact,", "as it turned out,"),
        "happens": ("in fact,", "as it turns out,"),
        "state": ("in fact,", "as it happens,"),
        "fact": ("in fact,",),
        "account": ("as it happens,",),
        "chat": ("in fact,",),
    }
)


def opened_plainly(text: Analysis, draw: Draw, *, alone: bool) -> str | None:
    """A sentence or a piece of a review with a marker before it; None where none reads naturally.

    alone: whether it is the whole text; beside other sentences only what judges takes a marker.
    """
    kind = plain_kind(text, alone=alone)
    said = inner(text, 0, len(text) - 1)
    if kind is None or said is None:
        return None
    return like(f"{draw.stream('opened').choice(_MARKERS[kind])} {said}", text)
