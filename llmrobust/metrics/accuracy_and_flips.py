"""Metrics that are shares of cases or of examples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.metric_registry import Ratio, metric
from llmrobust.metrics.table import Table

Matrix = NDArray[np.float64]

_SURVEY = "field standard"
_PROMPTBENCH = 'Zhu et al. 2023, "PromptBench: Towards Evaluating the Robustness of LLMs on Adversarial Prompts"'
_FLUKE = 'Otmakhova et al. 2025, "FLUKE", where the flip rate is called U%'


@metric(
    "accuracy",
    formula="right perturbed cases / perturbed cases",
    source=_SURVEY,
    reads="correct",
    interval="proportion",
)
def accuracy(table: Table) -> Ratio:
    """Share of perturbed cases that are answered right; unperturbed prompts do not count."""
    return _share(table.correct)


@metric(
    "clean_accuracy",
    formula="right unperturbed answers / examples",
    source=_SURVEY,
    reads="clean",
    interval="proportion",
    unit="example",
    undefined="no unperturbed answer with a gold answer",
)
def clean_accuracy(table: Table) -> Ratio:
    """Share of unperturbed prompts that are answered right."""
    return _share(table.clean_correct[:, None])


@metric(
    "consistency",
    formula="cases answered as without the perturbation / perturbed cases whose answer must stay",
    source=_FLUKE + "; consistency is 1 - U%",
    reads="agrees",
    interval="proportion",
    undefined="no case whose answer must stay",
    paired=True,
)
def consistency(table: Table) -> Ratio:
    """Share of perturbed cases whose answer is the unperturbed one, right or wrong."""
    return _share(table.agrees)


@metric(
    "flip_rate",
    formula="1 - consistency",
    source=_FLUKE,
    reads="agrees",
    interval="proportion",
    better="lower",
    undefined="no case whose answer must stay",
    paired=True,
)
def flip_rate(table: Table) -> Ratio:
    """Share of perturbed cases whose answer is not the unperturbed one."""
    return _share(1 - table.agrees)


@metric(
    "sensitivity",
    formula="cases whose answer moved as required / cases whose answer must move and was right without the edit",
    source=_FLUKE + "; split from it, because U% counts an answer that rightly moves as unrobust",
    reads="moves",
    interval="proportion",
    undefined="no case whose answer must move and was right without the edit",
    paired=True,
)
def sensitivity(table: Table) -> Ratio:
    """Share of answers that move where the edit must move them; a model that ignores its input scores 0."""
    return _share(table.moved, weight=np.nan_to_num(table.clean_correct, nan=1.0)[:, None])


@metric(
    "unanimity",
    formula="examples where every case has the unperturbed answer / examples",
    source=_SURVEY,
    reads="agrees",
    interval="proportion",
    unit="example",
    undefined="no case whose answer must stay",
    paired=True,
)
def unanimity(table: Table) -> Ratio:
    """Share of examples where no perturbation changes the answer."""
    return _of_rows(table.agrees, np.inf, lambda cells: np.asarray(cells.min(axis=1) == 1, dtype=np.float64))


@metric(
    "any_change_rate",
    formula="examples where some case has a different answer than the unperturbed one / examples",
    source='Balasubramanian et al. 2020, "What\'s in a Name?" (arXiv 2007.06897)',
    reads="agrees",
    interval="proportion",
    unit="example",
    better="lower",
    undefined="no case whose answer must stay",
    paired=True,
)
def any_change_rate(table: Table) -> Ratio:
    """Share of examples where some perturbation changes the answer; 1 - unanimity."""
    return _of_rows(table.agrees, np.inf, lambda cells: np.asarray(cells.min(axis=1) < 1, dtype=np.float64))


@metric(
    "worst_case_accuracy",
    formula="mean over examples of min over variants of right",
    source=_SURVEY,
    reads="correct",
    interval="proportion",
    unit="example",
)
def worst_case_accuracy(table: Table) -> Ratio:
    """Share of examples answered right under every perturbation; it falls as variants are added."""
    return _of_rows(table.correct, np.inf, lambda cells: cells.min(axis=1))


@metric(
    "best_case_accuracy",
    formula="mean over examples of max over variants of right",
    source=_SURVEY,
    reads="correct",
    interval="proportion",
    unit="example",
)
def best_case_accuracy(table: Table) -> Ratio:
    """Share of examples that are answered right under some perturbation; it rises as variants are added."""
    return _of_rows(table.correct, -np.inf, lambda cells: cells.max(axis=1))


@metric(
    "attack_success_rate",
    formula="wrong perturbed cases / perturbed cases, of examples answered right without perturbation",
    source=_PROMPTBENCH,
    reads="correct",
    interval="proportion",
    better="lower",
    undefined="no example was answered right without perturbation",
    paired=True,
)
def attack_success_rate(table: Table) -> Ratio:
    """Share of cases that turn wrong, of those that were right; with repeats, a clean answer counts by its share."""
    return _share(1 - table.correct, weight=table.clean_correct[:, None])


@metric(
    "recovery_rate",
    formula="right perturbed cases / perturbed cases, of examples answered wrong without perturbation",
    source=_SURVEY,
    reads="correct",
    interval="proportion",
    undefined="no example was answered wrong without perturbation",
    paired=True,
)
def recovery_rate(table: Table) -> Ratio:
    """Share of cases that turn right, of those that were wrong."""
    return _share(table.correct, weight=1 - table.clean_correct[:, None])


def _share(values: Matrix, weight: Matrix | float = 1.0) -> Ratio:
    """Weighted sum of the known values over their weights, with one numerator and denominator per example."""
    weights = np.broadcast_to(np.asarray(weight, dtype=np.float64), values.shape)
    known = ~(np.isnan(values) | np.isnan(weights))
    counted: Matrix = np.where(known, weights, 0.0)
    right: Matrix = np.where(known, values, 0.0) * counted
    return Ratio(_row_sums(right), _row_sums(counted))


def _row_sums(values: Matrix) -> Matrix:
    return np.asarray(values.sum(axis=1), dtype=np.float64)


def _of_rows(values: Matrix, neutral: float, reduce: Callable[[Matrix], Matrix]) -> Ratio:
    """A mean over the examples that have a known value; `neutral` replaces unknown cells."""
    known = ~np.isnan(values)
    some = known.any(axis=1) if values.shape[1] else np.zeros(values.shape[0], dtype=bool)
    numerator = np.zeros(values.shape[0])
    if some.any():
        numerator[some] = reduce(np.where(known, values, neutral)[some])
    return Ratio(numerator, np.where(some, 1.0, 0.0))
