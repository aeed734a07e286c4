"""Exact binomial statements: tails, the Clopper-Pearson interval, and McNemar's test."""

from __future__ import annotations

import math

import numpy as np

from llmrobust.stats.intervals import Interval

_STEPS = 60
"""Halvings of [0, 1]: more than a double can tell apart."""


def binomial_tail(successes: int, n: int, share: float) -> float:
    """P(X >= successes) for X of n independent trials with this share of successes.

    Exact up to rounding: the terms are added in logarithms. Raises ValueError for a share outside of [0, 1].
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, not at {share}")
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
    """The exact interval for a share of n independent observations; it holds the truth at least so often.

    Raises ValueError without observations. Source: Clopper and Pearson 1934, "The Use of Confidence or Fiducial
    Limits".
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"no interval for {successes} of {n}")
    tail = (1 - confidence) / 2
    return Interval(lower_bound(successes, n, tail), 1 - lower_bound(n - successes, n, tail))


def lower_bound(successes: int, n: int, error: float) -> float:
    """The one-sided exact lower end: the share at which so many successes or more have probability `error`."""
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


def mcnemar_p(gained: int, lost: int) -> float:
    """Two-sided exact p-value that two prompts are right equally often, from the examples on which they differ.

    gained: examples that only the second gets right, lost: that only the first does. 1 without any difference.
    Source: McNemar 1947, with the binomial distribution of the discordant pairs.
    """
    differing = gained + lost
    if differing == 0:
        return 1.0
    return min(1.0, 2 * binomial_tail(max(gained, lost), differing, 0.5))
