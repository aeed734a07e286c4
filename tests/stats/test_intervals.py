"""Intervals in closed form, against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from llmrobust.stats import (
    Interval,
    adjusted_difference_interval,
    clustered_proportion_interval,
    difference_interval,
    normal_quantile,
    unseen_share,
    wilson_interval,
)


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.999])
def test_normal_quantile_equals_scipy(confidence: float) -> None:
    assert normal_quantile(confidence) == pytest.approx(norm.ppf(0.5 + confidence / 2), abs=1e-12)


def test_confidence_must_be_a_probability() -> None:
    for confidence in (0.0, 1.0, 95.0):
        with pytest.raises(ValueError, match="between 0 and 1"):
            normal_quantile(confidence)


@settings(max_examples=100)
@given(st.integers(1, 5000), st.data(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_interval_equals_statsmodels(n: int, data: st.DataObject, confidence: float) -> None:
    count = data.draw(st.integers(0, n))
    ours = wilson_interval(count / n, n, confidence)
    low, high = proportion_confint(count, n, alpha=1 - confidence, method="wilson")
    assert (ours.low, ours.high) == pytest.approx((low, high), abs=1e-9)
    assert 0 <= ours.low <= count / n <= ours.high <= 1


def test_wilson_interval_needs_a_share_of_something() -> None:
    with pytest.raises(ValueError, match=r"no interval for a share of 0\.5 among 0"):
        wilson_interval(0.5, 0, 0.95)


def test_independent_cells_give_wilson_over_cells() -> None:
    share, cells = 0.8, 4000
    ours = clustered_proportion_interval(share, share * (1 - share) / cells * 999 / 1000, 1000, cells, 500, 0.95)
    plain = wilson_interval(share, cells, 0.95)
    assert (ours.low, ours.high) == pytest.approx((plain.low, plain.high))


@pytest.mark.parametrize(("count", "examples"), [(8, 10), (50, 100), (99, 100)])
def test_one_cell_an_example_gives_plain_wilson(count: int, examples: int) -> None:
    share = count / examples
    variance = share * (1 - share) / examples
    ours = clustered_proportion_interval(share, variance, examples, examples, min(count, examples - count), 0.95)
    plain = wilson_interval(share, examples, 0.95)
    assert (ours.low, ours.high) == pytest.approx((plain.low, plain.high))


def test_fully_dependent_cells_count_once_an_example() -> None:
    share, examples = 0.8, 100
    variance = share * (1 - share) / examples * 99 / 100
    ours = clustered_proportion_interval(share, variance, examples, 4000, 20, 0.95)
    plain = wilson_interval(share, examples, 0.95)
    assert (ours.low, ours.high) == pytest.approx((plain.low, plain.high), abs=1e-4)


def test_share_of_exactly_one_has_an_interval_over_examples_and_not_over_cells() -> None:
    ours = clustered_proportion_interval(1.0, 0.0, 30, 1920, 0, 0.95)
    assert ours == wilson_interval(1.0, 30, 0.95)
    assert ours.low < 0.9


def test_few_differing_examples_never_narrow_the_interval_beyond_the_examples() -> None:
    tiny = 1e-9
    ours = clustered_proportion_interval(0.999, tiny, 100, 6400, 1, 0.95)
    assert ours == wilson_interval(0.999, 100, 0.95)


def test_no_difference_at_all_still_has_an_interval() -> None:
    ours = adjusted_difference_interval(0.0, 0.0, 50, 0.95)
    assert -0.1 < ours.low < -0.03
    assert ours.high == -ours.low


def test_added_examples_vanish_in_many() -> None:
    ours = adjusted_difference_interval(0.1, 0.0001, 100_000, 0.95)
    assert (ours.low, ours.high) == pytest.approx((0.1 - 1.96 * 0.01, 0.1 + 1.96 * 0.01), abs=1e-4)


def test_unseen_share_follows_the_rule_of_three_in_order_of_magnitude() -> None:
    assert 3 / 300 < unseen_share(300, 0.95) < 4 / 300


def test_a_mean_difference_has_student_s_interval() -> None:
    values = np.random.default_rng(1).normal(0.1, 0.2, 25)
    ours = difference_interval(float(values.mean()), float(values.var() / values.size), values.size, 0.95)
    theirs = scipy_stats.t.interval(0.95, values.size - 1, values.mean(), scipy_stats.sem(values))
    assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-4)
    assert difference_interval(0.3, 0.0, 1, 0.95) == Interval(-1.0, 1.0)
