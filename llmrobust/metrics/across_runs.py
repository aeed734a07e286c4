"""Metrics that measure a run against other runs, which a gate names with `against:`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.metric_registry import Floats, Ratio, Sums, divided, metric
from llmrobust.metrics.table import NO_CASE, Answers, Table

Cells = NDArray[np.bool_]
MOST_LOGIT = 6.0
"""Accuracies of 0 and 1 have no logit; it ends here, at 0.0025 and 0.9975."""
_CALDERON = 'Calderon et al. 2023, "Measuring the Robustness of NLP Models to Domain Shifts" (arXiv 2306.00168)'
_NO_COMMON = "the two runs have no cases in common"


@metric(
    "relative_degradation",
    formula="mean over operators of (sum of accuracy lost) / (sum of accuracy that the reference run lost)",
    source="Chen et al. 2024, RoDLA (arXiv 2403.14442), mean robustness degradation carried over to text",
    reads="correct",
    interval="bca",
    range=(float("-inf"), float("inf")),
    better="lower",
    undefined=_NO_COMMON + ", or loses nothing under any operator",
    paired=True,
    needs=("gold", "reference"),
)
def relative_degradation(table: Table) -> Sums:
    """Loss of accuracy beside that of a reference: above 1 it is the more fragile of the two.

    Operators under which the reference loses nothing are left out: nothing is in proportion to them.
    """
    mine, theirs, known = _common(table)
    reference = table.references[0]
    clean_mine = np.nan_to_num(table.clean_correct)[:, None]
    clean_theirs = np.nan_to_num(_aligned(reference.clean_correct, _rows(table, reference)))[:, None]
    lost = np.where(known, clean_mine - mine, 0.0)
    reference_lost = np.where(known, clean_theirs - theirs, 0.0)
    of = _operators(table)
    k = of.shape[1]

    def ratio(totals: Floats) -> Floats:
        below = totals[:, k:]
        shares = divided(totals[:, :k], np.where(below > 1e-12, below, 0.0))
        some = ~np.isnan(shares)
        return divided(np.where(some, shares, 0.0).sum(axis=1), some.sum(axis=1).astype(np.float64))

    return Sums(np.concatenate([lost @ of, reference_lost @ of], axis=1), ratio)


@metric(
    "perturbation_effect",
    formula="mean over operators of the accuracy that the reference run loses to them",
    source="Chen et al. 2024, RoDLA (arXiv 2403.14442), mean perturbation effect carried over to text: its part by a "
    "reference model",
    reads="correct",
    interval="bca",
    range=(-1.0, 1.0),
    better="lower",
    undefined=_NO_COMMON,
    paired=True,
    needs=("gold", "reference"),
)
def perturbation_effect(table: Table) -> Sums:
    """How hard the perturbations are in themselves, by what they cost a reference, each operator counting the same."""
    _, theirs, known = _common(table)
    clean = np.nan_to_num(_aligned(table.references[0].clean_correct, _rows(table, table.references[0])))[:, None]
    of = _operators(table)
    k = of.shape[1]

    def effect(totals: Floats) -> Floats:
        losses = divided(totals[:, :k], totals[:, k:])
        some = ~np.isnan(losses)
        return divided(np.where(some, losses, 0.0).sum(axis=1), some.sum(axis=1).astype(np.float64))

    return Sums(np.concatenate([np.where(known, clean - theirs, 0.0) @ of, known @ of], axis=1), effect)


@metric(
    "target_drop",
    formula="accuracy of the reference run (in-domain on the target) - accuracy, over the same cases",
    source=_CALDERON + " (TD)",
    reads="correct",
    interval="difference",
    range=(-1.0, 1.0),
    better="lower",
    undefined=_NO_COMMON,
    needs=("gold", "reference"),
)
def target_drop(table: Table) -> Ratio:
    """What a shift costs on the target, beside a run whose demonstrations come from the target's own domain."""
    mine, theirs, known = _common(table)
    difference = np.where(known, theirs - mine, 0.0)
    return Ratio(difference.sum(axis=1), known.sum(axis=1).astype(np.float64))


@metric(
    "source_drop",
    formula="accuracy of the reference run (in-domain on the source) - accuracy",
    source=_CALDERON + " (SD)",
    reads="correct",
    interval="bca",
    range=(-1.0, 1.0),
    better="lower",
    undefined="no case with a gold answer",
    needs=("gold", "reference"),
)
def source_drop(table: Table) -> Sums:
    """What a shift costs beside the source domain itself; the reference has other examples, and is taken as it is."""
    known = ~np.isnan(table.correct)
    parts = np.column_stack([np.where(known, table.correct, 0.0).sum(axis=1), known.sum(axis=1)])
    theirs = _mean(table.references[0].correct)
    return Sums(parts, lambda totals: theirs - divided(totals[:, 0], totals[:, 1]))


@metric(
    "effective_robustness",
    formula="accuracy - f(unperturbed accuracy); f: logit-linear fit over the reference runs (at least two)",
    source='Taori et al. 2020; Awadalla et al. 2022, "Exploring The Landscape of Distributional Robustness for QA"',
    reads="correct",
    interval="bca",
    range=(-1.0, 1.0),
    undefined="fewer than two reference runs with different unperturbed accuracies",
    paired=True,
    needs=("gold", "reference"),
)
def effective_robustness(table: Table) -> Sums:
    """Accuracy under perturbation beyond what other models of the same unperturbed accuracy have."""
    points = [(_mean(one.clean_correct), _mean(one.correct)) for one in table.references]
    fit = fitted_line(points)
    known = ~(np.isnan(table.correct) | np.isnan(table.clean_correct)[:, None])
    count = known.sum(axis=1).astype(np.float64)
    clean = np.nan_to_num(table.clean_correct) * count
    parts = np.column_stack([clean, np.where(known, table.correct, 0.0).sum(axis=1), count])
    if fit is None:
        return Sums(parts, lambda totals: np.full(totals.shape[0], np.nan))
    slope, intercept = fit

    def beyond(totals: Floats) -> Floats:
        expected = slope * logit(divided(totals[:, 0], totals[:, 2])) + intercept
        return divided(totals[:, 1], totals[:, 2]) - 1 / (1 + np.exp(-expected))

    return Sums(parts, beyond)


def fitted_line(points: list[tuple[float, float]]) -> tuple[float, float] | None:
    """(slope, intercept) of logit accuracy under perturbation on logit unperturbed accuracy; None if no line can be
    fitted."""
    usable = np.array([point for point in points if not np.isnan(point).any()])
    if len(usable) < 2:
        return None
    x, y = logit(usable[:, 0]), logit(usable[:, 1])
    if np.ptp(x) < 1e-9:
        return None
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    return slope, float(y.mean() - slope * x.mean())


def logit(shares: Floats) -> Floats:
    """log(p / (1 - p)), ending at +-6."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.clip(np.log(shares) - np.log1p(-shares), -MOST_LOGIT, MOST_LOGIT))


def aligned_to(table: Table, reference: Table, own_columns: bool = False) -> Table:
    """The reference's cases in this table's rows and columns; cells that it does not have are unknown.

    own_columns: keep the reference's columns.
    """
    by_column = reference if own_columns else table
    rows, columns = _rows(table, reference), _columns(by_column, reference)
    grid = np.ix_(np.maximum(rows, 0), np.maximum(columns, 0))
    missing = (rows < 0)[:, None] | (columns < 0)[None, :]

    def moved(values: Floats) -> Floats:
        return np.where(missing, np.nan, values[grid])

    return Table(
        correct=moved(reference.correct),
        agrees=moved(reference.agrees),
        clean_correct=_aligned(reference.clean_correct, rows),
        columns=by_column.columns,
        operators=by_column.operators,
        families=by_column.families,
        examples=table.examples,
        unanswered=reference.unanswered,
        moves=None if reference.moves is None else moved(reference.moves),
        answers=None if reference.answers is None else _answers(reference.answers, rows, columns, ~missing),
        severities=by_column.severities,
        fields=table.fields,
        by=table.by,
        clusters=table.clusters,
    )


def counterparts(mine: Cells, theirs: Cells, table: Table, reference: Table, by_use: bool) -> tuple[Cells, Cells]:
    """The cells of two tables with the same rows that are compared with each other.

    mine, theirs: (examples, variants) of `table` and `reference`, each with its own columns, where a case is known. A
    cell is compared with the one in the same column. by_use: the remaining variants of an example under one use of an
    operator are compared all with all, if both runs have some: such variants are named after the prompt (another
    template has different formats), and leaving them out would hide their results.
    """
    places = _columns(table, reference)
    known = places >= 0
    first = np.zeros(mine.shape, dtype=bool)
    first[:, known] = mine[:, known] & theirs[:, places[known]]
    second = np.zeros(theirs.shape, dtype=bool)
    second[:, places[known]] = first[:, known]
    if by_use:
        uses, others = (np.array([name.partition("/")[0] for name in one.columns]) for one in (table, reference))
        for use in sorted(set(uses) & set(others)):
            here, there = uses == use, others == use
            left, right = mine & ~first & here, theirs & ~second & there
            both = left.any(axis=1) & right.any(axis=1)
            first |= left & both[:, None]
            second |= right & both[:, None]
    return first, second


def _answers(answers: Answers, rows: NDArray[np.intp], columns: NDArray[np.intp], known: NDArray[np.bool_]) -> Answers:
    """Answers in other rows and columns, in which only these cells are known."""
    picked = answers.rows(np.maximum(rows, 0)).columns(np.maximum(columns, 0)).only(known)
    clean, mass = picked.clean_probabilities, picked.clean_mass
    return replace(
        picked,
        clean=np.where(rows < 0, NO_CASE, picked.clean).astype(np.int32),
        clean_gold=np.where(rows < 0, NO_CASE, picked.clean_gold).astype(np.int32),
        clean_probabilities=None if clean is None else np.where((rows < 0)[:, None], np.nan, clean),
        clean_mass=None if mass is None else np.where(rows < 0, np.nan, mass),
    )


def _common(table: Table) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Right answers of this run and of the reference in this one's cells, and which cells both have."""
    theirs = aligned_to(table, table.references[0])
    known = ~(np.isnan(table.correct) | np.isnan(theirs.correct))
    known &= ~(np.isnan(table.clean_correct) | np.isnan(theirs.clean_correct))[:, None]
    return table.correct, theirs.correct, known


def _operators(table: Table) -> Floats:
    """(variants, operators), 1 where the variant is of the operator."""
    names = list(dict.fromkeys(table.operators))
    return np.array([[name == other for other in names] for name in table.operators], dtype=np.float64)


def _rows(table: Table, reference: Table) -> NDArray[np.intp]:
    place = {name: i for i, name in enumerate(reference.examples)}
    return np.array([place.get(name, -1) for name in table.examples], dtype=np.intp)


def _columns(table: Table, reference: Table) -> NDArray[np.intp]:
    place = {name: i for i, name in enumerate(reference.columns)}
    return np.array([place.get(name, -1) for name in table.columns], dtype=np.intp)


def _aligned(values: Floats, rows: NDArray[np.intp]) -> Floats:
    return np.where(rows < 0, np.nan, values[np.maximum(rows, 0)])


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
