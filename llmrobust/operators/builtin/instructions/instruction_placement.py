"""Where the instruction is and in which language: repeated after the input, or translated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from llmrobust.operators.builtin.instructions.instruction_edits import POINTS_AHEAD
from llmrobust.operators.builtin.instructions.phrase_book import Language, translated
from llmrobust.operators.editing.tagged_blocks import blocks_of
from llmrobust.operators.operator import AtMost, Draw, Params, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Message, Prompt, Span

_TEMPLATE = """{% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
Review: {{ text }}
Sentiment:
"""


class LanguageParams(Params):
    """Parameters of `instruction.language`."""

    to: list[Language] = Field(default=["fr", "zh", "ar"], min_length=1, description="Languages, one variant each.")


@operator(
    "instruction.repeat",
    level="instruction",
    version=2,
    touches=("instruction", "text"),
    moves=True,
    languages=("*",),
    owns=("piece",),
    at_most=AtMost(2, 10),
    source="Xu et al. 2023 (Re-Reading, arXiv 2309.06275): said twice",
)
def repeat(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """States the instruction a second time, right before the answer's field.

    Not one that points ahead, nor one of another message: a system prompt in the user's turn is another situation.
    """
    blocks = blocks_of(prompt, "instruction")
    if not blocks or not prompt.messages:
        return
    block = blocks[0]
    m = len(prompt.messages) - 1
    if block.places[0][0] != m:
        return
    spans = prompt.messages[m].spans
    field = len(spans) - 2
    output = field > 0 and spans[field].kind == "label" and spans[field + 1].kind == "separator"
    before = spans[:field] if output else spans
    if POINTS_AHEAD.search(block.text) or not any(span.text.strip() for span in before):
        return
    again = Span(block.text.strip(), "instruction", region="instruction:again")
    lead = () if before[-1].text.endswith("\n") else (Span("\n"),)
    new = (*before, *lead, again, Span("\n"), *(spans[field:] if output else ()))
    messages = (*prompt.messages[:m], Message(prompt.messages[m].role, new))
    yield Variant(replace(prompt, messages=messages), "after")


@operator(
    "instruction.language",
    version=2,
    level="instruction",
    params=LanguageParams,
    touches=("instruction",),
    moves=True,
    languages=("*",),
    at_most=AtMost(1, 120),
    sample=Sample({"text": "A fine film."}, _TEMPLATE),
    source="PromptBench's semantic attack (arXiv 2306.04528): instructions in other languages; wordings of our own",
)
def language(prompt: Prompt, params: LanguageParams, draw: Draw) -> Iterator[Variant]:
    """Says the instruction in another language, for the usual ones that its phrase book holds; labels stay.

    Other instructions are translated by people: write them into a file of reviewed wordings (`paraphrase`).
    """
    for block in blocks_of(prompt, "instruction")[:1]:
        labels = [span.text for span in block.spans if span.protected or span.kind == "enumerator"]
        own = "".join("\0" if span.protected or span.kind == "enumerator" else span.text for span in block.spans)
        for code in dict.fromkeys(params.to):
            text = translated(own, labels, code)
            new = block.replaced(text, moved=True) if text is not None else None
            if new is not None:
                yield Variant(new, code)
