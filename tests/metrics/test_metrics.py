"""Each metric by hand, against published values, and by what must always hold."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import ArrayLike

from llmrobust.metrics import METRICS, Ratio, Table, metric_names

NAN = float("nan")


def table_of(
    correct: ArrayLike,
    agrees: ArrayLike | None = None,
    clean: ArrayLike | None = None,
    moves: ArrayLike | None = None,
) -> Table:
    right = np.array(correct, dtype=float)
    examples, variants = right.shape
    return Table(
        right,
        right if agrees is None else np.array(agrees, dtype=float),
        np.ones(examples) if clean is None else np.array(clean, dtype=float),
        tuple(f"op/{i}" for i in range(variants)),
        ("f.op",) * variants,
        ("f",) * variants,
        tuple(f"ex-{i}" for i in range(examples)),
        moves=None if moves is None else np.array(moves, dtype=float),
    )


HAND = table_of(
    # four examples, three variants; one case does not apply
    correct=[[1, 1, 0], [1, 1, 1], [0, 1, NAN], [0, 0, 0]],
    agrees=[[1, 1, 0], [1, 1, 1], [1, 0, NAN], [1, 1, 0]],
    clean=[1, 1, 0, 0],
    moves=[[1, NAN, 0], [NAN, 1, NAN], [1, 1, NAN], [NAN, NAN, NAN]],
)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("accuracy", 6 / 11),
        ("clean_accuracy", 2 / 4),
        ("consistency", 8 / 11),
        ("flip_rate", 3 / 11),
        ("unanimity", 1 / 4),
        ("sensitivity", 2 / 3),
        ("worst_case_accuracy", 1 / 4),
        ("best_case_accuracy", 3 / 4),
        ("attack_success_rate", 1 / 6),
        ("recovery_rate", 1 / 5),
        ("accuracy_drop", (6 - 6) / 11),
        ("performance_drop_rate", 1 - 6 / 6),
        ("spread", 3 / 4 - 1 / 3),
        ("accuracy_std", np.std([2 / 4, 3 / 4, 1 / 3], ddof=1)),
        (
            "cohens_h",
            (
                2 * (math.asin(math.sqrt(2 / 3)) - math.asin(1))
                + 0
                + 2 * (math.asin(math.sqrt(1 / 2)) - math.asin(0))
                + 0
            )
            / 4,
        ),
    ],
)
def test_value_by_hand(metric: str, value: float) -> None:
    assert METRICS.get(metric).value(HAND) == pytest.approx(value, abs=1e-12)


def test_every_metric_has_a_value_computed_by_hand_above() -> None:
    marks = test_value_by_hand.pytestmark  # type: ignore[attr-defined]
    assert {name for name, _ in marks[0].args[1]} == set(metric_names())


@pytest.mark.parametrize(
    ("correct", "clean", "rate"),
    [
        ([[0, 0]], [0], 0.0),
        ([[1, 0]], [0], NAN),
        ([[1, 0]], [1], 0.5),
        ([[1, 1]], [1], 0.0),
    ],
)
def test_performance_drop_rate_at_zero(correct: list[list[int]], clean: list[int], rate: float) -> None:
    found = METRICS.get("performance_drop_rate").value(table_of(correct, clean=clean))
    assert found == pytest.approx(rate, nan_ok=True)


def test_rates_given_a_clean_answer_are_undefined_without_such_answers() -> None:
    assert math.isnan(METRICS.get("attack_success_rate").value(table_of([[1]], clean=[0])))
    assert math.isnan(METRICS.get("recovery_rate").value(table_of([[1]], clean=[1])))


def test_one_variant_has_no_spread() -> None:
    for name in ("spread", "accuracy_std"):
        assert math.isnan(METRICS.get(name).value(table_of([[1], [0]])))


def test_effect_sizes_equal_the_published_implementation(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "effect-sizes" / "group_effect_vectors.json").read_text())
    assert len(vectors) > 40
    for vector in vectors:
        table = table_of([vector["variants"]], clean=[np.mean(vector["original"])])
        for name, key, scale in (("cohens_h", "norm_cohens_h", math.pi), ("performance_drop_rate", "pdr", 1.0)):
            found = METRICS.get(name).value(table)
            expected = NAN if vector[key] is None else vector[key] * scale
            assert found == pytest.approx(expected, abs=1e-12, nan_ok=True), (vector["case"], name)


CELLS = st.sampled_from([0.0, 1.0, NAN])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    shape = (draw(st.integers(1, 6)), draw(st.integers(1, 5)))
    correct = draw(npst.arrays(float, shape, elements=CELLS))
    agrees = np.where(np.isnan(correct), NAN, draw(npst.arrays(float, shape, elements=st.sampled_from([0.0, 1.0]))))
    return table_of(correct, agrees, draw(npst.arrays(float, shape[0], elements=st.sampled_from([0.0, 1.0]))))


def values(table: Table) -> dict[str, float]:
    return {name: METRICS.get(name).value(table) for name in metric_names()}


@settings(max_examples=60)
@given(tables(), st.randoms(use_true_random=False))
def test_order_of_examples_and_variants_changes_no_value(table: Table, random: object) -> None:
    rows, columns = np.arange(len(table.examples)), np.arange(len(table.columns))
    random.shuffle(rows)  # type: ignore[attr-defined]
    random.shuffle(columns)  # type: ignore[attr-defined]
    moved = replace(
        table,
        correct=table.correct[rows][:, columns],
        agrees=table.agrees[rows][:, columns],
        clean_correct=table.clean_correct[rows],
    )
    assert values(moved) == pytest.approx(values(table), nan_ok=True, abs=1e-12)


@settings(max_examples=60)
@given(tables())
def test_doubling_the_examples_changes_no_value(table: Table) -> None:
    doubled = replace(
        table,
        correct=np.tile(table.correct, (2, 1)),
        agrees=np.tile(table.agrees, (2, 1)),
        clean_correct=np.tile(table.clean_correct, 2),
        examples=table.examples * 2,
    )
    assert values(doubled) == pytest.approx(values(table), nan_ok=True, abs=1e-12)
    for name in metric_names():
        weighted = METRICS.get(name).statistic(table)(np.full((1, len(table.examples)), 2.0))[0]
        assert weighted == pytest.approx(values(table)[name], nan_ok=True, abs=1e-12)


@settings(max_examples=60)
@given(tables())
def test_values_stay_in_their_range(table: Table) -> None:
    for name, value in values(table).items():
        low, high = METRICS.get(name).range
        assert math.isnan(value) or low - 1e-12 <= value <= high + 1e-12, name


@settings(max_examples=60)
@given(tables())
def test_metrics_are_ordered_as_their_definitions_say(table: Table) -> None:
    found = {name: value for name, value in values(table).items() if not math.isnan(value)}
    if "flip_rate" in found:
        assert found["flip_rate"] == pytest.approx(1 - found["consistency"])
        assert found["unanimity"] <= 1
    if "accuracy" in found:
        assert found["worst_case_accuracy"] <= found["best_case_accuracy"] + 1e-12
    if not np.isnan(table.correct).any():
        assert found["worst_case_accuracy"] - 1e-12 <= found["accuracy"] <= found["best_case_accuracy"] + 1e-12
        assert found["unanimity"] <= found["consistency"] + 1e-12
        assert found["accuracy_drop"] == pytest.approx(found["clean_accuracy"] - found["accuracy"])


@settings(max_examples=60)
@given(tables(), st.data())
def test_making_one_more_case_right_never_looks_worse(table: Table, data: st.DataObject) -> None:
    wrong = np.argwhere(table.correct == 0)
    if not len(wrong):
        return
    row, column = wrong[data.draw(st.integers(0, len(wrong) - 1))]
    correct, agrees = table.correct.copy(), table.agrees.copy()
    correct[row, column] = agrees[row, column] = 1
    before, after = values(table), values(replace(table, correct=correct, agrees=agrees))
    rising = {"accuracy", "consistency", "unanimity", "worst_case_accuracy", "best_case_accuracy", "recovery_rate"}
    falling = {"flip_rate", "attack_success_rate", "accuracy_drop", "performance_drop_rate"}
    for name in rising | falling:
        if not math.isnan(before[name]) and not math.isnan(after[name]):
            change = after[name] - before[name]
            assert (change if name in rising else -change) >= -1e-12, name


@settings(max_examples=40)
@given(tables(), st.integers(0, 2**32 - 1))
def test_values_of_resamples_equal_values_of_tables_made_from_them(table: Table, seed: int) -> None:
    count = len(table.examples)
    drawn = np.random.default_rng(seed).integers(0, count, count)
    weights = np.bincount(drawn, minlength=count).astype(float)[None, :]
    resampled = replace(
        table, correct=table.correct[drawn], agrees=table.agrees[drawn], clean_correct=table.clean_correct[drawn]
    )
    for name in metric_names():
        used = METRICS.get(name)
        if used.interval == "dispersion":
            continue  # undefined where a variant has no case left, instead of leaving the variant out
        weighted = used.statistic(table)(weights)[0]
        assert weighted == pytest.approx(used.value(resampled), nan_ok=True, abs=1e-12), name


def test_variance_of_a_ratio_is_what_the_bootstrap_finds() -> None:
    rng = np.random.default_rng(2)
    counts = rng.integers(1, 9, 400).astype(float)
    ratio = Ratio(rng.binomial(counts.astype(int), rng.beta(4, 1, 400)).astype(float), counts)
    weights = rng.multinomial(400, np.full(400, 1 / 400), size=8000).astype(float)
    assert ratio.variance() == pytest.approx(ratio(weights).var(), rel=0.06)


def test_registry_says_what_every_metric_is() -> None:
    for name in metric_names():
        found = METRICS.get(name)
        assert found.formula
        assert found.source
        assert found.summary.endswith(".")
        assert found.needs_gold == (found.reads in ("correct", "clean"))
