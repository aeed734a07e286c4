"""Puts sentences before, after or between those of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Literal

from llmrobust.operators.editing.tagged_blocks import with_block
from llmrobust.operators.editing.text_edits import sentences, texts_of
from llmrobust.prompt.spans import Place, Prompt
from llmrobust.seeds import Stream
from llmrobust.text.whole_words import unspaced

Position = Literal["before", "after", "between"]


def joined(texts: Sequence[str]) -> str:
    """Sentences one after the other, with spaces where their script has them."""
    return "".join(text if not number or unspaced(text[:1]) else f" {text}" for number, text in enumerate(texts))


def longest_text(prompt: Prompt, targets: Sequence[str]) -> tuple[Place, ...]:
    """The places of the longest text of the targets; empty where there is none."""
    texts = texts_of(prompt, targets)
    return max(texts, key=lambda places: (len(text_at(prompt, places)), places)) if texts else ()


def text_at(prompt: Prompt, places: Sequence[Place]) -> str:
    """The text at these places."""
    return "".join(prompt.span(place).text for place in places)


def placed(
    prompt: Prompt, places: Sequence[Place], added: str, position: str, stream: Stream, *, closes: bool = True
) -> Prompt | None:
    """The prompt with the sentences at their position; None if the text does not have two sentences to go between.

    closes: a text that ends without a full stop gets one before what is added after it.
    """
    spans = [prompt.span(place) for place in places]
    plain = replace(next((span for span in spans if not span.protected), spans[0]), protected=False)
    if position == "before":
        new = [replace(plain, text=added if unspaced(added[-2:]) else f"{added} "), *spans]
    elif position == "after":
        closed = text_at(prompt, places).rstrip()
        ended = not closes or closed[-1:] in ".!?\"'”’。！？」』"
        gap = ("" if ended else "。") if unspaced(added[:1]) else (" " if ended else ". ")
        if spans[-1].protected:
            new = [*spans, replace(plain, text=gap + added)]
        else:
            body = spans[-1].text.rstrip()
            tail = spans[-1].text[len(body) :]
            new = [*spans[:-1], replace(spans[-1], text=f"{body}{gap}{added}{tail}")]
    else:
        gaps = [
            (index, cut)
            for index, span in enumerate(spans)
            if not span.protected and span.kind == plain.kind
            for cut in accumulate(len(part) for part in sentences(span.text)[:-1])
        ]
        if not gaps:
            return None
        index, cut = stream.choice(gaps)
        text = spans[index].text
        space = "" if unspaced(added[:1]) else " "
        middle = replace(spans[index], text=f"{text[:cut].rstrip()}{space}{added}{space}{text[cut:].lstrip()}")
        new = [*spans[:index], middle, *spans[index + 1 :]]
    return with_block(prompt, places, new)
