"""Every kind of fault while many prompts are under way, at one server and at one of three replicas."""

from __future__ import annotations

import pytest

from tests.engine.load import FAULTS, LIST, PROMPTS, under_load

UNSEEN_BY_ONE = {"hang, once", "cut, once", "few, once", "HTTP 401, once", "HTTP 404, once"}
"""Faults that cost a lone server's answers: a second try could hang as long, or would be refused again."""


@pytest.mark.parametrize("name", FAULTS)
def test_at_one_server_nothing_is_lost_wrong_or_asked_twice(name: str) -> None:
    found = under_load(name, 1)
    assert not found.hung
    assert (found.lost, found.wrong, found.again) == (0, 0, 0)
    if name == "the server dies":
        return  # what its open connections still bring depends on the moment
    if FAULTS[name][0] < 10:
        assert found.right == (PROMPTS - LIST if name in UNSEEN_BY_ONE else PROMPTS)
    else:
        assert found.right < PROMPTS


@pytest.mark.parametrize("name", FAULTS)
def test_at_one_of_three_replicas_it_costs_no_answer(name: str) -> None:
    found = under_load(name, 3)
    assert not found.hung
    assert (found.right, found.again) == (PROMPTS, 0)
