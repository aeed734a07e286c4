"""Charts as plain values: the spread of variants, severity curves, confusion of answers, the heat map."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from llmrobust.metrics import METRICS, Measurement, Table
from llmrobust.metrics.values_and_intervals import measure_selection
from llmrobust.report.html.scale import Scale, fitting
from llmrobust.results.json_reader import stored_table
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status

STRIP_WIDTH = 300.0
STRIP_HEIGHT = 30.0
CURVE_WIDTH, CURVE_HEIGHT = 200.0, 110.0
MOST_LABELS = 12
"""Rows and columns of the confusion of answers; rarer answers are counted together."""
MOST_EXAMPLES = 30
MOST_COLUMNS = 30
SHADES = 8
_DOT = 6.0
OTHER, UNREAD = "other answers", "not read"


@dataclass(frozen=True, slots=True)
class Dot:
    """A variant in a strip: its name, the share of its cases that are right (or kept their answer), and how many."""

    name: str
    share: float
    cases: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Strip:
    """The variants of a use of an operator, the best one first."""

    family: str
    use: str
    dots: tuple[Dot, ...]

    @property
    def spread(self) -> float:
        """The best variant's share less the worst one's."""
        return self.dots[0].share - self.dots[-1].share


@dataclass(frozen=True, slots=True)
class Strips:
    """One strip for each use with several variants, on one scale. what: "accuracy", or "consistency" without gold."""

    strips: tuple[Strip, ...]
    scale: Scale
    what: str


@dataclass(frozen=True, slots=True)
class Level:
    """A point of a severity curve; low, high: the ends of its interval (the value itself without one)."""

    severity: int
    value: float
    low: float
    high: float
    cases: int
    x: float
    y: float
    y_low: float
    y_high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """How a share falls as an operator climbs its ladder; severity 0 is the unperturbed prompt."""

    operator: str
    what: str
    levels: tuple[Level, ...]
    scale: Scale

    @property
    def line(self) -> str:
        """The curve, as an SVG path."""
        return _path((level.x, level.y) for level in self.levels)

    @property
    def band(self) -> str:
        """The intervals, as the outline of an area."""
        there = [(level.x, level.y_high) for level in self.levels]
        back = [(level.x, level.y_low) for level in reversed(self.levels)]
        return _path([*there, *back]) + "Z"


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each unperturbed answer (a row) became each answer (a column), where it must stay.

    counts: (rows, columns); shades: 0 to SHADES, the share of the row.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    shades: tuple[tuple[int, ...], ...]
    cases: int
    changed: int


@dataclass(frozen=True, slots=True)
class HeatCell:
    """The cases of an example under an operator, and how many did not pass; shade: 0 to SHADES."""

    bad: int
    cases: int
    shade: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """An example: its cases, how many did not pass, and its cells; None without cases."""

    example: str
    bad: int
    cases: int
    cells: tuple[HeatCell | None, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Examples by operators (or families, where there are many operators), the worst examples first.

    spotless: examples all of whose cases passed; hidden: others that are not shown.
    """

    columns: tuple[str, ...]
    by: str
    rows: tuple[HeatRow, ...]
    spotless: int
    hidden: int


def strips(cases: Sequence[CaseResult]) -> Strips:
    """The strips of a suite's uses; those of formats first."""
    perturbed = [case for case in cases if not case.is_original]
    has_gold = any(case.expected is not None for case in perturbed)
    counts: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for case in perturbed:
        said = case.is_right if has_gold else case.agrees
        if said is not None:
            count = counts[case.family, case.use][case.variant]
            count[0] += said
            count[1] += 1
    several = {use: by for use, by in counts.items() if len(by) > 1}
    scale = fitting((right / n for by in several.values() for right, n in by.values()), STRIP_WIDTH)
    order = sorted(several, key=lambda use: (use[0] != "format",))
    found = tuple(Strip(*use, tuple(_dots(several[use], scale))) for use in order)
    return Strips(found, scale, "accuracy" if has_gold else "consistency")


def _dots(counts: dict[str, list[int]], scale: Scale) -> Iterator[Dot]:
    """Dots with equal or nearly equal values are stacked."""
    shares = sorted(((right / n, name, n) for name, (right, n) in counts.items()), key=lambda one: (-one[0], one[1]))
    columns = Counter(round(scale.at(share) / _DOT) for share, _, _ in shares)
    used: Counter[int] = Counter()
    for share, name, n in shares:
        column = round(scale.at(share) / _DOT)
        step = min(_DOT, (STRIP_HEIGHT - _DOT) / max(1, columns[column] - 1))
        offset = (used[column] - (columns[column] - 1) / 2) * step
        used[column] += 1
        yield Dot(name, share, n, scale.at(share), round(STRIP_HEIGHT / 2 + offset, 1))


def curves(suite: SuiteResult) -> Iterator[Curve]:
    """A curve for each operator with variants of at least two severities."""
    levels: dict[str, set[int]] = defaultdict(set)
    for case in suite.cases:
        if case.severity is not None and not case.is_original:
            levels[case.operator].add(case.severity)
    climbed = {operator for operator, found in levels.items() if len(found) > 1}
    if not climbed:
        return
    cases = tuple(case for case in suite.cases if case.is_original or case.operator in climbed)
    table = stored_table(replace(suite, cases=cases))
    what = "consistency" if np.isnan(table.correct).all() else "accuracy"
    measured = {operator: _levels(table, operator, what) for operator in levels if operator in climbed}
    ends = [end for points in measured.values() for _, value, low, high, _ in points for end in (value, low, high)]
    scale = fitting(ends, CURVE_HEIGHT)
    for operator, points in measured.items():
        across = Scale(0, max(2, *(severity for severity, *_ in points)), CURVE_WIDTH)
        yield Curve(operator, what, tuple(_level(point, across, scale) for point in points), scale)


Point = tuple[int, float, float, float, int]
"""Severity, value, the ends of its interval, number of cases."""


def _levels(table: Table, operator: str, what: str) -> list[Point]:
    points: list[Point] = []
    if what == "accuracy":
        clean = measure_selection(table, METRICS.get("clean_accuracy"))
        if clean.value is not None:
            points.append((0, *_ends(clean, clean.value), clean.n_cases))
    else:
        points.append((0, 1.0, 1.0, 1.0, len(table.examples)))
    own = np.array([name == operator for name in table.operators])
    for severity in sorted({s for s, mine in zip(table.severities, own, strict=True) if mine and s is not None}):
        chosen = table.select(own & np.array([s == severity for s in table.severities]))
        m = measure_selection(chosen, METRICS.get(what), "operator", operator)
        if m.value is not None:
            points.append((severity, *_ends(m, m.value), m.n_cases))
    return points


def _ends(m: Measurement, value: float) -> tuple[float, float, float]:
    """A value and the ends of its interval, or the value again."""
    return value, value if m.low is None else m.low, value if m.high is None else m.high


def _level(point: Point, across: Scale, up: Scale) -> Level:
    severity, value, low, high, cases = point
    y, y_low, y_high = (round(CURVE_HEIGHT - up.at(end), 1) for end in (value, low, high))
    return Level(
        severity=severity,
        value=value,
        low=low,
        high=high,
        cases=cases,
        x=across.at(severity),
        y=y,
        y_low=y_low,
        y_high=y_high,
    )


def _path(points: Iterator[tuple[float, float]] | Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points)


def confusion(suite: SuiteResult) -> Confusion | None:
    """The confusion of answers under edits that must not change them; None without such cases."""
    pairs = Counter(
        (_said(case.clean_answer), _said(case.answer))
        for case in suite.cases
        if case.agrees is not None and not case.is_original
    )
    if not pairs:
        return None
    totals: Counter[str] = Counter()
    for (before, after), count in pairs.items():
        totals[before] += count
        totals[after] += count
    common = [label for label, _ in totals.most_common() if label != UNREAD]
    labels = [label for label in suite.choices if label in totals] or common
    shown = labels[:MOST_LABELS] if len(labels) <= MOST_LABELS else common[:MOST_LABELS]
    grouped: Counter[tuple[str, str]] = Counter()
    for (before, after), count in pairs.items():
        grouped[_grouped(before, shown), _grouped(after, shown)] += count
    names = [*shown, OTHER, UNREAD]
    rows = tuple(name for name in names if any(before == name for before, _ in grouped))
    columns = tuple(name for name in names if any(after == name for _, after in grouped))
    counts = tuple(tuple(grouped[row, column] for column in columns) for row in rows)
    shades = tuple(tuple(_shade(count, sum(row)) for count in row) for row in counts)
    changed = sum(count for (before, after), count in pairs.items() if before != after)
    return Confusion(rows, columns, counts, shades, pairs.total(), changed)


def _said(answer: str | None) -> str:
    return UNREAD if answer is None else answer


def _grouped(label: str, shown: Sequence[str]) -> str:
    return label if label in shown or label == UNREAD else OTHER


def _shade(part: int, whole: int) -> int:
    """0 only for nothing, SHADES only for everything."""
    return 0 if part == 0 else SHADES if part == whole else max(1, min(SHADES - 1, round(SHADES * part / whole)))


def heat_map(suite: SuiteResult) -> HeatMap | None:
    """Cases that did not pass by example and operator; None where nothing was perturbed."""
    perturbed = [case for case in suite.cases if not case.is_original]
    operators = list(dict.fromkeys(case.operator for case in perturbed))
    by = "operator" if len(operators) <= MOST_COLUMNS else "family"
    columns = operators if by == "operator" else list(dict.fromkeys(case.family for case in perturbed))
    counts: dict[str, dict[str, list[int]]] = {}
    for case in perturbed:
        column = case.operator if by == "operator" else case.family
        cell = counts.setdefault(case.example, {}).setdefault(column, [0, 0])
        cell[0] += case.status is not Status.PASSED
        cell[1] += 1
    if not counts:
        return None
    totals = {name: (sum(c[0] for c in row.values()), sum(c[1] for c in row.values())) for name, row in counts.items()}
    worst = sorted((name for name in counts if totals[name][0]), key=lambda name: -totals[name][0] / totals[name][1])
    rows = tuple(
        HeatRow(name, *totals[name], tuple(_heat_cell(counts[name].get(column)) for column in columns))
        for name in worst[:MOST_EXAMPLES]
    )
    return HeatMap(tuple(columns), by, rows, len(counts) - len(worst), max(0, len(worst) - MOST_EXAMPLES))


def _heat_cell(count: list[int] | None) -> HeatCell | None:
    return None if count is None else HeatCell(count[0], count[1], _shade(*count))
