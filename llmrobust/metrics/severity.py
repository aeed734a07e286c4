"""Metrics of severity curves: how accuracy falls as operators with a ladder climb it."""

from __future__ import annotations

import numpy as np

from llmrobust.metrics.metric_registry import Floats, Sums, divided, metric
from llmrobust.metrics.table import Table

TOLERATED = 0.1
"""The share of the unperturbed accuracy that must be lost for a prompt to count as broken."""
_FEW = "no operator has variants of at least two severities with gold answers"


@metric(
    "severity_area",
    formula="area under accuracy against severity (0: unperturbed), divided by the largest severity",
    source="Hendrycks and Dietterich 2019 (corruption severities); Moradi and Samwald 2021 for text",
    reads="correct",
    interval="bca",
    undefined=_FEW,
    paired=True,
    needs=("gold", "severities"),
)
def severity_area(table: Table) -> Sums:
    """Mean height of the severity curve, by trapezoids: one number for how slowly accuracy falls."""
    levels, parts = _curve(table)
    steps = np.diff(np.array([0.0, *levels]))

    def area(totals: Floats) -> Floats:
        heights = _accuracies(totals, len(levels))
        return np.asarray(((heights[:, 1:] + heights[:, :-1]) / 2 * steps).sum(axis=1) / levels[-1])

    return Sums(parts, area)


@metric(
    "breaking_severity",
    formula="first severity at which accuracy is under 90 % of the unperturbed one, between levels by straight lines; "
    "1 more than the largest if it never is",
    source="defined for llmrobust, after the curves of Hendrycks and Dietterich 2019",
    reads="correct",
    interval="bca",
    range=(0.0, 6.0),
    undefined=_FEW + ", or nothing is right without perturbation",
    paired=True,
    needs=("gold", "severities"),
)
def breaking_severity(table: Table) -> Sums:
    """How far the ladder can be climbed before a tenth of the accuracy is lost."""
    levels, parts = _curve(table)
    at = np.array([0.0, *levels])

    def breaking(totals: Floats) -> Floats:
        heights = _accuracies(totals, len(levels))
        floor = (1 - TOLERATED) * heights[:, :1]
        below = heights < floor - 1e-12
        below[:, 0] = False
        first = np.where(below.any(axis=1), below.argmax(axis=1), 1)
        rows = np.arange(len(heights))
        high, low = heights[rows, first - 1], heights[rows, first]
        share = divided(high - floor[:, 0], high - low)
        crossed = at[first - 1] + np.nan_to_num(share, nan=1.0) * (at[first] - at[first - 1])
        values = np.where(below.any(axis=1), crossed, levels[-1] + 1.0)
        return np.where(np.isnan(heights).any(axis=1) | (heights[:, 0] == 0), np.nan, values)

    return Sums(parts, breaking)


def _curve(table: Table) -> tuple[list[int], Floats]:
    """The severities with gold answers, and of each example (right, cases), unperturbed and at each of them.

    An example counts without perturbation as often as it has cases with a severity.
    """
    severities = np.array([level or 0 for level in table.severities])
    known = ~(np.isnan(table.correct) | np.isnan(table.clean_correct)[:, None]) & (severities > 0)
    levels = sorted({int(level) for level in severities[known.any(axis=0)]})
    right = np.where(known, table.correct, 0.0)
    count = known.sum(axis=1).astype(np.float64)
    columns = [np.nan_to_num(table.clean_correct) * count, count]
    for level in levels:
        of_level = severities == level
        columns += [right[:, of_level].sum(axis=1), known[:, of_level].sum(axis=1).astype(np.float64)]
    if len(levels) < 2:
        return [1, 2], np.zeros((len(table.examples), 6))
    return levels, np.column_stack(columns)


def _accuracies(totals: Floats, levels: int) -> Floats:
    return divided(totals[:, 0 : 2 * levels + 2 : 2], totals[:, 1 : 2 * levels + 2 : 2])
