"""Several decisions at once: p-values and simultaneous intervals that keep one error rate for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Correction = Literal["none", "holm", "benjamini-hochberg"]


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values that keep the chance of any false rejection, in the given order.

    Source: Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure".
    """
    values, order = _ascending(p_values)
    stepped = np.maximum.accumulate(values * (values.size - np.arange(values.size)))
    return _in_place(stepped, order)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values that keep the expected share of false ones among the rejections, in the given order.

    Source: Benjamini and Hochberg 1995, "Controlling the False Discovery Rate".
    """
    values, order = _ascending(p_values)
    stepped = np.minimum.accumulate((values * values.size / np.arange(1, values.size + 1))[::-1])[::-1]
    return _in_place(stepped, order)


def max_deviation(estimates: NDArray[np.float64], resampled: NDArray[np.float64], confidence: float) -> float:
    """How far the worst of several estimates may be from the true value, in units of their standard errors.

    estimates: (k,). resampled: (resamples, k), the same over resamples of the examples, so that their dependence is
    kept. All k intervals, estimate +- this times the standard error, cover the true values simultaneously with the
    given confidence; for k = 1 it is near 2 at 95 %. Estimates that never vary do not count; 0 where none does.
    Source: the max-type bootstrap, Romano and Wolf 2005, "Stepwise Multiple Testing as Formalized Data Snooping".
    """
    errors = resampled.std(axis=0)
    varying = errors > 0
    if not varying.any():
        return 0.0
    deviations = np.abs(resampled[:, varying] - estimates[varying]) / errors[varying]
    return float(np.quantile(deviations.max(axis=1), confidence))


def adjusted(p_values: Sequence[float], correction: Correction) -> list[float]:
    """The p-values after a correction."""
    if correction == "none":
        return list(p_values)
    return holm(p_values) if correction == "holm" else benjamini_hochberg(p_values)


def _ascending(p_values: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    return values[order], order


def _in_place(stepped: NDArray[np.float64], order: NDArray[np.int64]) -> list[float]:
    result = np.empty_like(stepped)
    result[order] = np.minimum(1.0, stepped)
    return [float(value) for value in result]
