"""The shape of a chat: who says what, in how many messages, after what history. The answer must stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from llmrobust.operators.builtin.instructions.commands import first_command
from llmrobust.operators.editing.random_edits import Severity, not_beside_severity
from llmrobust.operators.operator import AtMost, Draw, Params, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Message, Prompt, Span

SOURCE = "He et al. 2024 (arXiv 2411.10541) and Zheng et al. 2023 (arXiv 2311.10054): roles; kind made for llmrobust"
HISTORY = (
    ("How many days does a week have?", "A week has seven days."),
    ("What colour do you get from blue and yellow?", "Blue and yellow make green."),
    ("Which month comes after March?", "April comes after March."),
    ("How do you boil an egg?", "Put it in boiling water for eight to ten minutes."),
    ("What is the capital of Portugal?", "The capital of Portugal is Lisbon."),
    ("How many legs does a spider have?", "A spider has eight legs."),
    ("What is a thesaurus?", "A thesaurus is a book that lists words with a like meaning."),
    ("Where do penguins live?", "Most penguins live in the southern half of the world."),
    ("What is twelve times three?", "Twelve times three is thirty-six."),
    ("How do you say goodbye in Italian?", "In Italian you say arrivederci."),
)
"""Exchanges that have nothing to do with any task here; written for llmrobust."""
LADDER = (1, 2, 3, 5, 8)
_OWN = ("text", "space")


class HistoryParams(Params):
    """Parameters of `chat.history`."""

    count: int = Field(default=1, ge=1, le=10, description="Exchanges before the question.")
    samples: int = Field(default=1, ge=1, le=20, description="Variants of each prompt.")
    severity: Severity | list[Severity] | None = Field(
        default=None,
        description="1 to 5 instead of a count (1, 2, 3, 5, 8 exchanges); a list makes the variants of each.",
    )

    _one_of_them = not_beside_severity("count")


@operator("chat.system_to_user", level="instruction", touches=("message",), moves=True, languages=("*",), source=SOURCE)
def system_to_user(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Puts the system message at the beginning of the user's."""
    if prompt.mode != "chat" or len(prompt.messages) < 2:
        return
    first, second, *rest = prompt.messages
    if (first.role, second.role) != ("system", "user") or not first.text.strip():
        return
    joined = Message("user", (*first.spans, Span("\n\n"), *second.spans))
    yield Variant(replace(prompt, messages=(joined, *rest)), "joined")


@operator(
    "chat.user_to_system",
    level="instruction",
    version=2,
    touches=("message", "text"),
    moves=True,
    languages=("*",),
    source=SOURCE,
)
def user_to_system(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Puts an instruction that begins the user's message into a system message of its own."""
    if prompt.mode != "chat" or not prompt.messages or prompt.messages[0].role != "user":
        return
    first, *rest = prompt.messages
    count = _leading_instruction(first)
    remaining = _without_gap(first.spans[count:])
    if not count or not any(span.text.strip() for span in remaining):
        return
    messages = (Message("system", _without_end(first.spans[:count])), Message("user", remaining), *rest)
    yield Variant(replace(prompt, messages=messages), "system")


@operator(
    "chat.split",
    level="format",
    version=2,
    touches=("message", "text"),
    moves=True,
    at_most=AtMost(1, 100),
    source=SOURCE,
)
def split(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Sends the instruction as a message of its own, with or without an acknowledgement between the two."""
    if prompt.mode != "chat" or not prompt.messages or prompt.messages[-1].role != "user":
        return
    *before, last = prompt.messages
    count = _leading_instruction(last)
    remaining = _without_gap(last.spans[count:])
    if not count or not any(span.text.strip() for span in remaining):
        return
    asked, given = Message("user", _without_end(last.spans[:count])), Message("user", remaining)
    ready = Message("assistant", (Span("Understood. Please go on."),))
    yield Variant(replace(prompt, messages=(*before, asked, ready, given)), "acknowledged")


@operator(
    "chat.history",
    level="context",
    params=HistoryParams,
    touches=("message", "text"),
    at_most=AtMost(1, 10 * 160),
    source="irrelevant context (Shi et al. 2023, arXiv 2302.00093) as earlier turns; exchanges made for llmrobust",
)
def history(prompt: Prompt, params: HistoryParams, draw: Draw) -> Iterator[Variant]:
    """Puts unrelated earlier exchanges before the question."""
    if prompt.mode != "chat" or not any(message.role == "user" and message.text.strip() for message in prompt.messages):
        return
    labels = {label.lower() for label in draw.labels}
    pool = [
        pair for pair in HISTORY if not labels & set(" ".join(pair).lower().replace(".", "").replace("?", "").split())
    ]
    chosen = [params.severity] if isinstance(params.severity, int) else params.severity
    rungs: list[tuple[str, int, int | None]] = [("", params.count, None)]
    if chosen is not None:
        rungs = [(f"s{level}-", LADDER[level - 1], level) for level in dict.fromkeys(chosen)]
    system = tuple(message for message in prompt.messages[:1] if message.role == "system")
    for prefix, count, severity in rungs:
        for sample in range(params.samples):
            pairs = draw.stream("history", sample).sample(pool, count)
            turns = tuple(
                Message(role, (Span(text),))
                for pair in pairs
                for role, text in zip(("user", "assistant"), pair, strict=True)
            )
            if turns:
                messages = (*system, *turns, *prompt.messages[len(system) :])
                yield Variant(replace(prompt, messages=messages), f"{prefix}{sample}", severity=severity)


def _leading_instruction(message: Message) -> int:
    """How many spans the instruction takes that the message begins with; 0 where it begins with something else.

    An instruction is a block of its own, or the template's own text up to the line with the first value, if
    that text commands or asks.
    """
    if not any(span.region.startswith("instruction") or span.kind == "instruction" for span in message.spans):
        count = next((i for i, span in enumerate(message.spans) if not _is_own(span)), 0)
        text = "".join(span.text for span in message.spans[:count])
        asks = first_command(text) is not None or text.rstrip().endswith("?")
        return count if asks and text.endswith("\n") and not text.rstrip().endswith(":") else 0
    count = 0
    for span in message.spans:
        if span.region.split(":")[0] != "instruction" and span.kind != "instruction":
            break
        count += 1
    return count


def _is_own(span: Span) -> bool:
    """Whether a span is the template's own running text, and not a tag that opens what a value fills."""
    return span.kind in _OWN and not span.region and not (span.protected and span.text.startswith("<"))


def _without_end(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans without the line breaks that end the template's own text."""
    last = spans[-1]
    if last.kind not in _OWN or last.protected or last.region:
        return spans
    kept = last.saying(last.text.rstrip("\n"))
    return (*spans[:-1], kept) if kept.text else spans[:-1]


def _without_gap(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans without the white space that begins them."""
    kept = list(spans)
    while kept and not kept[0].protected and not kept[0].text.strip():
        kept.pop(0)
    if kept and not kept[0].protected:
        kept[0] = kept[0].saying(kept[0].text.lstrip("\n"))
    return tuple(kept)
