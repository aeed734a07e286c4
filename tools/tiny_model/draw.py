"""The draws that the generator needs besides those of every stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from llmrobust.seeds import Stream

T = TypeVar("T")


class Draw(Stream):
    """A stream of draws that is a pure function of its key, on every Python version and in every process."""

    def weighted(self, values: Sequence[tuple[T, float]]) -> T:
        """One of the (value, weight) pairs' values, in proportion to the weights."""
        point = self.uniform() * sum(weight for _, weight in values)
        for value, weight in values:
            point -= weight
            if point < 0:
                return value
        return values[-1][0]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """The values in a random order."""
        return self.sample(values, len(values))
