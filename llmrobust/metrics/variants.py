"""Metrics of how accuracy differs between variants (columns), such as prompt formats."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.registry import metric
from llmrobust.metrics.table import Table
from llmrobust.stats import Statistic

_SCLAR = (
    'Sclar et al. 2023, "Quantifying Language Models\' Sensitivity to Spurious Features in Prompt Design", section 3; '
    'Seleznyov et al. 2025, "When Punctuation Matters"'
)
_Reduce = Callable[[NDArray[np.float64]], NDArray[np.float64]]
_FEWER_THAN_TWO = "fewer than two variants with gold answers"


@metric(
    "spread",
    formula="max over variants of accuracy - min over variants of accuracy",
    source=_SCLAR,
    reads="correct",
    interval="upward",
    better="lower",
    undefined=_FEWER_THAN_TWO,
)
def spread(table: Table) -> Statistic:
    """Difference between the best and the worst variant's accuracy.

    The estimate is biased upwards, more so with few examples and many variants: the best of several equal variants
    looks better than it is. Variants that apply to different examples are compared as they are.
    """
    return _over_variants(table, lambda accuracies: accuracies.max(axis=1) - accuracies.min(axis=1))


@metric(
    "accuracy_std",
    formula="sample standard deviation over variants of accuracy",
    source='Seleznyov et al. 2025, "When Punctuation Matters"',
    reads="correct",
    interval="upward",
    better="lower",
    undefined=_FEWER_THAN_TWO,
)
def accuracy_std(table: Table) -> Statistic:
    """Sample standard deviation of the variants' accuracies; biased upwards like the spread, less strongly."""
    return _over_variants(table, lambda accuracies: accuracies.std(axis=1, ddof=1))


def _over_variants(table: Table, reduce: _Reduce) -> Statistic:
    """A statistic of the accuracies of the variants that have gold answers.

    A resample in which one of them has no case has no value.
    """
    known = ~np.isnan(table.correct)
    used = known.any(axis=0) if known.size else np.zeros(known.shape[1], dtype=bool)
    right = np.where(known, table.correct, 0.0)[:, used]
    counted = known[:, used].astype(np.float64)

    def statistic(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        values = np.full(weights.shape[0], np.nan)
        below = weights @ counted
        whole = (below > 0).all(axis=1)
        if counted.shape[1] >= 2 and whole.any():
            values[whole] = reduce((weights[whole] @ right) / below[whole])
        return values

    return statistic
