"""Intervals for how far several means lie apart, by inverting a bootstrap test of every possible distance."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from llmrobust.stats.bootstrap import MOST_UNDEFINED
from llmrobust.stats.intervals import Interval

Floats = NDArray[np.float64]
STEPS = 12
"""Halvings of the range in which an end is looked for: to 0.03 % of it."""
_HIGHER_AT_NONE = 0.25
"""Near a distance of 0, what the lower end gets of the error that the upper end cannot make there; more of it would
leave coverage no room for what the bootstrap of 100 examples understates (simulated in docs/statistics.md)."""
_ROUNDING = 1e-9


def distance_interval(
    deviations: Floats,
    means: Floats,
    n_examples: int,
    distance: Callable[[Floats], Floats],
    confidence: float,
    of_extremes: bool = False,
) -> Interval | None:
    """The distances between several means (their range or standard deviation) that their estimates do not contradict.

    deviations: (resamples, means), what resampling changes in the means, NaN where one is undefined. means: the
    estimates. n_examples: how many were resampled. distance: from (rows, means) to (rows,); 0 where all are equal,
    and c times as much for means c times as far apart. of_extremes: it is that between the highest and the lowest one.
    None where too many resamples are undefined.

    An estimate of a distance comes out too high, since noise adds to differences. So each distance is tried: the means
    nearest to the estimates that are that far apart are taken for true, resampled noise is added, and the distance
    belongs to the interval unless estimates as far apart as the real ones (or as near) are rare. For a distance between
    extremes the nearest means differ from the estimates in the extremes alone: moved outwards for a larger distance,
    brought to a common highest and lowest value for a smaller one. The upper end never falls below that of estimates
    as far apart as equal means typically are: estimates that happen to lie closer do not show that means are closer.
    Source: Hansen 1999, "The Grid Bootstrap and the Autoregressive Model" (inverting a bootstrap test); Chuang and Lai
    2000, "Hybrid resampling methods for confidence intervals" (the rest as the data constrained to the tried value
    show it); Cowan, Cranmer, Gross and Vitells 2011, "Power-Constrained Limits" (the bound on the upper end).
    """
    known = deviations[~np.isnan(deviations).any(axis=1)]
    if n_examples < 2 or known.shape[0] == 0 or known.shape[0] < (1 - MOST_UNDEFINED) * deviations.shape[0]:
        return None
    noise = np.asfortranarray(known * math.sqrt(n_examples / (n_examples - 1)))  # by means: several times as fast
    tail = (1 - confidence) / 2
    value = float(distance(means[None, :])[0])
    nearest = _nearest_of_extremes(means) if of_extremes else _nearest_by_scale(means, distance)
    alone = distance(noise)
    usual = float(np.median(alone))
    highest = max(value, usual)

    def share(far: float, met: Callable[[Floats], NDArray[np.bool_]]) -> float:
        return float(np.mean(met(distance(nearest(far) + noise))))

    def is_too_far(far: float) -> bool:
        return share(far, lambda found: found <= highest + _ROUNDING) <= tail

    def is_too_near(far: float) -> bool:
        unseen = share(far, lambda found: found <= usual + _ROUNDING)
        allowed = 2 * tail * (0.5 + _HIGHER_AT_NONE * min(1.0, 2 * unseen))
        return share(far, lambda found: found >= value - _ROUNDING) <= allowed

    high = _border(value, highest + float(alone.max()), is_too_far)
    low = _border(0.0, value, lambda far: not is_too_near(far)) if is_too_near(0.0) else 0.0
    return Interval(min(low, value), max(high, value))


def _border(inside: float, outside: float, is_outside: Callable[[float], bool]) -> float:
    """Where something begins to hold, from `inside`, where it does not, to `outside`, where it does."""
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        if is_outside(middle):
            outside = middle
        else:
            inside = middle
    return outside


def _nearest_by_scale(means: Floats, distance: Callable[[Floats], Floats]) -> Callable[[float], Floats]:
    """By distance, the means moved together or apart until they are that far from each other.

    Evenly spaced where they are all equal.
    """
    shape = means - means.mean()
    if float(distance(shape[None, :])[0]) <= _ROUNDING:
        shape = np.linspace(-0.5, 0.5, len(means))
    unit = shape / float(distance(shape[None, :])[0])
    return lambda far: np.asarray(far * unit)


def _nearest_of_extremes(means: Floats) -> Callable[[float], Floats]:
    """By the distance between the highest and the lowest one, the means nearest to these (least squares)."""
    top = int(means.argmax())
    bottom = min((number for number in range(len(means)) if number != top), key=lambda number: float(means[number]))
    apart = float(means[top] - means[bottom])

    def nearest(far: float) -> Floats:
        if far < apart:
            return _cut(means, far)
        found = means.copy()
        found[top] += (far - apart) / 2
        found[bottom] -= (far - apart) / 2
        return found

    return nearest


def _cut(means: Floats, far: float) -> Floats:
    """The means, cut at both ends to lie within a range of that width: the range that changes them least."""
    low, high = float(means.min()), float(means.max()) - far
    for _ in range(STEPS):  # what is cut at the top grows as the range goes down, what is cut at the bottom shrinks
        start = (low + high) / 2
        if np.maximum(means - start - far, 0).sum() > np.maximum(start - means, 0).sum():
            low = start
        else:
            high = start
    start = (low + high) / 2
    return np.clip(means, start, start + far)
