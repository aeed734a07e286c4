"""The cluster bootstrap, against scipy and by simulation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats as scipy_stats

from llmrobust.stats import (
    bca_interval,
    dispersion_interval,
    draws,
    influential_examples,
    percentile_interval,
    resampled_weights,
    t_quantile,
)

Array = NDArray[np.float64]


@dataclass
class Mean:
    """The mean of some values: a function of the sums of the values and of ones."""

    values: Array

    @property
    def parts(self) -> Array:
        return np.stack([self.values, np.ones_like(self.values)], axis=1)

    def reduce(self, totals: Array) -> Array:
        return np.asarray(totals[:, 0] / totals[:, 1])


def test_every_resample_draws_as_many_examples_as_there_are() -> None:
    weights = np.concatenate(list(resampled_weights(37, 100, 1)))
    assert weights.shape == (100, 37)
    assert (weights.sum(axis=1) == 37).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(37), abs=0.5)


def test_equal_seeds_give_equal_draws() -> None:
    first, second, other = (np.concatenate(list(resampled_weights(5, 20, seed))) for seed in (1, 1, 2))
    assert (first == second).all()
    assert (first != other).any()


def test_chunks_draw_what_one_piece_would(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = np.concatenate(list(resampled_weights(7, 50, 3)))
    monkeypatch.setattr("llmrobust.stats.bootstrap.CHUNK_CELLS", 30)
    chunks = list(resampled_weights(7, 50, 3))
    assert len(chunks) > 10
    assert (np.concatenate(chunks) == whole).all()


@pytest.mark.parametrize("method", ["percentile", "BCa"])
def test_intervals_agree_with_scipy(method: str) -> None:
    values = np.random.default_rng(5).exponential(size=60)
    statistic = Mean(values)
    drawn = draws(statistic, 20_000, 7)
    ours = (
        percentile_interval(drawn, 0.9)
        if method == "percentile"
        else bca_interval(drawn, values.mean(), statistic, 0.9)
    )
    theirs = scipy_stats.bootstrap(
        (values,), np.mean, confidence_level=0.9, n_resamples=20_000, method=method, rng=np.random.default_rng(1)
    ).confidence_interval
    assert ours is not None
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.012)


def test_undefined_resamples_are_left_out_until_they_are_too_many() -> None:
    values = np.linspace(0, 1, 100)
    values[:5] = np.nan
    found = percentile_interval(values, 0.9)
    assert found is not None
    assert found.low > 0.05
    values[:6] = np.nan
    assert percentile_interval(values, 0.9) is None


def test_bca_falls_back_where_all_resamples_lie_on_one_side() -> None:
    values = np.array([0.2, 0.3, 0.4] * 40)
    assert bca_interval(values, 0.1, Mean(np.ones(4)), 0.9) == percentile_interval(values, 0.9)


def test_dispersion_is_wrong_by_no_more_than_the_noise() -> None:
    noise = np.linspace(0.0, 0.1, 101)
    found = dispersion_interval(noise, 0.05, 0.95)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.0, 0.145))
    wide = dispersion_interval(noise, 0.3, 0.9)
    assert wide is not None
    assert (wide.low, wide.high) == pytest.approx((0.21, 0.39))


@pytest.mark.parametrize("degrees", [9, 29, 99, 999])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_t_quantiles_are_those_of_scipy(degrees: int, confidence: float) -> None:
    assert t_quantile(confidence, degrees) == pytest.approx(scipy_stats.t.ppf(0.5 + confidence / 2, degrees), rel=0.002)


@pytest.mark.parametrize("few", [1, 3, 7])
def test_few_examples_that_differ_are_counted_as_influential(few: int) -> None:
    values = np.zeros(1000)
    values[:few] = 1.0
    assert influential_examples(Mean(values)) == pytest.approx(few, rel=0.05)


def test_all_examples_of_ordinary_data_count_in_part() -> None:
    found = influential_examples(Mean(np.random.default_rng(0).normal(size=3000)))
    assert found == pytest.approx(1000, rel=0.15)
    assert influential_examples(Mean(np.ones(5))) == 0.0
