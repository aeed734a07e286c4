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

from llmrobust.metrics import METRICS, Ratio, Table
from llmrobust.metrics.drops import hedges
from tests.metrics.tables import BUILT_IN, NAN, shuffled, table_of, tables

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
        ("mean_variant_accuracy", (2 / 4 + 3 / 4 + 1 / 3) / 3),
        ("median_variant_accuracy", 2 / 4),
        ("worst_variant_accuracy", 1 / 3),
        ("best_variant_accuracy", 3 / 4),
        ("any_change_rate", 3 / 4),
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
        (
            "abs_cohens_h",
            (2 * (math.asin(1) - math.asin(math.sqrt(2 / 3))) + 2 * math.asin(math.sqrt(1 / 2))) / 4,
        ),
    ],
)
def test_value_by_hand(metric: str, value: float) -> None:
    assert METRICS.get(metric).value(HAND) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("position_spread", 3 / 4 - 1 / 4),
        ("worst_position_accuracy", 1 / 4),
        ("middle_drop", (3 + 1) / (4 + 2) - 1 / 4),
    ],
)
def test_positions_by_hand(metric: str, value: float) -> None:
    correct = [[1, 0, 1, 0], [1, 0, NAN, 0], [0, 1, NAN, 1], [1, 0, 0, 1]]
    columns = ("order.passage/at-0", "order.passage/at-50", "order.passage/at-100", "typo.drop/0")
    table = replace(table_of(correct), columns=columns)
    assert METRICS.get(metric).value(table) == pytest.approx(value, abs=1e-12)
    assert math.isnan(METRICS.get(metric).value(table_of(correct))), "no variant is a position"


def test_every_metric_has_a_value_computed_otherwise() -> None:
    here = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert [name for name in BUILT_IN if f'"{name}"' not in here] == []


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
        first, second = (np.array(vector[side], dtype=float) for side in ("original", "variants"))
        squares = [float(((side - side.mean()) ** 2).sum()) for side in (first, second)]
        g = hedges(first.mean(), first.size, squares[0], second.mean(), second.size, squares[1])
        if vector["norm_hedges_g"] is not None and vector["variants"]:
            assert g / 5 == pytest.approx(vector["norm_hedges_g"], abs=1e-12), vector["case"]
        if first.size == 1 and second.size:
            assert METRICS.get("hedges_g").value(table) == pytest.approx(g, abs=1e-12), vector["case"]
        for name, key, scale in (("cohens_h", "norm_cohens_h", math.pi), ("performance_drop_rate", "pdr", 1.0)):
            found = METRICS.get(name).value(table)
            expected = NAN if vector[key] is None else vector[key] * scale
            assert found == pytest.approx(expected, abs=1e-12, nan_ok=True), (vector["case"], name)


SMALL_SAMPLES = {"krippendorff_alpha", "certified_risk", "strict_group_consistency", "weighted_group_consistency"}


def is_there(name: str, table: Table) -> bool:
    """Whether a table has what the metric reads."""
    metric = METRICS.get(name)
    answers = table.answers
    if metric.reads in ("answers", "probabilities") and answers is None:
        return False
    if metric.reads == "texts" or ("field" in metric.needs and table.by is None):
        return False
    if "severities" in metric.needs and len(set(table.severities)) < 2:
        return False
    return not ("reference" in metric.needs and not table.references)


def values(table: Table) -> dict[str, float]:
    return {name: METRICS.get(name).value(table) if is_there(name, table) else NAN for name in BUILT_IN}


@settings(max_examples=60)
@given(tables(), st.randoms(use_true_random=False))
def test_order_of_examples_and_variants_changes_no_value(table: Table, random: object) -> None:
    rows, columns = np.arange(len(table.examples)), np.arange(len(table.columns))
    random.shuffle(rows)  # type: ignore[attr-defined]
    random.shuffle(columns)  # type: ignore[attr-defined]
    assert values(shuffled(table, rows, columns)) == pytest.approx(values(table), nan_ok=True, abs=1e-9)


@settings(max_examples=60)
@given(tables())
def test_doubling_the_examples_changes_no_value(table: Table) -> None:
    rows = np.tile(np.arange(len(table.examples)), 2)
    doubled = shuffled(table, rows, np.arange(len(table.columns)))
    once, twice = values(table), values(doubled)
    for name in BUILT_IN:
        if name in SMALL_SAMPLES:
            continue  # they allow for how few there are
        assert twice[name] == pytest.approx(once[name], nan_ok=True, abs=1e-9), name


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
    resampled = shuffled(table, drawn, np.arange(len(table.columns)))
    for name in BUILT_IN:
        used = METRICS.get(name)
        if not is_there(name, table) or used.interval == "dispersion" or name.endswith("_variant_accuracy"):
            continue  # undefined where a variant has no case left, instead of leaving the variant out
        statistic = used.statistic(table)
        if "field" in used.needs or name in ("risk_coverage_area", "selective_accuracy", "source_drop"):
            continue  # groups of examples are drawn, or levels of confidence and other runs stay as they were
        if name in ("severity_area", "breaking_severity", "effective_robustness"):
            continue  # levels without a case stay in the curve
        weighted = statistic.reduce(weights @ statistic.parts)[0]
        assert weighted == pytest.approx(used.value(resampled), nan_ok=True, abs=1e-9), name


def test_variance_of_a_ratio_is_what_the_bootstrap_finds() -> None:
    rng = np.random.default_rng(2)
    counts = rng.integers(1, 9, 400).astype(float)
    ratio = Ratio(rng.binomial(counts.astype(int), rng.beta(4, 1, 400)).astype(float), counts)
    weights = rng.multinomial(400, np.full(400, 1 / 400), size=8000).astype(float)
    assert ratio.variance() == pytest.approx(ratio.reduce(weights @ ratio.parts).var(), rel=0.06)


def test_registry_says_what_every_metric_is() -> None:
    for name in BUILT_IN:
        found = METRICS.get(name)
        assert found.formula
        assert found.source
        assert found.summary.endswith(".")
        if found.reads in ("correct", "clean"):
            assert found.needs_gold
