"""Noise-LLM's noises of slot filling by their authors' law; the other ones are `spelling`, `style` and `paraphrase`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from llmrobust.operators.builtin.context.additions import OPENERS, PROVERBS
from llmrobust.operators.builtin.context.placement import longest_text, text_at
from llmrobust.operators.builtin.context.whole_input import answer_is_made_of_all
from llmrobust.operators.builtin.values.grounding import moved_gold
from llmrobust.operators.operator import AtMost, Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

NOISE_LLM = "Noise-LLM (Dong et al. 2023, arXiv 2310.06504)"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class EntityTypoParams(Params):
    """Parameters of `noise.entity_typos`."""

    fields: list[str] = Field(min_length=1, description="The examples' fields with the slot values.")
    samples: int = Field(default=1, ge=1, le=100, description="Variants of each prompt.")


@operator(
    "noise.append",
    version=2,
    level="context",
    touches=("input",),
    at_most=AtMost(1, 120),
    source=f"{NOISE_LLM}: AppendIrr",
)
def append(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Puts an opener before the input, a proverb after it, or both, tokenised as in the published rows."""
    places = longest_text(prompt, ("input",))
    if not places or not text_at(prompt, places).strip() or answer_is_made_of_all(prompt):
        return
    stream = draw.stream("append")
    opener, proverb = stream.choice(OPENERS), stream.choice(PROVERBS)
    labels = {label.lower() for label in draw.labels}
    if labels & set(re.findall(r"\w+", f"{opener} {proverb}".lower())):
        return
    first, last = places[0], places[-1]
    before, after = f"{opener[:-1]} , ", f" {proverb[:-1]} ."
    for name, lead, tail in (("before", before, ""), ("after", "", after), ("both", before, after)):
        new = {}
        if lead and not prompt.span(first).protected:
            new[first] = lead + prompt.span(first).text
        if tail and not prompt.span(last).protected:
            new[last] = new.get(last, prompt.span(last).text) + tail
        if new:
            yield Variant(prompt.with_texts(new), name)


@operator(
    "noise.entity_typos",
    level="character",
    version=2,
    params=EntityTypoParams,
    touches=("input",),
    owns=("piece",),
    relation=Relation.FOLLOWS,
    source=f"{NOISE_LLM}: EntTypos",
    sample=Sample(
        {"text": "book a table at the golden lamb", "place": "golden lamb"},
        params={"fields": ["place"]},
        expected="golden lamb",
        labels=(),
    ),
)
def entity_typos(prompt: Prompt, params: EntityTypoParams, draw: Draw) -> Iterator[Variant]:
    """Edits a character in slot values only; a gold answer follows, a value, a list or a JSON object of them."""
    values = [value for name in params.fields if isinstance(value := draw.fields.get(name), str) and len(value) > 2]
    for sample in range(params.samples):
        stream = draw.stream(sample)
        new = {value: _edited(value, stream) for value in values if value not in draw.labels}
        new = {old: said for old, said in new.items() if old != said}
        texts: dict[Any, str] = {}
        for place, span in prompt.places(lambda span: span.kind == "variable" and not span.protected):
            text = span.text
            for old, said in new.items():
                text = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda found, said=said: said, text)  # type: ignore[misc]
            if text != span.text:
                texts[place] = text
        if texts:
            expected = _followed(draw.expected, new)
            relation = Relation.FOLLOWS if expected is not None else Relation.SAME
            yield Variant(prompt.with_texts(texts), str(sample), expected=expected, relation=relation, detail=new)


def _followed(gold: str | None, new: Mapping[str, str]) -> str | None:
    """The gold answer with the values edited as in the text; None where it names none of them."""
    if gold is None:
        return None
    whole = re.compile("|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in sorted(new, key=len, reverse=True)))
    moved = moved_gold(gold, lambda text: whole.sub(lambda found: new[found[0]], text)) if new else gold
    return moved if moved != gold else None


def _edited(value: str, stream: Stream) -> str:
    """The value with one letter swapped, dropped, doubled or replaced, the first one kept."""
    spots = [i for i in range(1, len(value)) if value[i].isalpha()]
    if not spots:
        return value
    i, kind = stream.choice(spots), stream.below(4)
    if kind == 0 and i + 1 < len(value) and value[i + 1].isalpha():
        return value[:i] + value[i + 1] + value[i] + value[i + 2 :]
    new = {1: "", 2: value[i] * 2}.get(kind, stream.choice(_LETTERS))
    return value[:i] + new + value[i + 1 :]
