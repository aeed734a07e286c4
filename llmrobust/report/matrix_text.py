"""Prompts x models x methods for people: one table that fits a screen, and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from llmrobust.report.markdown_blocks import cell, code, row, table
from llmrobust.report.terminal_lines import WIDTH, Line, inert_line
from llmrobust.results.matrix import Figure, Matrix, MatrixRow
from llmrobust.results.method_comparison import FORMATS
from llmrobust.results.method_figures import Difference
from llmrobust.text.escaping import visible
from llmrobust.text.phrases import many

FIGURES: tuple[tuple[Figure, str], ...] = (
    ("accuracy", "accuracy"),
    ("consistency", "consist."),
    ("median", "median"),
    ("spread", "spread"),
    ("worst_case", "worst"),
)
BEST = "•"
NOT_TOLD = "no difference can be told"
_WIDE = 118
"""The most characters of a line of the table; longer names of rows are cut."""
_LEAST_NAME = 16
_NAMED = 6
"""Rows that are named in a sentence; more are counted."""


def matrix_lines(found: Matrix) -> list[Line]:
    """The table, and what can be told of its rows."""
    lines: list[Line] = [[("matrix  ", "bold"), (f"{found.suite}  {found.path}", ""), (f"  ({said_over(found)})", "")]]
    rows = [(one, _cells(found, one)) for one in found.shown]
    heads = [*(name for _, name in FIGURES), "worst family", "tokens", f"{found.measured} less first"]
    widths = [max([len(head), *(len(cells[n]) for _, cells in rows)]) + 2 for n, head in enumerate(heads)]
    room = max(_LEAST_NAME, _WIDE - sum(widths))
    labels = _names(found, room)
    name = max(_LEAST_NAME, min(max(map(len, labels), default=0), room))
    title = " / ".join(("prompt", "model", "method")[axis] for axis in found.axes())
    lines.append([(_cut(title, name) + "".join(map(_right, heads, widths)), "light")])
    for label, (one, cells) in zip(labels, rows, strict=True):
        lines.append([((_cut(label, name) + "".join(map(_right, cells, widths))).rstrip(), _style(one))])
    for said in (*conclusions(found), *remarks(found)):
        lines += [[(f"  {text}", "light")] for text in wrap(said, WIDTH - 2, subsequent_indent="  ")]
    return [inert_line(line) for line in lines]


def _names(found: Matrix, room: int) -> list[str]:
    """The names of the rows; where one is too long, those that share all but the last part with the row above have
    only that, indented."""
    labels = [visible(found.label(one)) for one in found.shown]
    if max(map(len, labels), default=0) <= room:
        return labels
    parts = [found.parts(one) for one in found.shown]
    return [
        f"  {visible(own[-1])}" if n and len(own) > 1 and own[:-1] == parts[n - 1][:-1] else labels[n]
        for n, own in enumerate(parts)
    ]


def matrix_markdown(found: Matrix) -> list[str]:
    """The same as lines of Markdown, the best of each column in bold, then the drop in each family of edits."""
    heads = (*(name for _, name in FIGURES), "tokens", f"{found.measured} less first")
    lines = [f"**Matrix** of {code(found.suite)} ({cell(said_over(found))})", "", *table(("", *heads), len(heads))]
    for one in found.shown:
        shown = [_marked(found, one, figure) for figure, _ in (*FIGURES, ("tokens", ""))]
        lines.append(row([cell(found.label(one)), *shown, difference_words(one.difference)]))
    families = found.families
    if families:
        lines += ["", *table(("drop per family", *map(cell, families)), len(families))]
        for one in found.shown:
            drops = dict(one.figures.drops) if one.figures is not None else {}
            cells = (f"{drops[name] + 0.0:+.3f}" if name in drops else "n/a" for name in families)
            lines.append(row([cell(found.label(one)), *cells]))
    return [*lines, "", *(f"- {code(said, 400)}" for said in (*conclusions(found), *remarks(found)))]


def said_over(found: Matrix) -> str:
    """What the figures are over: "50 examples, all edits"."""
    what = "formats and wordings" if found.over == FORMATS else "all edits"
    half = "; as many others are for methods to choose on" if found.half else ""
    return f"{many(found.examples, found.unit)}, {what}{half}"


def conclusions(found: Matrix) -> Iterator[str]:
    """Which rows differ from the first, and never more than the intervals say."""
    groups: dict[str, list[str]] = {"better": [], "worse": [], NOT_TOLD: []}
    for one in found.shown:
        if one.difference is not None:
            sign = "better" if one.difference.value > 0 else "worse"
            groups[sign if one.difference.told else NOT_TOLD].append(found.label(one))
    compared = sum(map(len, groups.values()))
    if not compared:
        return
    yield (
        f"{BEST} best of its column. Differences are to {found.label(found.shown[0])}, over the same examples; "
        f"* told apart (Holm over {many(compared, 'row')})"
    )
    for said, labels in groups.items():
        if said == NOT_TOLD and compared == len(labels) > 1:
            yield f"{said} of any row"
        elif labels:
            yield f"{said}: {_few(labels)}"


def remarks(found: Matrix) -> Iterator[str]:
    """Which rows are consistent for no good reason, and why others are not in the table."""
    alike = [found.label(one) for one in found.shown if one.one_answer]
    if alike:
        yield f"the same answer to nearly every example, and so consistent whatever they read: {_few(alike)}"
    unusable: dict[str, list[str]] = {}
    for one in found.rows:
        if one.unusable:
            unusable.setdefault(one.unusable, []).append(found.label(one))
    for why, labels in unusable.items():
        yield f"not compared: {_few(labels)}: {why}"


def difference_words(found: Difference | None) -> str:
    """ "+.269 [+.02,+.44]*", the star where a difference can be told."""
    if found is None:
        return ""
    ends = ",".join(_signed(end, 2) for end in (found.low, found.high))
    return f"{_signed(found.value, 3)} [{ends}]{'*' if found.told else ' '}"


def shown_value(figure: Figure, value: float | None) -> str:
    """A figure for a reader."""
    if value is None:
        return "n/a"
    if figure in ("tokens", "requests"):
        return f"{value:,.0f}" if value >= 10 else f"{value:.3g}"
    return f"{value:.3f}"


def worst_family(one: MatrixRow) -> tuple[str, float] | None:
    """The family whose edits cost the row most accuracy; None where that is not known."""
    drops = () if one.figures is None else one.figures.drops
    return max(drops, key=lambda drop: drop[1], default=None)


def _cells(found: Matrix, one: MatrixRow) -> list[str]:
    worst = worst_family(one)
    return [
        *(_with_mark(found, one, figure) for figure, _ in FIGURES),
        "n/a" if worst is None else f"{visible(worst[0])} {_signed(-worst[1], 3)}",
        _with_mark(found, one, "tokens"),
        difference_words(one.difference),
    ]


def _with_mark(found: Matrix, one: MatrixRow, figure: Figure) -> str:
    return shown_value(figure, one.value(figure)) + (BEST if found.is_best(one, figure) else " ")


def _marked(found: Matrix, one: MatrixRow, figure: Figure) -> str:
    shown = shown_value(figure, one.value(figure))
    return f"**{shown}**" if found.is_best(one, figure) else shown


def _signed(value: float, digits: int) -> str:
    return f"{round(value, digits) + 0.0:+.{digits}f}".replace("0.", ".", 1)


def _style(one: MatrixRow) -> str:
    if one.difference is not None and one.difference.told:
        return "green" if one.difference.value > 0 else "red"
    return ""


def _few(labels: Sequence[str]) -> str:
    more = len(labels) - _NAMED
    return ", ".join(labels[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _cut(text: str, width: int) -> str:
    return (text if len(text) <= width else f"{text[: width - 1]}…").ljust(width)


def _right(text: str, width: int) -> str:
    return text.rjust(width)
