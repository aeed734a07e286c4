"""One case of each cluster of examples: independent of each other, as the cases of a cluster are not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from llmrobust.seeds import Stream


def one_of_each(values: NDArray[np.float64], clusters: NDArray[np.intp], seed: int) -> Iterator[float]:
    """One known value of each cluster, drawn by the seed. values: (examples, columns), NaN where unknown."""
    order = np.argsort(clusters, kind="stable")
    numbers, starts = np.unique(clusters[order], return_index=True)
    for number, rows in zip(numbers, np.split(order, starts[1:]), strict=True):
        known = values[rows][~np.isnan(values[rows])]
        if known.size:
            yield float(Stream(seed, "methods", "one of each", int(number)).choice(list(known)))
