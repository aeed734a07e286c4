"""Passages of a frozen file, put around the text that they were written for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from llmrobust.operators.builtin.context.placement import Position, placed
from llmrobust.operators.editing.frozen_places import addition_of, as_frozen, frozen_in
from llmrobust.operators.editing.tagged_blocks import Block
from llmrobust.operators.frozen_variants import FrozenVariant
from llmrobust.operators.operator import Draw, Dropped, Variant
from llmrobust.prompt.spans import Place, Prompt

EDITED = "does not end with its original any more: run it by `frozen`"


def frozen_additions(
    prompt: Prompt, variants: Sequence[FrozenVariant], draw: Draw, position: Position = "before"
) -> Iterator[Variant | Dropped]:
    """What frozen variants put before their original, at a position of it; the original stays as it is."""

    def put(prompt: Prompt, one: FrozenVariant, runs: Sequence[Block | tuple[Place, ...]]) -> Variant | Dropped:
        addition = addition_of(one)
        if addition is None:
            return Dropped(one.name, EDITED)
        made = prompt
        for run in reversed(runs):
            places = run.places if isinstance(run, Block) else run
            new = placed(made, places, addition, position, draw.stream(one.name, position))
            if new is None:
                return Dropped(one.name, "has nothing to stand between: the text is one sentence")
            made = new
        return as_frozen(made, one)

    yield from frozen_in(prompt, variants, draw, put)


def added(usual: int) -> Callable[[Any], int]:
    """How many characters an operator may add: as usual, and the longest text of a frozen file."""
    return lambda params: usual + max((len(one.text) for one in params.frozen), default=0)
