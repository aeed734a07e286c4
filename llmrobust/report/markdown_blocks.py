"""Markdown in which foreign text is inert: no markup, no links, no mentions, no broken tables.

Foreign text (prompts, answers, ids, names) goes into code spans, in which nothing is parsed, linked or notified. Texts
are assembled from blocks and cut at whole rows to stay within GitHub's limits.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from llmrobust.text.escaping import visible
from llmrobust.text.word_diff import ELISION

COMMENT_LIMIT = 60_000
"""Bytes of a comment; GitHub refuses more than 65,536 characters, and a workflow may add a line."""
SUMMARY_LIMIT = 1_000_000
"""Bytes of a job's summary; GitHub refuses a step's beyond 1 MiB."""
SHOWN = 120
"""Characters of a foreign text that are shown."""
_REMARK = 500
"""Bytes that are kept for saying what was left out."""
_KEY = re.compile(r"\w+([.:/ -]\w+)*", re.ASCII)


def marker(key: str = "") -> str:
    """The hidden line with which a workflow finds its comment again. Raises ValueError for a key that would show."""
    if key and not is_key(key):
        raise ValueError(f"{key!r} is not a valid key: use letters, digits and _, joined by single . : / - or spaces")
    return f"<!-- llmrobust {key} -->" if key else "<!-- llmrobust -->"


def is_key(key: str) -> bool:
    """Whether a text is allowed in a marker."""
    return _KEY.fullmatch(key) is not None


def code(text: str, most: int = SHOWN) -> str:
    """A foreign text as a code span on one line, cut to `most` characters."""
    shown = _cut(text, most)
    if not shown:
        return "(empty)"
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    touches = shown[0] == "`" or shown[-1] == "`" or (shown[0] == shown[-1] == " " and shown.strip())
    pad = " " if touches else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def cell(text: str, most: int = SHOWN) -> str:
    """A foreign text as a code span within a table.

    A pipe needs a backslash even in a code span, and one that follows a backslash needs two: readers of Markdown do
    not agree on it else. It then shows one backslash too many.
    """
    return re.sub(r"(\\*)\|", lambda found: found[1] * 2 + "\\|", code(text, most))


def html_code(text: str, most: int = SHOWN) -> str:
    """A foreign text for a line that is HTML, such as the summary of a `<details>`."""
    return f"<code>{html.escape(_cut(text, most))}</code>"


def table(headings: Sequence[str], numbers: int = 0) -> tuple[str, str]:
    """The first two lines of a table; its last `numbers` columns are aligned to the right."""
    left = len(headings) - numbers
    return row(headings), row([":--"] * left + ["--:"] * numbers)


def row(cells: Iterable[str]) -> str:
    """A line of a table; foreign texts in it went through `cell`."""
    return f"| {' | '.join(cells)} |"


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are cut together, between an opening and a closing that are left out without any row.

    rank: blocks of a lower rank get room first. what: what the rows are, in the plural; empty for what is never left
    out. more: rows that were left out before.
    """

    rows: Sequence[str]
    opening: Sequence[str] = ()
    closing: Sequence[str] = ()
    rank: int = 0
    what: str = ""
    more: int = 0


def details(summary: str, rows: Sequence[str], rank: int, what: str, more: int = 0) -> Block:
    """A block that is shown on a click. summary: HTML."""
    return Block(rows, ["", f"<details><summary>{summary}</summary>", ""], ["", "</details>"], rank, what, more)


def fitted(blocks: Sequence[Block], limit: int = COMMENT_LIMIT, whole: str = "") -> str:
    """The blocks in their order in at most `limit` bytes, cut at whole rows; the last line lists what was left out.

    whole: a sentence on where all of it is.
    """
    left = limit - _REMARK
    kept: dict[int, int] = {}
    for number in sorted(range(len(blocks)), key=lambda one: blocks[one].rank):
        block = blocks[number]
        frame = sum(map(_size, (*block.opening, *block.closing)))
        fits = 0
        for line in block.rows:
            needed = _size(line) + (0 if fits else frame)
            if needed > left:
                break
            left -= needed
            fits += 1
        kept[number] = fits
    lines: list[str] = []
    missing: Counter[str] = Counter()
    for number, block in enumerate(blocks):
        missing[block.what] += len(block.rows) - kept[number] + block.more
        if kept[number]:
            lines += [*block.opening, *block.rows[: kept[number]], *block.closing]
    said = ", ".join(f"{count:,} {what}" for what, count in missing.items() if count and what)
    if said:
        lines += ["", f"Left out: {said}. {whole}".rstrip()]
    return "\n".join(lines) + "\n"


def _size(line: str) -> int:
    return len(line.encode("utf-8", "replace")) + 1


def _cut(text: str, most: int) -> str:
    shown = visible(text)
    return shown if len(shown) <= most else shown[: most - 1] + ELISION
