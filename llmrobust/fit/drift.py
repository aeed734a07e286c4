"""Whether new real inputs are still what a suite was fitted to."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmrobust.fit.counting import Counted
from llmrobust.fit.estimate import Estimate, Fitted
from llmrobust.metrics.clusters import by_cluster
from llmrobust.metrics.metric_registry import Ratio
from llmrobust.metrics.values_and_intervals import ratio_interval
from llmrobust.stats import Interval, fisher_p, holm

CLEAN_HAS_IT = 0.01
"""The share of clean texts with a feature from which on the suite's own examples are taken to have it."""
FEWEST_FINDS = 10
"""Texts with a feature below which nothing is said about how often each has it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One comparison. what: "share", or "rate" for occurrences in each text that has any. p: adjusted by Holm."""

    feature: str
    what: str
    old: float
    new: float
    p: float


@dataclass(frozen=True, slots=True)
class Drift:
    """All comparisons, and the share of new texts outside of what the suite covers.

    outside: texts with a feature that the suite does not make and clean texts do not have, with more occurrences than
    any text had, or longer or shorter than all were. interval: of their share.
    """

    compared: tuple[Moved, ...]
    n: int
    outside: int
    interval: Interval
    alpha: float

    @property
    def moved(self) -> tuple[Moved, ...]:
        """Comparisons that chance does not explain, the surest first."""
        return tuple(sorted((one for one in self.compared if one.p < self.alpha), key=lambda one: one.p))

    def as_json(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {**asdict(self), "moved": [asdict(one) for one in self.moved]}


def drift_between(old: Fitted, new: Fitted, counts: Counted) -> Drift:
    """New texts compared with those that a suite was fitted to. counts: of the new texts.

    Error rate over all features together: 1 - the confidence of the old fit. Shares are compared by Fisher's exact test
    on the numbers of texts that they are worth, occurrences by the normal distribution.
    """
    before = {one.feature: one for one in old.estimates}
    compared: list[tuple[str, str, float, float, float]] = []
    for one in new.estimates:
        was = before.get(one.feature)
        if was is None or not was.n_effective or not one.n_effective:
            continue
        compared.append((one.feature, "share", was.found / was.n, one.found / one.n, _p_of_shares(was, one)))
        if min(was.found, one.found) >= FEWEST_FINDS and max(was.each_error, one.each_error) > 0:
            compared.append((one.feature, "rate", was.each, one.each, _p_of_means(was, one)))
    adjusted = holm([p for *_, p in compared])
    outside = _outside(old, counts)
    ratio = by_cluster(Ratio(outside.astype(np.float64), np.ones(len(outside))), counts.clusters)
    share = float(outside.mean())
    return Drift(
        tuple(Moved(name, what, a, b, p) for (name, what, a, b, _), p in zip(compared, adjusted, strict=True)),
        len(outside),
        int(outside.sum()),
        ratio_interval(ratio, share, False, old.confidence),
        1 - old.confidence,
    )


def _p_of_shares(old: Estimate, new: Estimate) -> float:
    worth = [(one, max(1, round(one.n_effective))) for one in (old, new)]
    (first, n_first), (second, n_second) = [(round(one.found / one.n * n), n) for one, n in worth]
    return fisher_p(first, n_first, second, n_second)


def _p_of_means(old: Estimate, new: Estimate) -> float:
    distance = abs(new.each - old.each) / math.hypot(old.each_error, new.each_error)
    return 2 * (1 - NormalDist().cdf(distance))


def _outside(old: Fitted, counts: Counted) -> NDArray[np.bool_]:
    """(texts,) True for a text that the suite does not cover."""
    outside = (counts.words < old.lengths[0]) | (counts.words > old.lengths[-1])
    for one in old.estimates:
        if one.feature in counts.names and one.n_effective:
            covered = one.is_there or one.clean >= CLEAN_HAS_IT
            outside |= counts.of(one.feature) > (max(one.most, 1) if covered else 0)
    return np.asarray(outside)
