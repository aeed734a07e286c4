"""The passages of a prompt, however they got there: context blocks, a loop over a list, or one value that joins them.

A value is read by the marks that people put between passages: XML tags, numbers ("[1]", "2.", "Document 3:"), Markdown
headings and bullets, rules, blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from llmrobust.prompt.spans import Message, Prompt, Span

FIELDS = (
    "documents", "docs", "passages", "contexts", "context", "chunks", "sources", "snippets", "results",
    "search_results", "retrieved", "retrieved_documents", "retrieved_docs", "knowledge", "articles", "evidence",
    "references", "paragraphs", "background", "facts",
)  # fmt: skip
"""What fields with passages are called."""
TEXTS = ("text", "content", "body", "passage", "document", "page_content", "snippet", "paragraph", "chunk")
"""What the text of a passage is called in a list of objects."""
_TAGGED = re.compile(
    r"<(?P<tag>doc(?:ument)?s?|passage|source|context|chunk|result|article|snippet|item|text)(?:_?\d+)?\b[^<>]*>"
    r"(?P<body>.*?)</(?P=tag)(?:_?\d+)?>",
    re.DOTALL | re.IGNORECASE,
)
_WORDED = r"(?:document|doc|passage|source|context|chunk|snippet|result|article|text|paragraph|reference)"
_MARKS = tuple(
    re.compile(pattern, re.MULTILINE | re.IGNORECASE)
    for pattern in (
        rf"^[ \t]*\**{_WORDED}[ \t]*[\[(#]?\d+[\])]?\**[ \t]*(?:[:.–-]|(?=\())\**[ \t]*\n?",
        r"^[ \t]*\[\d+\]:?[ \t]*",
        r"^[ \t]*\(\d+\)[ \t]*",
        r"^[ \t]*\d{1,2}[.)][ \t]+",
    )
)
_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
_BULLET = re.compile(r"^[-*•][ \t]+(?=\S)", re.MULTILINE)
_GAPS = (
    re.compile(r"\n[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*\n"),
    re.compile(r"\n[ \t]*\n(?:[ \t]*\n)*(?! {4}|\t)[ \t]*"),
)
_CODE_LINE = re.compile(r"(?: {4}|\t)[ \t]*\S")
_SENTENCE_LINE = re.compile(r"[^\n]{25,}[.!?\"”']")


def with_passages(prompt: Prompt, fields: Mapping[str, Any], name: str = "") -> Prompt:
    """The same prompt with every passage as a context block of its own; the prompt itself where none is found.

    fields: the example's. name: the field with the passages, before all others that are usually called so.
    """
    if len({span.region for _, span in prompt.places() if span.region.startswith("context:")}) > 1:
        return prompt
    names = tuple(dict.fromkeys((name, *FIELDS))) if name else FIELDS
    listed = frozenset(text for one in names for text in _listed(fields.get(one)))
    ways: tuple[Callable[[Sequence[Span]], list[tuple[int, int]]], ...] = (
        lambda run: _whole(run, listed),
        lambda run: _within(run, names),
    )
    for read in ways:
        messages, count = [], 0
        for message in prompt.messages:
            spans: list[Span] = []
            for _, group in groupby(message.spans, key=_value):
                run = tuple(group)
                bounds = read(run)
                spans += _cut(run, bounds, count)
                count += len(bounds)
            messages.append(Message(message.role, tuple(spans)))
        if count > 1:
            return replace(prompt, messages=tuple(messages))
    return prompt


def with_whole_passages(prompt: Prompt, fields: Mapping[str, Any], name: str = "") -> Prompt:
    """The same as `with_passages`, and what else the prompt says of a passage (its title, its source) is in its block.

    For operators that move passages: a title stays with its text. Numbers stay outside.
    """
    read = with_passages(prompt, fields, name)
    names = tuple(dict.fromkeys((name, *FIELDS))) if name else FIELDS
    titles: dict[str, set[str]] = {}
    for one in names:
        value = fields.get(one)
        for item in value if isinstance(value, list) else ():
            if isinstance(item, Mapping):
                said = {value.strip() for value in item.values() if isinstance(value, str) and value.strip()}
                for text in _listed([item, item]):
                    titles.setdefault(text, set()).update(said - {text})
    if not any(titles.values()):
        return read
    messages = []
    for message in read.messages:
        spans = list(message.spans)
        at = 0
        for region, run in groupby(message.spans, key=lambda span: span.region):
            group = list(run)
            begin, at = at, at + len(group)
            of = titles.get("".join(span.text for span in group).strip(), set())
            if not region.startswith("context:") or not of:
                continue
            first, last = begin, at
            for step in (-1, 1):
                i = begin - 1 if step < 0 else at
                while 0 <= i < len(spans) and not spans[i].region.startswith("context:"):
                    if spans[i].kind == "variable" and spans[i].text.strip() in of:
                        first, last = min(first, i), max(last, i + 1)
                    elif "\n" in spans[i].text and (step > 0 or "\n\n" in spans[i].text):
                        break
                    i += step
            spans[first:last] = [replace(span, region=region) for span in spans[first:last]]
        messages.append(Message(message.role, tuple(spans)))
    return replace(read, messages=tuple(messages))


@lru_cache(maxsize=512)
def passages_in(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of every passage in a value that joins several, without their marks; empty for a single one."""
    tagged = [found.span("body") for found in _TAGGED.finditer(text)]
    if len(tagged) > 1:
        return _trimmed(text, tagged)
    for mark in _MARKS:
        found = list(mark.finditer(text))
        if len(found) > 1:
            ends = [*(one.start() for one in found[1:]), len(text)]
            return _trimmed(text, [(one.end(), end) for one, end in zip(found, ends, strict=True)])
    starts = [found.start() for found in _HEADING.finditer(text)]
    if len(starts) > 1:
        return _trimmed(text, list(zip(starts, [*starts[1:], len(text)], strict=True)))
    bullets = list(_BULLET.finditer(text))
    if len(bullets) > 1 and not text[: bullets[0].start()].strip():
        ends = [*(one.start() for one in bullets[1:]), len(text)]
        return _trimmed(text, [(one.end(), end) for one, end in zip(bullets, ends, strict=True)])
    for gap in _GAPS:
        cuts = [found.span() for found in gap.finditer(text.strip())]
        if cuts:
            lead = len(text) - len(text.lstrip())
            edges = [0, *(at for cut in cuts for at in cut), len(text.strip())]
            return _trimmed(text, [(lead + a, lead + b) for a, b in zip(edges[::2], edges[1::2], strict=True)])
    lines = [found.span() for found in re.finditer(r"[^\n]+", text)]
    if len(lines) > 1 and all(_SENTENCE_LINE.fullmatch(text[a:b].strip()) for a, b in lines):
        return _trimmed(text, lines)
    return ()


def _trimmed(text: str, bounds: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The stretches without white space at their ends; none of them if one is empty."""
    inner = []
    for start, end in bounds:
        body = text[start:end]
        if not body.strip():
            return ()
        stop = start + len(body.rstrip())
        begin = start + len(body) - len(body.lstrip())
        if _CODE_LINE.match(text, text.rfind("\n", 0, stop) + 1):  # the line break after code belongs to it
            stop += text[stop : stop + 1] == "\n"
        inner.append((begin, stop))
    return tuple(inner)


def _value(span: Span) -> tuple[str, str, str]:
    """Equal for neighbouring spans that are one value."""
    return (span.region, span.kind, span.name)


def _listed(value: Any) -> Iterator[str]:
    """The texts of a list of passages: texts, or objects with a text."""
    for item in value if isinstance(value, list) and len(value) > 1 else ():
        if isinstance(item, Mapping):
            item = next((item[name] for name in TEXTS if isinstance(item.get(name), str)), None)
        if isinstance(item, str) and item.strip():
            yield item.strip()


def _whole(run: Sequence[Span], listed: frozenset[str]) -> list[tuple[int, int]]:
    """The value as one passage, if it is an item of a list of passages."""
    text = "".join(span.text for span in run)
    if run[0].kind != "variable" or run[0].region.startswith(("example", "choices")) or text.strip() not in listed:
        return []
    return [(0, len(text))]


def _within(run: Sequence[Span], names: Sequence[str]) -> list[tuple[int, int]]:
    """The passages that a value joins, if it is called so or is in a context block."""
    first = run[0]
    named = first.name.split(".")[0].casefold() in names or first.region.startswith("context:")
    if first.kind != "variable" or not named or first.region.startswith(("example", "choices")):
        return []
    return list(passages_in("".join(span.text for span in run)))


def _cut(run: Sequence[Span], bounds: Sequence[tuple[int, int]], number: int) -> Iterator[Span]:
    """The spans cut at the passages, which become regions numbered from `number`; what is between is in none."""
    if not bounds:
        yield from run
        return
    edges = sorted({edge for bound in bounds for edge in bound})
    at = 0
    for span in run:
        stops = [edge - at for edge in edges if 0 < edge - at < len(span.text)]
        begin = 0
        for stop in (*stops, len(span.text)):
            inside = next((i for i, (a, b) in enumerate(bounds) if a <= at + begin < b), None)
            region = "" if inside is None else f"context:p{number + inside}"
            yield replace(span, text=span.text[begin:stop], region=region)
            begin = stop
        at += len(span.text)
