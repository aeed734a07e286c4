"""Thompson sampling over formats, against arms whose accuracy is known."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from llmrobust.search import BanditFound, thompson
from llmrobust.seeds import Stream


def finished(rates: list[float], examples: int, budget: int, **options: int) -> tuple[BanditFound, list[list[int]]]:
    """What is found where arm i answers a share of rates[i] right; and the size of every ask of each step."""
    right = np.random.default_rng(5).random((len(rates), examples)) < np.array(rates)[:, None]
    search = thompson([range(examples)] * len(rates), 0.6, budget, **options)
    asked = next(search)
    steps = []
    while True:
        steps.append([len(some) for _, some in asked])
        try:
            asked = search.send([[bool(right[arm, i]) for i in some] for arm, some in asked])
        except StopIteration as done:
            return done.value, steps


def test_it_finds_the_best_and_the_worst_with_a_fraction_of_the_prompts() -> None:
    rates = [0.6] * 40
    rates[7], rates[23] = 0.95, 0.1
    hits = 0
    for seed in range(10):
        found, _ = finished(rates, 200, 2000, seed=seed)
        assert found.prompts <= 2000 < 40 * 200
        assert found.arms[found.best].asked == found.arms[found.worst].asked == 200, "both are asked with every example"
        hits += (found.best, found.worst) == (7, 23)
    assert hits >= 8


def test_a_step_asks_one_format_with_twenty_examples_as_published() -> None:
    _, steps = finished([0.5, 0.6, 0.7], 100, 120)
    assert all(len(step) == 1 for step in steps[:-1])
    assert {size for step in steps[:-1] for size in step} == {20}
    _, steps = finished([0.5, 0.6, 0.7], 100, 120, at_once=3)
    assert len(steps[0]) == 3


def test_every_example_is_asked_at_most_once_a_format() -> None:
    search = thompson([range(30)] * 3, 0.5, 1000)
    seen: list[tuple[int, int]] = []
    asked = next(search)
    with contextlib.suppress(StopIteration):
        while True:
            seen += [(arm, i) for arm, some in asked for i in some]
            asked = search.send([[i % 2 == 0 for i in some] for _, some in asked])
    assert len(set(seen)) == len(seen) == 90, "then nothing is left to ask, whatever the budget"


@settings(max_examples=40, deadline=None)
@given(
    rates=st.lists(st.floats(0, 1), min_size=1, max_size=6),
    examples=st.integers(1, 50),
    budget=st.integers(1, 300),
    at_once=st.integers(1, 4),
)
def test_the_budget_is_kept_and_the_best_is_no_worse_than_the_worst(
    rates: list[float], examples: int, budget: int, at_once: int
) -> None:
    found, _ = finished(rates, examples, budget, at_once=at_once)
    assert found.prompts <= budget
    assert found.spread >= 0


def test_without_arms_or_examples_nothing_can_be_searched() -> None:
    for arms in ([], [[]], [[1], []]):
        with pytest.raises(ValueError, match="arm"):
            next(thompson(arms, 0.5, 10))


@pytest.mark.parametrize(("a", "b"), [(1.1, 5), (7.5, 5), (50, 12), (0.5, 0.5)])
def test_beta_draws_follow_the_beta_distribution(a: float, b: float) -> None:
    stream = Stream("beta", a, b)
    draws = [stream.beta(a, b) for _ in range(4000)]
    assert stats.kstest(draws, stats.beta(a, b).cdf).pvalue > 0.001
