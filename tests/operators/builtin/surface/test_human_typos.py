"""Typing errors in the published mix."""

from __future__ import annotations

from collections import Counter

import pytest

from llmrobust.operators.builtin.surface.human_typos import KEYBOARDS, _distances, _error
from llmrobust.seeds import Stream
from tests.operators.prompts import values

TEXT = "The quick brown fox jumps over the lazy dog while seven wizards quietly examine jolly boxes of parchment."


def kind(old: str, new: str) -> str:
    if len(new) != len(old):
        return "omission" if len(new) < len(old) else "insertion"
    return "transposition" if sorted(new) == sorted(old) else "substitution"


def test_kinds_and_neighbours_come_as_often_as_published() -> None:
    keys = _distances("qwerty")
    made = [("er", _error("er", keys, Stream("mix", i))) for i in range(8000)]
    kinds = Counter(kind(old, new) for old, new in made if new is not None)
    shares = {name: count / kinds.total() for name, count in kinds.items()}
    assert shares == pytest.approx(
        {"substitution": 0.462, "omission": 0.224, "insertion": 0.188, "transposition": 0.126}, abs=0.02
    )
    struck = [new[0] for _, new in made if new is not None and kind("er", new) == "substitution"]
    near = sum(keys["e"][key] <= 1.3 for key in struck) / len(struck)
    assert near == pytest.approx(0.58, abs=0.03)


def test_first_letters_are_seldom_wrong() -> None:
    found = [text for seed in range(1) for text in values("typo.human", TEXT, samples=100, rate=0.02).values()]
    words = TEXT.split()
    pairs = [(old, new) for text in found for old, new in zip(words, text.split(), strict=True) if old != new]
    assert len(pairs) > 100
    assert sum(old[0] != new[0] for old, new in pairs) / len(pairs) < 0.1


@pytest.mark.parametrize(
    ("layout", "key", "near"), [("qwerty", "z", "asx"), ("qwertz", "y", "asx"), ("azerty", "a", "qz")]
)
def test_neighbours_follow_the_layout(layout: str, key: str, near: str) -> None:
    keys = _distances(layout)  # type: ignore[arg-type]
    assert {other for other, distance in keys[key].items() if distance <= 1.3} == set(near)
    assert set(keys) == set("".join(KEYBOARDS[layout])), "every letter has a key"  # type: ignore[index]


def test_the_usual_rate_is_what_people_leave_uncorrected() -> None:
    long = " ".join([TEXT] * 10)
    (text,) = values("typo.human", long).values()
    wrong = sum(old != new for old, new in zip(long.split(), text.split(), strict=True))
    assert 6 <= wrong <= 10
