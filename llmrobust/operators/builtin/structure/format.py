"""Formats: other separators, spaces, casing and numbers by FormatSpread's grammar. The answer must stay.

A label that is the number of an option ("A") changes with the numbering: `label_map` says how, and mentions of it in
the prompt's own text and in demonstrations' answers change as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from math import prod
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from llmrobust.operators.builtin.structure.format_names import format_name, value_name, value_of
from llmrobust.operators.builtin.structure.format_splits import Part, Split, in_part
from llmrobust.operators.builtin.structure.label_mentions import (
    NUMBERING,
    numberings_asked_for,
    numbers_in_text,
    renumbered,
    replaced_texts,
)
from llmrobust.operators.editing.random_edits import Severity
from llmrobust.operators.editing.scope import STRUCTURE
from llmrobust.operators.operator import ANY_LANGUAGE, Draw, Params, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.format_grammar import VALUES, Attribute, Slot
from llmrobust.prompt.format_reader import Structure, structure_of
from llmrobust.prompt.spans import Place, Prompt
from llmrobust.seeds import Stream

SOURCE = "Sclar et al. 2023 (FormatSpread, arXiv 2310.11324); Seleznyov et al. 2025 (arXiv 2508.11383)"
ANY = (ANY_LANGUAGE,)
_SPLIT_ATTEMPTS = 20
"""A split keeps between a tenth and a half of the formats."""
_ATTEMPTS_A_FORMAT = 60
"""Of random assignments 36 to 72 % are valid in the published layouts, so 60 tries run out only where few are left."""


class FormatParams(Params):
    """Parameters of `format`."""

    sample: int = Field(default=16, ge=1, le=1000, description="How many formats; all of them if there are no more.")
    seed: int | None = Field(default=None, ge=0, description="Fixes the formats apart from the suite's seed.")
    grammar: Literal["formatspread"] = "formatspread"
    attributes: list[Attribute] = Field(
        default=list(VALUES), min_length=1, description="What varies; everything else stays as it is."
    )
    split: Split | None = Field(
        default=None, description="Only formats of a part of a split: random, compositional, unseen_space, short_long."
    )
    part: Part = Field(default="test", description="With a split: its training or its testing formats.")
    severity: Severity | list[Severity] | None = Field(
        default=None, description="1 to 5: how many attributes differ from the prompt's; a list makes variants of each."
    )


class ValuesParams(Params):
    """Parameters of operators that change one attribute."""

    attributes: ClassVar[tuple[Attribute, ...]] = ()

    values: list[str] | None = Field(
        default=None, min_length=1, description='Only these values, as they are (": ") or by name ("colon-space").'
    )
    sample: int | None = Field(default=None, ge=1, le=100, description="Only so many values, drawn at random.")

    @model_validator(mode="after")
    def _known_values(self) -> ValuesParams:
        for written in self.values or ():
            if all(value_of(attribute, written) is None for attribute in self.attributes):
                names = [value_name(attribute, value) for attribute in self.attributes for value in VALUES[attribute]]
                raise ValueError(f'"{written}" is not a known value; known are {", ".join(dict.fromkeys(names))}')
        return self


class SeparatorParams(ValuesParams):
    """Parameters of `format.separator`."""

    attributes = ("separator",)


class CasingParams(ValuesParams):
    """Parameters of `format.casing`."""

    attributes = ("casing",)


class SpacingParams(ValuesParams):
    """Parameters of `format.spacing`."""

    attributes = ("space",)


class EnumeratorParams(ValuesParams):
    """Parameters of `format.enumerator`."""

    attributes = ("wrapper", "numbering")


@operator(
    "format",
    languages=ANY,
    level="format",
    version=2,
    touches=("prompt", *STRUCTURE),
    params=FormatParams,
    relation=Relation.SAME,
    source=SOURCE,
)
def formats(prompt: Prompt, params: FormatParams, draw: Draw) -> Iterator[Variant]:
    """Writes the prompt in other formats, drawn once for all examples; gold labels follow the numbering."""
    structure = structure_of(prompt)
    if structure is None:
        return
    choices = choices_of(prompt, structure, tuple(params.attributes), draw)
    if not choices:
        return
    parts = ("formats", *sorted(params.attributes))
    stream = draw.shared(*parts) if params.seed is None else Stream(params.seed, *parts)
    if params.severity is not None:
        for severity in dict.fromkeys(params.severity if isinstance(params.severity, list) else [params.severity]):
            own = Stream(params.seed if params.seed is not None else draw.seed, draw.use, "severity", severity)
            drawn = _so_far_away(structure, choices, severity, params.sample, own)
            for number, variant in enumerate(distinct(prompt, structure, draw, drawn, params.sample)):
                yield replace(variant, name=f"s{severity}-{number}", severity=severity)
        return
    drawn = _drawn(structure, choices, params.sample * (1 if params.split is None else _SPLIT_ATTEMPTS), stream)
    if params.split is not None:
        fixed = params.seed if params.seed is not None else draw.seed
        kept = set(choices)
        drawn = (
            values
            for values in drawn
            if in_part(
                {slot: value for slot, value in values.items() if slot in kept}, params.split, params.part, fixed
            )
        )
    yield from distinct(prompt, structure, draw, drawn, params.sample)


@operator(
    "format.separator",
    level="format",
    languages=ANY,
    touches=("prompt", *STRUCTURE),
    params=SeparatorParams,
    source=SOURCE,
)
def separator(prompt: Prompt, params: SeparatorParams, draw: Draw) -> Iterator[Variant]:
    """Writes another separator between every descriptor and its value, one variant a separator."""
    yield from _one_attribute(prompt, params, draw)


@operator(
    "format.casing", level="format", languages=ANY, touches=("prompt", *STRUCTURE), params=CasingParams, source=SOURCE
)
def casing(prompt: Prompt, params: CasingParams, draw: Draw) -> Iterator[Variant]:
    """Writes the descriptors in title case, upper case or lower case, one variant each."""
    yield from _one_attribute(prompt, params, draw)


@operator(
    "format.spacing", level="format", languages=ANY, touches=("prompt", *STRUCTURE), params=SpacingParams, source=SOURCE
)
def spacing(prompt: Prompt, params: SpacingParams, draw: Draw) -> Iterator[Variant]:
    """Puts another space between the fields, one variant a space."""
    yield from _one_attribute(prompt, params, draw)


@operator(
    "format.enumerator",
    languages=ANY,
    level="format",
    version=2,
    touches=("prompt", *STRUCTURE),
    params=EnumeratorParams,
    source=SOURCE,
)
def enumerator(prompt: Prompt, params: EnumeratorParams, draw: Draw) -> Iterator[Variant]:
    """Numbers or wraps the options differently, one variant a wrapper and a numbering; gold labels follow."""
    yield from _one_attribute(prompt, params, draw)


def _one_attribute(prompt: Prompt, params: ValuesParams, draw: Draw) -> Iterator[Variant]:
    structure = structure_of(prompt)
    if structure is None:
        return
    choices = choices_of(prompt, structure, params.attributes, draw)
    candidates = []
    for attribute in params.attributes:
        slot = next((slot for slot in choices if slot[1] == attribute), None)
        if slot is not None:
            wanted = None if params.values is None else {value_of(attribute, value) for value in params.values}
            values = [value for value in choices[slot] if value != structure.original[slot]]
            candidates += [{**structure.original, slot: v} for v in values if wanted is None or v in wanted]
    if params.sample is not None and params.sample < len(candidates):
        kept = draw.shared("values").sample(range(len(candidates)), params.sample)
        candidates = [candidates[index] for index in sorted(kept)]
    for variant in distinct(prompt, structure, draw, iter(candidates), len(candidates)):
        yield Variant(variant.prompt, variant.name.split("=")[-1], variant.label_map, detail=variant.detail)


def choices_of(
    prompt: Prompt, structure: Structure, attributes: tuple[Attribute, ...], draw: Draw
) -> dict[Slot, tuple[str, ...]]:
    """The slots that may vary, each with its values: those of the grammar that are written differently here.

    The original value is among them if the grammar has it. Slots with a protected piece stay as they are.
    """
    frozen = {slot for piece in structure.pieces if prompt.span(piece.place).protected for slot in piece.slots}
    frozen |= _referred_to(prompt, structure)
    if any(span.protected for _, span in prompt.places(lambda span: span.kind == "enumerator")):
        frozen.add(NUMBERING)
    asked = numberings_asked_for(prompt, structure, draw)
    choices: dict[Slot, tuple[str, ...]] = {}
    for slot in dict.fromkeys(slot for piece in structure.pieces for slot in piece.slots):
        owner, attribute = slot
        if slot in frozen or attribute not in attributes:
            continue
        now = structure.original[slot]
        values = [now] if now in VALUES[attribute] else []
        writers = {piece.place: piece.write for piece in structure.pieces if slot in piece.slots}
        seen = {tuple([prompt.span(place).text for place in writers])}
        format_of = dict(structure.original)
        for value in VALUES[attribute]:
            if value == now or (owner == "list" and value.strip()):
                continue
            if slot == NUMBERING and asked is not None and value not in asked:
                continue
            format_of[slot] = value
            texts = tuple([write(format_of) for write in writers.values()])
            if texts not in seen:
                seen.add(texts)
                values.append(value)
        if len(seen) > 1:
            choices[slot] = tuple(values)
    return dict(sorted(choices.items()))


def _referred_to(prompt: Prompt, structure: Structure) -> set[Slot]:
    """The numberings of worded items ("Sentence 1") that the prompt's own text mentions by number: they stay."""
    owners = {slot for piece in structure.pieces for slot in piece.slots if slot[1] == "numbering"}
    return {slot for slot in owners if slot[0] != "options" and numbers_in_text(prompt, structure, slot)}


def _changes(prompt: Prompt, structure: Structure, values: Mapping[Slot, str]) -> dict[Place, str]:
    """The texts that differ from the prompt's when it is written with these values."""
    texts = structure.texts({**structure.original, **values})
    return {place: text for place, text in texts.items() if prompt.span(place).text != text}


def _so_far_away(
    structure: Structure, choices: Mapping[Slot, tuple[str, ...]], changes: int, count: int, stream: Stream
) -> Iterator[dict[Slot, str]]:
    """Random formats that differ from the prompt's in so many attributes; in all there are, if they are fewer."""
    for _ in range(count * _ATTEMPTS_A_FORMAT):
        values = dict(structure.original)
        for slot in stream.sample(sorted(choices), changes):
            others = [value for value in choices[slot] if value != structure.original[slot]]
            if others:
                values[slot] = stream.choice(others)
        yield values


def _drawn(
    structure: Structure, choices: Mapping[Slot, tuple[str, ...]], count: int, stream: Stream
) -> Iterator[dict[Slot, str]]:
    """Random formats, some of them drawn again; every format once if there are few."""
    size = prod(len(values) for values in choices.values())
    if size <= 4 * count:
        whole = [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]
        stream.shuffle(whole)
        yield from ({**structure.original, **one} for one in whole)
        return
    for _ in range(count * _ATTEMPTS_A_FORMAT):
        yield {**structure.original, **{slot: stream.choice(values) for slot, values in choices.items()}}


def distinct(
    prompt: Prompt, structure: Structure, draw: Draw, formats: Iterator[dict[Slot, str]], count: int
) -> Iterator[Variant]:
    """Variants in the first `count` formats that are valid, unlike the original, and unlike each other.

    A format that only lacks numbers for this example's options counts and is left out, so that the other formats are
    those of every example.
    """
    taken: set[tuple[str, ...]] = set()
    seen: list[dict[Place, str]] = [{}]
    for values in formats:
        if len(taken) == count:
            return
        key = tuple(values.values())
        if key in taken:
            continue
        numbered = as_numbered(values, structure)
        if not structure.allows(numbered):
            continue
        is_valid = numbered == values or structure.allows(values)
        changes = _changes(prompt, structure, values) if is_valid else None
        if changes in seen:
            continue
        taken.add(key)
        renumbering = None if changes is None else renumbered(prompt, structure, values, draw.labels)
        if changes is None or renumbering is None:
            continue
        seen.append(changes)
        label_map, mentions = renumbering
        name = format_name(values, structure.original)
        detail = {f"{owner}.{attribute}": value for (owner, attribute), value in values.items()}
        yield Variant(replaced_texts(prompt, {**mentions, **changes}), name, label_map, detail=detail)


def as_numbered(values: Mapping[Slot, str], structure: Structure) -> dict[Slot, str]:
    """The format with the prompt's own numbering."""
    return {slot: structure.original[slot] if slot[1] == "numbering" else value for slot, value in values.items()}
