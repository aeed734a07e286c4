"""Sequential halving: the best arm is found, within the budget, and what is there stays for comparison."""

from __future__ import annotations

import pytest

from llmrobust.search.halving import HalvingFound, halving
from llmrobust.seeds import Stream


def searched(chances: list[float], questions: int, budget: int, seed: int = 0, costs=None) -> tuple[HalvingFound, int]:
    """chances: of each arm to be right, drawn by arm and question."""
    costs = costs or [1] * len(chances)
    search, spent = halving(costs, questions, budget), 0
    asked = next(search)
    while True:
        spent += sum(costs[arm] * len(some) for arm, some in asked)
        answers = [[Stream(seed, arm, n).chance(chances[arm]) for n in some] for arm, some in asked]
        try:
            asked = search.send(answers)
        except StopIteration as done:
            return done.value, spent


def test_the_best_of_many_arms_is_found_within_the_budget():
    chances = [0.5] * 15 + [0.95]
    found = [searched(chances, 200, 640, seed) for seed in range(20)]
    assert sum(one.best == 15 for one, _ in found) >= 19
    assert all(spent <= 640 for _, spent in found)


def test_every_round_drops_the_worse_half_but_never_the_first_arm():
    found, _ = searched([0.1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3], 300, 1200)
    assert found.best == 1
    most = max(arm.asked for arm in found.arms)
    assert found.arms[0].asked == found.arms[1].asked == most
    assert sorted(found.order) == list(range(8))
    assert found.arms[7].asked < most


def test_arms_of_a_round_are_asked_the_same_questions():
    search = halving([1, 1, 1, 1], 50, 100)
    asked = next(search)
    assert len({some for _, some in asked}) == 1
    assert asked[0][1] == tuple(range(12))  # half of the budget in each of two rounds: 50 / 4


def test_costly_arms_count_by_their_requests():
    found, spent = searched([0.5, 0.6, 0.7], 1000, 90, costs=[1, 3, 5])
    assert spent <= 90
    assert min(arm.asked for arm in found.arms) == 5  # half of the budget in each of two rounds: 45 / (1 + 3 + 5)


def test_equal_arms_leave_what_is_there():
    found, _ = searched([1.0, 1.0, 1.0, 1.0], 20, 80)
    assert found.best == 0


def test_all_questions_asked_end_the_search():
    found, spent = searched([0.9, 0.1, 0.2], 5, 10_000)
    assert spent == 15
    assert found.best == 0


def test_a_budget_that_cannot_ask_every_arm_is_refused():
    with pytest.raises(ValueError, match="a budget that asks every arm once"):
        next(halving([1, 1, 3], 10, 4))
