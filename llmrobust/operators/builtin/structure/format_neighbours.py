"""Formats near the prompt's own: neighbours, paths, and formats that a search has found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import Field, model_validator

from llmrobust.operators.builtin.structure.format import SOURCE, as_numbered, choices_of, distinct
from llmrobust.operators.builtin.structure.format_splits import neighbours, path
from llmrobust.operators.editing.scope import STRUCTURE
from llmrobust.operators.findings import FoundFormat, parse_formats_found
from llmrobust.operators.operator import ANY_LANGUAGE, Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.format_grammar import VALUES, Attribute
from llmrobust.prompt.format_reader import structure_of
from llmrobust.prompt.spans import Prompt

_DECLARED: dict[str, Any] = {
    "level": "format",
    "touches": ("prompt", *STRUCTURE),
    "languages": (ANY_LANGUAGE,),
}


class NeighbourParams(Params):
    """Parameters of `format.neighbour`."""

    sample: int = Field(default=8, ge=1, le=1000, description="How many neighbours; all of them if there are no more.")
    attributes: list[Attribute] = Field(default=list(VALUES), min_length=1, description="What may vary.")


class PathParams(Params):
    """Parameters of `format.path`."""

    samples: int = Field(default=2, ge=1, le=100, description="Paths; each gives up to three variants.")
    attributes: list[Attribute] = Field(default=list(VALUES), min_length=3, description="What may vary.")


class FoundParams(Params):
    """Parameters of `format.found`."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
        {"file": ("formats", parse_formats_found)}
    )

    file: str | None = Field(default=None, description="File that `llmrobust search` wrote, with every entry reviewed.")
    formats: tuple[FoundFormat, ...] = ()

    @model_validator(mode="after")
    def _some(self) -> FoundParams:
        if not self.formats:
            raise ValueError("format.found needs a file of `llmrobust search --recipe format`: {file: NAME.yaml}")
        return self


@operator("format.neighbour", params=NeighbourParams, source=f"{SOURCE}: edges", **_DECLARED)
def neighbour(prompt: Prompt, params: NeighbourParams, draw: Draw) -> Iterator[Variant]:
    """Writes the prompt in formats that differ from its own in one attribute, each attribute in turn."""
    structure = structure_of(prompt)
    if structure is None:
        return
    choices = choices_of(prompt, structure, tuple(params.attributes), draw)
    stream = draw.shared("neighbours")
    made = neighbours(
        structure.original, choices, lambda values: structure.allows(as_numbered(values, structure)), stream
    )
    yield from distinct(prompt, structure, draw, made, params.sample)


@operator("format.path", params=PathParams, source=f"{SOURCE}: paths", **_DECLARED)
def walk(prompt: Prompt, params: PathParams, draw: Draw) -> Iterator[Variant]:
    """Walks away from the prompt's format one change at a time; a variant's severity is the number of changes."""
    structure = structure_of(prompt)
    if structure is None:
        return
    choices = choices_of(prompt, structure, tuple(params.attributes), draw)
    for sample in range(params.samples):
        stream = draw.shared("path", sample)
        steps = path(structure.original, choices, lambda v: structure.allows(as_numbered(v, structure)), stream)
        for number, values in enumerate(steps, 1):
            for variant in distinct(prompt, structure, draw, iter([values]), 1):
                yield replace(variant, name=f"{sample}-step-{number}", severity=number)


@operator(
    "format.found",
    params=FoundParams,
    relation=Relation.NO_PROMISE,
    searched=True,
    source=f"{SOURCE}: best and worst format",
    sample=Sample(
        {"text": "A fine film."},
        params={"formats": [FoundFormat(id="worst", values={"fields.separator": " - "}, accuracy=0.5, reviewed=True)]},
    ),
    **_DECLARED,
)
def found(prompt: Prompt, params: FoundParams, draw: Draw) -> Iterator[Variant]:
    """Writes the prompt in the formats that a search has found, one variant a reviewed finding."""
    structure = structure_of(prompt)
    if structure is None:
        return
    free = choices_of(prompt, structure, tuple(VALUES), draw)
    for one in params.formats:
        given = {slot: one.values.get(f"{slot[0]}.{slot[1]}", value) for slot, value in structure.original.items()}
        values = {slot: value if slot in free else structure.original[slot] for slot, value in given.items()}
        for variant in distinct(prompt, structure, draw, iter([values]), 1):
            yield replace(variant, name=one.id)
