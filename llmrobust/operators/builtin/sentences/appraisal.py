"""Appraisal: what the speaker thinks of it, added to a statement. Nothing is promised unless a map says more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field

from llmrobust.operators.builtin.sentences.register_lexicon import NEGATIVE_PHRASES, POSITIVE_PHRASES
from llmrobust.operators.builtin.sentences.rewriting import SentenceParams, rewritten_sentence
from llmrobust.operators.builtin.sentences.simple_clauses import is_statement
from llmrobust.operators.operator import AtMost, Draw, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"


class AppraisalParams(SentenceParams):
    """Parameters of operators that add an appraisal."""

    map: dict[str, str] | None = Field(
        default=None, description="What answers must become, {negative: positive}. Without it nothing is promised."
    )


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
