"""Leaderboards on a page: the table, and accuracy under edits against unperturbed accuracy with the fitted line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from llmrobust import __version__
from llmrobust.report.html.matrix_view import MatrixView
from llmrobust.report.html.page import environment, markup, policy, style_text
from llmrobust.report.leaderboard_text import cells_of, conclusions, said_examples, shown_criteria
from llmrobust.results.leaderboard import Leaderboard
from llmrobust.results.matrix import Matrix
from llmrobust.stats import t_quantile
from llmrobust.stats.logit_line import logit, share_of

WIDTH, HEIGHT = 460.0, 340.0
_TICKS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
_STEPS = 40


@dataclass(frozen=True, slots=True)
class Point:
    """An entry in the chart. low, high: ends of the interval of its accuracy under edits, on the chart."""

    number: int
    x: float
    y: float
    low: float
    high: float
    said: str


@dataclass(frozen=True, slots=True)
class LeaderboardView:
    """A leaderboard as it is shown. line, band: points of an SVG path; empty without a line. ticks: (place, share)."""

    found: Leaderboard
    head: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    points: tuple[Point, ...]
    line: str
    band: str
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    diagonal: str
    conclusions: tuple[str, ...]
    width: float = WIDTH
    height: float = HEIGHT

    @classmethod
    def of(cls, found: Leaderboard) -> LeaderboardView:
        """The view of a leaderboard."""
        rows = tuple((found.label(one), tuple(cells_of(found, one))) for one in found.entries)
        points: list[tuple[int, float, float, float, float, str]] = []
        for number, one in enumerate(found.entries, 1):
            clean, edited = one.figures.get("unperturbed"), one.figures.get("accuracy")
            if clean is not None and edited is not None:
                said = f"{found.label(one)}: unperturbed {clean.value:.3f}, under edits {edited.value:.3f}"
                points.append((number, clean.value, edited.value, edited.low, edited.high, said))
        axes = _Axes.around([one[1] for one in points], [value for one in points for value in one[2:5]])
        line, band = ("", "") if found.line is None else axes.line(found)
        return cls(
            found=found,
            head=said_examples(found),
            headings=("rank", *shown_criteria(found)),
            rows=rows,
            points=tuple(
                Point(n, axes.x(clean), axes.y(edited), axes.y(low), axes.y(high), said)
                for n, clean, edited, low, high, said in points
            ),
            line=line,
            band=band,
            x_ticks=tuple((axes.x(one), f"{one:g}") for one in _TICKS if axes.left < _logit(one) < axes.right),
            y_ticks=tuple((axes.y(one), f"{one:g}") for one in _TICKS if axes.bottom < _logit(one) < axes.top),
            diagonal=axes.path([(one, one) for one in np.linspace(0.005, 0.995, _STEPS) if axes.holds(one, one)]),
            conclusions=tuple(conclusions(found)),
        )


@dataclass(frozen=True, slots=True)
class _Axes:
    """Logit axes: the ends as logits."""

    left: float
    right: float
    bottom: float
    top: float

    @classmethod
    def around(cls, x: Sequence[float], y: Sequence[float]) -> _Axes:
        ends = []
        for values in (x, y):
            found = [_logit(one) for one in values] or [0.0]
            ends += [min(found) - 0.4, max(found) + 0.4]
        return cls(*ends)

    def x(self, share: float) -> float:
        return round((_logit(share) - self.left) / (self.right - self.left) * WIDTH, 1)

    def y(self, share: float) -> float:
        return round(HEIGHT - (_logit(share) - self.bottom) / (self.top - self.bottom) * HEIGHT, 1)

    def holds(self, x: float, y: float) -> bool:
        return self.left <= _logit(x) <= self.right and self.bottom <= _logit(y) <= self.top

    def path(self, points: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{self.x(x)},{self.y(y)}" for x, y in points)

    def line(self, found: Leaderboard) -> tuple[str, str]:
        """The fitted line, and the band of its own uncertainty."""
        line = found.line
        assert line is not None
        shares = [float(share_of(np.array(one))) for one in np.linspace(self.left, self.right, _STEPS)]
        quantile = t_quantile(0.95, line.n - 2)
        ends = [
            [
                (
                    x,
                    float(
                        share_of(np.array(line.intercept + line.slope * _logit(x) + side * quantile * line.reach(x)))
                    ),
                )
                for x in shares
            ]
            for side in (-1, 1)
        ]
        return self.path([(x, line.at(x)) for x in shares]), self.path([*ends[0], *reversed(ends[1])])


def _logit(share: float) -> float:
    return float(logit(np.array(min(max(share, 0.005), 0.995))))


def side_by_side_page(
    title: str, boards: Sequence[Leaderboard] = (), matrices: Sequence[Matrix] = (), home: str = ""
) -> str:
    """One self-contained page of leaderboards and matrices. home: the address of a page of many runs that it belongs
    to. The text can always be encoded in UTF-8."""
    style = style_text()
    return str(
        environment()
        .get_template("matrix_page.html.jinja")
        .render(
            version=__version__,
            policy=policy(style, ""),
            style=markup(style),
            title=title,
            home=home,
            boards=[LeaderboardView.of(one) for one in boards],
            views=[MatrixView.of(one) for one in matrices],
        )
    )
