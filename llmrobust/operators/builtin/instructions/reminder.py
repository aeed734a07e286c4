"""The most important part of a long prompt, said again at its end, as guides on long contexts advise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llmrobust.operators.builtin.instructions.instruction_edits import POINTS_AHEAD
from llmrobust.operators.operator import AtMost, Draw, Params, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.sections import CODE, MASK, own_text, sections_of
from llmrobust.prompt.spans import Message, Prompt, Span

LIMIT = 800
"""Characters of what is said again."""
_CORE = re.compile(
    r"(?:task|instructions?|rules?|goals?|objectives?|your (?:job|task)|what (?:to do|you do)|guidelines?|constraints?|"
    r"requirements|output(?:[ _]format)?|aufgaben?|"
    r"anweisungen?|regeln?|ziele?|vorgaben|任务|指令|规则|要求|目标|输出)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\b(?:above|preceding|oben|unten|folgend\w*)\b|上述|上面|下面|以下|如下", re.IGNORECASE)
_ROLE = re.compile(r"(?:you are|du bist|sie sind|你是)[^.!?。！？]*[.!?。！？]?", re.IGNORECASE)
"""A sentence that says who answers, and not what to do."""
_SYSTEM = """# Role
You are the assistant of a bicycle shop.

# Rules
Never promise a refund. Ask for the order number.

# Tone
Be friendly.
"""


@operator(
    "instruction.reminder",
    level="instruction",
    touches=("text", "instruction"),
    moves=True,
    owns=("piece",),
    languages=("*",),
    at_most=AtMost(1, LIMIT + 10),
    source="OpenAI's GPT-4.1 prompting guide: instructions at both the beginning and the end of a long context; Liu "
    "et al. 2023 (arXiv 2307.03172), section 4.2: the query before and after the documents",
    sample=Sample({"text": "My chain broke."}, "{{ text }}", system=_SYSTEM),
)
def reminder(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Says the rules or the task of a prompt without tags again at the end of their message, before the answer's field.

    The section that is called so (Task, Rules, Output), else the first paragraph that says more than who answers.
    """
    if any(span.region.startswith("instruction") for _, span in prompt.places()):
        return  # instruction.repeat does that
    for m, message in enumerate(prompt.messages):
        if message.role not in ("system", "user"):
            continue
        text = _core(message)
        if text is None:
            continue
        spans = message.spans
        output = len(spans) > 2 and spans[-2].kind == "label" and spans[-1].kind == "separator"
        head, tail = (spans[:-2], spans[-2:]) if output else (spans, ())
        said = "".join(span.text for span in head)
        if said.rstrip().endswith(text):
            return  # it stands there already
        gap = "\n" * (2 - min(2, len(said) - len(said.rstrip("\n"))))
        new = (*head, Span(f"{gap}{text}" + ("\n\n" if tail else "")), *tail)
        messages = (*prompt.messages[:m], Message(message.role, new), *prompt.messages[m + 1 :])
        yield Variant(replace(prompt, messages=messages), "end")
        return


def _core(message: Message) -> str | None:
    """What is said again: with no value in it, short, and not pointing at its neighbours; None without such a part."""
    own = own_text(message.spans)
    sections = sections_of(message)
    parts = [(one.body, one.body_end) for one in sections if _CORE.match(one.title)]
    if not parts:
        limit = sections[0].start if sections else len(own)
        parts = [found.span() for found in re.finditer(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*", own[:limit])]
        parts = [(start, end) for start, end in parts if not _ROLE.fullmatch(own[start:end].strip())][:1]
    for start, end in parts:
        text = own[start:end].strip()
        asks = len(text.split()) > 3 or len(text) > 12
        points = POINTS_AHEAD.search(text) or _POINTS.search(text)
        if asks and len(text) <= LIMIT and MASK not in text and CODE not in text and not points:
            return text
    return None
