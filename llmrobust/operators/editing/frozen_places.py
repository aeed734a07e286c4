"""Where frozen variants belong in a prompt, and the prompt with one of them in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from llmrobust.operators.editing.tagged_blocks import Block, blocks_of
from llmrobust.operators.frozen_variants import INSTRUCTION, FrozenVariant, State, parse_frozen, shown_name, usable
from llmrobust.operators.operator import Draw, Dropped, Params, Relation, Variant
from llmrobust.prompt.spans import Place, Prompt

STALE = "went stale: its original changed since it was made"
NOT_REVIEWED = "was not reviewed: run `llmrobust review`"


Put = Callable[[Prompt, FrozenVariant, Sequence[Block | tuple[Place, ...]]], Variant | Dropped]
"""What makes the variant: of the prompt, a frozen variant, and the places of its original."""


class FrozenParams(Params):
    """Parameters of operators that take variants of certain kinds from a frozen file.

    takes: the kinds, with or without sub-type.
    """

    takes: ClassVar[tuple[str, ...]] = ()
    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
        {"file": ("variants", parse_frozen)}
    )

    file: str | None = Field(default=None, description="Instead of fields: a frozen file of `llmrobust generate`.")
    variants: tuple[FrozenVariant, ...] = ()

    @model_validator(mode="after")
    def _of_the_kinds(self) -> Self:
        if self.variants and not self.frozen:
            there = ", ".join(sorted({one.kind for one in self.variants}))
            raise ValueError(f"the file has no variant of the kind {' or '.join(self.takes)}; it has {there}")
        return self

    @property
    def frozen(self) -> list[FrozenVariant]:
        """Those of the file that the operator takes."""
        return usable(self.variants, self.takes)

    def lost(self, examples: Collection[str]) -> Mapping[str, int]:
        """Variants of examples that are gone."""
        return lost_examples(self.frozen, examples)


def frozen_in(
    prompt: Prompt, variants: Sequence[FrozenVariant], draw: Draw, put: Put | None = None
) -> Iterator[Variant | Dropped]:
    """The frozen variants of an example, in file order. put: what makes them, by default in place of the original.

    Stale ones, and those that nobody reviewed unless the draw allows them, come as dropped: they are said, never
    silently left out.
    """
    put = put or _variant
    if not prompt.length:
        return
    for one in variants:
        if one.example not in (None, draw.example_id):
            continue
        places: Sequence[Block | tuple[Place, ...]]
        places = instructions_in(prompt, one.original) if one.example is None else values_in(prompt, one)
        if not places:
            yield Dropped(one.name, STALE)
        elif one.state is State.UNREVIEWED and not draw.allow_unreviewed:
            yield Dropped(one.name, NOT_REVIEWED)
        else:
            yield put(prompt, one, places)


def lost_examples(variants: Sequence[FrozenVariant], examples: Collection[str]) -> Mapping[str, int]:
    """How many variants are of examples that the suite does not have, by the reason."""
    gone = [one.example for one in variants if one.example is not None and one.example not in examples]
    named = ", ".join(sorted(set(gone))[:3]) + (", ..." if len(set(gone)) > 3 else "")
    return {f"the suite has no example {named}": len(gone)} if gone else {}


def instructions_in(prompt: Prompt, original: str) -> list[Block]:
    """The instruction blocks that say the original, with `{{ name }}` for the values of variables."""
    return [block for block in blocks_of(prompt, INSTRUCTION) if original_of(block) == original.strip()]


def original_of(block: Block) -> str:
    """A block's text with `{{ name }}` for the values of variables, as it is for every example."""
    parts = []
    for (name, kind), spans in groupby(block.spans, lambda span: (span.name, span.kind)):
        parts.append(f"{{{{ {name} }}}}" if kind == "variable" else "".join(span.text for span in spans))
    return "".join(parts).strip()


def filled(text: str, block: Block) -> str:
    """The text with `{{ name }}` replaced by the value that the block has for it."""
    values: dict[str, str] = {}
    for (name, kind), spans in groupby(block.spans, lambda span: (span.name, span.kind)):
        if kind == "variable":
            values[name] = "".join(span.text for span in spans)
    return re.sub(r"\{\{\s*([\w.]+)\s*\}\}", lambda found: values.get(found[1], found[0]), text)


def values_of(prompt: Prompt, name: str) -> list[tuple[Place, ...]]:
    """The places of each value of a variable: neighbouring spans, since protected pieces split it."""
    found = []
    for m, message in enumerate(prompt.messages):
        for (kind, own), run in groupby(enumerate(message.spans), key=lambda piece: (piece[1].kind, piece[1].name)):
            places = tuple((m, s) for s, _ in run)
            if kind == "variable" and own == name:
                found.append(places)
    return found


def values_in(prompt: Prompt, variant: FrozenVariant) -> list[tuple[Place, ...]]:
    """The places of the values that say a variant's original."""
    runs = values_of(prompt, variant.target)
    return [run for run in runs if _text(prompt, run) == variant.original]


def _text(prompt: Prompt, run: Sequence[Place]) -> str:
    return "".join(prompt.span(place).text for place in run)


def _variant(prompt: Prompt, one: FrozenVariant, places: Sequence[Block | tuple[Place, ...]]) -> Variant | Dropped:
    """The prompt with the frozen text in all of its places."""
    made = prompt
    for place in reversed(places):
        if isinstance(place, Block):
            text = filled(one.text, place)
            block = Block(made, place.places)
            new = block.replaced(text, moved=True, reviewed=True)
            if new is None:
                return Dropped(one.name, f'has lost "{block.missing(text)}"')
            made = new
        else:
            made = _with_value(made, place, one.text)
    return as_frozen(made, one)


def as_frozen(prompt: Prompt, one: FrozenVariant) -> Variant:
    """A prompt as the variant that a frozen file describes."""
    return Variant(
        prompt,
        shown_name(one),
        expected=one.expected,
        relation=Relation(one.relation),
        detail={"kind": one.kind, **({"by": one.generator.model} if one.generator else {})},
    )


def addition_of(variant: FrozenVariant) -> str | None:
    """What a variant puts before its original; None where a reviewer has changed the original too."""
    text, original = variant.text.strip(), variant.original.strip()
    return text.removesuffix(original).strip() or None if text.endswith(original) else None


def _with_value(prompt: Prompt, run: Sequence[Place], text: str) -> Prompt:
    """The prompt with a value written anew, as one span that is not protected."""
    (m, first), (_, last) = run[0], run[-1]
    messages = list(prompt.messages)
    spans = messages[m].spans
    new = replace(spans[first], text=text, protected=False)
    messages[m] = replace(messages[m], spans=(*spans[:first], new, *spans[last + 1 :]))
    return replace(prompt, messages=tuple(messages))
