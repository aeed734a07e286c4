"""Anytime-valid intervals: error rates by simulation, exactness at the end, invariants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.stats import Interval, anytime_interval
from llmrobust.stats.sequential import log_wealth

SHARE = (0.0, 1.0)


def simulated(rng: np.random.Generator, n: int, share: float, cells: int = 4, likeness: float = 0.5) -> np.ndarray:
    """Right cells of each example, beta-binomial."""
    strength = 1 / likeness - 1
    return rng.binomial(cells, rng.beta(share * strength, (1 - share) * strength, n)).astype(float)


def test_without_examples_nothing_is_refuted():
    assert anytime_interval(np.zeros(0), np.zeros(0), 1, SHARE, 0.95) == Interval(
        pytest.approx(0.0, abs=1e-6), pytest.approx(1.0, abs=1e-6)
    )


def test_the_first_steps_by_hand():
    """After one right answer, against "at most 0.5", each bet c has made 1 + c; their mean is what the bettor has."""
    bets = np.array([0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.98])
    once = log_wealth(np.ones(1), np.ones(1), 0.5, 0.0, 1.0)
    assert once == pytest.approx(np.log((1 + bets).mean()))
    twice = log_wealth(np.ones(2), np.ones(2), 0.5, 0.0, 1.0)
    assert twice == pytest.approx(np.log(((1 + bets) ** 2).mean()))
    back = log_wealth(np.array([1.0, 0.0]), np.ones(2), 0.5, 0.0, 1.0)
    assert back == pytest.approx(once), "the most that it ever had counts"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("likeness", [0.05, 0.9])
def test_a_true_bound_is_seldom_refuted_however_often_one_looks(share: float, likeness: float):
    """Betting against a true bound at every one of 300 examples reaches 1 / 0.05 in at most 5 % of runs."""
    rng = np.random.default_rng(17)
    runs = 400
    refuted = 0
    for _ in range(runs):
        right = simulated(rng, 300, share, likeness=likeness)
        refuted += log_wealth(right / 4, np.ones(300), share, 0.0, 1.0) >= np.log(1 / 0.05)
    assert refuted <= 0.05 * runs + 3 * np.sqrt(0.05 * 0.95 * runs)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_true_bound_of_a_finite_suite_is_seldom_refuted(share: float):
    rng = np.random.default_rng(18)
    runs, size = 250, 120
    wrong = 0
    for _ in range(runs):
        right = rng.permutation(simulated(rng, size, share))
        value = right.sum() / (4 * size)
        for seen in (20, 60, 110):
            found = anytime_interval(right[:seen], np.full(seen, 4.0), 4, SHARE, 0.9, size)
            if not found.low - 1e-6 <= value <= found.high + 1e-6:
                wrong += 1
                break
    assert wrong <= 0.1 * runs + 3 * np.sqrt(0.1 * 0.9 * runs)


def test_it_narrows_to_the_value_of_the_whole_suite():
    rng = np.random.default_rng(3)
    right, below = simulated(rng, 80, 0.7), np.full(80, 4.0)
    value = right.sum() / below.sum()
    widths = []
    for seen in (10, 40, 70, 80):
        found = anytime_interval(right[:seen], below[:seen], 4, SHARE, 0.95, 80)
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    whole = anytime_interval(right, below, 4, SHARE, 0.95, 80)
    assert whole.low == pytest.approx(value, abs=1e-5)
    assert whole.high == pytest.approx(value, abs=1e-5)


def test_examples_of_unequal_weight_and_without_any():
    """An example without cells says nothing; the ratio of sums is what is estimated."""
    rng = np.random.default_rng(5)
    below = rng.integers(0, 5, 800).astype(float)
    right = rng.binomial(below.astype(int), 0.8).astype(float)
    found = anytime_interval(right, below, 4, SHARE, 0.95)
    assert found.low < 0.8 < found.high
    assert found.high - found.low < 0.15


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30), st.sampled_from([0.8, 0.95]), st.booleans()
)
def test_it_lies_within_the_limits_and_mirrors(rows: list[tuple[int, int]], confidence: float, finite: bool):
    below = np.array([float(max(row)) for row in rows])
    right = np.array([float(min(row)) for row in rows])
    population = len(rows) + 5 if finite else None
    found = anytime_interval(right, below, 3, SHARE, confidence, population)
    assert -1e-9 <= found.low <= found.high <= 1 + 1e-9
    other = anytime_interval(below - right, below, 3, SHARE, confidence, population)
    assert other.low == pytest.approx(1 - found.high, abs=1e-5)
    drop = anytime_interval(-right, below, 3, (-1.0, 1.0), confidence, population)
    assert drop.high <= 1.0


@pytest.mark.parametrize(
    ("right", "below", "most", "population"),
    [
        ([2.0], [1.0], 1.0, None),
        ([0.5], [2.0], 1.0, None),
        ([-0.5], [1.0], 1.0, None),
        ([1.0, 1.0], [1.0, 1.0], 1.0, 1),
    ],
)
def test_values_outside_their_limits_are_refused(right, below, most, population):
    with pytest.raises(ValueError, match=r"limits|drawn"):
        anytime_interval(np.array(right), np.array(below), most, SHARE, 0.95, population)
