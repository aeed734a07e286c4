"""Leaderboards for people: lines for a terminal, and Markdown; and as JSON for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from textwrap import wrap
from typing import Any

from llmrobust.report.markdown_blocks import cell, code, row, table
from llmrobust.report.terminal_lines import WIDTH, Line, inert_line
from llmrobust.results.leaderboard import CRITERIA, Criterion, Entry, Leaderboard, Measured
from llmrobust.text.escaping import visible
from llmrobust.text.phrases import many

FORMAT = "llmrobust-leaderboard"
VERSION = 1
_WIDE = 118
_HEADS: dict[Criterion, str] = {
    "accuracy": "accuracy",
    "consistency": "consistency",
    "worst-case": "worst case",
    "unperturbed": "unperturbed",
    "effective": "effective",
}


def leaderboard_lines(found: Leaderboard) -> list[Line]:
    """The table, what cannot be told apart, and the line that effective robustness is measured from."""
    lines: list[Line] = [
        [("leaderboard  ", "bold"), (f"{found.suite}  {found.path}  ({said_examples(found)})", "")],
    ]
    heads = ["rank", *(_HEADS[kind] for kind in shown_criteria(found))]
    rows = [cells_of(found, one) for one in found.entries]
    widths = [max([len(head), *(len(cells[n]) for cells in rows)]) + 2 for n, head in enumerate(heads)]
    labels = [visible(found.label(one)) for one in found.entries]
    name = min(max([4, *map(len, labels)]), _WIDE - sum(widths))
    lines.append([("".ljust(name) + "".join(map(str.rjust, heads, widths)), "light")])
    for label, cells in zip(labels, rows, strict=True):
        cut = label if len(label) <= name else f"{label[: name - 1]}…"
        lines.append([((cut.ljust(name) + "".join(map(str.rjust, cells, widths))).rstrip(), "")])
    for said in conclusions(found):
        lines += [[(f"  {text}", "light")] for text in wrap(said, WIDTH - 2, subsequent_indent="  ")]
    return [inert_line(line) for line in lines]


def leaderboard_markdown(found: Leaderboard) -> list[str]:
    """The same as lines of Markdown."""
    heads = ("", "rank", *(_HEADS[kind] for kind in shown_criteria(found)))
    lines = [f"**Leaderboard** of {code(found.suite)} ({cell(said_examples(found))})", ""]
    lines += table(heads, len(heads) - 1)
    lines += [row([cell(found.label(one)), *cells_of(found, one)]) for one in found.entries]
    return [*lines, "", *(f"- {code(said, 400)}" for said in conclusions(found))]


def leaderboards_json(found: Sequence[Leaderboard]) -> dict[str, Any]:
    """The leaderboards as JSON values: {"format", "version", "leaderboards": [{..., "entries": [...]}]}."""
    return {"format": FORMAT, "version": VERSION, "leaderboards": [_form(one) for one in found]}


def _form(found: Leaderboard) -> dict[str, Any]:
    form = asdict(found)
    for pair, one in zip(form["pairs"], found.pairs, strict=True):
        pair["told"] = one.told
    return {**form, "like_the_first": [found.label(one) for one in found.like_the_first()]}


def said_examples(found: Leaderboard) -> str:
    """ "50 examples, by accuracy"."""
    return f"{many(found.examples, found.unit)} that all entries answered, by {_HEADS[found.by]}"


def shown_criteria(found: Leaderboard) -> list[Criterion]:
    """The criterion of the order, then the others that any entry has."""
    there = [kind for kind in CRITERIA if any(kind in one.figures for one in found.entries)]
    return [found.by, *(kind for kind in there if kind != found.by)]


def conclusions(found: Leaderboard) -> Iterator[str]:
    """What the order does not say, and the fitted line."""
    pairs = len(found.pairs)
    if pairs:
        how = "simultaneous intervals" if found.by == "effective" else "paired tests, Holm"
        yield f"rank: what an entry may have, by what can be told apart ({how} over {many(pairs, 'pair')})"
        like = [found.label(one) for one in found.like_the_first()]
        first = found.label(found.entries[0])
        if like:
            yield f"cannot be told apart from {first}: {', '.join(like)}"
        else:
            yield f"{first} can be told apart from all others"
    if found.silent:
        yield f"not ranked: {', '.join(found.silent)}: no case was answered"
    line = found.line
    if line is None:
        yield found.no_line
        return
    yield (
        f"effective robustness: accuracy under edits above the line through the other entries; through all "
        f"{line.n}, logit(accuracy) = {line.intercept:+.2f} {line.slope:+.2f} logit(unperturbed accuracy). Its "
        "intervals include the line's own uncertainty and hold for all entries together"
    )
    off = [one for one in found.entries if "effective" in one.figures]
    for said, some in (
        ("above", [one for one in off if one.figures["effective"].low > 0]),
        ("below", [one for one in off if one.figures["effective"].high < 0]),
    ):
        if some:
            yield f"{said} the line: {', '.join(map(found.label, some))}"
    if not any(one.figures["effective"].low > 0 or one.figures["effective"].high < 0 for one in off):
        yield "no entry can be told from the line: each is as robust as its unperturbed accuracy suggests"


def ranks(entry: Entry) -> str:
    """ "1-3"; "2" where the rank is certain."""
    return f"{entry.best}" if entry.best == entry.worst else f"{entry.best}-{entry.worst}"


def cells_of(found: Leaderboard, one: Entry) -> list[str]:
    """The cells of an entry: its ranks, then its figures."""
    shown = (_measured(one.figures.get(kind), kind == "effective") for kind in shown_criteria(found))
    return [ranks(one), *shown]


def _measured(found: Measured | None, signed: bool) -> str:
    if found is None:
        return "n/a"
    sign = "+" if signed else ""
    low, high = (f"{round(end, 2) + 0.0:{sign}.2f}".replace("0.", ".", 1) for end in (found.low, found.high))
    return f"{round(found.value, 3) + 0.0:{sign}.3f} [{low},{high}]"
