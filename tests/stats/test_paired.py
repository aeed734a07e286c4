"""Paired tests over examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, permutation_test

from llmrobust.stats import non_inferiority_p, sign_flip_p


def test_few_examples_are_counted_exactly() -> None:
    values = np.array([0.5, 0.25, 1.0, -0.25, 0.75, 0.5])
    theirs = permutation_test((values, np.zeros(6)), lambda a, b: np.mean(a - b), permutation_type="samples").pvalue
    assert sign_flip_p(values) == pytest.approx(theirs, abs=1e-9)


@given(wins=st.integers(0, 12), losses=st.integers(0, 12))
def test_differences_of_one_are_the_sign_test(wins: int, losses: int) -> None:
    values = np.array([1.0] * wins + [-1.0] * losses + [0.0] * 5)
    expected = binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    tolerance = 1e-9 if wins + losses <= 16 else 0.03
    assert sign_flip_p(values) == pytest.approx(expected, abs=tolerance)


@settings(max_examples=30, deadline=None)
@given(values=st.lists(st.sampled_from([-1, -0.5, 0, 0.5, 1]), max_size=30), seed=st.integers(0, 3))
def test_the_order_and_the_sign_of_all_do_not_matter(values: list[float], seed: int) -> None:
    one = np.array(values, dtype=float)
    found = sign_flip_p(one, 500, seed)
    assert 0 < found <= 1
    assert sign_flip_p(-one, 500, seed) == pytest.approx(found)
    assert sign_flip_p(np.append(one, np.nan), 500, seed) == found


def test_false_alarms_are_as_rare_as_stated() -> None:
    generator = np.random.default_rng(3)
    rejected = sum(
        sign_flip_p(generator.choice([-1, -0.5, 0, 0, 0.5, 1], size=40), 400, seed) <= 0.05 for seed in range(400)
    )
    assert rejected / 400 <= 0.08


@pytest.mark.parametrize(("loss", "low", "high"), [(0.10, 0.0, 0.09), (0.0, 0.6, 1.0)])
def test_a_loss_of_the_margin_is_rarely_taken_for_harmless(loss: float, low: float, high: float) -> None:
    generator = np.random.default_rng(7)
    passed = 0
    for _ in range(200):
        values = -(generator.random(300) < loss).astype(float)
        passed += non_inferiority_p(values, 0.10) <= 0.05
    assert low <= passed / 200 <= high


def test_one_example_proves_nothing() -> None:
    assert non_inferiority_p(np.array([]), 0.1) > 0.3
    assert non_inferiority_p(np.zeros(3), 0.1) > 0.05
    assert non_inferiority_p(np.zeros(500), 0.1) < 0.01
    with pytest.raises(ValueError, match="margin"):
        non_inferiority_p(np.zeros(3), 0.0)
