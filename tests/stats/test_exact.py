"""Exact binomial statements, against scipy and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest, fisher_exact
from statsmodels.stats.contingency_tables import mcnemar

from llmrobust.stats import binomial_tail, clopper_pearson_interval, fisher_p, lower_bound, mcnemar_p, upper_bounds


@settings(max_examples=100)
@given(n=st.integers(1, 2000), data=st.data(), share=st.floats(0, 1))
def test_the_tail_equals_scipy(n: int, data: st.DataObject, share: float) -> None:
    k = data.draw(st.integers(0, n))
    assert binomial_tail(k, n, share) == pytest.approx(float(binom.sf(k - 1, n, share)), rel=1e-8, abs=1e-12)


@settings(max_examples=60)
@given(n=st.integers(1, 1000), data=st.data(), confidence=st.sampled_from([0.8, 0.95, 0.999]))
def test_the_interval_equals_scipy(n: int, data: st.DataObject, confidence: float) -> None:
    k = data.draw(st.integers(0, n))
    ours = clopper_pearson_interval(k, n, confidence)
    theirs = binomtest(k, n).proportion_ci(confidence, method="exact")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_without_observations_there_is_no_interval() -> None:
    for k, n in ((0, 0), (3, 2), (-1, 5)):
        with pytest.raises(ValueError, match="no interval"):
            clopper_pearson_interval(k, n, 0.95)
    with pytest.raises(ValueError, match="between 0 and 1"):
        binomial_tail(1, 2, 1.5)


@settings(max_examples=60)
@given(gained=st.integers(0, 200), lost=st.integers(0, 200))
def test_mcnemar_equals_statsmodels(gained: int, lost: int) -> None:
    theirs = mcnemar([[10, gained], [lost, 10]], exact=True).pvalue if gained + lost else 1.0
    assert mcnemar_p(gained, lost) == pytest.approx(theirs, abs=1e-9)


def test_upper_bounds_of_many_shares_are_those_of_scipy() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(1, 3000, 300)
    k = (n * rng.random(300)).astype(np.int64)
    k[:20], k[20:40] = 0, n[20:40]
    found = upper_bounds(k, n, 0.05)
    expected = np.where(k < n, beta.ppf(0.95, k + 1, np.maximum(n - k, 1)), 1.0)
    assert found == pytest.approx(expected, abs=1e-9)
    assert np.isnan(upper_bounds(np.array([0]), np.array([0]), 0.05)).all()
    assert found[0] == pytest.approx(1 - lower_bound(int(n[0] - k[0]), int(n[0]), 0.05), abs=1e-9)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_fisher_is_that_of_scipy(first, rest_first, second, rest_second):
    expected = fisher_exact([[first, rest_first], [second, rest_second]]).pvalue
    assert fisher_p(first, first + rest_first, second, second + rest_second) == pytest.approx(expected, abs=1e-9)


def test_fisher_refuses_more_than_all():
    with pytest.raises(ValueError, match="no shares: 3 of 2"):
        fisher_p(3, 2, 0, 1)
