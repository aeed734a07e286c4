"""The parts of a prompt that methods change: inputs, the instruction, and the fields that demonstrations repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from llmrobust.chat_messages import TOOL_CHOICE, TOOLS
from llmrobust.prompt.content_free import is_input
from llmrobust.prompt.spans import Message, Prompt, Span

INSTRUCTION: Literal["instruction"] = "instruction"
_NO_MESSAGES = (TOOLS, TOOL_CHOICE)


def values_of(prompt: Prompt) -> dict[str, str]:
    """The inputs by variable, each as a whole text; a variable that stands in several places has its first value."""
    found: dict[str, str] = {}
    for message in prompt.messages:
        for run in _runs(message.spans):
            if is_input(run[0]):
                found.setdefault(run[0].name, "".join(span.text for span in run))
    return found


def with_inputs(prompt: Prompt, change: Callable[[str, str], str]) -> Prompt:
    """The prompt with every input changed. change: from the variable's name and its text to the new text; the pieces
    of one value, which protection may have split, are given as one text."""
    messages = []
    for message in prompt.messages:
        spans: list[Span] = []
        for run in _runs(message.spans):
            before = "".join(span.text for span in run)
            after = change(run[0].name, before) if is_input(run[0]) else before
            spans += run if after == before else [replace(run[0], text=after, protected=False)]
        messages.append(replace(message, spans=tuple(spans)))
    return Prompt(tuple(messages), prompt.mode, prompt.gold)


def instruction_of(prompt: Prompt) -> str:
    """The text of the first marked instruction; empty without one."""
    for message in prompt.messages:
        text = "".join(span.text for span in _first_block(message))
        if text.strip():
            return text
    return ""


def kept_of(prompt: Prompt) -> tuple[str, ...]:
    """The texts in the first marked instruction that a rewording must keep: labels, placeholders, values, code."""
    for message in prompt.messages:
        block = _first_block(message)
        if "".join(span.text for span in block).strip():
            fixed = (span.text for span in block if span.protected or span.kind in ("variable", "enumerator"))
            return tuple(dict.fromkeys(text for text in fixed if text.strip()))
    return ()


def with_instruction(prompt: Prompt, text: str) -> Prompt:
    """The prompt with its first marked instruction in other words; the same prompt without one."""
    messages, done = [], False
    for message in prompt.messages:
        block = _first_block(message)
        if done or not "".join(span.text for span in block).strip():
            messages.append(message)
            continue
        done, first = True, next(n for n, span in enumerate(message.spans) if span is block[0])
        new = Span(text, INSTRUCTION, region=block[0].region)
        rest = [span for span in message.spans[first:] if all(span is not one for one in block)]
        messages.append(replace(message, spans=(*message.spans[:first], new, *rest)))
    return Prompt(tuple(messages), prompt.mode, prompt.gold)


def with_added_instruction(prompt: Prompt, text: str) -> Prompt:
    """The prompt with a sentence after its last marked instruction, or before everything else where none is marked."""
    messages = list(prompt.messages)
    for m in range(len(messages) - 1, -1, -1):
        spans = messages[m].spans
        last = max((n for n, span in enumerate(spans) if _is_instruction(span)), default=None)
        if last is not None:
            before = spans[last].text
            new = Span((text + "\n") if before.endswith("\n") else f" {text}", INSTRUCTION, region=spans[last].region)
            messages[m] = replace(messages[m], spans=(*spans[: last + 1], new, *spans[last + 1 :]))
            return Prompt(tuple(messages), prompt.mode, prompt.gold)
    m = next(n for n, message in enumerate(messages) if message.role not in _NO_MESSAGES)
    messages[m] = replace(messages[m], spans=(Span(text + "\n\n", INSTRUCTION), *messages[m].spans))
    return Prompt(tuple(messages), prompt.mode, prompt.gold)


def with_demonstrations(prompt: Prompt, layout: Prompt, shown: Sequence[tuple[Mapping[str, str], str]]) -> Prompt:
    """The prompt with demonstrations before what is asked.

    layout: whose format they have. shown: of each, the values by variable and the answer. In a prompt that ends in the
    field to fill in, and in completion mode, they stand in the last message after the instruction, separated by empty
    lines; else each is a message of the user and one of the assistant before the last message.
    """
    *before, last = prompt.messages
    _, body = _parted(layout.messages[-1].spans)
    if prompt.mode != "completion" and not _ends_in_a_field(body):
        turns = []
        for values, answer in shown:
            turns += [Message("user", (Span(_filled(body, values), "example"),))]
            turns += [Message("assistant", (Span(answer, "example"),))]
        return Prompt((*before, *turns, last), prompt.mode, prompt.gold)
    gap = _gap_before_answers(body)
    demonstrations = Span("".join(_filled(body, values) + gap + answer + "\n\n" for values, answer in shown), "example")
    head, own = _parted(last.spans)
    return Prompt((*before, replace(last, spans=(*head, demonstrations, *own))), prompt.mode, prompt.gold)


def _filled(body: Sequence[Span], values: Mapping[str, str]) -> str:
    texts = []
    for run in _runs(body):
        text = "".join(span.text for span in run)
        texts.append(values.get(run[0].name, text) if is_input(run[0]) else text)
    return "".join(texts)


def _gap_before_answers(body: Sequence[Span]) -> str:
    """What stands between the last separator and an answer: as between the other fields and their values."""
    text = "".join(span.text for span in body)
    if text != text.rstrip():
        return ""
    separators = [span.text for span in body if span.kind == "separator"]
    if len(separators) > 1 and separators[0].rstrip() == separators[-1]:
        return separators[0][len(separators[-1]) :]
    return "" if len(separators) > 1 and separators[0] == separators[-1] else " "


def _ends_in_a_field(body: Sequence[Span]) -> bool:
    return bool(body) and body[-1].kind == "separator"


def _parted(spans: Sequence[Span]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """What comes before what is asked (the instruction, and the space after it), and what is asked: it begins after
    the last marked instruction, or without one at the first field."""
    last = max((n for n, span in enumerate(spans) if _is_instruction(span)), default=None)
    if last is None:
        at = next((n for n, span in enumerate(spans) if span.kind in ("label", "variable", "enumerator")), 0)
        return tuple(spans[:at]), tuple(spans[at:])
    for at in range(last + 1, len(spans)):
        one = spans[at]
        if one.kind != "space" and any(map(str.isalnum, one.text)):
            said = one.text.lstrip() if one.kind == "text" else one.text
            lead = (one.saying(one.text[: len(one.text) - len(said)]),) if said != one.text else ()
            return (*spans[:at], *lead), (one.saying(said), *spans[at + 1 :])
    return tuple(spans), ()


def _is_instruction(span: Span) -> bool:
    return span.region.partition(":")[0] == INSTRUCTION or (span.kind == INSTRUCTION and not span.region)


def _first_block(message: Message) -> list[Span]:
    first = next((span for span in message.spans if _is_instruction(span)), None)
    return [] if first is None else [s for s in message.spans if _is_instruction(s) and s.region == first.region]


def _runs(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Neighbouring spans that are pieces of one input, and every other span by itself."""
    run: list[Span] = []
    for span in spans:
        if run and is_input(span) and is_input(run[0]) and (span.name, span.region) == (run[0].name, run[0].region):
            run.append(span)
            continue
        if run:
            yield run
        run = [span]
    if run:
        yield run
