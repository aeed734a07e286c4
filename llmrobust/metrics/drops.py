"""Metrics of what perturbation costs, each case beside its unperturbed twin."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.registry import Ratio, metric
from llmrobust.metrics.table import Table
from llmrobust.stats import Statistic

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
    undefined="nothing was right without perturbation, but something was with it",
    paired=True,
)
def performance_drop_rate(table: Table) -> Statistic:
    """Share of the unperturbed accuracy that is lost; 0 where both accuracies are 0."""
    clean, perturbed, count = _paired(table)

    def rate(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        above, below, cases = weights @ perturbed, weights @ clean, weights @ count
        kept = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
        kept[(above == 0) & (below == 0) & (cases > 0)] = 1.0
        lost: NDArray[np.float64] = 1.0 - kept
        return lost

    return rate


@metric(
    "cohens_h",
    formula="mean over examples of 2 (arcsin sqrt(mean right over variants) - arcsin sqrt(unperturbed right))",
    source=_ACKERMAN + "; theirs is this divided by pi",
    reads="correct",
    interval="bca",
    range=(-math.pi, math.pi),
    better="nearer to zero",
    paired=True,
)
def cohens_h(table: Table) -> Ratio:
    """Effect of perturbation on each example, in Cohen's h; negative for a loss, and as large for an equal gain."""
    clean, perturbed, count = _paired(table)
    some = count > 0
    before, after = (np.divide(total, count, out=np.zeros_like(count), where=some) for total in (clean, perturbed))
    effect = 2 * (np.arcsin(np.sqrt(np.clip(after, 0, 1))) - np.arcsin(np.sqrt(np.clip(before, 0, 1))))
    return Ratio(np.where(some, effect, 0.0), some.astype(np.float64))


def _paired(table: Table) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """For each example, over cases known on both sides: sums of unperturbed right and perturbed right, and count."""
    known = ~(np.isnan(table.correct) | np.isnan(table.clean_correct)[:, None])
    count = known.sum(axis=1).astype(np.float64)
    clean = np.where(count > 0, np.nan_to_num(table.clean_correct), 0.0) * count
    return clean, np.where(known, table.correct, 0.0).sum(axis=1), count
