"""Finds the best of several arms within a budget: sequential halving.

Every round shares its part of the budget among the arms that are left, all of which are asked the same new questions,
and drops the worse half. Source: Karnin, Koren and Somekh 2013, "Almost Optimal Exploration in Multi-Armed Bandits",
algorithm 1; here all answers so far count, and one arm (what is there already) always stays for comparison.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from llmrobust.search.bandit import Arm, Ask


@dataclass(frozen=True, slots=True)
class HalvingFound:
    """order: the arms from the best to the worst, those that were dropped first at the end. arms: their answers."""

    order: tuple[int, ...]
    arms: tuple[Arm, ...]
    rounds: int

    @property
    def best(self) -> int:
        """The index of the best arm."""
        return self.order[0]


Halving = Generator[Ask, list[list[bool]], HalvingFound]
"""Yields arms with the questions to ask them, receives whether each answer is right, returns what was found."""


def halving(costs: Sequence[int], questions: int, budget: int, stays: int = 0) -> Halving:
    """Search for the best arm.

    costs: requests that an answer of each arm takes. questions: how many there are, asked in their order; all arms are
    asked the same ones. budget: requests. stays: the arm that is never dropped, and wins ties. Raises ValueError
    without arms, without questions, or for a budget that does not ask every arm once.
    """
    if not costs or questions < 1 or budget < sum(costs):
        raise ValueError("there must be arms and questions, and a budget that asks every arm once")
    arms = tuple(Arm(left=list(range(questions))) for _ in costs)
    alive, asked, spent, rounds = list(range(len(costs))), 0, 0, 0
    dropped: list[int] = []
    most = max(1, math.ceil(math.log2(len(costs))))
    while True:
        rounds += 1
        share = (budget - spent) // max(1, most - rounds + 1)
        each = sum(costs[index] for index in alive)
        new = tuple(range(asked, min(questions, asked + max(1, share // each)))) if budget - spent >= each else ()
        if new:
            answers = yield [(index, new) for index in alive]
            asked, spent = new[-1] + 1, spent + each * len(new)
            for index, right in zip(alive, answers, strict=True):
                arms[index].successes += sum(right)
                arms[index].failures += len(right) - sum(right)
        alive.sort(key=lambda index: (-arms[index].accuracy, index != stays, costs[index], index))
        if len(alive) <= 2 or rounds >= most or not new or asked == questions:
            return HalvingFound((*alive, *dropped), arms, rounds)
        kept = alive[: math.ceil(len(alive) / 2)]
        kept += [stays] if stays in alive and stays not in kept else []
        dropped = [index for index in alive if index not in kept] + dropped
        alive = kept
