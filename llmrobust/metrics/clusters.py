"""Statistics whose examples belong together: what is resampled are whole clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import overload

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.metric_registry import Dispersion, Floats, Ratio, Sums, Weighted
from llmrobust.stats import Statistic


@overload
def by_cluster(statistic: Ratio, clusters: Sequence[str]) -> Ratio: ...
@overload
def by_cluster(statistic: Statistic, clusters: Sequence[str]) -> Statistic: ...
def by_cluster(statistic: Statistic, clusters: Sequence[str]) -> Statistic:
    """The statistic with one row a cluster: its value is the same, and intervals resample clusters.

    clusters: the cluster of each row; empty where each is its own. A statistic whose rows are not examples (groups of
    them, such as theories) is left as it is. Rows of a cluster may depend on each other in any way.
    Source: Cameron and Miller 2015, "A Practitioner's Guide to Cluster-Robust Inference"; Davison and Hinkley 1997,
    section 3.8, for the bootstrap.
    """
    if not clusters or statistic.parts.shape[0] != len(clusters):
        return statistic
    group, count = cluster_numbers(clusters)
    if isinstance(statistic, Ratio):
        return Ratio(summed(statistic.numerator, group, count), summed(statistic.denominator, group, count))
    if isinstance(statistic, Dispersion):
        right, counted = summed(statistic.right, group, count), summed(statistic.counted, group, count)
        return replace(statistic, right=right, counted=counted)
    if isinstance(statistic, Weighted):
        support = None if statistic.support is None else min(statistic.support, count)
        return replace(statistic, parts=summed(statistic.parts, group, count), support=support)
    support = getattr(statistic, "support", None)
    return Sums(
        summed(statistic.parts, group, count), statistic.reduce, None if support is None else min(support, count)
    )


def cluster_numbers(clusters: Sequence[str]) -> tuple[NDArray[np.intp], int]:
    """The number of each row's cluster, in the order in which clusters first occur, and how many there are."""
    place = {name: number for number, name in enumerate(dict.fromkeys(clusters))}
    return np.array([place[name] for name in clusters], dtype=np.intp), len(place)


def summed(values: Floats, group: NDArray[np.intp], count: int) -> Floats:
    """Sums of rows by group: (rows, ...) to (count, ...)."""
    found = np.zeros((count, *values.shape[1:]))
    np.add.at(found, group, values)
    return found
