"""Metrics of answers, probabilities, severities, fields and other runs: by hand, and against other libraries."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics
from statsmodels.stats import inter_rater

from llmrobust.metrics import METRICS, NO_CASE, UNREAD, Table
from llmrobust.metrics.across_runs import fitted_line, logit
from llmrobust.metrics.texts import clusters
from tests.metrics.tables import LABELS, NAN, answered, random_table, table_of

SEEDS = range(6)


def value(name: str, table: Table) -> float:
    return METRICS.get(name).value(table)


def cases(table: Table) -> tuple[list[int], list[int]]:
    """Gold and given codes of all perturbed cases."""
    assert table.answers is not None
    known = (table.answers.gold != NO_CASE) & (table.answers.given != NO_CASE)
    return table.answers.gold[known].tolist(), table.answers.given[known].tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_class_metrics_are_those_of_scikit_learn(seed: int) -> None:
    table = random_table(seed)
    gold, given = cases(table)
    labels = [0, 1, 2]
    f1 = {kind: sklearn_metrics.f1_score(gold, given, labels=labels, average=kind) for kind in ("macro", "weighted")}
    assert value("macro_f1", table) == pytest.approx(f1["macro"])
    assert value("weighted_f1", table) == pytest.approx(f1["weighted"])
    recall = sklearn_metrics.recall_score(gold, given, labels=labels, average="macro")
    assert value("balanced_accuracy", table) == pytest.approx(recall)
    assert value("matthews_correlation", table) == pytest.approx(sklearn_metrics.matthews_corrcoef(gold, given))
    assert value("exact_match", table) == pytest.approx(sklearn_metrics.accuracy_score(gold, given))


def each_its_own(codes: np.ndarray) -> np.ndarray:
    """Answers that could not be read agree with nothing, not even with each other."""
    return np.where(codes == UNREAD, 1000 + np.arange(codes.size).reshape(codes.shape), codes)


@pytest.mark.parametrize("seed", SEEDS)
def test_fleiss_kappa_is_that_of_statsmodels(seed: int) -> None:
    table = random_table(seed, gaps=False)
    assert table.answers is not None
    given = np.where(table.answers.given == UNREAD, 0, table.answers.given)
    table = replace(table, answers=replace(table.answers, given=given, clean=np.abs(table.answers.clean)))
    assert table.answers is not None
    raters = np.concatenate([table.answers.clean[:, None], table.answers.given], axis=1)
    counts, _ = inter_rater.aggregate_raters(raters)
    assert value("fleiss_kappa", table) == pytest.approx(inter_rater.fleiss_kappa(counts))


@pytest.mark.parametrize("seed", SEEDS)
def test_krippendorffs_alpha_is_that_of_its_coincidences(seed: int) -> None:
    table = random_table(seed)
    assert table.answers is not None
    rows = each_its_own(np.concatenate([table.answers.clean[:, None], table.answers.given], axis=1)).tolist()
    pairs: Counter[tuple[int, int]] = Counter()
    weights: dict[tuple[int, int], float] = {}
    for row in rows:
        values = [code for code in row if code != NO_CASE]
        if len(values) < 2:
            continue
        pairs = Counter((a, b) for i, a in enumerate(values) for j, b in enumerate(values) if i != j)
        for pair, count in pairs.items():
            weights[pair] = weights.get(pair, 0.0) + count / (len(values) - 1)
    n = sum(weights.values())
    of = {c: sum(w for (a, _), w in weights.items() if a == c) for c in {a for a, _ in weights}}
    observed = sum(w for (a, b), w in weights.items() if a != b) / n
    expected = sum(of[a] * of[b] for a in of for b in of if a != b) / (n * (n - 1))
    assert value("krippendorff_alpha", table) == pytest.approx(1 - observed / expected)


def test_agreement_by_hand() -> None:
    # clean first: {0,0,1}, {1,1,1}, {2,unread}
    table = answered([[0, 1], [1, 1], [UNREAD, NO_CASE]], [0, 1, 2], [0, 1, 2])
    assert value("pairwise_agreement", table) == pytest.approx((1 / 3 + 1 + 0) / 3)
    h = -(2 / 3 * math.log2(2 / 3) + 1 / 3 * math.log2(1 / 3))
    assert value("answer_entropy", table) == pytest.approx((h + 0 + 1) / 3)
    assert value("any_change_rate", table) == pytest.approx(2 / 3)
    mute = answered([[UNREAD, UNREAD, 0]], [UNREAD], [0])
    assert value("pairwise_agreement", mute) == 0
    assert value("answer_entropy", mute) == pytest.approx(2), "four different answers"
    half = answered([[0, 0, UNREAD], [1, 1, 1]], [0, 1], [0, 1])  # P = (1/2 + 1) / 2, Pe = (3/8)^2 + (4/8)^2
    assert value("fleiss_kappa", half) == pytest.approx((0.75 - 25 / 64) / (1 - 25 / 64))
    assert math.isnan(value("fleiss_kappa", answered([[0]], [0], [0]))), "all answers are the same"


def test_label_mass_is_the_mean_over_perturbed_cases() -> None:
    table = answered([[0, 1], [0, 0]], [0, 0], [0, 0])
    assert math.isnan(value("label_mass", table))
    assert table.answers is not None
    mass = replace(table.answers, mass=np.array([[0.9, 0.1], [NAN, 0.5]]), clean_mass=np.array([1.0, 1.0]))
    assert value("label_mass", replace(table, answers=mass)) == pytest.approx(0.5)


def test_probability_metrics_by_hand() -> None:
    after = [[[0.8, 0.2, 0.0], [0.4, 0.5, 0.1]]]
    table = answered([[0, 1]], [0], [0], after, [[0.6, 0.3, 0.1]])

    def entropy(shares: list[float]) -> float:
        return -sum(p * math.log2(p) for p in shares if p)

    before = [0.6, 0.3, 0.1]
    divergence = [
        entropy([(a + b) / 2 for a, b in zip(one, before, strict=True)]) - (entropy(one) + entropy(before)) / 2
        for one in after[0]
    ]
    assert value("label_divergence", table) == pytest.approx(np.mean(divergence))
    assert value("margin", table) == pytest.approx((0.6 + 0.1) / 2)
    prompts = np.array([before, *after[0]])
    assert value("label_variance", table) == pytest.approx(prompts.var(axis=0).sum())
    assert value("margin_at_flip", table) == pytest.approx(0.3)
    assert value("brier_score", table) == pytest.approx(((0.04 + 0.04) + (0.36 + 0.25 + 0.01)) / 2)
    assert value("calibration_error", table) == pytest.approx((0.2 + 0.5) / 2)
    assert value("risk_coverage_area", table) == pytest.approx((0 + 1 / 2) / 2)
    assert value("selective_accuracy", table) == pytest.approx(1 / 1.6)


@pytest.mark.parametrize("seed", SEEDS)
def test_brier_score_and_calibration_error_by_loops(seed: int) -> None:
    table = random_table(seed)
    answers = table.answers
    assert answers is not None
    assert answers.probabilities is not None
    bins: dict[int, list[tuple[float, bool]]] = {}
    squares = []
    for row, column in zip(*np.nonzero(answers.gold != NO_CASE), strict=True):
        shares, gold = answers.probabilities[row, column], answers.gold[row, column]
        squares.append(sum((p - (k == gold)) ** 2 for k, p in enumerate(shares)))
        bins.setdefault(min(int(shares.max() * 10), 9), []).append((shares.max(), shares.argmax() == gold))
    gaps = [abs(sum(hit - sure for sure, hit in one)) for one in bins.values()]
    assert value("brier_score", table) == pytest.approx(np.mean(squares))
    assert value("calibration_error", table) == pytest.approx(sum(gaps) / len(squares))


def test_certified_risk_is_the_exact_upper_bound() -> None:
    sure, unsure = [0.95, 0.05, 0.0], [0.5, 0.4, 0.1]
    table = answered([[0, 0]] * 20, [0] * 20, [0] * 18 + [1] * 2, [[sure, unsure]] * 20, [sure] * 20)
    from scipy.stats import beta

    assert value("certified_risk", table) == pytest.approx(beta.ppf(0.95, 3, 18), abs=1e-9)
    assert math.isnan(value("certified_risk", answered([[0]], [0], [0], [[unsure]], [unsure])))


def test_severity_metrics_by_hand() -> None:
    # accuracy 1.0 unperturbed, 0.95 at severity 1, 0.75 at 3
    right = np.ones((20, 2))
    right[0, 0] = 0
    right[:5, 1] = 0
    table = replace(table_of(right), severities=(1, 3))
    assert value("severity_area", table) == pytest.approx(((1 + 0.95) / 2 + (0.95 + 0.75) / 2 * 2) / 3)
    assert value("breaking_severity", table) == pytest.approx(1 + 2 * 0.05 / 0.2)
    kept = replace(table_of(np.ones((4, 2))), severities=(1, 2))
    assert value("breaking_severity", kept) == 3.0
    assert value("severity_area", kept) == 1.0


def test_group_metrics_by_hand() -> None:
    table = answered([[0, 0], [1, 1], [2, 0], [1, 1]], [0, 1, 2, 1], [0, 1, 2, 0], by=["a", "a", "b", "c"])
    assert value("strict_group_consistency", table) == pytest.approx(1 / 3)
    # b: gold 2,2,2, given 2,2,0: F1 of class 2 is 0.8; c: gold 0,0,0, nothing right
    assert value("weighted_group_consistency", table) == pytest.approx((1 + 0.8 + 0) / 3)
    claims = answered([[1, 0], [2, 2], [1, 1]], [0, 0, 2], [0, 0, 0], by=["no", "no", "no"])
    assert value("misrepresentation_ratio", claims) == pytest.approx(1 / 4), "the third example was not held before"
    unsure = replace(claims, by=("Maybe",) * 3)
    assert value("uncertainty_ratio", unsure) == pytest.approx(2 / 4)


def test_comparisons_with_other_runs_by_hand() -> None:
    mine = table_of([[1, 0], [0, 0]])
    theirs = table_of([[1, 1], [0, 1]])
    table = replace(mine, references=(theirs,))
    assert value("target_drop", table) == pytest.approx(3 / 4 - 1 / 4)
    assert value("source_drop", table) == pytest.approx(3 / 4 - 1 / 4)
    assert value("relative_degradation", table) == pytest.approx(3 / 1)
    assert value("perturbation_effect", table) == pytest.approx(1 / 4), "the reference loses one of four"
    none_lost = replace(mine, references=(table_of([[1, 1], [1, 1]]),))
    assert math.isnan(value("relative_degradation", none_lost))
    other = replace(theirs, examples=("other-1", "other-2"))
    assert math.isnan(value("target_drop", replace(mine, references=(other,))))


def test_effective_robustness_is_zero_on_the_line() -> None:
    points = [(0.6, 0.5), (0.9, 0.8)]
    fit = fitted_line(points)
    assert fit is not None
    runs = [
        table_of(
            np.repeat([[1.0], [0.0]], [round(10 * b), 10 - round(10 * b)], axis=0),
            clean=np.repeat([1, 0], [round(10 * a), 10 - round(10 * a)]),
        )
        for a, b in points
    ]
    at = 0.8
    mine = table_of(np.repeat([[1.0], [0.0]], [9, 1], axis=0), clean=np.repeat([1, 0], [8, 2]))
    line = 1 / (1 + math.exp(-(fit[0] * float(logit(np.array([at]))[0]) + fit[1])))
    assert value("effective_robustness", replace(mine, references=tuple(runs))) == pytest.approx(0.9 - line)
    assert value("effective_robustness", replace(runs[0], references=tuple(runs))) == pytest.approx(0.0, abs=1e-12)
    assert fitted_line([(0.5, 0.4)]) is None
    assert math.isnan(value("effective_robustness", replace(mine, references=tuple(runs[:1]))))


def test_texts_are_clustered_through_chains() -> None:
    angle = math.radians(25)
    vectors = np.array([[math.cos(i * angle), math.sin(i * angle)] for i in range(3)] + [[0.0, -1.0], [0.0, 0.0]])
    assert clusters(vectors, alike=0.9) == [0, 0, 0, 1, 2], "the first and third are alike through the second"


def test_metrics_of_answers_are_undefined_without_them() -> None:
    bare = table_of([[1, 0], [1, 1]])
    from llmrobust.metrics import measure

    for name in ("fleiss_kappa", "macro_f1", "margin", "token_f1", "severity_area", "target_drop"):
        found = measure(bare, name)[0]
        assert found.value is None, name
        assert found.undefined, name
    assert LABELS[0] == "yes"
    assert math.isnan(NAN)


def test_the_worst_group_is_the_one_with_the_lowest_accuracy() -> None:
    right = [[1, 1], [1, 0], [0, 0], [0, 1]]
    table = replace(table_of(right), by=("a", "a", "b", "b"))
    assert value("worst_group_accuracy", table) == pytest.approx(1 / 4)
    assert math.isnan(value("worst_group_accuracy", replace(table, by=("a",) * 4))), "one group is no worst of several"
