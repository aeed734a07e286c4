"""Metrics that read a field of the examples, which a gate names with `field:`: theories, wrong and unsure answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.across_variants import farthest
from llmrobust.metrics.metric_registry import Dispersion, Floats, Ratio, divided, metric
from llmrobust.metrics.table import NO_CASE, UNREAD, Table

_ROBUSTLR = "Sanyal et al. 2022, RobustLR (arXiv 2205.12598)"
_WU = 'Wu et al. 2024, "How Easily do Irrelevant Inputs Skew the Responses of LLMs?" (arXiv 2404.03302)'


@metric(
    "strict_group_consistency",
    formula="groups of examples whose prompts are all answered right / groups; groups by the gate's field",
    source=_ROBUSTLR + ": strict consistency per theory",
    reads="correct",
    interval="proportion",
    undefined="no case with a gold answer",
    needs=("gold", "field"),
    rows=True,
)
def strict_group_consistency(table: Table) -> Ratio:
    """Share of theories (or other groups of examples) that are answered right throughout, unperturbed prompts too."""
    group, count = _groups(table)
    values = np.concatenate([table.clean_correct[:, None], table.correct], axis=1)
    known = ~np.isnan(values)
    cases = np.bincount(group, weights=known.sum(axis=1), minlength=count)
    missed = np.bincount(group, weights=(known & (values < 1)).sum(axis=1), minlength=count)
    some = (cases > 0).astype(np.float64)
    return Ratio(some * (missed == 0), some)


@metric(
    "worst_group_accuracy",
    formula="min over groups of accuracy; groups by the gate's field",
    source='Sagawa et al. 2020, "Distributionally Robust Neural Networks for Group Shifts"',
    reads="correct",
    interval="dispersion",
    undefined="fewer than two groups with gold answers",
    needs=("gold", "field"),
)
def worst_group_accuracy(table: Table) -> Dispersion:
    """Accuracy of the worst group of examples; the interval allows for its having been chosen as the worst of many."""
    group, count = _groups(table)
    known = ~np.isnan(table.correct)
    mine = group[:, None] == np.arange(count)
    right = np.where(mine, np.where(known, table.correct, 0.0).sum(axis=1)[:, None], 0.0)
    counted = np.where(mine, known.sum(axis=1)[:, None], 0.0)
    some = counted.any(axis=0) if counted.size else np.zeros(count, dtype=bool)
    return Dispersion(right[:, some], counted[:, some], lambda accuracies: accuracies.min(axis=1), farthest)


@metric(
    "weighted_group_consistency",
    formula="mean over groups of the weighted F1 of their prompts; groups by the gate's field",
    source=_ROBUSTLR + ": weighted consistency per theory; theirs rounds every F1 to two decimals first",
    reads="answers",
    interval="bca",
    undefined="no case with a gold answer",
    needs=("gold", "field"),
    rows=True,
)
def weighted_group_consistency(table: Table) -> Ratio:
    """How right the answers to a theory's prompts are on average, classes weighted by how often they are gold."""
    group, count = _groups(table)
    answers = table.answers
    assert answers is not None
    gold = np.concatenate([answers.clean_gold[:, None], answers.gold], axis=1)
    given = np.concatenate([answers.clean[:, None], answers.given], axis=1)
    known = (gold != NO_CASE) & (given != NO_CASE)
    row, column = np.nonzero(known)
    at, wanted, said = group[row], gold[row, column], given[row, column]
    labels = np.unique(np.concatenate([wanted, said[said != UNREAD]]))
    k = max(1, labels.size)

    def counted(codes: NDArray[np.int32], keep: NDArray[np.bool_]) -> Floats:
        where = at[keep] * k + np.searchsorted(labels, codes[keep])
        return np.bincount(where, minlength=count * k).reshape(count, k).astype(np.float64)

    right, asked, given_by = (
        counted(wanted, wanted == said),
        counted(wanted, wanted == wanted),
        counted(said, said >= 0),
    )
    f1 = np.nan_to_num(divided(2 * right, asked + given_by))
    mean = np.nan_to_num(divided((f1 * asked).sum(axis=1), asked.sum(axis=1)))
    return Ratio(mean, (asked.sum(axis=1) > 0).astype(np.float64))


@metric(
    "misrepresentation_ratio",
    formula="cases answered as the gate's field says (the wrong claim) / cases whose unperturbed answer was right",
    source=_WU + " (MR)",
    reads="answers",
    interval="proportion",
    better="lower",
    undefined="no case whose unperturbed answer was right",
    paired=True,
    needs=("gold", "field", "answer-field"),
)
def misrepresentation_ratio(table: Table) -> Ratio:
    """How often added information makes the model claim what it suggests, of questions answered right before."""
    return _chosen(table)


@metric(
    "uncertainty_ratio",
    formula="cases answered as the gate's field says (the unsure answer) / cases whose unperturbed answer was right",
    source=_WU + " (UR)",
    reads="answers",
    interval="proportion",
    better="lower",
    undefined="no case whose unperturbed answer was right",
    paired=True,
    needs=("gold", "field", "answer-field"),
)
def uncertainty_ratio(table: Table) -> Ratio:
    """How often added information makes the model unsure, of questions that it answered right before."""
    return _chosen(table)


def _chosen(table: Table) -> Ratio:
    """Cases whose answer is the one that each example's field names, of examples held without perturbation."""
    answers = table.answers
    assert answers is not None
    assert table.by is not None
    codes = {label.casefold(): code for code, label in enumerate(answers.labels)}
    wanted = np.array([codes.get(value.casefold(), NO_CASE - 1) for value in table.by])
    held = (answers.clean == answers.clean_gold) & (answers.clean_gold != NO_CASE)
    known = held[:, None] & (answers.given != NO_CASE)
    chosen = known & (answers.given == wanted[:, None])
    return Ratio(chosen.sum(axis=1).astype(np.float64), known.sum(axis=1).astype(np.float64))


def _groups(table: Table) -> tuple[NDArray[np.intp], int]:
    """The number of each example's group, and how many groups there are; a group is what is resampled."""
    assert table.by is not None
    names, group = np.unique(np.array(table.by), return_inverse=True)
    return group, len(names)
