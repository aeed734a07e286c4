"""The noise floor: how often a server answers one and the same prompt differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics import Ratio
from llmrobust.metrics.metric_registry import Sums, divided
from llmrobust.metrics.values_and_intervals import ratio_interval

FEW = 10
"""If fewer examples of a selection were sent again, the rate of all examples is subtracted."""
EXCESS = {"consistency": 1.0, "flip_rate": -1.0}
"""Metrics that gates judge by their excess over the noise floor, and which way the flip rate of noise moves them."""


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """Unperturbed prompts that were sent again.

    examples: ids of the examples that were sent again; asked, flipped: (examples,) how often, and how often with a
    different answer than the first time.
    """

    examples: tuple[str, ...]
    asked: NDArray[np.float64]
    flipped: NDArray[np.float64]
    confidence: float = 0.95

    @classmethod
    def of(cls, asked: Mapping[str, int], flipped: Mapping[str, int]) -> NoiseFloor:
        """From counts by example."""
        first, second = (np.array([float(by[name]) for name in asked]) for by in (asked, flipped))
        return cls(tuple(asked), first, second)

    @property
    def rate(self) -> float:
        """Share of repeated prompts that were answered differently; NaN without any."""
        asked = float(self.asked.sum())
        return float(self.flipped.sum()) / asked if asked else float("nan")

    def rate_of(self, examples: Sequence[str]) -> float:
        """The rate subtracted from a selection: its own, or that of all examples if few of its own were sent again."""
        flipped, asked = self._of(examples)
        return float(flipped.sum() / asked.sum())

    def _of(self, examples: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(examples,) how often each flipped and was sent; the rate of all instead if few of these were sent."""
        place = {name: row for row, name in enumerate(self.examples)}
        rows = np.array([place.get(name, len(self.examples)) for name in examples], dtype=np.intp)
        flipped, asked = np.append(self.flipped, 0.0)[rows], np.append(self.asked, 0.0)[rows]
        if (asked > 0).sum() < min(FEW, self.n_examples):
            return np.full(len(rows), self.rate), np.ones(len(rows))
        return flipped, asked

    def interval(self) -> tuple[float, float]:
        """The interval of the rate over examples."""
        found = ratio_interval(Ratio(self.flipped, self.asked), self.rate, False, self.confidence)
        return found.low, found.high

    @property
    def n_examples(self) -> int:
        """How many examples were sent again."""
        return int((self.asked > 0).sum())

    def taken_off(self, ratio: Ratio, examples: Sequence[str], sign: float) -> Sums:
        """A share with the noise floor subtracted: (flip rate - noise) / (1 - 2 noise), or 1 less that, in [0, 1].

        Noise flips answers that stay, but also reverts some that moved: with two answers all that it hits, with more
        answers fewer, so that the flip rate is then slightly overestimated, never underestimated. If half of all
        identical prompts are answered differently, nothing can be inferred, and every answer counts as moved. Examples
        are resampled together with their own repeated prompts, so that the interval includes the uncertainty of the
        floor itself (except for a selection of which few were sent again). examples: ids of the ratio's rows.
        Source: Rogan and Gladen 1978, "Estimating Prevalence from the Results of a Screening Test", for a test that
        errs as often on either side.
        """
        flipped, asked = self._of(examples)
        parts = np.column_stack([ratio.numerator, ratio.denominator, flipped, asked])

        def excess(totals: NDArray[np.float64]) -> NDArray[np.float64]:
            noise = np.nan_to_num(divided(totals[:, 2], totals[:, 3]), nan=self.rate)
            share = divided(totals[:, 0], totals[:, 1])
            flips = 1.0 - share if sign > 0 else share
            left = np.maximum(1.0 - 2.0 * noise, 0.0)
            moved = np.where(left > 0, divided(flips - noise, left), 1.0)
            moved = np.where(np.isnan(share), np.nan, np.clip(moved, 0.0, 1.0))
            return np.asarray(1.0 - moved if sign > 0 else moved)

        return Sums(parts, excess)
