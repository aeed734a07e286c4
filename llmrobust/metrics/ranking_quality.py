"""Metrics of rankings: beside a gold ranking, and beside the ranking without the perturbation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from llmrobust.metrics.metric_registry import Floats, Ratio, Sums, divided, metric
from llmrobust.metrics.table import Table
from llmrobust.metrics.texts import mean_of

_NO_RANKING = "no ranking (`check: ranking`) with a gold ranking"
_NO_CLEAN = "no ranking (`check: ranking`) that must stay"
_JARVELIN = "Järvelin and Kekäläinen 2002, linear gains, as scikit-learn's ndcg_score"


def ndcg_of(items: Sequence[str], grades: Mapping[str, float], top: int | None = None) -> float:
    """Discounted cumulative gain of the first `top` items over that of the best order; 0 where no item has a grade."""
    best = sorted(grades.values(), reverse=True)
    ideal = _gain(best[:top])
    return _gain([grades.get(item, 0.0) for item in items[:top]]) / ideal if ideal > 0 else 0.0


def _gain(grades: Sequence[float]) -> float:
    return math.fsum(grade / math.log2(place + 2) for place, grade in enumerate(grades))


def reciprocal_rank_of(items: Sequence[str], grades: Mapping[str, float]) -> float:
    """1 / place of the first item of the highest grade; 0 where there is none."""
    best = max(grades.values(), default=0.0)
    return next((1 / place for place, item in enumerate(items, 1) if grades.get(item) == best), 0.0)


def kendall_tau_of(items: Sequence[str], grades: Mapping[str, float]) -> float:
    """(concordant - discordant) / pairs of items with different grades; 0 without such pairs.

    An item that is not named ranks behind all that are; a pair of which none is named counts for neither.
    """
    place = {item: number for number, item in enumerate(items)}
    balance = pairs = 0
    for one, other in combinations(grades, 2):
        if grades[one] == grades[other]:
            continue
        pairs += 1
        first, second = place.get(one, len(items)), place.get(other, len(items))
        if first != second:
            balance += 1 if (first < second) == (grades[one] > grades[other]) else -1
    return balance / pairs if pairs else 0.0


def overlap_of(items: Sequence[str], other: Sequence[str], top: int | None = None) -> float:
    """Share of the first `top` items that two rankings have in common; 0 where one of them is empty."""
    length = min(top or math.inf, max(len(items), len(other)))
    return len({*items[:top]} & {*other[:top]}) / length if items and other else 0.0


def rank_shift_of(items: Sequence[str], before: Sequence[str]) -> float:
    """How many places the items of a ranking moved on average; one that is gone moved behind the longer of the two."""
    place = {item: number for number, item in enumerate(items)}
    end = max(len(items), len(before))
    return sum(abs(place.get(item, end) - number) for number, item in enumerate(before)) / max(1, len(before))


@metric(
    "ndcg",
    formula="mean over cases of DCG / ideal DCG of the first `top` items",
    source=_JARVELIN,
    reads="texts",
    interval="bca",
    undefined=_NO_RANKING,
    check="ranking",
    needs=("gold",),
)
def ndcg(table: Table) -> Ratio:
    """How well answers rank what is graded by gold; a list of n items grades them n, n-1, ... 1."""
    return mean_of(table, "ndcg")


@metric(
    "ndcg_std",
    formula="standard deviation over examples of their mean NDCG",
    source="field standard (variance over queries)",
    reads="texts",
    interval="bca",
    range=(0.0, 1.0),
    better="lower",
    undefined=_NO_RANKING,
    check="ranking",
    needs=("gold",),
)
def ndcg_std(table: Table) -> Sums:
    """How much the quality of rankings differs between examples (queries)."""
    values: Floats = table.answers.texts["ndcg"] if table.answers is not None else np.empty(table.correct.shape)
    known = ~np.isnan(values)
    some = known.any(axis=1)
    means = np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    parts = np.stack([some * means, some * means**2, some.astype(np.float64)], axis=1)

    def deviation(totals: Floats) -> Floats:
        mean, square = divided(totals[:, 0], totals[:, 2]), divided(totals[:, 1], totals[:, 2])
        deviations: Floats = np.sqrt(np.maximum(square - mean**2, 0.0))
        return deviations

    return Sums(parts, deviation)


@metric(
    "reciprocal_rank",
    formula="mean over cases of 1 / place of the first item of gold's highest grade",
    source="Voorhees 1999 (MRR)",
    reads="texts",
    interval="bca",
    undefined=_NO_RANKING,
    check="ranking",
    needs=("gold",),
)
def reciprocal_rank(table: Table) -> Ratio:
    """How near to the front the best item is (MRR)."""
    return mean_of(table, "reciprocal_rank")


@metric(
    "kendall_tau",
    formula="mean over cases of (concordant - discordant) / pairs of items that gold grades differently",
    source="Kendall 1938",
    reads="texts",
    interval="bca",
    range=(-1.0, 1.0),
    undefined=_NO_RANKING,
    check="ranking",
    needs=("gold",),
)
def kendall_tau(table: Table) -> Ratio:
    """How alike the order is to that of gold; items that are not named come last."""
    return mean_of(table, "kendall_tau")


@metric(
    "rank_agreement",
    formula="mean over cases of Kendall's tau between the ranking and the unperturbed one",
    source="Kendall 1938",
    reads="texts",
    interval="bca",
    range=(-1.0, 1.0),
    undefined=_NO_CLEAN,
    check="ranking",
    paired=True,
)
def rank_agreement(table: Table) -> Ratio:
    """How alike the order is to that of the unperturbed answer."""
    return mean_of(table, "rank_agreement")


@metric(
    "top_overlap",
    formula="mean over cases of the share of the first `top` items that the unperturbed ranking has there too",
    source="field standard (overlap@k)",
    reads="texts",
    interval="bca",
    undefined=_NO_CLEAN,
    check="ranking",
    paired=True,
)
def top_overlap(table: Table) -> Ratio:
    """How much of the top of the unperturbed ranking stays there."""
    return mean_of(table, "top_overlap")


@metric(
    "rank_shift",
    formula="mean over cases of the mean over the unperturbed ranking's items of the places that they moved",
    source="field standard (Spearman's footrule / n)",
    reads="texts",
    interval="bca",
    range=(0.0, float("inf")),
    better="lower",
    undefined=_NO_CLEAN,
    check="ranking",
    paired=True,
)
def rank_shift(table: Table) -> Ratio:
    """How many places items move on average; one that is gone moves behind the last."""
    return mean_of(table, "rank_shift")
