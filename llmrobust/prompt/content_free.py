"""Prompts without content: the same format around inputs that say nothing, which show what the format alone does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from llmrobust.prompt.spans import Prompt, Span
from llmrobust.seeds import Stream

Content = Literal["no-content", "domain-words"]
NOTHING = ("N/A", "[MASK]", "")
"""What stands for an input without content. Source: Zhao et al. 2021 (arXiv 2102.09690), section 5."""
SAMPLES = 20
"""Texts of random words. Source: Fei et al. 2023 (arXiv 2305.19148)."""
_KEPT = ("instruction", "example")
"""Blocks whose values are part of the prompt, not of the input."""
Words = Mapping[str, tuple[tuple[str, ...], int]]
"""Of each variable: all words of its values, and how many a value has on average (at least 1)."""


def words_of(prompts: Iterable[Prompt]) -> Words:
    """The words of the inputs of prompts."""
    words: dict[str, list[str]] = {}
    values: dict[str, int] = {}
    for prompt in prompts:
        names = set()
        for _, span in prompt.places(is_input):
            words.setdefault(span.name, []).extend(span.text.split())
            names.add(span.name)
        for name in names:
            values[name] = values.get(name, 0) + 1
    return {name: (tuple(found), max(1, round(len(found) / values[name]))) for name, found in words.items()}


def is_input(span: Span) -> bool:
    """Whether a span is part of what is asked about, not of how it is asked."""
    return span.kind == "variable" and span.region.partition(":")[0] not in _KEPT


def without_content(prompt: Prompt, content: Content, words: Words, seed: int) -> Iterator[Prompt]:
    """The prompt around each of the texts without content; nothing for a prompt that has no input.

    words: of the suite's inputs, for "domain-words". Equal seeds give equal texts for every format.
    """
    names = {span.name for _, span in prompt.places(is_input)}
    if not names:
        return
    if content == "no-content":
        for text in NOTHING:
            yield _filled(prompt, dict.fromkeys(names, text))
        return
    for sample in range(SAMPLES):
        texts = {name: _drawn(found, length, seed, sample, name) for name, (found, length) in words.items()}
        yield _filled(prompt, texts)


def _drawn(words: tuple[str, ...], length: int, seed: int, sample: int, name: str) -> str:
    stream = Stream(seed, "content-free", sample, name)
    return " ".join(stream.choice(words) for _ in range(length)) if words else ""


def _filled(prompt: Prompt, texts: Mapping[str, str]) -> Prompt:
    """The prompt with every input replaced; the pieces of one value, which protection may have split, become one."""
    messages = []
    for message in prompt.messages:
        spans: list[Span] = []
        before: Span | None = None
        for span in message.spans:
            if not is_input(span):
                spans.append(span)
            elif before is None or (before.name, before.region) != (span.name, span.region):
                spans.append(replace(span, text=texts.get(span.name, ""), protected=False))
            before = span if is_input(span) else None
        messages.append(replace(message, spans=tuple(spans)))
    return Prompt(tuple(messages), prompt.mode)
