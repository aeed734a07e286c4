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

    An estimate of a distance comes out too high, since noise adds to differences. So each distance is tried: the
    estimates are moved together or apart until they are that far from each other, resampled noise is added, and the
    distance belongs to the interval unless estimates as far apart as the real ones (or as near) are rare. Two
    decisions keep both ends on the safe side. For the lower end of a distance of extremes, means so close to the
    highest (lowest) that they may be equal to it count as equal, as ties push the estimate up most; for its upper end
    all others lie halfway between the two, where they push it up least, so that a bound is never met by luck. The upper
    end never falls below that of estimates as far apart as equal means typically are: estimates that happen to lie
    closer do not show that the means are closer.
    Source: Hansen 1999, "The Grid Bootstrap and the Autoregressive Model" (inverting a bootstrap test); Andrews and
    Soares 2010, "Inference for Parameters Defined by Moment Inequalities Using Generalized Moment Selection" (near
    ties); Cowan, Cranmer, Gross and Vitells 2011, "Power-Constrained Limits" (the bound on the upper end).
    """
    known = deviations[~np.isnan(deviations).any(axis=1)]
    if n_examples < 2 or known.shape[0] == 0 or known.shape[0] < (1 - MOST_UNDEFINED) * deviations.shape[0]:
        return None
    noise = np.asfortranarray(known * math.sqrt(n_examples / (n_examples - 1)))  # by means: several times as fast
    tail = (1 - confidence) / 2
    value = float(distance(means[None, :])[0])
    apart = _of_unit_distance(_alone(means) if of_extremes else means, distance)
    tied = _of_unit_distance(_with_ties(means, noise), distance) if of_extremes else apart
    alone = distance(noise)
    usual = float(np.median(alone))
    highest = max(value, usual)

    def share(shape: Floats, far: float, met: Callable[[Floats], NDArray[np.bool_]]) -> float:
        return float(np.mean(met(distance(far * shape + noise))))

    def is_too_far(far: float) -> bool:
        return share(apart, far, lambda found: found <= highest + _ROUNDING) <= tail

    def is_too_near(far: float) -> bool:
        unseen = share(apart, far, lambda found: found <= usual + _ROUNDING)
        allowed = 2 * tail * (0.5 + _HIGHER_AT_NONE * min(1.0, 2 * unseen))
        return share(tied, far, lambda found: found >= value - _ROUNDING) <= allowed

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


def _of_unit_distance(means: Floats, distance: Callable[[Floats], Floats]) -> Floats:
    """The means around 0, a distance of 1 apart; evenly spaced where they are all equal."""
    centred = means - means.mean()
    if float(distance(centred[None, :])[0]) <= _ROUNDING:
        centred = np.linspace(-0.5, 0.5, len(means))
    return np.asarray(centred / float(distance(centred[None, :])[0]))


def _alone(means: Floats) -> Floats:
    """The highest and the lowest mean, and all others halfway between them."""
    top = int(means.argmax())
    bottom = min((number for number in range(len(means)) if number != top), key=lambda number: float(means[number]))
    found = np.zeros(len(means))
    found[top], found[bottom] = 0.5, -0.5
    return found


def _with_ties(means: Floats, noise: Floats) -> Floats:
    """The means, those that may equal the highest or the lowest one set to the nearer of the two.

    May: within sqrt(2 log k) standard errors of the difference, about as far as the extremes of k equal ones are apart.
    """
    errors = math.sqrt(2 * math.log(len(means)))
    top, bottom = int(means.argmax()), int(means.argmin())
    below, above = means[top] - means, means - means[bottom]
    may_be_top = below <= errors * (noise - noise[:, [top]]).std(axis=0)
    may_be_bottom = above <= errors * (noise - noise[:, [bottom]]).std(axis=0)
    found = means.copy()
    found[may_be_bottom & (~may_be_top | (above < below))] = means[bottom]
    found[may_be_top & (~may_be_bottom | (below <= above))] = means[top]
    return found
