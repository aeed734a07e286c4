"""Metrics of rankings and sets of labels, beside scipy, scikit-learn and their definitions."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmrobust.metrics import measure
from llmrobust.metrics.answer_codes import AnswerGrid, answers_of
from llmrobust.metrics.label_set_overlap import jaccard
from llmrobust.metrics.ranking_quality import kendall_tau_of, ndcg_of, overlap_of, rank_shift_of, reciprocal_rank_of
from llmrobust.metrics.table import Table
from llmrobust.suitefile.suite import AnswerSpec
from tests.metrics.tables import table_of

ITEMS = [f"d{n}" for n in range(7)]
PERMUTED = st.permutations(ITEMS)
GRADES = st.lists(st.integers(0, 3), min_size=7, max_size=7).map(lambda values: dict(zip(ITEMS, values, strict=True)))


@given(PERMUTED, GRADES, st.integers(1, 7))
def test_ndcg_is_that_of_scikit_learn(order: list[str], grades: dict[str, int], top: int) -> None:
    from sklearn.metrics import ndcg_score

    truth = [[grades[item] for item in ITEMS]]
    scores = [[-order.index(item) for item in ITEMS]]
    assert ndcg_of(order, grades, top) == pytest.approx(ndcg_score(truth, scores, k=top))


@given(PERMUTED, PERMUTED)
def test_kendall_s_tau_and_the_rank_shift_are_those_of_scipy(first: list[str], other: list[str]) -> None:
    from scipy.stats import kendalltau

    grades = {item: float(-place) for place, item in enumerate(other)}
    places = ([first.index(item) for item in ITEMS], [other.index(item) for item in ITEMS])
    assert kendall_tau_of(first, grades) == pytest.approx(kendalltau(*places).statistic)
    assert rank_shift_of(first, other) == pytest.approx(np.abs(np.subtract(*places)).mean())


@given(PERMUTED, GRADES)
def test_a_tie_in_gold_is_no_pair_and_a_tau_of_1_means_gold_s_order(order: list[str], grades: dict[str, float]) -> None:
    assume(len(set(grades.values())) > 1)
    in_order = [grades[item] for item in order]
    assert (kendall_tau_of(order, grades) == 1.0) == (in_order == sorted(in_order, reverse=True))


def test_what_is_not_named_stands_last() -> None:
    grades = {"a": 3.0, "b": 2.0, "c": 1.0}
    assert kendall_tau_of(["a", "b"], grades) == 1.0
    assert kendall_tau_of(["c"], grades) == pytest.approx(-2 / 3)
    assert kendall_tau_of([], grades) == 0.0
    assert ndcg_of([], grades) == 0.0
    assert ndcg_of(["x", "a"], grades) == pytest.approx(3 / math.log2(3) / (3 + 2 / math.log2(3) + 1 / 2))
    assert reciprocal_rank_of(["x", "a"], grades) == 0.5
    assert reciprocal_rank_of(["x"], grades) == 0.0
    assert rank_shift_of(["b", "a"], ["a", "b", "c"]) == pytest.approx((1 + 1 + 1) / 3)
    assert rank_shift_of([], ["a", "b"]) == pytest.approx((2 + 1) / 2)
    assert overlap_of(["a", "b", "c"], ["b", "a", "d"], 2) == 1.0
    assert overlap_of(["a", "b", "c"], ["b", "a", "d"]) == pytest.approx(2 / 3)
    assert overlap_of(["a"], ["a", "b", "c"], 2) == 0.5
    assert overlap_of([], ["a"]) == 0.0


def free_table(rows: list[tuple[Any, list[Any], Any]], spec: AnswerSpec) -> Table:
    """(unperturbed answer, answers, gold answer) of each example; None is an answer that could not be read."""
    n, m = len(rows), len(rows[0][1])
    grid, clean = AnswerGrid((n, m), (), spec), AnswerGrid((n, 1), (), spec)

    def said(value: Any) -> str | None:
        return None if value is None else json.dumps(value)

    for i, (before, after, gold) in enumerate(rows):
        clean.add(i, 0, said(before), json.dumps(gold))
        for j, value in enumerate(after):
            grid.add(i, j, said(value), json.dumps(gold))
    agrees = np.array([[float(value == before) for value in after] for before, after, _ in rows])
    return replace(table_of(agrees), answers=answers_of(grid, clean, agrees))


def test_metrics_of_rankings_are_means_over_cases() -> None:
    table = free_table(
        [(["a", "b"], [["a", "b"], ["b", "a"]], ["a", "b"]), (["b", "a"], [["b", "a"], None], ["b", "a"])],
        AnswerSpec(check="ranking", top=1),
    )
    value = {name: measure(table, name, resamples=50)[0].value for name in NAMES}
    assert value == {
        "ndcg": pytest.approx((1 + 0.5 + 1 + 0) / 4),
        "ndcg_std": pytest.approx(np.std([0.75, 0.5])),
        "reciprocal_rank": pytest.approx((1 + 0.5 + 1 + 0) / 4),
        "kendall_tau": pytest.approx((1 - 1 + 1 + 0) / 4),
        "rank_agreement": pytest.approx((1 - 1 + 1 + 0) / 4),
        "top_overlap": pytest.approx((1 + 0 + 1 + 0) / 4),
        "rank_shift": pytest.approx((0 + 1 + 0 + 1.5) / 4),
    }


NAMES = ("ndcg", "ndcg_std", "reciprocal_rank", "kendall_tau", "rank_agreement", "top_overlap", "rank_shift")


def test_metrics_of_label_sets_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import f1_score, jaccard_score
    from sklearn.preprocessing import MultiLabelBinarizer

    sets = [(["a"], [["a", "b"], ["c"]], ["a", "b"]), (["b"], [[], ["b"]], ["b"]), (["c"], [["c"], None], ["a", "c"])]
    table = free_table(sets, AnswerSpec(check="multilabel"))
    coder = MultiLabelBinarizer().fit([["a", "b", "c"]])
    gold = coder.transform([gold for _, after, gold in sets for _ in after])
    given = coder.transform([one or [] for _, after, _ in sets for one in after])
    found = {name: measure(table, name, resamples=50)[0].value for name in ("label_jaccard", "label_f1")}
    assert found["label_jaccard"] == pytest.approx(jaccard_score(gold, given, average="samples", zero_division=0))
    assert found["label_f1"] == pytest.approx(f1_score(gold, given, average="micro"))
    overlap = measure(table, "label_overlap", resamples=50)[0].value
    assert overlap == pytest.approx((1 / 2 + 0 + 0 + 1 + 1 + 0) / 6)
    assert jaccard(frozenset(), frozenset()) == 1.0


def test_slots_as_pairs_give_the_micro_f1() -> None:
    gold = [["city", "rome"], ["day", "friday"]]
    table = free_table(
        [(gold, [gold, [["city", "rome"], ["day", "monday"], ["people", "2"]], None], gold)], AnswerSpec(check="slots")
    )
    assert measure(table, "slot_f1", resamples=50)[0].value == pytest.approx(2 * 3 / (2 + 3 + 0 + 6))


def test_other_answers_have_no_such_value() -> None:
    table = free_table([("a", ["a", "b"], "a")], AnswerSpec(check="exact"))
    for name in (*NAMES, "label_jaccard", "label_f1", "label_overlap"):
        assert measure(table, name, resamples=50)[0].value is None
