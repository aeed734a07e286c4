"""Intervals and resampling, numpy only.

The unit of resampling is always the example: variants of one example share its difficulty, so they are no
independent observations. Everything is seeded and gives the same numbers on every machine.
"""

from llmrobust.stats.bootstrap import (
    Statistic,
    bca_interval,
    dispersion_interval,
    draws,
    percentile_interval,
    resampled_weights,
)
from llmrobust.stats.intervals import (
    Interval,
    adjusted_difference_interval,
    clustered_proportion_interval,
    normal_quantile,
    unseen_share,
    wilson_interval,
)

__all__ = [
    "Interval",
    "Statistic",
    "adjusted_difference_interval",
    "bca_interval",
    "clustered_proportion_interval",
    "dispersion_interval",
    "draws",
    "normal_quantile",
    "percentile_interval",
    "resampled_weights",
    "unseen_share",
    "wilson_interval",
]
