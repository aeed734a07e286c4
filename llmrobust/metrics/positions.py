"""Metrics of how accuracy depends on where in the prompt the deciding passage stands.

Positions are variants named `at-0` to `at-100`, percent of the way from the first place to the last, as `order.passage`
makes them; operators of a project or a distribution may make such variants too.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.across_variants import farthest
from llmrobust.metrics.metric_registry import Dispersion, Floats, Sums, divided, metric
from llmrobust.metrics.table import Table

_LIU = 'Liu et al. 2023, "Lost in the Middle: How Language Models Use Long Contexts" (arXiv 2307.03172)'
_POSITION = re.compile(r"/at-(\d{1,3})\Z")
_FEWER_THAN_TWO = "fewer than two positions (variants at-0 to at-100) with gold answers"


@metric(
    "position_spread",
    formula="max over positions of accuracy - min over positions of accuracy; positions: variants at-0 to at-100",
    source=_LIU + ": accuracy by position",
    reads="correct",
    interval="dispersion",
    better="lower",
    undefined=_FEWER_THAN_TWO,
)
def position_spread(table: Table) -> Dispersion:
    """Difference between the accuracy at the best and at the worst position; biased upwards like the spread."""
    _, right, counted = _by_position(table)
    return Dispersion(right, counted, lambda found: found.max(axis=1) - found.min(axis=1), of_extremes=True)


@metric(
    "worst_position_accuracy",
    formula="min over positions of accuracy; positions: variants at-0 to at-100",
    source=_LIU + ": accuracy by position",
    reads="correct",
    interval="dispersion",
    undefined=_FEWER_THAN_TWO,
)
def worst_position_accuracy(table: Table) -> Dispersion:
    """Accuracy at the worst position; the interval allows for its having been chosen as the worst of several."""
    _, right, counted = _by_position(table)
    return Dispersion(right, counted, lambda accuracies: accuracies.min(axis=1), farthest)


@metric(
    "middle_drop",
    formula="accuracy at the first and last position (at-0, at-100) - accuracy at the positions between them",
    source=_LIU + ": the U-shaped curve",
    range=(-1.0, 1.0),
    reads="correct",
    interval="bca",
    better="lower",
    undefined="no position at an end, or none between, with gold answers",
)
def middle_drop(table: Table) -> Sums:
    """How much less often a question is answered right where the passage is in the middle than at an end."""
    positions, right, counted = _by_position(table)
    ends = (positions == 0) | (positions == 100)
    parts = [array[:, where].sum(axis=1) for where in (ends, ~ends) for array in (right, counted)]
    support = min((int((one > 0).sum()) for one in (parts[1], parts[3])), default=0)
    return Sums(np.stack(parts, axis=1), _drop, support)


def _drop(totals: Floats) -> Floats:
    return divided(totals[:, 0], totals[:, 1]) - divided(totals[:, 2], totals[:, 3])


def _by_position(table: Table) -> tuple[NDArray[np.int_], Floats, Floats]:
    """The positions with cases, in percent, and (examples, positions): right answers, and cases with a gold answer."""
    found = [_POSITION.search(column) for column in table.columns]
    of = np.array([-1 if one is None else int(one[1]) for one in found], dtype=np.int_)
    known = ~np.isnan(table.correct)
    values = np.where(known, table.correct, 0.0)
    positions = np.unique(of[of >= 0])
    mine = of[:, None] == positions
    right, counted = values @ mine.astype(np.float64), known.astype(np.float64) @ mine.astype(np.float64)
    some = counted.any(axis=0) if counted.size else np.zeros(len(positions), dtype=bool)
    return positions[some], right[:, some], counted[:, some]
