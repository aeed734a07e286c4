"""Variants of any kind from a frozen file of `llmrobust generate`, each with its own relation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import Field, model_validator

from llmrobust.operators.editing.frozen_places import frozen_in, lost_examples
from llmrobust.operators.frozen_variants import (
    DEMONSTRATION,
    FrozenVariant,
    Review,
    parse_frozen,
    text_hash,
    usable,
)
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Dropped, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt


class FrozenParams(Params):
    """Parameters of `frozen`."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
        {"file": ("variants", parse_frozen)}
    )

    file: str | None = Field(default=None, description="File that `llmrobust generate` wrote.")
    kinds: tuple[str, ...] = Field(
        default=(), description="Kinds that are used, with or without sub-type: [negation, dialect]; by default all."
    )
    variants: tuple[FrozenVariant, ...] = ()

    @model_validator(mode="after")
    def _some(self) -> FrozenParams:
        if not self.variants:
            raise ValueError("frozen needs a file of `llmrobust generate`: {file: frozen/NAME.jsonl}")
        if not self.used:
            known = ", ".join(sorted({one.family for one in self.variants}))
            raise ValueError(f"the file has no variant of these kinds; it has {known}")
        return self

    @property
    def used(self) -> list[FrozenVariant]:
        """The variants of the chosen kinds, without demonstrations, which are variants of nothing."""
        return [one for one in usable(self.variants, self.kinds) if one.family != DEMONSTRATION]

    def lost(self, examples: Collection[str]) -> Mapping[str, int]:
        """Variants of examples that are gone."""
        return lost_examples(self.used, examples)


_ORIGINAL, _REWORDED = "It was a good film.", "The film was a good one."
_SHOWN = FrozenVariant(
    name="paraphrase-1",
    kind="paraphrase",
    target="text",
    example="sample",
    original=_ORIGINAL,
    original_sha256=text_hash(_ORIGINAL),
    text=_REWORDED,
    reviews=(Review.on(_REWORDED, "somebody", "approved", "2026-11-28"),),
)


@operator(
    "frozen",
    level="semantics",
    params=FrozenParams,
    relation=Relation.SAME,
    touches=("input", "instruction", "context"),
    moves=True,
    owns=("piece", "label", "protected"),
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1, lambda params: max(len(one.text) for one in params.used) + 400),
    sample=Sample({"text": _ORIGINAL}, params={"variants": [_SHOWN]}),
    source="FLUKE (Otmakhova et al. 2025), RUPBench (Wang and Zhao 2024): written by models, reviewed by people",
)
def frozen(prompt: Prompt, params: FrozenParams, draw: Draw) -> Iterator[Variant | Dropped]:
    """Takes reviewed variants from a file that `llmrobust generate` wrote, each with what must happen to the answer."""
    yield from frozen_in(prompt, params.used, draw)
