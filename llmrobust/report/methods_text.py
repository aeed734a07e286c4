"""Methods side by side for people: lines for a terminal, and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from llmrobust.methods import PLAIN
from llmrobust.report.markdown_blocks import cell, code, row, table
from llmrobust.report.terminal_lines import WIDTH, Line, inert_line
from llmrobust.results.method_comparison import FORMATS, MethodComparison, MethodRow
from llmrobust.results.method_figures import Difference
from llmrobust.text.escaping import visible
from llmrobust.text.phrases import many

_NAME = 24
_COLUMNS = (("accuracy", 9), ("consist.", 9), ("median", 7), ("spread", 7), ("worst", 7), ("req.", 5), ("tokens", 7))
HEADINGS = ("method", "accuracy", "consistency", "median", "spread", "worst case", "requests", "tokens", "less plain")


def method_lines(found: MethodComparison) -> list[Line]:
    """The table of a suite's methods, what can be told of them, what they cost, and notes."""
    head = f"{found.suite} ({said_model(found)}{said_over(found)})"
    lines: list[Line] = [[("methods  ", "bold"), (head, "")]]
    lines.append([(said_halves(found), "light")])
    names = "".join(name.rjust(width) for name, width in _COLUMNS)
    lines.append([(f"{'':{_NAME}}{names}  {found.measured} less plain", "light")])
    lines += [[(_row(one), _style(found, one))] for one in found.rows if one.figures is not None]
    lines += _drops(found)
    for said in conclusions(found):
        lines += [[(text, "")] for text in wrap(said, WIDTH, subsequent_indent="  ")]
    for said in remarks(found):
        lines += [[(text, "light")] for text in wrap(said, WIDTH, subsequent_indent="  ", initial_indent="  ")]
    return [inert_line(line) for line in lines]


def methods_markdown(found: MethodComparison) -> list[str]:
    """The same as lines of Markdown."""
    lines = [f"**Methods** of {code(found.suite)} ({cell(said_model(found) + said_over(found))})", ""]
    lines += [said_halves(found), ""]
    lines += table(HEADINGS, len(HEADINGS) - 1)
    for one in found.rows:
        if one.figures is not None:
            name = cell(one.label)
            lines.append(
                row([f"**{name}**" if one.label == found.chosen else name, *_cells(one), difference_words(one)])
            )
    families = _families(found)
    if families:
        lines += ["", *table(("drop per family", *(cell(one) for one in families)), len(families))]
        for one in found.rows:
            if one.figures is not None and one.figures.drops:
                drops = dict(one.figures.drops)
                shown = (f"{drops[name] + 0.0:+.3f}" if name in drops else "n/a" for name in families)
                lines.append(row([cell(one.label), *shown]))
    lines += ["", *(f"- {code(said, 400)}" for said in (*conclusions(found), *remarks(found)))]
    return lines


def said_model(found: MethodComparison) -> str:
    """ "tiny, "; nothing where no model was opened."""
    return f"{found.model}, " if found.model else ""


def said_over(found: MethodComparison) -> str:
    """What is compared: "over 15 formats and wordings"."""
    if found.over == FORMATS:
        return f"over {found.columns:,} formats and wordings"
    return f"over {many(found.columns, 'edited prompt')}"


def said_halves(found: MethodComparison) -> str:
    """On what figures are measured."""
    return f"measured on {many(found.reporting, found.unit)}; {found.choosing:,} others choose the best method"


def conclusions(found: MethodComparison) -> Iterator[str]:
    """What the figures say of each method, and never more; the chosen one first."""
    yield found.conclusion
    groups: dict[str, list[str]] = {"better than plain": [], "worse than plain": [], "no difference can be told": []}
    for one in found.rows:
        if one.difference is not None:
            sign = "better" if one.difference.value > 0 else "worse"
            groups[f"{sign} than plain" if one.difference.told else "no difference can be told"].append(one.label)
    compared = sum(map(len, groups.values()))
    for said, labels in groups.items():
        if labels:
            yield f"{said}: {', '.join(labels)} (of {found.measured}; Holm over {many(compared, 'method')})"
    spreads = [one for one in found.rows if one.spread_difference is not None]
    smaller = [one for one in spreads if one.spread_difference and one.spread_difference.high < 0]
    larger = [one for one in spreads if one.spread_difference and one.spread_difference.low > 0]
    for which, rows in (("smaller", smaller), ("larger", larger)):
        if rows:
            yield f"{which} spread than plain: {', '.join(_spread_words(one) for one in rows)}"
    for one in found.rows:
        if one.selective is not None:
            yield f"{one.label}: {_selective_words(one)}"


def remarks(found: MethodComparison) -> Iterator[str]:
    """What a reader must know to believe the table, and why methods are not in it."""
    for one in found.rows:
        for note in one.notes:
            yield f"{one.label}: {note}"
        if one.once:
            yield f"{one.label}: {one.once:,} requests are sent once, for all examples"
    unusable: dict[str, list[str]] = {}
    for one in found.rows:
        if one.unusable:
            unusable.setdefault(one.unusable, []).append(one.label)
    for why, labels in unusable.items():
        yield f"not compared: {', '.join(labels)}: {why}"


def difference_words(one: MethodRow) -> str:
    """ "+0.269 [+.02,+.44] *", the star where a difference can be told."""
    if one.difference is None:
        return ""
    return f"{_difference(one.difference)}{' *' if one.difference.told else ''}"


def _difference(found: Difference) -> str:
    low, high = (f"{round(end, 2) + 0.0:+.2f}".replace("0.", ".", 1) for end in (found.low, found.high))
    return f"{round(found.value, 3) + 0.0:+.3f} [{low},{high}]"


def _spread_words(one: MethodRow) -> str:
    return f"{one.label} {_difference(one.spread_difference)}" if one.spread_difference is not None else one.label


def _selective_words(one: MethodRow) -> str:
    found = one.selective
    assert found is not None
    if found.risk is None:
        return "answers nothing"
    if found.low is None or found.high is None:
        return f"answers {found.coverage:.0%}, {found.risk:.3f} of it wrong"
    ends = f"{found.low:.3f} to {found.high:.3f}, exact, from {found.units:,} independent answers"
    return f"answers {found.coverage:.0%}, {found.risk:.3f} of it wrong ({ends})"


def _row(one: MethodRow) -> str:
    cells = "".join(text.rjust(width) for text, (_, width) in zip(_cells(one), _COLUMNS, strict=True))
    name = visible(one.label)
    return (
        f"{(name if len(name) < _NAME else name[: _NAME - 2] + '…'):{_NAME}}{cells}  {difference_words(one)}".rstrip()
    )


def _cells(one: MethodRow) -> list[str]:
    figures = one.figures
    assert figures is not None
    shares = (figures.accuracy, figures.consistency, figures.median, figures.spread, figures.worst_case)
    return [
        *("n/a" if share is None else f"{share:.3f}" for share in shares),
        "n/a" if one.requests is None else f"{one.requests:g}",
        "n/a" if one.tokens is None else f"{one.tokens:,.0f}",
    ]


def _style(found: MethodComparison, one: MethodRow) -> str:
    if one.difference is not None and one.difference.told:
        return "green" if one.difference.value > 0 else "red"
    return "bold" if one.label == found.chosen or one.label == PLAIN else ""


def _families(found: MethodComparison) -> list[str]:
    """The families of the run, if several methods have a drop in one of them."""
    return list(dict.fromkeys(name for one in found.rows if one.figures for name, _ in one.figures.drops))


def _drops(found: MethodComparison) -> Iterator[Line]:
    families = _families(found)
    shown = [one for one in found.rows if one.figures is not None and one.figures.drops]
    if not families or not shown:
        return
    widths = [max(8, len(name) + 2) for name in families]
    fits = [n for n in range(len(families)) if _NAME + sum(widths[: n + 1]) <= WIDTH]
    more = len(families) - len(fits)
    names = "".join(families[n].rjust(widths[n]) for n in fits)
    yield [(f"{'drop per family':{_NAME}}{names}{f'  and {more} more' if more else ''}", "light")]
    for one in shown:
        drops = dict(one.figures.drops if one.figures else ())
        cells: Sequence[str] = [
            (f"{drops[families[n]] + 0.0:+.3f}" if families[n] in drops else "n/a").rjust(widths[n]) for n in fits
        ]
        yield [(f"{visible(one.label)[: _NAME - 1]:{_NAME}}{''.join(cells)}", "")]
