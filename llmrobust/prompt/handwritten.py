"""Finds structure that people write by hand, without our tags and filters: lists of options, and demonstrations.

"A) red" and "B) blue", "(1) ... (2) ..." after "Options:", fields that come again ("Q: ... A: ... Q: ... A:"). Only
what is plainly so counts: options are numbered from the first letter or number on without a gap, and demonstrations
end in the field that the model fills in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from llmrobust.prompt.spans import Span, SpanKind

_LETTERED = r"\((?P<a>[A-Za-z])\)|\[(?P<b>[A-Z])\]|(?P<c>[A-Za-z])[.)]|(?P<d>[A-Z]):"
_NUMBERED = r"\((?P<e>\d)\)|\[(?P<f>\d)\]|(?P<g>\d)[.)]"
_LINE = re.compile(rf"(?P<gap>\A|\n)(?P<lead>[ \t]*)(?P<mark>{_LETTERED}|{_NUMBERED})(?P<sep>[ \t]+)(?=\S)")
_INLINE = re.compile(
    r"(?P<gap>\A|[ \t]+|,[ \t]*|\n)(?P<lead>)(?P<mark>\((?P<a>[A-Z])\)|(?P<c>[A-Z])\))(?P<sep>[ \t]+)(?=\S)"
)
_OPTIONS_HEAD = re.compile(r"\b(?:options?|choices?|alternatives|answers?|candidates)\b[^\n]{0,40}\n*\Z", re.IGNORECASE)
_FIELD = re.compile(r"(?:\A|(?<=\n))(?P<label>[^\W\d_][\w'’]*(?:[ /-][\w'’]+){0,3}):(?=[ \t\n]|\Z)")
_QUICK = re.compile(r"[A-Za-z0-9][.)\]:][ \t]+\S")
_FIRST = ("A", "a", "1")


@dataclass(frozen=True, slots=True)
class _Option:
    """An option: where its line break, mark, separator and text begin, and where its text ends."""

    gap: int
    mark: int
    separator: int
    text: int
    end: int
    label: str


def with_handwritten(spans: Sequence[Span]) -> list[Span]:
    """The same text with options as enumerations and demonstrations as example blocks, as tags would mark them.

    A message that has such tags of its own keeps them and gets no more of the same kind.
    """
    read = list(spans)
    if not any(span.kind == "enumerator" or span.region.startswith("choices") for span in read):
        read = _with_options(read)
    if not any(span.region.startswith("example") for span in read):
        read = _with_demonstrations(read)
    return read


def _with_options(spans: list[Span]) -> list[Span]:
    text = "".join(span.text for span in spans)
    if not _QUICK.search(text):
        return spans
    lists = list(_lists(text))
    if not lists:
        return spans
    cuts: list[tuple[int, int, SpanKind | None, str, str]] = []
    for number, options in enumerate(lists):
        region = f"choices:h{number}"
        for index, one in enumerate(options):
            if index and one.gap < one.mark:
                cuts.append((one.gap, one.mark, "space", "", region))
            cuts.append((one.mark, one.separator, "enumerator", one.label, region))
            cuts.append((one.separator, one.text, "separator", "", region))
            cuts.append((one.text, one.end, None, "", region))
    return list(_cut(spans, cuts))


def _lists(text: str) -> Iterator[list[_Option]]:
    """The lists of options in a text: the marks of each follow each other from the first on."""
    for pattern in (_LINE, _INLINE):
        run: list[re.Match[str]] = []
        found = list(pattern.finditer(text))
        lists = []
        for one in found:
            label = _label(one)
            same_line = pattern is _LINE or one["gap"] != "\n"
            if run and same_line and label == _next(_label(run[-1])) and _wrapper(one) == _wrapper(run[-1]):
                run.append(one)
                continue
            lists.append(run)
            run = [one] if label in _FIRST else []
        lists.append(run)
        made = [options for run in lists if (options := _options(text, run, pattern is _INLINE))]
        if made:
            yield from made
            return


def _options(text: str, run: Sequence[re.Match[str]], inline: bool) -> list[_Option]:
    if len(run) < 2 or (_label(run[0]) == "1" and not _OPTIONS_HEAD.search(text[: run[0].start()] + "\n")):
        return []
    options: list[_Option] = []
    for index, one in enumerate(run):
        limit = run[index + 1].start() if index + 1 < len(run) else len(text)
        body = text[one.end() : limit]
        stop = re.search(r"\n" if not inline or index + 1 == len(run) else r"\Z", body)
        if not inline and index + 1 < len(run) and stop and text[one.end() + stop.start() : limit].strip():
            return []  # an option of several lines, or something between two of them
        last = body[: stop.start()] if stop else body
        end = one.end() + len(last.rstrip(" \t,"))
        options.append(_Option(_end_of(options), one.start("mark"), one.end("mark"), one.end(), end, _label(one)))
    return options


def _end_of(options: Sequence[_Option]) -> int:
    return options[-1].end if options else 0


def _label(found: re.Match[str]) -> str:
    return next(text for name, text in found.groupdict().items() if len(name) == 1 and text)


def _wrapper(found: re.Match[str]) -> str:
    return found["mark"].replace(_label(found), "x")


def _next(label: str) -> str:
    return chr(ord(label) + 1)


def _with_demonstrations(spans: list[Span]) -> list[Span]:
    text = "".join(span.text for span in spans)
    own = _own_places(spans)
    found = [one for one in _FIELD.finditer(text) if own[one.start() : one.end()].count("1") == one.end() - one.start()]
    names = [one["label"].casefold() for one in found]
    if len(found) < 4 or text[found[-1].end() :].strip():
        return spans
    for period in range(2, min(6, len(names) // 2) + 1):
        last = names[-period:]
        starts = [len(names) - period]
        while starts[0] >= period and names[starts[0] - period : starts[0]] == last:
            starts.insert(0, starts[0] - period)
        if len(starts) < 2 or len(set(last)) < period:
            continue
        cuts: list[tuple[int, int, SpanKind | None, str, str]] = []
        for number, (one, following) in enumerate(pairwise(starts)):
            begin, limit = found[one].start(), found[following].start()
            end = begin + len(text[begin:limit].rstrip())
            cuts.append((begin, end, None, "", f"example:h{number}"))
        return list(_cut(spans, cuts))
    return spans


def _own_places(spans: Sequence[Span]) -> str:
    """ "1" for every character of the template's own text, "0" for those of values."""
    return "".join(("0" if span.kind == "variable" else "1") * len(span.text) for span in spans)


def _cut(spans: Sequence[Span], cuts: Sequence[tuple[int, int, SpanKind | None, str, str]]) -> Iterator[Span]:
    """The spans cut at (start, end, kind, name, region); without a kind a piece keeps its own.

    Text in a block of its own keeps that block's region.
    """
    edges = sorted({edge for start, end, *_ in cuts for edge in (start, end)})
    at = 0
    for span in spans:
        begin = 0
        for stop in (*(edge - at for edge in edges if 0 < edge - at < len(span.text)), len(span.text)):
            piece = replace(span, text=span.text[begin:stop])
            inside = next((cut for cut in cuts if cut[0] <= at + begin < cut[1]), None)
            if inside is not None:
                _, _, kind, name, region = inside
                piece = replace(
                    piece, kind=kind or piece.kind, name=name if kind else piece.name, region=piece.region or region
                )
            yield piece
            begin = stop
        at += len(span.text)
