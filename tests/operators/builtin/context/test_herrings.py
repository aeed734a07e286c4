"""Red herrings about the problem itself."""

from __future__ import annotations

import pytest

from llmrobust.operators.builtin.context.herrings import before_the_question, things_of
from tests.operators.prompts import values

EGGS = "Janet has 16 eggs and 3 hens. She eats two of them. How many are left?"


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("Ann has 16 eggs and 3 red apples.", [("eggs", 16), ("red apples", 3)]),
        ("It took 3 hours and 5 of her friends.", []),
        ("She bought 2 dozen donuts for $5 each.", []),
        ("He buys 1,200 bricks.", [("bricks", 1200)]),
    ],
)
def test_things_are_what_is_counted(text: str, things: list[tuple[str, int]]) -> None:
    assert list(things_of(text)) == things


def test_it_is_about_the_problem_and_stands_before_its_question() -> None:
    for found in values("context.red_herring", EGGS, samples=8).values():
        assert found.endswith(" How many are left?")
        assert found.startswith("Janet has 16 eggs and 3 hens. She eats two of them. ")
        added = found.removeprefix(EGGS.partition(" How many")[0]).removesuffix(" How many are left?")
        assert "eggs" in added or "hens" in added or "Janet" in added
        assert "years old" not in added, "a question may ask for that"


def test_more_herrings_for_more_severity() -> None:
    found = values("context.red_herring", EGGS, severity=[1, 4])
    assert len(found["s4-problem"]) > len(found["s1-problem"])


def test_a_text_without_a_question_is_followed_by_it() -> None:
    assert before_the_question("No question here.", "X.") is None
    (found,) = values("context.red_herring", "i lost my card").values()
    assert found.startswith("i lost my card. ")


def test_the_older_kind_agrees_in_number() -> None:
    for found in values("context.red_herring", "The goods were delivered late.", about="anything", samples=20).values():
        assert "goods was" not in found
