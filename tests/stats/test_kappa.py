"""Cohen's kappa and its interval."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from llmrobust.stats import cohens_kappa, counted, kappa_interval


def test_kappa_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        first, second = rng.integers(0, 3, 40), rng.integers(0, 3, 40)
        table = counted(list(zip(first.tolist(), second.tolist(), strict=True)), 3)
        assert cohens_kappa(table) == pytest.approx(cohen_kappa_score(first, second))


def test_published_example() -> None:
    """Fleiss, Levin and Paik 2003, table 18.1: 100 subjects, kappa 0.676 (psychosis, neurosis, organic)."""
    assert cohens_kappa(np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])) == pytest.approx(0.676, abs=0.001)


def test_perfect_agreement_on_few_is_not_certain() -> None:
    table = np.array([[10, 0], [0, 10]])
    interval = kappa_interval(table)
    assert interval is not None
    assert interval.high == 1.0
    assert 0.6 < interval.low < 0.9
    larger = kappa_interval(table * 20)
    assert larger is not None
    assert larger.low > 0.97


def test_raters_with_one_category_have_no_kappa() -> None:
    table = np.array([[10, 0], [0, 0]])
    assert np.isnan(cohens_kappa(table))
    assert kappa_interval(table) is None
    assert kappa_interval(np.zeros((2, 2), dtype=int)) is None


@pytest.mark.parametrize("kappa", [0.4, 0.8, 0.95])
def test_the_interval_holds_the_true_kappa_as_often_as_it_says(kappa: float) -> None:
    """100 labels, half of them yes, and a judge that errs equally often on either side."""
    wrong = (1 - kappa) / 2
    rng = np.random.default_rng(11)
    held = 0
    for seed in range(300):
        table = rng.multinomial(100, [(1 - wrong) / 2, wrong / 2, wrong / 2, (1 - wrong) / 2]).reshape(2, 2)
        interval = kappa_interval(table, seed=seed)
        assert interval is not None
        held += interval.low <= kappa <= interval.high
    assert 0.92 <= held / 300 <= 0.99
