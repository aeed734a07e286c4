"""Distances between means: what the estimates do not contradict, and never less than they leave open."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from llmrobust.stats import Interval, distance_interval

Floats = NDArray[np.float64]
N = 100


def value_range(rows: Floats) -> Floats:
    return np.asarray(rows.max(axis=1) - rows.min(axis=1))


def deviation(rows: Floats) -> Floats:
    return np.asarray(rows.std(axis=1, ddof=1))


def noise(variants: int, size: float, seed: int = 0) -> Floats:
    """(resamples, variants) of normal noise with this standard deviation."""
    return np.random.default_rng(seed).normal(0.0, size, (4000, variants))


def interval(noise: Floats, means: list[float], confidence: float = 0.95, distance=value_range) -> Interval:  # type: ignore[no-untyped-def]
    found = distance_interval(noise, np.array(means), N, distance, confidence, of_extremes=distance is value_range)
    assert found is not None
    return found


def test_two_means_far_apart_get_the_ordinary_interval_of_their_difference() -> None:
    found = interval(noise(2, 0.01), [0.9, 0.6])
    half = 1.96 * 0.01 * np.sqrt(2)
    assert (found.low, found.high) == pytest.approx((0.3 - half, 0.3 + half), abs=0.002)


def test_as_far_apart_as_noise_puts_equal_means_is_no_distance() -> None:
    typical = float(np.median(value_range(noise(8, 0.03))))
    assert interval(noise(8, 0.03), list(np.linspace(0.8, 0.8 + typical, 8))).low == 0


def test_lower_end_allows_for_the_best_having_been_chosen_among_equals() -> None:
    """One outlier among nine equals: its distance to the luckiest of them is more than the true one."""
    means = [0.5, *np.linspace(0.83, 0.87, 8)]
    found = interval(noise(9, 0.02), means)
    alone = interval(noise(2, 0.02), [0.5, 0.87])
    assert found.low < alone.low


@pytest.mark.parametrize("distance", [value_range, deviation])
@pytest.mark.parametrize("value", [0.0, 1e-12, 0.001])
def test_means_that_happen_to_be_close_are_not_shown_to_be(value: float, distance) -> None:  # type: ignore[no-untyped-def]
    """The trap of inverted tests: an estimate below all noise would leave an empty interval, and a gate would pass."""
    around = noise(6, 0.05)
    found = interval(around, list(0.7 + value * np.arange(6) / 5), distance=distance)
    assert found.low == 0
    assert found.high >= float(np.median(distance(around)))


def test_more_confidence_never_gives_less_room() -> None:
    means = list(np.linspace(0.7, 0.85, 6))
    before = Interval(1.0, 0.0)
    for confidence in (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1 - 1e-12):
        found = interval(noise(6, 0.03), means, confidence)
        assert found.low <= before.low + 1e-3
        assert found.high >= before.high - 1e-3
        before = found


@pytest.mark.parametrize("distance", [value_range, deviation])
def test_the_estimate_is_within(distance) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(3)
    for number in range(40):
        means = rng.uniform(0.4, 0.9, rng.integers(2, 12))
        found = interval(noise(len(means), 0.1 * rng.random(), number), list(means), distance=distance)
        assert 0 <= found.low <= float(distance(means[None, :])[0]) <= found.high


def test_distances_of_few_resamples_are_not_guessed() -> None:
    broken = noise(3, 0.02)
    broken[: len(broken) // 10, 1] = np.nan
    assert distance_interval(broken, np.array([0.1, 0.2, 0.3]), N, value_range, 0.95) is None
    assert distance_interval(noise(3, 0.02), np.array([0.1, 0.2, 0.3]), 1, value_range, 0.95) is None
