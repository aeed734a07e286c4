"""Bullets, numbered lists and prose: the same rules in the prompt's own text, in another layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from pydantic import Field

from llmrobust.operators.builtin.structure.section_order import SYSTEM, TOUCHED
from llmrobust.operators.editing.text_edits import sentences
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Params, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.sections import CODE, MASK, cut_at, own_text, sections_in
from llmrobust.prompt.spans import Message, Prompt, Span

Layout = Literal["bullets", "numbered", "prose"]
_ITEM = re.compile(r"^(?P<indent>[ \t]*)(?P<mark>[-*•–]|\d{1,2}[.)])(?P<gap>[ \t]+)(?=\S)", re.MULTILINE)
_NUMBERS = re.compile(
    r"\b(?:step|rule|item|point|number|option|guideline|section|schritt|regel|punkt|nummer)s? (?:\d|one|two|three)|#\d|"
    r"第[一二三四五六七八九\d]+[步条项点]|"
    r"\b(?:answer|reply|respond|choose|select|return|output|give|pick|write)\b[^.\n]{0,30}\bnumbers?\b|"
    r"(?:回答|选择|输出|回复)[^。\n]{0,12}(?:编号|序号|数字)|\b(?:antworte|wähle|nenne|gib)\b[^.\n]{0,30}\bNummern?\b",
    re.IGNORECASE,
)
_ENDS = (".", "!", "?", "。", "！", "？", ".”", '."', ".)")
_WIDE = re.compile(r"[\u3400-\u9fff]")
_SENTENCES = 3
"""A paragraph of so many sentences can be a list."""


@dataclass(frozen=True, slots=True)
class List:
    """A list in a text: [start, end), and of each item where its line, its text, and its end are."""

    start: int
    end: int
    items: tuple[tuple[int, int, int], ...]
    numbered: bool


class ListParams(Params):
    """Parameters of `layout.lists`."""

    to: list[Layout] = Field(
        default=["bullets", "numbered", "prose"],
        min_length=1,
        description="bullets, numbered, prose; one variant each.",
    )


@operator(
    "layout.lists",
    level="format",
    params=ListParams,
    touches=TOUCHED,
    moves=True,
    owns=("protected", "piece", "label"),
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1.2, 400),
    source="layouts that prompt guides argue about; Sclar et al. 2023 (arXiv 2310.11324) on formats that mean the same",
    sample=Sample({"text": "A fine film."}, "Review: {{ text }}\nSentiment:\n", system=SYSTEM),
)
def lists(prompt: Prompt, params: ListParams, draw: Draw) -> Iterator[Variant]:
    """Writes the lists of the prompt's own text with bullets, with numbers, or as prose; its paragraphs as lists.

    Options, and lists whose numbers the prompt names ("step 2"), stay. A prompt without a list has its longest
    paragraph of three sentences and more written as one.
    """
    texts = [own_text(message.spans) for message in prompt.messages]
    named = any(_NUMBERS.search(text) for text in texts) or any(label.isdecimal() for label in draw.labels)
    read = [lists_in(text) for text in texts]
    written: list[Sequence[List]]
    if any(read):
        written = [
            [one for one in found if not (one.numbered and named) and _says_something(text, one)]
            for text, found in zip(texts, read, strict=True)
        ]
    else:
        written = [[] if paragraph is None else [paragraph] for paragraph in _longest(texts)]
    prose = not any(read)
    for layout in dict.fromkeys(params.to):
        messages = list(prompt.messages)
        for m, found in enumerate(written):
            spans = list(messages[m].spans)
            for one in reversed(found):
                new = None if prose and layout == "prose" else _laid_out(spans, texts[m], one, layout)
                spans = spans if new is None else new
            messages[m] = Message(messages[m].role, tuple(spans))
        made = replace(prompt, messages=tuple(messages))
        if made.as_messages() != prompt.as_messages():
            yield Variant(made, layout)


@lru_cache(maxsize=1024)
def lists_in(text: str) -> tuple[List, ...]:
    """The lists of a text as `own_text` gives it: items on neighbouring lines at one depth."""
    found: list[List] = []
    marks = list(_ITEM.finditer(text))
    at = 0
    while at < len(marks):
        first = marks[at]
        run = [first]
        at += 1
        while at < len(marks):
            mark = marks[at]
            between = text[run[-1].end() : mark.start()]
            deeper = len(mark["indent"].expandtabs(4)) > len(first["indent"].expandtabs(4))
            if not _goes_on(between, first["indent"]) or (not deeper and mark["indent"] != first["indent"]):
                break
            if not deeper and mark["mark"][-1] != first["mark"][-1]:
                break
            at += 1
            if not deeper:
                run.append(mark)
        if len(run) > 1 and _counts(run):
            found.append(_list(text, run, marks[at].start() if at < len(marks) else len(text)))
    return tuple(found)


def _says_something(text: str, found: List) -> bool:
    """Whether items are the prompt's own words: values in a row are data, or what may be answered."""
    return any(text[start:end].strip(MASK) for _, start, end in found.items)


def _goes_on(between: str, indent: str) -> bool:
    """Whether the lines between two items belong to the first: indented below it, or one empty line."""
    lines = between.split("\n")[1:-1]
    return all(not line.strip() or line.startswith((indent + "  ", indent + "\t")) for line in lines) and (
        between.count("\n\n\n") == 0
    )


def _counts(run: Sequence[re.Match[str]]) -> bool:
    """Whether numbers, if these are, go up by one."""
    numbers = [int(mark["mark"][:-1]) for mark in run if mark["mark"][0].isdigit()]
    return not numbers or numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _list(text: str, run: Sequence[re.Match[str]], limit: int) -> List:
    items = []
    for number, mark in enumerate(run):
        end = run[number + 1].start() if number + 1 < len(run) else _end(text, mark, limit)
        items.append((mark.start(), mark.end(), mark.end() + len(text[mark.end() : end].rstrip())))
    return List(items[0][0], items[-1][2], tuple(items), run[0]["mark"][0].isdigit())


def _end(text: str, mark: re.Match[str], limit: int) -> int:
    """Where the last item ends: with its line and the indented lines below it."""
    at = text.find("\n", mark.end())
    while 0 <= at < limit:
        stop = text.find("\n", at + 1)
        line = text[at + 1 : len(text) if stop < 0 else stop]
        if not line.startswith((mark["indent"] + "  ", mark["indent"] + "\t")):
            return at
        at = stop
    return len(text) if at < 0 else at


def _longest(texts: Sequence[str]) -> list[List | None]:
    """In the text that has it, the longest paragraph of one line with enough sentences, as a list without marks."""
    best: tuple[int, int, List] | None = None
    for m, text in enumerate(texts):
        for one in sections_in(text):
            text = text[: one.start] + MASK * (one.body - one.start) + text[one.body :]
        for paragraph in re.finditer(rf"(?:(?<=\n\n)|(?<={MASK})|\A)[^\n{MASK}]+(?=\n\s*\n|\s*\Z)", text):
            body = paragraph[0]
            parts = _cut(body) if MASK not in body and CODE not in body else []
            if len(parts) < _SENTENCES or any(not part.strip().endswith(_ENDS) for part in parts):
                continue
            items, at = [], paragraph.start()
            for part in parts:
                lead = len(part) - len(part.lstrip())
                items.append((at + lead, at + lead, at + len(part.rstrip())))
                at += len(part)
            if best is None or len(body) > best[0]:
                best = (len(body), m, List(paragraph.start(), items[-1][2], tuple(items), False))
    return [best[2] if best is not None and best[1] == m else None for m in range(len(texts))]


def _cut(text: str) -> list[str]:
    """The sentences of a text; those of Chinese end without a space."""
    return [part for piece in sentences(text) for part in re.split(r"(?<=[。！？])(?=.)", piece, flags=re.DOTALL)]


def _laid_out(spans: Sequence[Span], text: str, found: List, layout: Layout) -> list[Span] | None:
    """The spans with a list in another layout; None where it cannot be written so."""
    bodies = [text[start:end] for _, start, end in found.items]
    marked = found.items[0][0] != found.items[0][1]
    if marked and layout == ("numbered" if found.numbered else "bullets"):
        return None
    if layout == "prose" and any("\n" in body or CODE in body or body.endswith(":") for body in bodies):
        return None
    edges = sorted({edge for _, start, end in found.items for edge in (start, end)} | {found.start, found.end})
    cut, index = cut_at(spans, edges)
    at = dict(zip(edges, index, strict=True))
    if [at[edge] for edge in edges] != sorted(at[edge] for edge in edges) or at[found.end] > len(cut):
        return None
    indent = text[found.items[0][0] : found.items[0][1]]
    indent = indent[: len(indent) - len(indent.lstrip())]
    outside = cut[min(at[found.items[0][1]], len(cut) - 1)]
    region = outside.region if outside.region.startswith("instruction") else ""
    plain = Span("", "instruction" if region else "text", region=region)
    new = list(cut[: at[found.start]])
    raw = "".join(span.text for span in spans)
    starts = all(body[:1].isupper() or body[:1] == MASK or _WIDE.match(body) for body in bodies)
    for number, (_, start, end) in enumerate(found.items):
        body = cut[at[start] : at[end]]
        wide = bool(_WIDE.search(raw[start:end]))
        lead, tail = _around(number, len(bodies), raw[start:end], layout, sentence=starts, wide=wide)
        broken = "\n" if number and layout != "prose" and not marked else ""
        gap = text[found.items[number - 1][2] : found.items[number][0]] if number and marked else ""
        lead = lead if layout == "prose" else f"{gap or broken}{indent}{lead}"
        new += [replace(plain, text=lead)] if lead else []
        new += body
        new += [replace(plain, text=tail)] if tail else []
    new += cut[at[found.end] :]
    return new


def _around(number: int, count: int, body: str, layout: Layout, *, sentence: bool, wide: bool) -> tuple[str, str]:
    """The text before and after an item."""
    if layout == "bullets":
        return "- ", ""
    if layout == "numbered":
        return f"{number + 1}. ", ""
    ended = body.rstrip().endswith((*_ENDS, ";", "；", ","))
    gap = "" if wide or not number else " "
    if sentence:
        return gap, "" if ended else ("。" if wide else ".")
    last = number + 1 == count
    stop = ("。" if wide else ".") if last else ("；" if wide else ";")
    return gap, "" if ended else stop
