"""Other delimiters of a prompt's sections: Markdown headings, XML tags, plain titles, capitals. Their bodies stay."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from pydantic import Field

from llmrobust.operators.builtin.structure.section_order import SYSTEM, TOUCHED
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Params, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.sections import Section, cut_at, sections_of
from llmrobust.prompt.spans import Message, Prompt, Span

Delimiter = Literal["markdown", "xml", "plain", "caps"]
_SLUG = re.compile(r"[^\W_]+")
_WIDE = re.compile(r"[\u3400-\u9fff]")
_LENGTH = 60


class HeadingParams(Params):
    """Parameters of `layout.headings`."""

    to: list[Delimiter] = Field(
        default=["markdown", "xml", "plain"],
        min_length=1,
        description='"# Title", "<title> ... </title>", "Title:" or "TITLE" on a line of its own; one variant each.',
    )


@operator(
    "layout.headings",
    level="format",
    params=HeadingParams,
    touches=TOUCHED,
    moves=True,
    owns=("protected", "piece", "label"),
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1, lambda params: 60 * _LENGTH),
    source="He et al. 2024 (Does Prompt Formatting Have Any Impact on LLM Performance?, arXiv 2411.10541); delimiters "
    "that prompt guides argue about",
    sample=Sample({"text": "A fine film."}, "Review: {{ text }}\nSentiment:\n", system=SYSTEM),
)
def headings(prompt: Prompt, params: HeadingParams, draw: Draw) -> Iterator[Variant]:
    """Writes the titles of the prompt's sections as Markdown headings, as XML tags, or as plain lines.

    Not applicable where the prompt speaks of its own tags or headings ("in the <context> tags").
    """
    read = [(m, sections_of(message)) for m, message in enumerate(prompt.messages)]
    found = max(read, key=lambda one: (len(one[1]), -one[0]), default=(0, ()))
    m, sections = found
    if not sections or _speaks_of_them(prompt, sections):
        return
    for style in dict.fromkeys(params.to):
        if style == _delimiter(sections):
            continue
        spans = _written(prompt.messages[m].spans, sections, style)
        if spans is not None:
            message = Message(prompt.messages[m].role, tuple(spans))
            yield Variant(replace(prompt, messages=(*prompt.messages[:m], message, *prompt.messages[m + 1 :])), style)


def _delimiter(sections: Sequence[Section]) -> str:
    """How the sections are written, by the names of `to`; empty for other ways."""
    style = sections[0].style
    return {"markdown": "markdown", "xml": "xml", "caps": "caps", "label": "plain"}.get(style, "")


def _speaks_of_them(prompt: Prompt, sections: Sequence[Section]) -> bool:
    """Whether the prompt names its tags, headings or numbers elsewhere than where they stand."""
    text = "\n".join(message.text for message in prompt.messages)
    if sections[0].style == "xml":
        tags = Counter(one.title for one in sections)
        said = (len(re.findall(rf"</?{re.escape(tag)}[ >/]", text)) > 2 * count for tag, count in tags.items())
        words = "|".join(re.escape(tag) for tag in tags)
        return (
            any(said)
            or re.search(rf"[`\"'<](?:{words})[`\"'>][^>\n]{{0,12}}\b(?:tag|element|block)s?\b", text) is not None
        )
    if sections[0].style == "numbered":
        return (
            re.search(
                r"\b(?:section|part|abschnitt|teil) (?:\d|[IVX]+\b)|第[一二三四五六七八九\d]+[部分节]", text, re.I
            )
            is not None
        )
    return re.search(r"\b(?:heading|header|überschrift)s?\b", text, re.IGNORECASE) is not None


def _written(spans: Sequence[Span], sections: Sequence[Section], style: Delimiter) -> list[Span] | None:
    """The spans with the sections' heads in another style; None where a head cannot be written so."""
    heads = [_head(one, style, sections) for one in sections]
    if any(head is None for head in heads):
        return None
    edges = sorted({edge for one in sections for edge in (one.start, one.body, one.body_end, one.end)})
    cut, index = cut_at(spans, edges)
    at = dict(zip(edges, index, strict=True))
    new: list[Span] = []
    begin = 0
    for one, head in zip(sections, heads, strict=True):
        if head is None or not at[one.start] <= at[one.body] <= at[one.body_end] <= at[one.end]:
            return None
        outside = cut[at[one.start]] if at[one.start] < len(cut) else Span("")
        plain = Span("", "instruction" if outside.region.startswith("instruction") else "text", region=outside.region)
        new += cut[begin : at[one.start]]
        if new and one.style == "label" and one.start and not _ends_line(new, 2) and style != "plain":
            new.append(replace(plain, text="\n"))
        new.append(replace(plain, text=head[0]))
        new += cut[at[one.body] : at[one.body_end]]
        if head[1]:
            new.append(replace(plain, text=head[1]))
        begin = at[one.end]
    new += cut[begin:]
    return new


def _ends_line(spans: Sequence[Span], breaks: int) -> bool:
    return "".join(span.text for span in spans[-3:]).endswith("\n" * breaks)


def _head(section: Section, style: Delimiter, sections: Sequence[Section]) -> tuple[str, str] | None:
    """The text before and after a section's body in a style; None for a title that has no such form."""
    title = _words(section.title) if section.style == "xml" else section.title.rstrip(":").strip()
    title = title.capitalize() if section.style == "caps" and style != "caps" else title
    if style == "xml":
        tag = "_".join(_SLUG.findall(title)).lower()
        tags = ["_".join(_SLUG.findall(_words(one.title))).lower() for one in sections]
        if not tag or tag[0].isdigit() or tags.count(tag) > 1:
            return None
        return f"<{tag}>\n", f"\n</{tag}>"
    if style == "markdown":
        return f"{'#' * section.level if section.style == 'markdown' else '#'} {title}\n", ""
    if style == "caps":
        return (f"{title.upper()}\n", "") if title.upper() != title.lower() else None
    return f"{title}{'：' if _WIDE.search(title) else ':'}\n", ""


def _words(tag: str) -> str:
    """A tag as a title: "output_format" is "Output format"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", tag).strip()
    return words[:1].upper() + words[1:].lower() if len(words) > 1 else words
