"""Values with intervals over selections."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from llmrobust.errors import GateError
from llmrobust.metrics import Answers, Table, measure, selections
from llmrobust.metrics.values_and_intervals import NO_GOLD
from tests.metrics.tables import BUILT_IN, table_of

NAN = float("nan")


def two_families() -> Table:
    """Four examples; typo.a, typo.b and format.c (applies to two examples only)."""
    correct = np.array([[1, 0, 1], [1, 1, 1], [1, 1, NAN], [0, 0, NAN]])
    return Table(
        correct,
        correct,
        np.array([1.0, 1.0, 1.0, 0.0]),
        ("typo.a/0", "typo.b/0", "format.c/0"),
        ("typo.a", "typo.b", "format.c"),
        ("typo", "typo", "format"),
        ("w", "x", "y", "z"),
    )


def test_one_measurement_a_group_in_the_table_s_order() -> None:
    found = measure(two_families(), "accuracy", per="family")
    assert [(m.scope, m.group, m.value) for m in found] == [("family", "typo", 5 / 8), ("family", "format", 1.0)]
    found = measure(two_families(), "accuracy", per="operator", over="typo")
    assert [(m.group, m.value, m.over) for m in found] == [("typo.a", 0.75, "typo"), ("typo.b", 0.5, "typo")]


def test_counts_say_what_was_measured() -> None:
    (m,) = measure(two_families(), "accuracy", over="format")
    assert (m.n_examples, m.n_variants, m.n_cases) == (2, 1, 2)
    (m,) = measure(two_families(), "accuracy")
    assert (m.n_examples, m.n_variants, m.n_cases) == (4, 3, 10)


def test_drop_is_taken_over_the_examples_that_the_selection_has() -> None:
    (m,) = measure(two_families(), "accuracy_drop", over="format")
    assert (m.value, m.n_examples) == (0.0, 2)


def test_clean_accuracy_is_of_all_examples_for_the_suite_and_of_its_own_for_a_group() -> None:
    assert measure(two_families(), "clean_accuracy")[0].value == 0.75
    assert measure(two_families(), "clean_accuracy", per="family")[1].value == 1.0
    unperturbed = Table(np.zeros((2, 0)), np.zeros((2, 0)), np.array([1.0, 0.0]), (), (), (), ("a", "b"))
    (m,) = measure(unperturbed, "clean_accuracy")
    assert (m.value, m.n_examples) == (0.5, 2)


def test_undefined_measurements_say_why() -> None:
    table = two_families()
    no_gold = replace(table, correct=np.full((4, 3), NAN), clean_correct=np.full(4, NAN))
    assert measure(no_gold, "accuracy")[0].undefined == NO_GOLD
    assert measure(no_gold, "consistency")[0].value == 7 / 10
    (m,) = measure(table, "spread", over="format")
    assert (m.value, m.low, m.undefined) == (None, None, "fewer than two variants with gold answers")
    (m,) = measure(table, "accuracy", over="nothing")
    assert (m.value, m.undefined, m.n_cases) == (None, "no cases in the selection", 0)


def test_unknown_metric_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(GateError, match=r'unknown metric "acuracy"; did you mean "accuracy"\?'):
        measure(two_families(), "acuracy")


@pytest.mark.parametrize("metric", BUILT_IN)
def test_intervals_hold_the_estimate_and_stay_in_range(metric: str) -> None:
    rng = np.random.default_rng(1)
    for share in (0.0, 0.5, 0.97, 1.0):
        cells = (rng.random((40, 4)) < share).astype(float)
        names = tuple("abcd")
        table = Table(
            cells, cells, (rng.random(40) < 0.9).astype(float), names, names, names, tuple(map(str, range(40)))
        )
        (m,) = measure(table, metric, resamples=300)
        if m.value is not None:
            assert m.low is not None
            assert m.high is not None
            assert m.low <= m.value + 1e-12
            assert m.high >= m.value - 1e-12
            assert m.high > m.low


def test_same_seed_gives_the_same_interval_and_other_operators_do_not_disturb_it() -> None:
    table = two_families()
    first = measure(table, "cohens_h", per="family", seed=4)
    assert first == measure(table, "cohens_h", per="family", seed=4)
    alone = table.select(np.array([True, True, False]))
    assert measure(alone, "cohens_h", per="family", seed=4) == first[:1]


def test_selections_filter_by_family_or_operator() -> None:
    table = two_families()
    assert [(group, part.columns) for group, part in selections(table, "operator", "typo")] == [
        ("typo.a", ("typo.a/0",)),
        ("typo.b", ("typo.b/0",)),
    ]
    assert [part.columns for _, part in selections(table, "suite", "typo.b")] == [("typo.b/0",)]


def test_ten_thousand_examples_and_resamples_need_little_memory_and_seconds() -> None:
    rng = np.random.default_rng(0)
    shape = (10_000, 64)
    cells = (rng.random(shape) < 0.9).astype(float)
    names = tuple(map(str, range(64)))
    table = Table(cells, cells, np.ones(10_000), names, names, names, tuple(map(str, range(10_000))))
    tracemalloc.start()
    start = time.perf_counter()
    measure(table, ["accuracy", "spread"], resamples=1000)
    seconds = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400 * 2**20
    assert seconds < 20


def test_spread_of_many_examples_is_known_closely() -> None:
    rng = np.random.default_rng(8)
    cells = (rng.random((2000, 2)) < (0.9, 0.5)).astype(float)
    names = ("a", "b")
    table = Table(cells, cells, np.ones(2000), names, names, names, tuple(map(str, range(2000))))
    for metric, reach in (("spread", 0.04), ("accuracy_std", 0.03)):
        (m,) = measure(table, metric, resamples=300)
        assert m.value is not None
        assert m.low is not None
        assert m.high is not None
        assert 0 < m.value - m.low < reach
        assert m.high - m.value == pytest.approx(m.value - m.low, rel=0.1)


def rows_alone() -> Table:
    """Four rows of two theories in two versions, and no variants: the rows are the contrast."""
    codes = np.array([0, 1, 0, 0], dtype=np.int32)
    gold = np.array([0, 1, 0, 1], dtype=np.int32)
    none = np.zeros((4, 0))
    answers = Answers(("true", "false"), none.astype(np.int32), codes, none.astype(np.int32), gold, closed=2)
    table = table_of(none, clean=(codes == gold).astype(float))
    versions = {"version": ("base", "base", "negation", "negation")}
    return replace(table, answers=answers, by=("t1", "t1", "t1", "t2"), fields=versions)


def test_rows_without_variants_are_measured_as_they_are() -> None:
    (strict,) = measure(rows_alone(), "strict_group_consistency")
    assert (strict.value, strict.n_examples, strict.n_cases) == (0.5, 4, 4)
    (weighted,) = measure(rows_alone(), "weighted_group_consistency")
    assert weighted.value == pytest.approx((1 + 0) / 2)
    found = {one.group: one.value for one in measure(rows_alone(), "clean_accuracy", per="version")}
    assert found == {"base": 1.0, "negation": 0.5}


def test_metrics_of_variants_stay_undefined_without_any() -> None:
    (found,) = measure(rows_alone(), "consistency")
    assert found.undefined == "no cases in the selection"
