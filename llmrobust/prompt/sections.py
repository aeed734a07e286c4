"""Finds the sections of a prompt as people write them: Markdown headings, XML tags, capitals, "Label:" lines, numbers.

Only the template's own text is read; what stands in values, demonstrations and fenced code is no section of the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from llmrobust.prompt.spans import Message, Span

Style = Literal["markdown", "xml", "bold", "ruled", "underlined", "bracketed", "caps", "label", "numbered"]
MASK = "\ue001"
"""Stands for each character of a value, and of a demonstration."""
CODE = "\ue002"
"""Stands for each character of fenced code."""
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_NAMES = (
    "Role|Persona|Identity|Task|Tasks|Goal|Goals|Objective|Objectives|Context|Background|Audience|Tone|Style|Voice|Format|"
    "Output|Output format|Response format|Response|Instructions|Instruction|Rules|Constraints|Guidelines|Requirements|"
    "Steps|Examples?|Safety|Policy|Policies|Scope|Limits|Tools|Input|Length|Language|Notes?|Definitions?|Labels|"
    "Categories|Criteria|Escalation|Priorities|Important"
)
_LINES: tuple[tuple[Style, str], ...] = (
    ("markdown", rf"^(?P<mark>#{{1,6}})[ \t]+(?P<title>[^\n{MASK}]*?\w[^\n{MASK}]*?)[ \t#]*$"),
    ("bold", rf"^(?P<mark>\*\*|__)(?P<title>[^*_\n{MASK}]{{2,60}}?):?(?:\*\*|__):?[ \t]*$"),
    ("ruled", rf"^(?P<mark>[=~*-]{{2,}})[ \t]*(?P<title>[^\W\d_][^\n{MASK}=~*]{{1,50}}?)[ \t]*[=~*-]{{2,}}[ \t]*$"),
    ("underlined", rf"^(?P<title>[^\W\d_][^\n{MASK}]{{1,60}}?)[ \t]*\n(?:={{3,}}|-{{3,}})[ \t]*$"),
    ("bracketed", rf"^\[(?P<title>[^\W\d_a-z][^\]\n{MASK}]{{1,40}})\]:?[ \t]*$"),
    ("caps", r"^(?P<title>[A-ZÄÖÜ][A-ZÄÖÜ0-9 &/'’()-]{2,50}?):?[ \t]*$"),
    (
        "label",
        rf"^(?:(?P<title>[^\W\d_a-z][\w'’/&-]*(?: [\w'’/&()-]+){{0,4}}):[ \t]*$|"
        rf"(?P<inline>{_NAMES}|[A-Z][A-Z ]{{3,30}}):[ \t]+(?=\S))",
    ),
    (
        "numbered",
        rf"^(?P<mark>(?:(?:Section|Part) )?(?:\d{{1,2}}|[IVX]{{1,4}})[.):])[ \t]+"
        rf"(?P<title>[^\W\d_a-z][^\n{MASK}.!?:]{{1,60}}?):?[ \t]*$",
    ),
)
_PATTERNS = tuple((style, re.compile(pattern, re.MULTILINE)) for style, pattern in _LINES)
_QUICK = re.compile(
    r"^(?:#|[ \t]*<|\*\*|__|==|--|~~|\[|\d|[IVX]+[.)]|Section|Part|[A-ZÄÖÜ]{3})|^[^\n]{2,80}:(?:\s|\Z)", re.MULTILINE
)
_OPENING = re.compile(rf"^[ \t]*<(?P<tag>[A-Za-z][\w-]*)(?:[ \t][^<>\n{MASK}]*)?>", re.MULTILINE)
_NEXT_LINE = re.compile(r"\s*(?P<line>[^\n]*)")
_ITEM = re.compile(r"(?:\d{1,2}|[IVX]{1,4})[.)]\s")


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a message's text: [start, end) with its head, [body, body_end) without.

    title: as its head says it. mark: what the head puts before the title ("##", "2."; empty for others). level: of a
    Markdown heading, else 1. text: where its title begins.
    """

    style: Style
    start: int
    body: int
    body_end: int
    end: int
    title: str
    mark: str = ""
    level: int = 1
    text: int = 0


def sections_of(message: Message) -> tuple[Section, ...]:
    """The sections of a message in reading order, at least two in one style; empty where there are none."""
    return sections_in(own_text(message.spans))


def own_text(spans: Sequence[Span]) -> str:
    """A message's text, with `MASK` for what the template does not say itself, and `CODE` for fenced code."""
    text = "".join(span.text if _is_own(span) else MASK * len(span.text) for span in spans)
    return _FENCE.sub(lambda found: CODE * len(found[0]), text) if "```" in text or "~~~" in text else text


@lru_cache(maxsize=1024)
def sections_in(text: str) -> tuple[Section, ...]:
    """The sections of a text as `own_text` gives it: of the style whose first head comes first."""
    if not _QUICK.search(text):
        return ()
    found = [_elements(text, 0, len(text)), *(tuple(_headed(text, style, one)) for style, one in _PATTERNS)]
    read = [_without_input(text, sections) for sections in found if len(sections) > 1]
    return min(read, key=lambda sections: sections[0].start, default=())


def cut_at(spans: Sequence[Span], edges: Sequence[int]) -> tuple[list[Span], list[int]]:
    """The spans cut at these characters of their text, and for each edge the index of the span that begins there.

    A protected span is not cut: an edge within one moves to its end. edges: ascending.
    """
    pieces: list[Span] = []
    index: dict[int, int] = {}
    at = 0
    waiting = sorted(set(edges))
    for span in spans:
        stop = at + len(span.text)
        begin = at
        while waiting and waiting[0] < stop:
            edge = waiting[0]
            if edge > begin and span.protected:
                break
            if edge > begin:
                pieces.append(replace(span, text=span.text[begin - at : edge - at]))
                begin = edge
            index[waiting.pop(0)] = len(pieces)
        pieces.append(span if begin == at else replace(span, text=span.text[begin - at :]))
        at = stop
        while waiting and waiting[0] <= at:
            index[waiting.pop(0)] = len(pieces)
    for edge in waiting:
        index[edge] = len(pieces)
    return pieces, [index[edge] for edge in edges]


def _without_input(text: str, sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The sections without what follows the last one in paragraphs of its own: the input, and what asks to go on."""
    last = sections[-1]
    if last.style == "xml":
        return sections
    starts = [gap.end() for gap in _PARAGRAPH.finditer(text, last.body, last.body_end)]
    ends = [*starts, last.body_end][1:]
    asks = text[last.body : last.body_end].endswith(":")
    cuts = [at for at, end in zip(starts, ends, strict=True) if MASK in text[at:end] or (asks and end == last.body_end)]
    if not cuts:
        return sections
    end = last.body + len(text[last.body : cuts[0]].rstrip())
    return (*sections[:-1], replace(last, body_end=end, end=end))


def _is_own(span: Span) -> bool:
    return span.kind != "variable" and not span.region.startswith(("example", "choices"))


def _elements(text: str, start: int, end: int) -> tuple[Section, ...]:
    """The top-level XML elements that stand on lines of their own; those within a single one that holds them all."""
    found = []
    at = start
    while (opening := _OPENING.search(text, at, end)) is not None:
        closing = re.compile(rf"</{re.escape(opening['tag'])}>(?=[ \t]*(?:\n|\Z))").search(text, opening.end(), end)
        if closing is None:
            at = opening.end()
            continue
        begin = opening.start("tag") - 1
        body, stop = opening.end(), closing.start()
        body += len(text[body:stop]) - len(text[body:stop].lstrip())
        stop = max(body, body + len(text[body:stop].rstrip()))
        found.append(Section("xml", begin, body, stop, closing.end(), opening["tag"], text=begin))
        at = closing.end()
    if len(found) == 1:
        return _elements(text, found[0].body, found[0].body_end)
    return tuple(found) if len({one.title for one in found}) > 1 else ()  # documents one after the other


def _headed(text: str, style: Style, pattern: re.Pattern[str]) -> Iterator[Section]:
    """The sections under heads of a style: up to the next head, for Markdown of the same level or above."""
    heads = [one for one in pattern.finditer(text) if _IS_HEAD[style](text, one)]
    if style == "markdown":
        levels = [len(one["mark"]) for one in heads]
        level = next((n for n in sorted(set(levels)) if levels.count(n) > 1), 0)
        heads = [one for one in heads if len(one["mark"]) <= level]
    for number, one in enumerate(heads):
        limit = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        if style == "markdown" and len(one["mark"]) < level:
            continue
        names = one.groupdict()
        title = names.get("title") or names.get("inline") or ""
        body = one.end()
        body += len(text[body:limit]) - len(text[body:limit].lstrip())
        stop = one.end() + len(text[one.end() : limit].rstrip())
        if body >= stop:
            continue
        mark = names.get("mark") or ""
        depth = len(mark) if style == "markdown" else 1
        at = one.start("title") if names.get("title") else one.start("inline")
        yield Section(
            style=style,
            start=one.start(),
            body=body,
            body_end=stop,
            end=stop,
            title=title.strip(),
            mark=mark,
            level=depth,
            text=at,
        )


def _any_head(text: str, found: re.Match[str]) -> bool:
    return True


def _caps_head(text: str, found: re.Match[str]) -> bool:
    title: str = found["title"]
    return sum(char.isupper() for char in title) > 2


def _label_head(text: str, found: re.Match[str]) -> bool:
    """A label alone on its line begins a paragraph, or is a usual name; "Answer:" at the end asks for something."""
    if found["inline"]:
        return True
    return bool(text[found.end() :].strip()) and (found.start() == 0 or text[: found.start()].endswith("\n\n"))


def _numbered_head(text: str, found: re.Match[str]) -> bool:
    """What follows is not a further item, so that this is a head and not an item of a list."""
    line = _NEXT_LINE.match(text, found.end())
    return line is not None and bool(line["line"].strip()) and not _ITEM.match(line["line"])


_IS_HEAD: dict[Style, Callable[[str, re.Match[str]], bool]] = {
    "markdown": _any_head,
    "bold": _any_head,
    "ruled": _any_head,
    "underlined": _any_head,
    "bracketed": _any_head,
    "caps": _caps_head,
    "label": _label_head,
    "numbered": _numbered_head,
}
