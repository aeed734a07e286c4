"""Intervals that may be inspected after every example: their error rate holds under any stopping rule.

A bettor starts with 1 and bets on the hypothesis being wrong, part of the money on each next example. If the hypothesis
holds, the money reaches 1/alpha with probability at most alpha, at any time (Ville's inequality). The bounds that are
not refuted form the interval. No shape of the data is assumed, only that examples come in
random order and that their values have known limits.
Source: Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting", with a mixture of
constant shares of the largest possible bet; without replacement as in their section 5.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from llmrobust.stats.intervals import Interval

BETS = (0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.98)
"""Shares of the largest bet that cannot lose everything; the money is split evenly between them."""
_HALVINGS = 22


def anytime_interval(
    numerator: NDArray[np.float64],
    denominator: NDArray[np.float64],
    most: float,
    reach: tuple[float, float],
    confidence: float,
    population: int | None = None,
) -> Interval:
    """The interval of sum(numerator) / sum(denominator), valid at every number of examples at the same time.

    numerator, denominator: (examples,) in the random order in which they were drawn; denominator within [0, most],
    numerator within `reach` times the denominator. population: how many examples there are in all, if the ratio of
    just these is wanted; None for the ratio of all examples of this kind. confidence: of the two ends together.
    Raises ValueError for values outside their limits.
    """
    low, high = reach
    slack = 1e-9 * max(1.0, most)
    outside = (numerator < low * denominator - slack) | (numerator > high * denominator + slack)
    if most <= 0 or np.any(outside) or np.any((denominator < 0) | (denominator > most + slack)):
        raise ValueError("an example's sums are outside the stated limits")
    if population is not None and len(numerator) > population:
        raise ValueError("more examples were drawn than exist")
    needed = math.log(2 / (1 - confidence))
    above = numerator / most, denominator / most
    below = -numerator / most, denominator / most
    lower = _highest_refuted(*above, low, high, needed, population)
    upper = -_highest_refuted(*below, -high, -low, needed, population)
    return Interval(lower, upper) if lower <= upper else Interval((lower + upper) / 2, (lower + upper) / 2)


def _highest_refuted(
    numerator: NDArray[np.float64],
    denominator: NDArray[np.float64],
    low: float,
    high: float,
    needed: float,
    population: int | None,
) -> float:
    """The largest value for which "the ratio is at most this" is refuted; `low` if there is none."""
    first, last = low, high
    for _ in range(_HALVINGS):
        middle = (first + last) / 2
        if log_wealth(numerator, denominator, middle, low, high, population) >= needed:
            first = middle
        else:
            last = middle
    return first


def log_wealth(
    numerator: NDArray[np.float64],
    denominator: NDArray[np.float64],
    bound: float,
    low: float,
    high: float,
    population: int | None = None,
) -> float:
    """Logarithm of the most money that betting against "the ratio is at most `bound`" ever had; inf once it is refuted.

    numerator, denominator: (examples,), the denominator within [0, 1], the numerator within [low, high] times it.
    """
    width = high - low
    values = (numerator - bound * denominator + bound - low) / width
    null = (bound - low) / width
    nulls = np.full(len(values), null)
    if population is not None:
        seen = np.concatenate([[0.0], np.cumsum(values)])
        left = population - np.arange(len(values) + 1)
        rest = population * null - seen
        if np.any(rest < -1e-9):
            return math.inf
        nulls = np.maximum(rest[:-1], 0.0) / left[:-1]
    if np.any((nulls <= 0) & (values > 0)):
        return math.inf
    ratios = np.divide(values, nulls, out=np.ones_like(values), where=nulls > 0)
    shares = np.array(BETS)[:, None]
    logs = np.cumsum(np.log1p(shares * (ratios - 1.0)), axis=1)
    if not logs.size:
        return 0.0
    top = logs.max(axis=0)
    money = top + np.log(np.exp(logs - top).mean(axis=0))
    return max(0.0, float(money.max()))
