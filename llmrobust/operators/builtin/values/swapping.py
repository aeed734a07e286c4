"""Variants of a prompt with what it names swapped throughout, and the gold answer with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from llmrobust.operators.builtin.values.grounding import moved_gold
from llmrobust.operators.builtin.values.renaming import renamed, renamed_texts
from llmrobust.operators.editing.text_edits import ATTEMPTS
from llmrobust.operators.operator import Draw, Relation, Variant
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

Swap = dict[str, str]
"""From a text in the prompt to its replacement everywhere."""


def swapped(
    prompt: Prompt,
    samples: int,
    fields: Sequence[str],
    draw: Draw,
    known: Sequence[str],
    swap: Callable[[Sequence[str], Stream], Swap],
) -> Iterator[Variant]:
    """Variants with the known entities of the prompt's inputs swapped, or those that fields of the example name."""
    own = [value for name in fields if isinstance(value := draw.fields.get(name), str) and value.strip()]
    yield from variants_of(prompt, samples, draw, own or known, swap)


def variants_of(
    prompt: Prompt, samples: int, draw: Draw, found: Sequence[str], swap: Callable[[Sequence[str], Stream], Swap]
) -> Iterator[Variant]:
    """Variants with texts of the prompt swapped, all different. Labels and what the prompt protects stay."""
    protected = " ".join(span.text for _, span in prompt.places(lambda span: span.protected))
    usable = [
        name
        for name in found
        if name not in draw.labels and not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", protected)
    ]
    seen: list[Swap] = []
    for sample in range(samples if usable else 0):
        for attempt in range(ATTEMPTS):
            stream = draw.stream(sample) if attempt == 0 else draw.stream(sample, attempt)
            new = {old: name for old, name in swap(usable, stream).items() if old != name}
            if new and new not in seen:
                break
        if not new or new in seen:
            return
        seen.append(new)
        places = renamed_texts(prompt, new)
        if not places:
            return
        expected = None
        if draw.expected is not None and draw.expected not in draw.labels:
            moved = moved_gold(draw.expected, lambda text, names=new: renamed(text, names))  # type: ignore[misc]
            expected = moved if moved != draw.expected else None
        relation = Relation.FOLLOWS if expected is not None else Relation.SAME
        if draw.expected is None and not draw.labels:
            relation = Relation.NO_PROMISE
        yield Variant(prompt.with_texts(places), str(sample), expected=expected, relation=relation, detail=new)
