"""Metrics of classes: what accuracy hides where some answers are rarer than others.

Over perturbed cases with gold answers. An unparsed answer is wrong, and not a separate class.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.metric_registry import Floats, Ratio, Sums, divided, metric
from llmrobust.metrics.table import NO_CASE, UNREAD, Table

MOST_CLASSES = 100
_OfClasses = Callable[[Floats, Floats, Floats, Floats], Floats]
"""From sums (resamples, classes) of right, answered and gold, and the number of cases (resamples,), to values."""
_NO_CLASSES = "no case with a gold answer, or more than 100 different ones"


@metric(
    "exact_match",
    formula="cases whose normalised answer equals the normalised gold answer / cases with a gold answer",
    source='Rajpurkar et al. 2016, "SQuAD"',
    reads="answers",
    interval="proportion",
    undefined="no case with a gold answer",
    needs=("gold",),
)
def exact_match(table: Table) -> Ratio:
    """Share of answers that equal the gold answer exactly, even if the suite's check accepts more."""
    answers = table.answers
    assert answers is not None
    known = (answers.gold != NO_CASE) & (answers.given != NO_CASE)
    right = known & (answers.gold == answers.given)
    return Ratio(right.sum(axis=1).astype(np.float64), known.sum(axis=1).astype(np.float64))


@metric(
    "macro_f1",
    formula="mean over classes of 2 right / (answered + gold)",
    source="field standard; as scikit-learn's f1_score(average='macro')",
    reads="answers",
    interval="bca",
    undefined=_NO_CLASSES,
    needs=("gold",),
)
def macro_f1(table: Table) -> Sums:
    """F1 of every class, each counting the same; classes that are neither asked for nor answered do not count."""
    return _of_classes(table, lambda right, given, gold, total: _mean(_f1(right, given, gold)))


@metric(
    "weighted_f1",
    formula="mean over classes of 2 right / (answered + gold), weighted by gold",
    source="field standard; as scikit-learn's f1_score(average='weighted')",
    reads="answers",
    interval="bca",
    undefined=_NO_CLASSES,
    needs=("gold",),
)
def weighted_f1(table: Table) -> Sums:
    """F1 of every class, each counting by how often it is right."""
    return _of_classes(
        table,
        lambda right, given, gold, total: divided(
            (np.nan_to_num(_f1(right, given, gold)) * gold).sum(axis=1), gold.sum(axis=1)
        ),
    )


@metric(
    "balanced_accuracy",
    formula="mean over classes of right / gold",
    source="field standard; as scikit-learn's balanced_accuracy_score",
    reads="answers",
    interval="bca",
    undefined=_NO_CLASSES,
    needs=("gold",),
)
def balanced_accuracy(table: Table) -> Sums:
    """Mean recall of the classes: always giving the commonest answer earns no more than guessing."""
    return _of_classes(table, lambda right, given, gold, total: _mean(divided(right, gold)))


@metric(
    "matthews_correlation",
    formula="(right x cases - sum answered gold) / sqrt((cases^2 - sum answered^2)(cases^2 - sum gold^2))",
    source='Gorodkin 2004 (R_K); the metric of "When Punctuation Matters"',
    reads="answers",
    interval="bca",
    range=(-1.0, 1.0),
    undefined=_NO_CLASSES + ", or only one class is asked for or answered",
    needs=("gold",),
)
def matthews_correlation(table: Table) -> Sums:
    """Correlation of answers and gold answers: 0 for guessing, regardless of class frequencies."""

    def correlation(right: Floats, given: Floats, gold: Floats, total: Floats) -> Floats:
        unread = total - given.sum(axis=1)
        spread_given = total**2 - (given**2).sum(axis=1) - unread**2
        spread_gold = total**2 - (gold**2).sum(axis=1)
        covered = right.sum(axis=1) * total - (given * gold).sum(axis=1)
        return divided(covered, np.sqrt(np.maximum(spread_given * spread_gold, 0.0)))

    return _of_classes(table, correlation)


def _f1(right: Floats, given: Floats, gold: Floats) -> Floats:
    return divided(2 * right, given + gold)


def _mean(values: Floats) -> Floats:
    """The mean of the known values of each row."""
    known = ~np.isnan(values)
    return divided(np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))


def _of_classes(table: Table, function: _OfClasses) -> Sums:
    """A function of (right, answered, gold) by class, each (resamples, classes), and the number of cases."""
    answers = table.answers
    assert answers is not None
    known = (answers.gold != NO_CASE) & (answers.given != NO_CASE)
    n = len(table.examples)
    row, column = np.nonzero(known)
    gold, given = answers.gold[row, column], answers.given[row, column]
    classes = np.unique(np.concatenate([gold, given[given != UNREAD]]))
    k = classes.size
    if not 0 < k <= MOST_CLASSES:
        return Sums(np.zeros((n, 1)), lambda totals: np.full(totals.shape[0], np.nan))

    def counted(codes: NDArray[np.int32], keep: NDArray[np.bool_]) -> Floats:
        at = row[keep] * k + np.searchsorted(classes, codes[keep])
        return np.bincount(at, minlength=n * k).reshape(n, k).astype(np.float64)

    right = counted(gold, gold == given)
    parts = [right, counted(given, given != UNREAD), counted(gold, gold == gold), known.sum(axis=1)[:, None]]

    def reduce(totals: Floats) -> Floats:
        return function(totals[:, :k], totals[:, k : 2 * k], totals[:, 2 * k : 3 * k], totals[:, 3 * k])

    asked = (parts[2] > 0).sum(axis=0)
    support = int(asked[asked > 0].min()) if asked.any() else None
    return Sums(np.concatenate(parts, axis=1).astype(np.float64), reduce, support)
