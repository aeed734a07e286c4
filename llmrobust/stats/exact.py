"""Exact binomial statements: tails, the Clopper-Pearson interval, and McNemar's test."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from llmrobust.stats.intervals import Interval

_TERMS = 400
"""Terms of a continued fraction; far fewer are needed for samples of thousands."""
_STEPS = 60
"""Halvings of [0, 1]: beyond the resolution of a double."""


def binomial_tail(successes: int, n: int, share: float) -> float:
    """P(X >= successes) for X of n independent trials with this share of successes.

    Exact up to rounding: the terms are added in logarithms. Raises ValueError for a share outside of [0, 1].
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share is between 0 and 1, not {share}")
    if successes <= 0:
        return 1.0
    if successes > n or share == 0:
        return 0.0
    if share == 1:
        return 1.0
    k = np.arange(successes, n + 1)
    logs = np.cumsum(np.log(np.arange(1, n + 1, dtype=np.float64)))
    factorials = np.concatenate([[0.0], logs])
    terms = factorials[n] - factorials[k] - factorials[n - k] + k * math.log(share) + (n - k) * math.log1p(-share)
    most = float(terms.max())
    return min(1.0, math.exp(most) * float(np.exp(terms - most).sum()))


def clopper_pearson_interval(successes: int, n: int, confidence: float) -> Interval:
    """The exact interval for a share of n independent observations; its coverage is at least the confidence.

    Raises ValueError without observations. Source: Clopper and Pearson 1934, "The Use of Confidence or Fiducial
    Limits".
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"no interval for {successes} of {n}")
    tail = (1 - confidence) / 2
    return Interval(lower_bound(successes, n, tail), 1 - lower_bound(n - successes, n, tail))


def lower_bound(successes: int, n: int, error: float) -> float:
    """The one-sided exact lower end: the share at which at least this many successes have probability `error`."""
    if successes == 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if binomial_tail(successes, n, middle) < error:
            low = middle
        else:
            high = middle
    return low


def upper_bounds(successes: NDArray[np.int64], n: NDArray[np.int64], error: float) -> NDArray[np.float64]:
    """The one-sided exact upper ends of many shares at once: 1 - `lower_bound` of the failures; NaN where n is 0.

    By the regularised incomplete beta function, which is the binomial tail.
    """
    failures = n - successes
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, max(2, int(n.max()) + 2), dtype=np.float64)))])
    low, high = np.zeros(n.shape), np.ones(n.shape)
    open_ = (n > 0) & (failures > 0)
    a, b = np.where(open_, failures, 1), np.where(open_, successes + 1, 1)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        below = _beta(a, b, middle, logs) < error
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    bounds = np.where(failures > 0, 1 - low, 1.0)
    return np.where(n > 0, bounds, np.nan)


def _beta(
    a: NDArray[np.int64], b: NDArray[np.int64], x: NDArray[np.float64], logs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The regularised incomplete beta function of whole numbers a, b >= 1; logs: log factorials.

    Source: the continued fraction of Press et al., "Numerical Recipes", section 6.4, by Lentz's method.
    """
    swap = x > (a + 1) / (a + b + 2)
    first, second, at = np.where(swap, b, a), np.where(swap, a, b), np.where(swap, 1 - x, x)
    with np.errstate(divide="ignore"):
        log_front = logs[a + b - 1] - logs[a - 1] - logs[b - 1] + first * np.log(at) + second * np.log1p(-at)
    fraction, c = np.ones(x.shape), np.ones(x.shape)
    d = 1 / _away(1 - (first + second) * at / (first + 1))
    fraction = d.copy()
    for m in range(1, _TERMS):
        even = m * (second - m) * at / ((first + 2 * m - 1) * (first + 2 * m))
        d, c = 1 / _away(1 + even * d), _away(1 + even / c)
        fraction = fraction * d * c
        odd = -(first + m) * (first + second + m) * at / ((first + 2 * m) * (first + 2 * m + 1))
        d, c = 1 / _away(1 + odd * d), _away(1 + odd / c)
        step = d * c
        fraction = fraction * step
        if np.all(np.abs(step - 1) < 1e-13):
            break
    value = np.exp(log_front) * fraction / first
    return np.where(swap, 1 - value, value)


def _away(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values that are nearly zero moved off it."""
    return np.where(np.abs(values) < 1e-300, 1e-300, values)


def mcnemar_p(gained: int, lost: int) -> float:
    """Two-sided exact p-value that two prompts are right equally often, from the examples on which they differ.

    gained: examples that only the second gets right, lost: that only the first does. 1 without any difference.
    Source: McNemar 1947, with the binomial distribution of the discordant pairs.
    """
    differing = gained + lost
    if differing == 0:
        return 1.0
    return min(1.0, 2 * binomial_tail(max(gained, lost), differing, 0.5))


def fisher_p(first: int, n_first: int, second: int, n_second: int) -> float:
    """Two-sided exact p-value that two groups have the same share, from how many of each have it.

    The sum of the probabilities of all tables with the same margins that are no likelier than this one. Raises
    ValueError for counts outside of their groups. Source: Fisher 1935, "The Logic of Inductive Inference".
    """
    if not (0 <= first <= n_first and 0 <= second <= n_second):
        raise ValueError(f"no shares: {first} of {n_first} and {second} of {n_second}")
    total, both = n_first + n_second, first + second
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1, dtype=np.float64)))])
    k = np.arange(max(0, both - n_second), min(n_first, both) + 1)
    likely = -(logs[k] + logs[n_first - k] + logs[both - k] + logs[n_second - both + k])
    likely = np.exp(likely - likely.max())
    mine = likely[first - k[0]]
    return min(1.0, float(likely[likely <= mine * (1 + 1e-7)].sum() / likely.sum()))
