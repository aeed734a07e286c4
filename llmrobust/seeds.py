"""Seeded random streams that give the same draws on every machine and Python version.

A stream is derived by hashing from what it is for, so that adding an operator or an example changes no other
variant. Only `random.Random.random` is used underneath: it is the one method whose sequence Python guarantees.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def derived_seed(*parts: object) -> int:
    """A 64-bit seed that depends on every part (by its `str`) and on their order."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest.digest()[:8], "big")


class Stream:
    """A stream of random draws, fixed by the parts that it was derived from."""

    __slots__ = ("_random",)

    def __init__(self, *parts: object):
        self._random = random.Random(derived_seed(*parts))

    def uniform(self) -> float:
        """A float in [0, 1)."""
        return self._random.random()

    def below(self, bound: int) -> int:
        """An integer in [0, bound). Raises ValueError for a bound under 1."""
        if bound < 1:
            raise ValueError(f"no integer is at least 0 and below {bound}")
        return int(self._random.random() * bound)

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self._random.random() < probability

    def choice(self, items: Sequence[T]) -> T:
        """One of the items. Raises ValueError for an empty sequence."""
        return items[self.below(len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` items at different positions, in random order; all of them if there are fewer."""
        pool = list(items)
        self.shuffle(pool)
        return pool[:count]

    def beta(self, a: float, b: float) -> float:
        """A draw from the Beta distribution with parameters a and b, both positive."""
        first = self._gamma(a)
        return first / (first + self._gamma(b))

    def _gamma(self, shape: float) -> float:
        """A draw from the Gamma distribution of scale 1 (Marsaglia and Tsang 2000; normals by Box and Muller)."""
        if shape < 1:
            return float(self._gamma(shape + 1) * (1 - self.uniform()) ** (1 / shape))
        d = shape - 1 / 3
        c = 1 / math.sqrt(9 * d)
        while True:
            x = math.sqrt(-2 * math.log(1 - self.uniform())) * math.cos(2 * math.pi * self.uniform())
            v = (1 + c * x) ** 3
            if v > 0 and math.log(1 - self.uniform()) < x * x / 2 + d - d * v + d * math.log(v):
                return d * v

    def shuffle(self, items: list[T]) -> None:
        """Put the list in random order, in place (Fisher-Yates)."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
