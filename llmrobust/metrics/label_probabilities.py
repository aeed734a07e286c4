"""Metrics of the probabilities that a model gives to the answers of a closed set, and of abstaining by them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.metric_registry import Floats, Ratio, Sums, divided, metric
from llmrobust.metrics.table import NO_CASE, Table
from llmrobust.stats import upper_bounds

BINS = 10
"""Equal bins of confidence for the calibration error."""
LEVELS = 50
"""Coverage levels at which the risk is evaluated, at quantiles of the confidence."""
COVERAGE = 0.8
SURE = 0.9
CERTAINTY = 0.95
_NO_MASS = (
    "the labels' share of all that the model could write is not known (labels not scored by log-probabilities, and no "
    "likeliest tokens shown)"
)
_NONE = "the model gives no probabilities of a closed set's answers"


@metric(
    "label_divergence",
    formula="mean over cases of the Jensen-Shannon divergence (bits) of the label distributions without and with the "
    "edit",
    source='Lin 1991; Chatterjee et al. 2024, "POSIX"; Voronov et al. 2024, "Mind Your Format"',
    reads="probabilities",
    interval="bca",
    better="lower",
    undefined=_NONE,
    paired=True,
)
def label_divergence(table: Table) -> Ratio:
    """How far an edit that should change nothing moves the distribution over the answers; 0 to 1."""
    before, after, known = _paired(table)
    middle = (before + after) / 2
    divergence = (_entropy(middle) - (_entropy(before) + _entropy(after)) / 2).clip(0.0, 1.0)
    return Ratio(np.where(known, divergence, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))


@metric(
    "label_variance",
    formula="mean over examples of sum over labels of the variance of the label's probability over its prompts",
    source='Seleznyov et al. 2025, "When Punctuation Matters" (sensitivity over copies of a prompt)',
    reads="probabilities",
    interval="bca",
    better="lower",
    undefined=_NONE,
    paired=True,
)
def label_variance(table: Table) -> Ratio:
    """How much the probabilities of the answers vary over the prompts of an example, the unperturbed one included."""
    before, after, known = _paired(table)
    count = known.sum(axis=1)
    some = count > 0
    prompts = np.concatenate([before[:, :1], np.where(known[:, :, None], after, 0.0)], axis=1)
    used = np.concatenate([some[:, None], known], axis=1)[:, :, None]
    mean = np.where(used, prompts, 0.0).sum(axis=1) / np.maximum(count + 1, 1)[:, None]
    squares = np.where(used, (prompts - mean[:, None]) ** 2, 0.0).sum(axis=(1, 2)) / np.maximum(count + 1, 1)
    return Ratio(np.where(some, squares, 0.0), some.astype(np.float64))


@metric(
    "label_mass",
    formula="mean over perturbed cases of the probability of all labels together, in all their forms, among everything "
    "that the model could write",
    source='Holtzman et al. 2021, "Surface Form Competition"; Wang et al. 2024, "My Answer is C"',
    reads="mass",
    interval="proportion",
    undefined=_NO_MASS,
)
def label_mass(table: Table) -> Ratio:
    """How much of its probability the model gives to the labels at all: near 0, their scores mean nothing."""
    mass = np.full(table.correct.shape, np.nan)
    if table.answers is not None and table.answers.mass is not None:
        mass = table.answers.mass
    known = ~np.isnan(mass)
    return Ratio(np.where(known, mass, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))


@metric(
    "margin",
    formula="mean over perturbed cases of best - second-best label probability",
    source="field standard",
    reads="probabilities",
    interval="bca",
    undefined=_NONE,
)
def margin(table: Table) -> Ratio:
    """How clearly the answer is preferred to the next one."""
    after, known = _given(table)
    return Ratio(np.where(known, _margins(after), 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))


@metric(
    "margin_at_flip",
    formula="mean over flipped cases of the unperturbed best - second-best label probability",
    source="defined for llmrobust",
    reads="probabilities",
    interval="bca",
    better="lower",
    undefined="no answer flipped, or the model gives no probabilities",
    paired=True,
)
def margin_at_flip(table: Table) -> Ratio:
    """How sure the model was of answers that perturbation then flips: small where only close calls flip."""
    before, _, known = _paired(table)
    flipped = known & (table.agrees < 1)
    values = np.broadcast_to(_margins(before), flipped.shape)
    return Ratio(np.where(flipped, values, 0.0).sum(axis=1), flipped.sum(axis=1).astype(np.float64))


@metric(
    "calibration_error",
    formula="sum over 10 bins of confidence of |right - confidence| / cases",
    source='Guo et al. 2017, "On Calibration of Modern Neural Networks" (ECE)',
    reads="probabilities",
    interval="bca",
    better="lower",
    undefined=_NONE + ", or there are no gold answers",
    needs=("gold",),
)
def calibration_error(table: Table) -> Sums:
    """How far the probabilities of the answers are from how often they are right, under perturbation."""
    sure, right, known = _confidence(table)
    n = len(table.examples)
    row, column = np.nonzero(known)
    confidence, hit = sure[row, column], right[row, column]
    at = row * BINS + np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(at, weights=hit - confidence, minlength=n * BINS).reshape(n, BINS)
    parts = np.column_stack([gaps, known.sum(axis=1)])
    return Sums(parts, lambda totals: divided(np.abs(totals[:, :BINS]).sum(axis=1), totals[:, BINS]))


@metric(
    "brier_score",
    formula="mean over cases of sum over labels of (probability - 1 if it is the gold label)^2",
    source="Brier 1950",
    reads="probabilities",
    interval="bca",
    range=(0.0, 2.0),
    better="lower",
    undefined=_NONE + ", or there are no gold answers",
    needs=("gold",),
)
def brier_score(table: Table) -> Ratio:
    """Squared error of the probabilities of the answers, under perturbation."""
    after, known = _given(table)
    answers = table.answers
    assert answers is not None
    known = known & (answers.gold >= 0) & (answers.gold < answers.closed)
    of_gold = np.take_along_axis(after, np.maximum(answers.gold, 0)[:, :, None].clip(max=after.shape[2] - 1), axis=2)
    score = (after**2).sum(axis=2) - 2 * of_gold[:, :, 0] + 1
    return Ratio(np.where(known, score, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))


@metric(
    "risk_coverage_area",
    formula="mean over coverages of the share of wrong answers among the most confident",
    source='Geifman and El-Yaniv 2017, "Selective Classification for Deep Neural Networks" (AURC)',
    reads="probabilities",
    interval="bca",
    better="lower",
    undefined=_NONE + ", or there are no gold answers",
    needs=("gold",),
)
def risk_coverage_area(table: Table) -> Sums:
    """Area under the risk-coverage curve: small where abstaining when unsure avoids the errors."""

    def area(counted: Floats, wrong: Floats) -> Floats:
        risk = divided(wrong.cumsum(axis=1), counted.cumsum(axis=1))
        return divided((np.nan_to_num(risk) * counted).sum(axis=1), counted.sum(axis=1))

    return _by_confidence(table, area)


@metric(
    "selective_accuracy",
    formula="right / answered, of the most confident 80 % of perturbed cases",
    source="Geifman and El-Yaniv 2017",
    reads="probabilities",
    interval="bca",
    undefined=_NONE + ", or there are no gold answers",
    needs=("gold",),
)
def selective_accuracy(table: Table) -> Sums:
    """Accuracy if the model abstains on the fifth of the cases that it is least sure of."""

    def accuracy(counted: Floats, wrong: Floats) -> Floats:
        left = COVERAGE * counted.sum(axis=1, keepdims=True)
        before = np.concatenate([np.zeros_like(left), counted.cumsum(axis=1)[:, :-1]], axis=1)
        share = np.clip(divided(left - before, counted), 0.0, 1.0)
        share = np.nan_to_num(share)
        return 1 - divided((wrong * share).sum(axis=1), (counted * share).sum(axis=1))

    return _by_confidence(table, accuracy)


@metric(
    "certified_risk",
    formula="95 % Clopper-Pearson upper bound of: examples with a wrong answer of probability >= 0.9 / examples with "
    "any such answer",
    source='Clopper and Pearson 1934; Bates et al. 2021, "Distribution-Free, Risk-Controlling Prediction Sets"',
    reads="probabilities",
    interval="bca",
    better="lower",
    undefined="no answer has a probability of 0.9 or more, or there are no gold answers",
    needs=("gold",),
)
def certified_risk(table: Table) -> Sums:
    """Upper bound, at 95 % confidence, on the share of examples with a confident wrong answer under any edit."""
    sure, right, known = _confidence(table)
    accepted = known & (sure >= SURE)
    some = accepted.any(axis=1)
    failed = (accepted & (right < 1)).any(axis=1)

    def bound(totals: Floats) -> Floats:
        pairs, which = np.unique(np.round(totals).astype(np.int64), axis=0, return_inverse=True)
        return upper_bounds(pairs[:, 0], pairs[:, 1], 1 - CERTAINTY)[which.reshape(-1)]

    return Sums(np.column_stack([failed, some]).astype(np.float64), bound)


def _paired(table: Table) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Distributions without and with the edit, and which cells have both and an answer that must stay."""
    after, known = _given(table)
    answers = table.answers
    assert answers is not None
    assert answers.clean_probabilities is not None
    before = np.nan_to_num(answers.clean_probabilities)[:, None, :]
    has = ~np.isnan(answers.clean_probabilities[:, :1])
    return before, after, known & has & ~np.isnan(table.agrees)


def _given(table: Table) -> tuple[Floats, NDArray[np.bool_]]:
    answers = table.answers
    assert answers is not None
    assert answers.probabilities is not None
    return np.nan_to_num(answers.probabilities), ~np.isnan(answers.probabilities[:, :, 0])


def _entropy(shares: Floats) -> Floats:
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=-1))


def _margins(shares: Floats) -> Floats:
    ordered = np.sort(shares, axis=-1)
    return np.asarray(ordered[..., -1] - (ordered[..., -2] if shares.shape[-1] > 1 else 0.0))


def _confidence(table: Table) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """The probability of the answer, whether it is right, and which cells have both."""
    after, known = _given(table)
    answers = table.answers
    assert answers is not None
    known = known & (answers.gold != NO_CASE)
    right = (after.argmax(axis=2) == answers.gold).astype(np.float64)
    return after.max(axis=2), right, known


def _by_confidence(table: Table, function: Callable[[Floats, Floats], Floats]) -> Sums:
    """A function of numbers of cases and of wrong ones (resamples, levels), the surest level first."""
    sure, right, known = _confidence(table)
    n = len(table.examples)
    row, column = np.nonzero(known)
    confidence, wrong = sure[row, column], 1 - right[row, column]
    if not confidence.size:
        return Sums(np.zeros((n, 1)), lambda totals: np.full(totals.shape[0], np.nan))
    edges: Floats = np.unique(np.quantile(confidence, np.linspace(0, 1, LEVELS + 1)[1:-1]))
    level = len(edges) - np.searchsorted(edges, confidence, side="right")
    levels = len(edges) + 1
    at = row * levels + level
    counted = np.bincount(at, minlength=n * levels).reshape(n, levels)
    missed = np.bincount(at, weights=wrong, minlength=n * levels).reshape(n, levels)
    parts = np.concatenate([counted, missed], axis=1).astype(np.float64)
    return Sums(parts, lambda totals: function(totals[:, :levels], totals[:, levels:]))
