"""Intervals in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

FEW = 10
"""Fewer examples than this that differ from the rest show too little about how much examples vary."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided confidence interval, low <= high."""

    low: float
    high: float


def normal_quantile(confidence: float) -> float:
    """Half-width of the central interval that contains `confidence` of the standard normal distribution."""
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence is between 0 and 1, not {confidence}")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def t_quantile(confidence: float, degrees: int) -> float:
    """Half-width of the central interval that contains `confidence` of Student's t distribution; to 0.2 % from 9
    degrees on.

    Source: Abramowitz and Stegun 1964, 26.7.5 (an expansion around the normal quantile).
    """
    z = normal_quantile(confidence)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3


def wilson_interval(share: float, n: float, confidence: float) -> Interval:
    """Wilson's score interval for a share of n independent observations; n may be an effective number.

    share: in [0, 1]. n: above 0. Source: Wilson 1927, "Probable Inference, the Law of Succession, and Statistical
    Inference".
    """
    if not 0 <= share <= 1 or n <= 0:
        raise ValueError(f"no interval for a share of {share} among {n}")
    z = normal_quantile(confidence)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if share == 0 else max(0.0, centre - half)
    high = 1.0 if share == 1 else min(1.0, centre + half)
    return Interval(min(low, share), max(high, share))


def unseen_share(n_examples: int, confidence: float) -> float:
    """The largest share of all examples that behave in a way which none of n examples showed."""
    return 1.0 - wilson_interval(1.0, n_examples, confidence).low


def clustered_proportion_interval(
    share: float, variance: float, n_examples: int, n_cells: int, n_differing: int, confidence: float
) -> Interval:
    """Wilson's interval for a share of cells, where the cells of one example depend on each other.

    The effective number of observations is the variance of one cell over the variance of the share between samples of
    examples (both unbiased), at most the number of cells; for one cell an example it is their number. Where under 10
    examples are not all alike (n_differing: examples whose cells are not all 1, or not all 0, whichever are fewer),
    that variance rests on too few to be believed: then at most one observation per example counts. So an estimate of
    exactly 1 has an honest lower end, where the bootstrap alone would give none.
    Source: the effective sample size of Korn and Graubard 1998, "Confidence Intervals for Proportions with Small
    Expected Number of Positive Counts Estimated from Survey Data", here with Wilson's interval.
    """
    unbiased = variance * n_examples / max(1, n_examples - 1)
    alone = share * (1 - share) * n_cells / max(1, n_cells - 1)
    effective = alone / unbiased if unbiased > 0 else float(n_cells)
    effective = min(effective, float(n_cells), float(n_examples) if n_differing < FEW else math.inf)
    return wilson_interval(share, max(effective, 1.0), confidence)


def difference_interval(difference: float, variance: float, n_examples: int, confidence: float) -> Interval:
    """Student's interval for a mean of paired differences in [-1, 1].

    variance: of the mean over resampled examples.
    """
    if n_examples < 2:
        return Interval(-1.0, 1.0)
    half = t_quantile(confidence, n_examples - 1) * math.sqrt(variance * n_examples / (n_examples - 1))
    return Interval(max(-1.0, difference - half), min(1.0, difference + half))


def adjusted_difference_interval(difference: float, variance: float, n_examples: int, confidence: float) -> Interval:
    """Interval for a mean of paired differences in [-1, 1], with one full gain and one full loss added.

    variance: of the mean over resampled examples. The two added examples keep the interval honest when few examples
    or none differ, and vanish in the rest.
    Source: Bonett and Price 2012, "Adjusted Wald Confidence Interval for a Difference of Binomial Proportions Based
    on Paired Data", carried over to examples with several variants.
    """
    n = n_examples + 2
    centre = difference * n_examples / n
    squares = n_examples**2 * variance + n_examples * difference**2 + 2
    half = normal_quantile(confidence) * math.sqrt(max(0.0, squares - n * centre**2)) / n
    return Interval(max(-1.0, min(centre - half, difference)), min(1.0, max(centre + half, difference)))
