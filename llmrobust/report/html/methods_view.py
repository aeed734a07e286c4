"""Methods side by side on a page: their table, and a chart of accuracy against spread and cost."""

from __future__ import annotations

from dataclasses import dataclass

from llmrobust.report.html.scale import Scale, fitting
from llmrobust.report.methods_text import conclusions, difference_words, remarks, said_halves, said_model, said_over
from llmrobust.results.method_comparison import MethodComparison, MethodRow

WIDTH, HEIGHT = 420.0, 220.0
_RADIUS = 5.0
"""Of a method that sends one request; others' areas are larger by as many requests."""


@dataclass(frozen=True, slots=True)
class Point:
    """A method in the chart. number: its row in the table."""

    number: int
    label: str
    x: float
    y: float
    radius: float
    said: str


@dataclass(frozen=True, slots=True)
class Row:
    """A method in the table. tone: "good" or "bad" where a difference can be told."""

    number: int
    row: MethodRow
    difference: str
    spread: str
    tone: str


@dataclass(frozen=True, slots=True)
class MethodsView:
    """The methods of a suite, as they are shown. spread, accuracy: the scales of the chart."""

    found: MethodComparison
    head: str
    halves: str
    rows: tuple[Row, ...]
    points: tuple[Point, ...]
    spread: Scale
    accuracy: Scale
    families: tuple[str, ...]
    drops: tuple[dict[str, float], ...]
    conclusions: tuple[str, ...]
    remarks: tuple[str, ...]
    width: float = WIDTH
    height: float = HEIGHT

    @classmethod
    def of(cls, found: MethodComparison) -> MethodsView:
        """The view of a comparison."""
        shown = [one for one in found.rows if one.figures is not None]
        spreads = [one.figures.spread for one in shown if one.figures and one.figures.spread is not None]
        accuracies = [one.figures.accuracy for one in shown if one.figures and one.figures.accuracy is not None]
        spread, accuracy = fitting(spreads, WIDTH), fitting(accuracies, HEIGHT)
        drops = tuple(dict(one.figures.drops) if one.figures else {} for one in shown)
        return cls(
            found=found,
            head=f"{said_model(found)}{said_over(found)}",
            halves=said_halves(found),
            rows=tuple(_row(number, one) for number, one in enumerate(shown, 1)),
            points=tuple(
                point for number, one in enumerate(shown, 1) if (point := _point(number, one, spread, accuracy))
            ),
            spread=spread,
            accuracy=accuracy,
            families=tuple(dict.fromkeys(name for one in drops for name in one)),
            drops=drops,
            conclusions=tuple(conclusions(found)),
            remarks=tuple(remarks(found)),
        )


def _row(number: int, one: MethodRow) -> Row:
    tone = ""
    if one.difference is not None and one.difference.told:
        tone = "good" if one.difference.value > 0 else "bad"
    less = one.spread_difference
    spread = "" if less is None else f"{less.value + 0.0:+.3f} ({less.low + 0.0:+.3f} to {less.high + 0.0:+.3f})"
    return Row(number, one, difference_words(one), spread, tone)


def _point(number: int, one: MethodRow, spread: Scale, accuracy: Scale) -> Point | None:
    figures = one.figures
    if figures is None or figures.spread is None or figures.accuracy is None:
        return None
    requests = one.requests or 1.0
    said = f"{one.label}: accuracy {figures.accuracy:.3f}, spread {figures.spread:.3f}, requests {requests:g}"
    y = round(HEIGHT - accuracy.at(figures.accuracy), 1)
    return Point(number, one.label, spread.at(figures.spread), y, round(_RADIUS * requests**0.5, 1), said)
