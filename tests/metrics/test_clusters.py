"""Examples that belong together are resampled together: one document is one observation, however many rows it has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from llmrobust.metrics import METRICS, measure
from llmrobust.metrics.clusters import by_cluster, cluster_numbers, summed
from tests.metrics.tables import table_of

WITH_INTERVALS = (
    "accuracy",
    "consistency",
    "worst_case_accuracy",
    "accuracy_drop",
    "clean_accuracy",
    "spread",
    "cohens_h",
)


def doubled(table, times):
    """Every example `times` times, its copies in one cluster."""
    keep = np.repeat(np.arange(len(table.examples)), times)
    return replace(
        table,
        correct=table.correct[keep],
        agrees=table.agrees[keep],
        clean_correct=table.clean_correct[keep],
        examples=tuple(f"{table.examples[i]}.{n}" for n, i in enumerate(keep)),
        clusters=tuple(table.examples[i] for i in keep),
    )


@pytest.fixture
def table():
    draws = np.random.Generator(np.random.PCG64(5))
    right = (draws.random((60, 3)) < 0.8).astype(float)
    return table_of(right, clean=(draws.random(60) < 0.9).astype(float))


def test_copies_of_an_example_tell_nothing_new(table):
    """The value and the interval of 60 examples do not change when each is there five times, in a cluster."""
    once = {m.metric: m for m in measure(table, WITH_INTERVALS)}
    copied = {m.metric: m for m in measure(doubled(table, 5), WITH_INTERVALS)}
    for name in WITH_INTERVALS:
        assert copied[name].value == pytest.approx(once[name].value)
        assert (copied[name].n_examples, copied[name].n_clusters) == (300, 60)
        assert copied[name].low == pytest.approx(once[name].low, abs=2e-3)
        assert copied[name].high == pytest.approx(once[name].high, abs=2e-3)


def test_without_clusters_copies_would_narrow_the_interval(table):
    (once,) = measure(table, "accuracy")
    (copied,) = measure(replace(doubled(table, 5), clusters=()), "accuracy")
    assert copied.n_clusters is None
    assert copied.high - copied.low < 0.6 * (once.high - once.low)


def test_clusters_of_one_example_change_nothing(table):
    alone = replace(table, clusters=table.examples)
    for one, two in zip(measure(table, WITH_INTERVALS), measure(alone, WITH_INTERVALS), strict=True):
        assert two.n_clusters == 60
        assert replace(two, n_clusters=None) == one


def test_groups_and_selections_keep_their_clusters(table):
    big = doubled(table, 2)
    found = measure(big.rows(np.arange(120) < 20), "accuracy", per="operator")
    assert [(m.n_examples, m.n_clusters) for m in found] == [(20, 10)]


@pytest.mark.parametrize("name", sorted({m for m in METRICS.names() if not METRICS.get(m).needs}))
def test_every_metric_keeps_its_value(table, name):
    big = doubled(table, 2)
    (alone,), (together,) = measure(replace(big, clusters=()), name), measure(big, name)
    assert together.value == (pytest.approx(alone.value) if alone.value is not None else None)


def test_intervals_of_dependent_rows_cover_the_truth():
    """Rows of a cluster are all right or all wrong: 30 clusters of 10 cover 0.7 as often as 95 % promises."""
    covered = blind = 0
    draws = np.random.Generator(np.random.PCG64(9))
    for _ in range(300):
        right = np.repeat((draws.random(30) < 0.7).astype(float), 10)[:, None]
        table = replace(table_of(right), clusters=tuple(str(i // 10) for i in range(300)))
        (m,), (n,) = measure(table, "accuracy"), measure(replace(table, clusters=()), "accuracy")
        covered += m.low <= 0.7 <= m.high
        blind += n.low <= 0.7 <= n.high
    assert covered >= 0.91 * 300
    assert blind < 0.7 * 300


def test_sums_by_cluster():
    group, count = cluster_numbers(("b", "a", "b"))
    assert (group.tolist(), count) == ([0, 1, 0], 2)
    assert summed(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), group, count).tolist() == [[6.0, 8.0], [3.0, 4.0]]


def test_statistics_over_other_rows_than_examples_are_left_alone(table):
    statistic = METRICS.get("accuracy").statistic(table)
    assert by_cluster(statistic, ("a", "b")) is statistic
    assert by_cluster(statistic, ()) is statistic
