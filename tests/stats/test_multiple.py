"""Several decisions at once, against statsmodels and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from llmrobust.stats import adjusted, benjamini_hochberg, holm, max_deviation


@pytest.mark.parametrize("count", [1, 2, 7, 20])
def test_adjusted_p_values_equal_statsmodels(count: int) -> None:
    p_values = (np.random.default_rng(count).random(count) ** 2).tolist()
    assert holm(p_values) == pytest.approx(list(multipletests(p_values, method="holm")[1]), abs=1e-12)
    assert benjamini_hochberg(p_values) == pytest.approx(list(multipletests(p_values, method="fdr_bh")[1]), abs=1e-12)
    assert adjusted(p_values, "none") == p_values


def test_no_p_values_stay_none() -> None:
    assert holm([]) == benjamini_hochberg([]) == []


def test_all_intervals_hold_at_once_as_often_as_stated() -> None:
    generator = np.random.default_rng(1)
    held = 0
    for _ in range(200):
        data = generator.normal(size=(100, 12))
        picks = generator.integers(0, 100, size=(300, 100))
        resampled = data[picks].mean(axis=1)
        reach = max_deviation(data.mean(axis=0), resampled, 0.95)
        held += bool(np.all(np.abs(data.mean(axis=0)) <= reach * resampled.std(axis=0)))
    assert 0.89 <= held / 200 <= 0.99


def test_estimates_that_never_vary_do_not_count() -> None:
    assert max_deviation(np.ones(3), np.ones((10, 3)), 0.95) == 0.0
