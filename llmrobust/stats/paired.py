"""Two prompts or two models on the same examples: tests of the mean difference that count examples, not cases."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

EXACT = 16
"""Up to this many differing examples, all assignments of signs are enumerated instead of sampled."""


def sign_flip_p(differences: NDArray[np.float64], resamples: int = 10_000, seed: int = 0) -> float:
    """Two-sided p-value that differences are as often positive as negative, by flipping their signs at random.

    differences: (examples,), of each example's mean over its variants; NaN where it has none. Exact for few differing
    examples, else a seeded sample with the observed assignment among it. 1 without any difference.
    Source: Fisher 1935, "The Design of Experiments" (the randomisation test of paired differences).
    """
    known = differences[~np.isnan(differences)]
    known = known[known != 0]
    if known.size == 0:
        return 1.0
    observed = abs(float(known.sum())) - 1e-12 * float(np.abs(known).sum())
    if known.size <= EXACT:
        signs = 1 - 2 * ((np.arange(2**known.size)[:, None] >> np.arange(known.size)) & 1).astype(np.float64)
        return float(np.mean(np.abs(signs @ known) >= observed))
    return (1 + _as_large(known, observed, resamples, seed)) / (1 + resamples)


def non_inferiority_p(differences: NDArray[np.float64], margin: float) -> float:
    """One-sided p-value that the mean difference is -margin or less: small where no loss of that size is credible.

    differences: (examples,) in [-1, 1], new minus old, NaN where unknown. margin: above 0, the largest loss that would
    do. Normal, with one full gain and one full loss added, so that examples without any difference prove no more than
    their number can. Raises ValueError for a margin that is not positive.
    Source: Bonett and Price 2012 for the mean; Wellek 2010, "Testing Statistical Hypotheses of Equivalence and
    Noninferiority".
    """
    if margin <= 0:
        raise ValueError(f"a margin must be above 0, not {margin}")
    known = differences[~np.isnan(differences)]
    n = known.size + 2
    centre = float(known.sum()) / n
    error = float(np.sqrt(max(float((known**2).sum()) + 2 - n * centre**2, 0.0))) / n
    return 1 - NormalDist().cdf((centre + margin) / error)


def _as_large(values: NDArray[np.float64], observed: float, resamples: int, seed: int) -> int:
    """How many random assignments of signs give a sum at least as large as the observed one."""
    generator = np.random.Generator(np.random.PCG64(seed))
    count = 0
    rows = max(1, 4_000_000 // values.size)
    for start in range(0, resamples, rows):
        signs = generator.integers(0, 2, size=(min(rows, resamples - start), values.size)).astype(np.float64) * 2 - 1
        count += int(np.count_nonzero(np.abs(signs @ values) >= observed))
    return count
