"""Metrics of how accuracy differs between variants (columns), such as prompt formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.metric_registry import Dispersion, metric
from llmrobust.metrics.table import Table

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
    interval="dispersion",
    better="lower",
    undefined=_FEWER_THAN_TWO,
)
def spread(table: Table) -> Dispersion:
    """Difference between the best and the worst variant's accuracy.

    The estimate is biased upwards, more so with few examples and many variants: the best of several equal variants
    looks better than it is. Variants that apply to different examples are compared as they are.
    """
    found = _over_variants(table, lambda accuracies: accuracies.max(axis=1) - accuracies.min(axis=1))
    return replace(found, of_extremes=True)


@metric(
    "accuracy_std",
    formula="sample standard deviation over variants of accuracy",
    source='Seleznyov et al. 2025, "When Punctuation Matters"',
    reads="correct",
    interval="dispersion",
    better="lower",
    undefined=_FEWER_THAN_TWO,
)
def accuracy_std(table: Table) -> Dispersion:
    """Sample standard deviation of the variants' accuracies; biased upwards like the spread, less strongly."""
    return _over_variants(table, lambda accuracies: accuracies.std(axis=1, ddof=1))


@metric(
    "mean_variant_accuracy",
    formula="mean over variants of accuracy",
    source='Sclar et al. 2023; Mizrahi et al. 2024, "State of What Art? A Call for Multi-Prompt LLM Evaluation"',
    reads="correct",
    interval="bca",
    undefined=_FEWER_THAN_TWO,
)
def mean_variant_accuracy(table: Table) -> Dispersion:
    """Mean of the variants' accuracies, each variant counting once however many examples it applies to."""
    return _over_variants(table, lambda accuracies: accuracies.mean(axis=1))


@metric(
    "median_variant_accuracy",
    formula="median over variants of accuracy",
    source='Seleznyov et al. 2025, "When Punctuation Matters"',
    reads="correct",
    interval="bca",
    undefined=_FEWER_THAN_TWO,
)
def median_variant_accuracy(table: Table) -> Dispersion:
    """Median of the variants' accuracies."""
    return _over_variants(table, lambda accuracies: np.asarray(np.median(accuracies, axis=1)))


@metric(
    "worst_variant_accuracy",
    formula="min over variants of accuracy",
    source=_SCLAR,
    reads="correct",
    interval="dispersion",
    undefined=_FEWER_THAN_TWO,
)
def worst_variant_accuracy(table: Table) -> Dispersion:
    """Accuracy of the worst variant; the interval allows for its having been chosen as the worst of many."""
    return _over_variants(table, lambda accuracies: accuracies.min(axis=1), farthest)


@metric(
    "best_variant_accuracy",
    formula="max over variants of accuracy",
    source=_SCLAR,
    reads="correct",
    interval="dispersion",
    undefined=_FEWER_THAN_TWO,
)
def best_variant_accuracy(table: Table) -> Dispersion:
    """Accuracy of the best variant; the interval allows for its having been chosen as the best of many."""
    return _over_variants(table, lambda accuracies: accuracies.max(axis=1), farthest)


def farthest(deviations: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest deviation on either side, over resamples: how far the worst or the best of several can be off."""
    return np.asarray(np.abs(deviations).max(axis=1))


def _over_variants(table: Table, reduce: _Reduce, reach: _Reduce | None = None) -> Dispersion:
    """A function of the accuracies of the variants that have gold answers."""
    known = ~np.isnan(table.correct)
    used = known.any(axis=0) if known.size else np.zeros(known.shape[1], dtype=bool)
    right = np.where(known, table.correct, 0.0)[:, used]
    return Dispersion(right, known[:, used].astype(np.float64), reduce, reach)
