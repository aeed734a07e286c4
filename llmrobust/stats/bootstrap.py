"""The cluster bootstrap: examples are drawn with replacement, each with all its variants."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from llmrobust.stats.intervals import Interval, t_quantile


class Statistic(Protocol):
    """A function of sums over examples: what every metric is, so that resampling is one product of matrices.

    parts: (examples, k), what each example adds. An example drawn twice adds twice.
    """

    @property
    def parts(self) -> NDArray[np.float64]:
        """(examples, k)."""

    def reduce(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """From sums (resamples, k) to values (resamples,), NaN where undefined."""


CHUNK_CELLS = 4_000_000
"""Size of a chunk of weights: 32 MB, where 10,000 resamples of 10,000 examples would take 800."""
FEW_INFLUENTIAL = 10.0
"""With fewer influential examples than this, a sample shows too little about how much samples vary (simulated in
docs/statistics.md; ordinary data has about a third of its examples)."""
MOST_UNDEFINED = 0.05
"""With a larger share of resamples without a value than this, no interval is given."""


def resampled_weights(n_examples: int, resamples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """How often each example was drawn, in chunks of shape (some resamples, examples); every row sums to n_examples.

    Equal seeds give equal draws, independent of the caller's chunk size.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    rows = max(1, CHUNK_CELLS // max(1, n_examples))
    for start in range(0, resamples, rows):
        count = min(rows, resamples - start)
        drawn = generator.integers(0, n_examples, size=(count, n_examples), dtype=np.int64)
        drawn += np.arange(count, dtype=np.int64)[:, None] * n_examples
        counted = np.bincount(drawn.ravel(), minlength=count * n_examples)
        yield counted.reshape(count, n_examples).astype(np.float64)


def resampled_totals(parts: NDArray[np.float64], resamples: int, seed: int) -> NDArray[np.float64]:
    """The sums of `parts` (examples, k) over resamples of the examples, shape (resamples, k)."""
    return np.concatenate([weights @ parts for weights in resampled_weights(parts.shape[0], resamples, seed)])


def draws(statistic: Statistic, resamples: int, seed: int) -> NDArray[np.float64]:
    """The statistic's values over resamples of the examples, shape (resamples,)."""
    return statistic.reduce(resampled_totals(statistic.parts, resamples, seed))


def percentile_interval(values: NDArray[np.float64], confidence: float) -> Interval | None:
    """The central part of the values over resamples; None where too many resamples have no value.

    Source: Efron 1979, "Bootstrap Methods: Another Look at the Jackknife".
    """
    tail = (1 - confidence) / 2
    return _between(values, tail, 1 - tail)


def dispersion_interval(noise: NDArray[np.float64], estimate: float, confidence: float) -> Interval | None:
    """An interval for a dispersion of several means (their range, or their standard deviation).

    noise: over resamples, the same dispersion of the means' deviations from their estimates. The estimate comes out
    too high, since noise adds to differences, and resampling would add it once more. But by the triangle inequality
    a dispersion is wrong by no more than that of the noise, so the interval is the estimate and as much to either
    side as the noise stays below with the given confidence. None where too many resamples have no value.
    Source: the simultaneous argument of Tukey's studentised range.
    """
    reach = _between(noise, confidence, confidence)
    return None if reach is None else Interval(max(0.0, estimate - reach.high), estimate + reach.high)


def bca_interval(
    values: NDArray[np.float64], estimate: float, statistic: Statistic, confidence: float
) -> Interval | None:
    """The bias-corrected and accelerated interval; None where too many resamples have no value.

    values: the statistic over resamples. statistic: reduced once more, with each example left out in turn. The tails
    are those of Student's t, as resamples of n examples vary less than samples do by sqrt((n - 1) / n).
    Source: Efron 1987, "Better Bootstrap Confidence Intervals"; the tails of Hesterberg 2015, "What Teachers Should
    Know About the Bootstrap" (expanded percentiles).
    """
    n_examples = statistic.parts.shape[0]
    known = values[~np.isnan(values)]
    if known.size == 0 or n_examples < 2:
        return None
    below = (np.count_nonzero(known < estimate) + 0.5 * np.count_nonzero(known == estimate)) / known.size
    reach = t_quantile(confidence, n_examples - 1) * math.sqrt(n_examples / (n_examples - 1))
    normal = NormalDist()
    if not 0 < below < 1:
        return percentile_interval(values, 2 * normal.cdf(reach) - 1)
    bias = normal.inv_cdf(below)
    shifts = _shifts(statistic)
    squares = float((shifts**2).sum())
    acceleration = float((shifts**3).sum()) / (6 * squares**1.5) if squares > 0 else 0.0

    def moved(end: float) -> float:
        z = bias + end
        return normal.cdf(bias + z / (1 - acceleration * z)) if acceleration * z < 1 else float(z > 0)

    return _between(values, moved(-reach), moved(reach))


def influential_examples(statistic: Statistic) -> float:
    """How many examples, if all had equal influence, would move the statistic as much as these do.

    (sum of squared shifts)^2 / sum of their fourth powers, of the shifts by leaving each example out: all of them for
    equal shifts, k where only k of many examples differ from the rest, about a third for normal ones. 0 where no
    example moves it. Source: the participation ratio of physics, here of the jackknife's shifts.
    """
    shifts = _shifts(statistic)
    largest = float(np.abs(shifts).max(initial=0.0))
    if largest == 0:
        return 0.0
    squares = (shifts / largest) ** 2
    return float(squares.sum() ** 2 / (squares**2).sum())


def _shifts(statistic: Statistic) -> NDArray[np.float64]:
    """How far leaving each example out moves the statistic, around their mean; only of those that leave a value."""
    left_out = statistic.reduce(statistic.parts.sum(axis=0) - statistic.parts)
    left_out = left_out[~np.isnan(left_out)]
    return np.asarray(left_out.mean() - left_out) if left_out.size else np.zeros(1)


def _between(values: NDArray[np.float64], low: float, high: float) -> Interval | None:
    known = values[~np.isnan(values)]
    if known.size == 0 or known.size < (1 - MOST_UNDEFINED) * values.size:
        return None
    ends = np.quantile(known, [min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)])
    return Interval(float(ends[0]), float(ends[1]))
