"""Where the instruction stands: repeated after the input, or in the words of another language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from pydantic import Field

from llmrobust.perturb.blocks import Block, blocks_of
from llmrobust.perturb.contract import AtMost, Draw, Params, Sample, Variant, operator
from llmrobust.perturb.instructions.instruction import POINTS_AHEAD
from llmrobust.prompt.spans import Message, Prompt, Span

LANGUAGES: Mapping[str, tuple[str, str, str, str]] = {
    "de": ("Antworte mit ", ", ", " oder ", "."),
    "fr": ("Réponds par ", ", ", " ou ", "."),
    "es": ("Responde con ", ", ", " o ", "."),
    "it": ("Rispondi con ", ", ", " o ", "."),
    "pt": ("Responda com ", ", ", " ou ", "."),
    "zh": ("请回答 ", "、", " 或 ", "。"),
    "ja": ("", "、", " または ", " で答えてください。"),
    "ko": ("", ", ", " 또는 ", " 중 하나로 답하세요."),
    "ar": ("أجب بـ ", "، ", " أو ", "."),
}
"""How "Answer with A, B or C." is said: what comes first, between labels, before the last one, and at the end."""


_TEMPLATE = """Is the review positive or negative?
Review: {{ text }}
{% instruction %}Answer with positive or negative.{% endinstruction %}
Answer:
"""
_ASKS = re.compile(
    r"\s*(?:please )?(?:answer|reply|respond) (?:with|by)(?: either)?[\s,'\"]*(?:or[\s'\"]*)?\.?\s*", re.IGNORECASE
)


class LanguageParams(Params):
    """Parameters of `instruction.language`."""

    to: list[Literal["de", "fr", "es", "it", "pt", "zh", "ja", "ko", "ar"]] = Field(
        default=["fr", "zh", "ar"], min_length=1, description="Languages, one variant each."
    )


@operator(
    "instruction.repeat",
    level="instruction",
    touches=("instruction", "text"),
    moves=True,
    languages=("*",),
    owns=("piece",),
    at_most=AtMost(2, 10),
    source="Xu et al. 2023 (Re-Reading, arXiv 2309.06275): said twice",
)
def repeat(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """States the instruction a second time, right before the answer's field; not one that points ahead."""
    blocks = blocks_of(prompt, "instruction")
    if not blocks or not prompt.messages:
        return
    block = blocks[0]
    m = len(prompt.messages) - 1
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
    """Says in another language that the answer is one of the labels, for instructions that say no more than that.

    Other instructions are translated by people: write them into a file of reviewed wordings (`paraphrase`).
    """
    for block in blocks_of(prompt, "instruction")[:1]:
        labels = [span.text for span in block.spans if span.protected or span.kind == "enumerator"]
        if len(labels) < 2 or not _only_asks(block):
            return
        for code in dict.fromkeys(params.to):
            begin, comma, last, end = LANGUAGES[code]
            text = f"{begin}{comma.join(labels[:-1])}{last}{labels[-1]}{end}"
            new = block.replaced(text, moved=True)
            if new is not None:
                yield Variant(new, code)


def _only_asks(block: Block) -> bool:
    """Whether an instruction only says which answers there are: "Answer with A, B or C."."""
    own = "".join(" " if span.protected or span.kind == "enumerator" else span.text for span in block.spans)
    return _ASKS.fullmatch(re.sub(r"\s+", " ", own)) is not None
