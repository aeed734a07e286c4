"""Metrics of what perturbation costs, each case beside its unperturbed twin."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.metric_registry import Floats, Ratio, Sums, divided, metric
from llmrobust.metrics.table import Table

_ACKERMAN = 'Ackerman et al. 2024, "A Novel Metric for Measuring the Robustness of LLMs in Non-adversarial Scenarios"'


@metric(
    "accuracy_drop",
    formula="mean over perturbed cases of (unperturbed right - perturbed right)",
    source="field standard",
    reads="correct",
    interval="difference",
    range=(-1.0, 1.0),
    better="lower",
    paired=True,
)
def accuracy_drop(table: Table) -> Ratio:
    """Accuracy lost to perturbation, over the same examples on both sides; negative for a gain.

    An example counts once a case on both sides, so a perturbation that applies to few examples is compared with the
    unperturbed accuracy of these.
    """
    clean, perturbed, count = _paired(table)
    return Ratio(clean - perturbed, count)


@metric(
    "performance_drop_rate",
    formula="1 - perturbed accuracy / unperturbed accuracy, over the same examples",
    source='Zhu et al. 2023, "PromptBench" (PDR); undefined values as in IBM/unitxt',
    reads="correct",
    interval="bca",
    range=(-math.inf, 1.0),
    better="lower",
    undefined="no unperturbed answer was right, but some perturbed ones were",
    paired=True,
)
def performance_drop_rate(table: Table) -> Sums:
    """Share of the unperturbed accuracy that is lost; 0 where both accuracies are 0."""
    clean, perturbed, count = _paired(table)

    def rate(totals: Floats) -> Floats:
        below, above, cases = totals.T
        kept = divided(above, below)
        kept[(above == 0) & (below == 0) & (cases > 0)] = 1.0
        return 1.0 - kept

    return Sums(np.stack([clean, perturbed, count], axis=1), rate)


@metric(
    "cohens_h",
    formula="mean over examples of 2 (arcsin sqrt(mean right over variants) - arcsin sqrt(unperturbed right))",
    source=_ACKERMAN + "; theirs divides this by pi",
    reads="correct",
    interval="bca",
    range=(-math.pi, math.pi),
    better="nearer to zero",
    paired=True,
)
def cohens_h(table: Table) -> Ratio:
    """Effect of perturbation on each example, in Cohen's h; negative for a loss, and as large for an equal gain."""
    effect, some = _effects(table)
    return Ratio(np.where(some, effect, 0.0), some.astype(np.float64))


@metric(
    "abs_cohens_h",
    formula="mean over examples of |2 (arcsin sqrt(mean right over variants) - arcsin sqrt(unperturbed right))|",
    source=_ACKERMAN + "; theirs divides this by pi",
    reads="correct",
    interval="bca",
    range=(0.0, math.pi),
    better="lower",
    paired=True,
)
def abs_cohens_h(table: Table) -> Ratio:
    """Size of the effect of perturbation on each example, whether it gains or loses."""
    effect, some = _effects(table)
    return Ratio(np.where(some, np.abs(effect), 0.0), some.astype(np.float64))


@metric(
    "hedges_g",
    formula="mean over examples of (mean right over variants - unperturbed right) / pooled standard deviation, "
    "corrected for few scores and cut at +-5",
    source=_ACKERMAN + " (IBM/unitxt); theirs divides this by 5",
    reads="correct",
    interval="bca",
    range=(-5.0, 5.0),
    better="nearer to zero",
    paired=True,
)
def hedges_g(table: Table) -> Ratio:
    """Effect of perturbation on each example, in standard deviations of its own scores; 0 where the means are equal."""
    known = ~(np.isnan(table.correct) | np.isnan(table.clean_correct)[:, None])
    count = known.sum(axis=1)
    some = count > 0
    right = np.where(known, table.correct, 0.0)
    mean = divided(right.sum(axis=1), count.astype(np.float64))
    squares = np.where(known, (right - mean[:, None]) ** 2, 0.0).sum(axis=1)
    effects = [
        hedges(table.clean_correct[i], 1, 0.0, mean[i], int(count[i]), squares[i]) if some[i] else 0.0
        for i in range(len(count))
    ]
    return Ratio(np.array(effects), some.astype(np.float64))


def hedges(
    first: float, n_first: int, squares_first: float, second: float, n_second: int, squares_second: float
) -> float:
    """Hedges' g of two groups of scores, from their means, sizes and sums of squared deviations; cut at +-5.

    Source: Hedges 1981; correction, cut and 0 for equal means as in IBM/unitxt.
    """
    if first == second:
        return 0.0
    n = n_first + n_second
    pooled = math.sqrt((squares_first + squares_second) / max(1, n - 2))
    g = (second - first) / pooled if pooled > 0 else math.copysign(math.inf, second - first)
    if 3 < n < 50:
        g *= (n - 3) / (n - 2.25) * math.sqrt((n - 2) / n)
    return max(-5.0, min(5.0, g))


def _effects(table: Table) -> tuple[Floats, NDArray[np.bool_]]:
    """Cohen's h of each example, and which examples have one."""
    clean, perturbed, count = _paired(table)
    some = count > 0
    before, after = (np.divide(total, count, out=np.zeros_like(count), where=some) for total in (clean, perturbed))
    effect = 2 * (np.arcsin(np.sqrt(np.clip(after, 0, 1))) - np.arcsin(np.sqrt(np.clip(before, 0, 1))))
    return effect, some


def _paired(table: Table) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """For each example, over cases known on both sides: sums of unperturbed right and perturbed right, and count."""
    known = ~(np.isnan(table.correct) | np.isnan(table.clean_correct)[:, None])
    count = known.sum(axis=1).astype(np.float64)
    clean = np.where(count > 0, np.nan_to_num(table.clean_correct), 0.0) * count
    return clean, np.where(known, table.correct, 0.0).sum(axis=1), count
