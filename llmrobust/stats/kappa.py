"""Agreement of two raters beyond chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from llmrobust.stats.intervals import Interval

DRAWS = 20_000


def cohens_kappa(counts: NDArray[np.int64]) -> float:
    """(agreement - chance) / (1 - chance) of a table of counts, one rater's categories in rows, the other's in columns.

    counts: (k, k). 1: always the same; 0: as often as chance; NaN where both raters know one category only.
    Source: Cohen 1960, "A Coefficient of Agreement for Nominal Scales".
    """
    return float(_kappas(np.asarray(counts, dtype=np.float64)[None])[0])


def kappa_interval(counts: NDArray[np.int64], confidence: float = 0.95, seed: int = 0) -> Interval | None:
    """The interval of Cohen's kappa: quantiles of its posterior with half an observation added to each cell.

    A table without a single disagreement does not prove a kappa of 1, and the usual standard error, which is 0 there,
    would say that it does. None for a table without counts, or where kappa is undefined. Source: Jeffreys' prior, as
    for proportions in Brown, Cai and DasGupta 2001, "Interval Estimation for a Binomial Proportion".
    """
    table = np.asarray(counts, dtype=np.float64)
    value = cohens_kappa(counts)
    if not table.sum() or np.isnan(value):
        return None
    rows, columns = table.sum(axis=1) > 0, table.sum(axis=0) > 0
    weights = table + 0.5 * np.outer(rows, rows | columns)
    flat = weights.ravel()
    known = flat > 0
    drawn = np.zeros((DRAWS, flat.size))
    drawn[:, known] = np.random.default_rng(seed).dirichlet(flat[known], DRAWS)
    kappas = _kappas(drawn.reshape(DRAWS, *table.shape))
    low, high = np.nanquantile(kappas, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(min(float(low), value), max(float(high), value))


def counted(pairs: Sequence[tuple[int, int]], categories: int) -> NDArray[np.int64]:
    """The table of counts (categories, categories) of pairs of categories, numbered from 0."""
    table = np.zeros((categories, categories), dtype=np.int64)
    for first, second in pairs:
        table[first, second] += 1
    return table


def _kappas(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """The kappas of tables (n, k, k)."""
    total = tables.sum(axis=(1, 2))
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = np.trace(tables, axis1=1, axis2=2) / total
        chance = (rows * columns).sum(axis=1) / total**2
        return np.where(np.isclose(chance, 1.0), np.nan, (seen - chance) / (1 - chance))
