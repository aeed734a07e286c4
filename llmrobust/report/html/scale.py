"""Chart scales: maps values to picture units."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEP = 0.1


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale from `low` at 0 to `high` at `width`."""

    low: float
    high: float
    width: float

    def at(self, value: float) -> float:
        """The position of a value, rounded to a tenth of a unit; values beyond the ends are clamped."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(share * self.width, 1)

    @property
    def ticks(self) -> tuple[float, ...]:
        """The ends and the middle."""
        return self.low, (self.low + self.high) / 2, self.high


def fitting(values: Iterable[float], width: float, low: float = 0.0, high: float = 1.0) -> Scale:
    """A scale that ends at tenths, shows all values, and does not begin further down than needed.

    low, high: the ends that are never passed.
    """
    found = [value for value in values if math.isfinite(value)]
    least = math.floor(min([*found, high - STEP]) / STEP + 1e-9) * STEP
    most = math.ceil(max([*found, low + STEP]) / STEP - 1e-9) * STEP
    start, end = max(low, round(least, 6)), min(high, round(most, 6))
    return Scale(start, max(end, round(start + STEP, 6)), width)
