"""Intervals and resampling, numpy only.

The unit of resampling is always the example: variants of one example share its difficulty, so they are not independent
observations. Everything is seeded and gives the same numbers on every machine.
"""

from llmrobust.stats.bootstrap import (
    FEW_INFLUENTIAL,
    Statistic,
    bca_interval,
    dispersion_interval,
    draws,
    influential_examples,
    percentile_interval,
    resampled_totals,
    resampled_weights,
)
from llmrobust.stats.exact import (
    binomial_tail,
    clopper_pearson_interval,
    fisher_p,
    lower_bound,
    mcnemar_p,
    upper_bounds,
)
from llmrobust.stats.intervals import (
    Interval,
    adjusted_difference_interval,
    clustered_proportion_interval,
    difference_interval,
    normal_quantile,
    t_quantile,
    unseen_share,
    wilson_interval,
)
from llmrobust.stats.inverted import distance_interval
from llmrobust.stats.kappa import cohens_kappa, counted, kappa_interval
from llmrobust.stats.multiple import Correction, adjusted, benjamini_hochberg, holm, max_deviation
from llmrobust.stats.paired import non_inferiority_p, sign_flip_p
from llmrobust.stats.sequential import anytime_interval

__all__ = [
    "FEW_INFLUENTIAL",
    "Correction",
    "Interval",
    "Statistic",
    "adjusted",
    "adjusted_difference_interval",
    "anytime_interval",
    "bca_interval",
    "benjamini_hochberg",
    "binomial_tail",
    "clopper_pearson_interval",
    "clustered_proportion_interval",
    "cohens_kappa",
    "counted",
    "difference_interval",
    "dispersion_interval",
    "distance_interval",
    "draws",
    "fisher_p",
    "holm",
    "influential_examples",
    "kappa_interval",
    "lower_bound",
    "max_deviation",
    "mcnemar_p",
    "non_inferiority_p",
    "normal_quantile",
    "percentile_interval",
    "resampled_totals",
    "resampled_weights",
    "sign_flip_p",
    "t_quantile",
    "unseen_share",
    "upper_bounds",
    "wilson_interval",
]
