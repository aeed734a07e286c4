"""Intervals hold the truth as often as they say, for examples whose variants depend on each other."""

from __future__ import annotations

import numpy as np
import pytest

from llmrobust.metrics import Table, measure

RUNS = 300


def table_of(correct: np.ndarray, agrees: np.ndarray, clean: np.ndarray) -> Table:
    examples, variants = correct.shape
    names = tuple(f"op/{i}" for i in range(variants))
    return Table(
        correct, agrees, clean, names, ("f.op",) * variants, ("f",) * variants, tuple(map(str, range(examples)))
    )


def coverage(metric: str, truth: float, n_examples: int, n_variants: int, strength: float, seed: int) -> float:
    """How often the interval holds the truth; the examples' own probabilities are Beta distributed."""
    rng = np.random.default_rng(seed)
    held = 0
    for _ in range(RUNS):
        own = rng.beta(truth * strength, (1 - truth) * strength, n_examples)
        cells = (rng.random((n_examples, n_variants)) < own[:, None]).astype(float)
        found = measure(table_of(cells, cells, np.ones(n_examples)), metric)[0]
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    return held / RUNS


@pytest.mark.parametrize(
    ("truth", "n_examples", "n_variants", "strength"),
    [
        (0.8, 50, 10, 2.0),
        (0.95, 50, 10, 2.0),
        (0.97, 100, 20, 0.5),
        (0.99, 100, 20, 0.5),
        (0.9, 200, 30, 20.0),
        (0.99, 40, 5, 1.0),
        (0.6, 20, 8, 1.0),
    ],
)
@pytest.mark.parametrize("metric", ["consistency", "accuracy"])
def test_shares_of_clustered_cases_are_covered(
    metric: str, truth: float, n_examples: int, n_variants: int, strength: float
) -> None:
    assert coverage(metric, truth, n_examples, n_variants, strength, seed=11) >= 0.91


@pytest.mark.parametrize(("loss", "gain"), [(0.1, 0.05), (0.02, 0.0), (0.3, 0.1)])
def test_drops_are_covered(loss: float, gain: float) -> None:
    rng = np.random.default_rng(3)
    n_examples, n_variants, held = 80, 6, 0
    for _ in range(RUNS):
        clean = (rng.random(n_examples) < 0.7).astype(float)
        own = np.where(
            clean == 1, rng.beta(loss, 1 - loss, n_examples), rng.beta(max(gain, 1e-9), 1 - gain, n_examples)
        )
        changed = rng.random((n_examples, n_variants)) < own[:, None]
        cells = np.where(changed, 1 - clean[:, None], clean[:, None])
        found = measure(table_of(cells, cells, clean), "accuracy_drop")[0]
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.7 * loss - 0.3 * gain <= found.high
    assert held / RUNS >= 0.91


@pytest.mark.parametrize(
    "accuracies", [(0.8, 0.8, 0.8, 0.8), (0.9, 0.85, 0.8, 0.6), (0.9,) * 20, tuple(0.85 - 0.04 * i for i in range(8))]
)
def test_spread_is_covered_although_its_estimate_is_biased(accuracies: tuple[float, ...]) -> None:
    rng = np.random.default_rng(4)
    truth = max(accuracies) - min(accuracies)
    held = above = 0
    for _ in range(100):
        cells = (rng.random((60, len(accuracies))) < np.array(accuracies)).astype(float)
        found = measure(table_of(cells, cells, np.ones(60)), "spread", resamples=400)[0]
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
        above += found.high < truth
    assert held / 100 >= 0.9
    assert above / 100 <= 0.06, "an upper end below the truth is a gate that passes by luck"
