"""What one method does to some examples, and whether that differs from what the plain prompt does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from llmrobust.methods import ABSTAINED, NO_CASE, Answered, Asked
from llmrobust.methods.method import Floats
from llmrobust.methods.one_of_each import one_of_each
from llmrobust.metrics.clusters import summed
from llmrobust.metrics.metric_registry import Ratio, Sums
from llmrobust.metrics.values_and_intervals import ratio_interval
from llmrobust.results.suite_result import CONFIDENCE
from llmrobust.stats import clopper_pearson_interval, sign_flip_p

Criterion = Literal["accuracy", "consistency", "worst-case", "spread"]
CRITERIA: tuple[Criterion, ...] = ("accuracy", "consistency", "worst-case", "spread")
"""What the best method can be chosen by; the smallest spread is the best."""


FLIPS = 4000
"""Random assignments of signs: the smallest p-value is 1 in 4,001, small enough for Holm's correction."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a method does to some examples; None where unknown.

    unperturbed: accuracy without an edit. accuracy: of all cases. consistency: share of answers that are the method's
    own answer without an edit. median, std, spread: of the columns' accuracies. worst_case: share of examples that are
    right in every column. columns: how many there are. drops: by family, unperturbed accuracy less the family's.
    """

    unperturbed: float | None
    accuracy: float | None
    consistency: float | None
    median: float | None
    std: float | None
    spread: float | None
    worst_case: float | None
    columns: int
    drops: tuple[tuple[str, float], ...]

    def by(self, criterion: Criterion) -> float | None:
        """The figure that a criterion looks at, larger being better."""
        if criterion == "spread":
            return None if self.spread is None else -self.spread
        return {"accuracy": self.accuracy, "consistency": self.consistency, "worst-case": self.worst_case}[criterion]


@dataclass(frozen=True, slots=True)
class Difference:
    """A method less plain, over the same examples. p: two-sided, for no difference; holm: adjusted for all methods
    compared; None where there is no test."""

    value: float
    low: float
    high: float
    p: float | None = None
    holm: float | None = None

    @property
    def told(self) -> bool:
        """Whether a difference can be told among all methods compared: by the test and by the interval."""
        return self.holm is not None and self.holm < 1 - CONFIDENCE and self.excludes_zero

    @property
    def excludes_zero(self) -> bool:
        """Whether all of the interval is on one side."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Selective:
    """The answers of a method that withholds some. coverage: share of cases with an answer; risk: of wrong ones among
    these. low, high: exact bounds of the risk, from one answered case of each of `units` clusters."""

    coverage: float
    risk: float | None
    low: float | None
    high: float | None
    units: int


def right_of(answered: Answered) -> Floats:
    """(examples, columns): 1 right, 0 wrong, NaN without a case or a gold answer, or where the answer is withheld."""
    known = (answered.gold >= 0) & (answered.given != NO_CASE) & (answered.given != ABSTAINED)
    return np.where(known, (answered.given == answered.gold).astype(np.float64), np.nan)


def kept_of(answered: Answered) -> Floats:
    """(examples, columns): 1 where the answer is the method's own without an edit, 0 where it is not, NaN where it need
    not be, or one of them is withheld or missing."""
    first = answered.given[:, :1]
    known = answered.stays.copy()
    for code in (NO_CASE, ABSTAINED):
        known &= (answered.given != code) & (first != code)
    return np.where(known, ((answered.given == first) & (first >= 0)).astype(np.float64), np.nan)


def figures_of(answered: Answered, own: NDArray[np.intp], keep: NDArray[np.bool_]) -> Figures:
    right, kept = right_of(answered)[keep], kept_of(answered)[keep]
    clean = _mean(right[:, 0])
    mine = right[:, own]
    by_column = [value for value in (_mean(mine[:, i]) for i in range(mine.shape[1])) if value is not None]
    some = ~np.isnan(mine).all(axis=1)
    worst = np.where(np.isnan(mine), 1.0, mine).min(axis=1, initial=1.0)
    drops = []
    for family in dict.fromkeys(answered.families[1:]):
        there = np.array([one == family for one in answered.families], dtype=bool)
        value = _mean(right[:, there])
        if value is not None and clean is not None:
            drops.append((family, clean - value))
    several = len(by_column) > 1
    return Figures(
        unperturbed=clean,
        accuracy=_mean(mine),
        consistency=_mean(kept[:, own]),
        median=float(np.median(by_column)) if by_column else None,
        std=float(np.std(by_column, ddof=1)) if several else None,
        spread=max(by_column) - min(by_column) if several else None,
        worst_case=float(worst[some].mean()) if some.any() else None,
        columns=len(own),
        drops=tuple(drops),
    )


def _mean(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else None


def example_means(values: Floats) -> Floats:
    """The mean of each row's known values, (examples,); NaN without any."""
    known = ~np.isnan(values)
    counted = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1)
    return np.asarray(np.divide(sums, counted, out=np.full(len(values), np.nan), where=counted > 0))


def difference_of(
    answered: Answered, own: NDArray[np.intp], plain: Answered, columns: NDArray[np.intp], asked: Asked, measured: str
) -> Difference | None:
    """The method less plain, each example by its mean over the columns, on the reporting half."""
    if answered is plain or answered.withholds:
        return None
    values = right_of if measured == "accuracy" else kept_of
    theirs = np.intersect1d(answered.stands_for, columns)
    mine = np.where(asked.choosing, np.nan, example_means(values(answered)[:, own]))
    return paired_difference(mine, example_means(values(plain)[:, theirs]), asked.clusters, asked.seed)


def paired_difference(mine: Floats, theirs: Floats, clusters: NDArray[np.intp], seed: int) -> Difference | None:
    """The mean of one less another over the same examples, (examples,) each with NaN where unknown; intervals and test
    count clusters. None without a common example."""
    both = mine - theirs
    used = ~np.isnan(both)
    if not used.any():
        return None
    _, group = np.unique(clusters[used], return_inverse=True)
    count = int(group.max()) + 1
    sums = summed(both[used], group, count)
    value = float(both[used].mean())
    interval = ratio_interval(Ratio(sums, summed(np.ones(int(used.sum())), group, count)), value, True, CONFIDENCE)
    return Difference(value, interval.low, interval.high, sign_flip_p(sums, FLIPS, seed))


def spread_difference(mine: Floats, theirs: Floats, asked: Asked) -> Sums:
    """The difference of two spreads, (examples, columns) each, as a function of sums over clusters."""
    use = ~asked.choosing
    _, group = np.unique(asked.clusters[use], return_inverse=True)
    count = int(group.max(initial=-1)) + 1
    parts = [
        part
        for values in (mine[use], theirs[use])
        for part in (np.nan_to_num(values), (~np.isnan(values)).astype(np.float64))
    ]
    ends = np.cumsum([part.shape[1] for part in parts])

    def reduce(totals: Floats) -> Floats:
        right, counted, other, others = np.split(totals, ends[:-1], axis=1)
        return np.asarray(_range(right, counted) - _range(other, others))

    return Sums(summed(np.concatenate(parts, axis=1), group, count), reduce)


def _range(right: Floats, counted: Floats) -> Floats:
    accuracies = np.divide(right, counted, out=np.full(right.shape, np.nan), where=counted > 0)
    return np.asarray(accuracies.max(axis=1) - accuracies.min(axis=1))


def selective_of(answered: Answered, own: NDArray[np.intp], asked: Asked) -> Selective | None:
    """Risk and coverage on the reporting half; None for a method that withholds nothing."""
    if not answered.withholds:
        return None
    use = ~asked.choosing
    asked_cells = answered.given[use][:, own] != NO_CASE
    covered = asked_cells & (answered.given[use][:, own] != ABSTAINED)
    right = right_of(answered)[use][:, own]
    risk = _mean(right)
    drawn = list(one_of_each(right, asked.clusters[use], asked.seed))
    wrong = sum(1 for value in drawn if value == 0)
    bounds = clopper_pearson_interval(wrong, len(drawn), CONFIDENCE) if drawn else None
    return Selective(
        float(covered.sum() / max(1, asked_cells.sum())),
        None if risk is None else 1 - risk,
        None if bounds is None else bounds.low,
        None if bounds is None else bounds.high,
        len(drawn),
    )
