"""Discourse markers and appraisal: how sentences hang together, and what the speaker thinks of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from llmrobust.operators.builtin.sentences.clauses import is_statement
from llmrobust.operators.builtin.sentences.register_lexicon import (
    MARKERS,
    NEGATIVE_PHRASES,
    OPPOSITE_MARKERS,
    POSITIVE_PHRASES,
)
from llmrobust.operators.builtin.sentences.rewriting import SentenceParams, lowered, raised, rewritten_sentence
from llmrobust.operators.operator import AtMost, Draw, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
_KIND = {marker[:-1]: kind for kind, markers in MARKERS.items() for marker in markers}
_MARKER = re.compile(rf"(?P<marker>{'|'.join(map(re.escape, _KIND))}), (?P<rest>.+)", re.DOTALL)


class AppraisalParams(SentenceParams):
    """Parameters of operators that add an appraisal."""

    map: dict[str, str] | None = Field(
        default=None, description="What answers must become, {negative: positive}. Without it nothing is promised."
    )


_DECLARED: dict[str, Any] = {"level": "sentence", "params": SentenceParams, "at_most": AtMost(1, 60)}


@operator("discourse.add", source=f"{FLUKE}: discourse markers, added", **_DECLARED)
def add(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Adds a marker that does not refer to the sentence before: "Frankly, ..."."""
    marker = draw.stream("add").choice(MARKERS["opinion"])

    def marked(sentence: str) -> str | None:
        plain = re.fullmatch(r"(?:[A-Z]|(?:the|a|this|my|it|he|she|we|they|i)\b)[^?!]{6,}\.", sentence)
        fits = plain and is_statement(sentence) and _MARKER.fullmatch(sentence) is None
        return f"{marker} {lowered(sentence)}" if fits else None

    yield from rewritten_sentence(prompt, params, draw, marked, "added")


@operator("discourse.replace", source=f"{FLUKE}: discourse markers, replaced (prompted, not released)", **_DECLARED)
def replace_marker(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Replaces a marker by another of the same kind: Nevertheless for However."""
    yield from rewritten_sentence(prompt, params, draw, lambda text: _other(text, draw, {}), "replaced")


@operator("discourse.delete", source=f"{FLUKE}: discourse markers, deleted", **_DECLARED)
def delete(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Takes a marker away that begins a sentence."""

    def unmarked(sentence: str) -> str | None:
        found = _MARKER.fullmatch(sentence)
        return raised(found["rest"]) if found else None

    yield from rewritten_sentence(prompt, params, draw, unmarked, "deleted")


@operator(
    "discourse.reverse",
    relation=Relation.NO_PROMISE,
    source=f"{FLUKE}: discourse markers, reversed",
    **_DECLARED,
)
def reverse(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Replaces a marker by one of the opposite kind: Therefore for However."""
    yield from rewritten_sentence(prompt, params, draw, lambda text: _other(text, draw, OPPOSITE_MARKERS), "reversed")


@operator(
    "appraisal.positive",
    level="semantics",
    params=AppraisalParams,
    relation=Relation.NO_PROMISE,
    at_most=AtMost(1, 60),
    source=f"{FLUKE}: appraisal",
)
def positive(prompt: Prompt, params: AppraisalParams, draw: Draw) -> Iterator[Variant]:
    """Adds praise to a statement: "..., which I loved."."""
    yield from _appraised(prompt, params, draw, POSITIVE_PHRASES, "positive")


@operator(
    "appraisal.negative",
    level="semantics",
    params=AppraisalParams,
    relation=Relation.NO_PROMISE,
    at_most=AtMost(1, 60),
    source=f"{FLUKE}: appraisal",
)
def negative(prompt: Prompt, params: AppraisalParams, draw: Draw) -> Iterator[Variant]:
    """Adds blame to a statement: "..., which I hated."."""
    yield from _appraised(prompt, params, draw, NEGATIVE_PHRASES, "negative")


def _appraised(
    prompt: Prompt, params: AppraisalParams, draw: Draw, phrases: tuple[str, ...], name: str
) -> Iterator[Variant]:
    phrase = draw.stream(name).choice(phrases)
    labels = {label.lower() for label in draw.labels}
    if labels & set(phrase.lower().split()):
        return

    def added(sentence: str) -> str | None:
        states = re.fullmatch(r"[^?!,]{6,}\w\.", sentence) and is_statement(sentence)
        return f"{sentence[:-1]}, {phrase}." if states else None

    for variant in rewritten_sentence(prompt, params, draw, added, name):
        relation = Relation.FOLLOWS if params.map else None
        yield Variant(variant.prompt, name, answer_map=params.map or {}, relation=relation)


def _other(sentence: str, draw: Draw, kinds: Mapping[str, str]) -> str | None:
    """The sentence with another marker: of the same kind, or of the kind that `kinds` maps it to."""
    found = _MARKER.fullmatch(sentence)
    if found is None:
        return None
    kind = _KIND[found["marker"]]
    if kinds and kind not in kinds:
        return None
    others = [marker for marker in MARKERS[kinds.get(kind, kind)] if marker[:-1] != found["marker"]]
    return f"{draw.stream('other').choice(others)} {found['rest']}"
