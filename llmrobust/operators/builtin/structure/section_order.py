"""Other orders of a prompt's sections: role, rules, format, context. What points at neighbours stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from llmrobust.operators.builtin.structure.order import OrderParams, Unit, orders, permuted
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.sections import MASK, Section, cut_at, own_text, sections_of
from llmrobust.prompt.spans import Message, Prompt

TOUCHED = ("text", "instruction", "context", "example", "input", "label", "separator", "space", "enumerator", "choices")
_POINTS = re.compile(
    r"\b(?:above|below|preceding|previous|previously|earlier|aforementioned|next section|(?:section|part|step) \d+)\b|"
    r"(?:\bfollowing\b[^.\n]{0,60}|:)\s*\Z|\b(?:oben|unten|vorstehend\w*|nachstehend\w*|obige\w*)\b|上述|上面|下面|以下|如下|前述",
    re.IGNORECASE,
)
"""What a section says that is true only where it stands."""
_STEP = re.compile(
    r"(?:step|phase|stage|schritt|first|second|third|then|next|finally|lastly|afterwards)\b", re.IGNORECASE
)
SYSTEM = """# Role
You sort reviews of films.

# Rules
- Judge the whole review.
- Do not explain.

# Output
Say positive or negative.
"""


@operator(
    "order.sections",
    level="format",
    params=OrderParams,
    touches=TOUCHED,
    moves=True,
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1, 10),
    source="what prompt guides argue about (OpenAI's GPT-4.1 prompting guide: an order of sections; Anthropic's: long "
    "documents first)",
    sample=Sample({"text": "A fine film."}, "Review: {{ text }}\nSentiment:\n", system=SYSTEM),
)
def sections(prompt: Prompt, params: OrderParams, draw: Draw) -> Iterator[Variant]:
    """Puts the sections of the prompt in another order; numbers, the input and what points at others stay."""
    runs = [(m, run) for m, message in enumerate(prompt.messages) for run in movable(message)]
    if not runs:
        return
    m, run = max(runs, key=lambda one: (len(one[1]), -one[0]))
    message = prompt.messages[m]
    edges = [edge for one in run for edge in (one.text if one.style == "numbered" else one.start, one.end)]
    spans, index = cut_at(message.spans, edges)
    cut = replace(
        prompt,
        messages=(*prompt.messages[:m], Message(message.role, tuple(spans)), *prompt.messages[m + 1 :]),
    )
    units: list[Unit] = [(m, first, last) for first, last in zip(index[::2], index[1::2], strict=True)]
    if any(first >= last for _, first, last in units):
        return
    for name, order in orders(len(units), params.samples, draw.shared("sections", len(units))):
        yield Variant(permuted(cut, units, order), name)


def movable(message: Message) -> Iterator[Sequence[Section]]:
    """The runs of at least two neighbouring sections of a message that may come in any order."""
    found = sections_of(message)
    if any(_STEP.match(one.title) for one in found):
        return
    text = own_text(message.spans)
    run: list[Section] = []
    for one in found:
        said = text[one.body : one.body_end]
        is_input = message.role == "user" and MASK in said and one.end == len(text.rstrip())
        if is_input or _POINTS.search(said):
            if len(run) > 1:
                yield run
            run = []
        else:
            run.append(one)
    if len(run) > 1:
        yield run
