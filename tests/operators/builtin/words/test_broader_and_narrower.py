"""Broader and narrower nouns: the text is still English, and tells things apart."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("word.hypernym", "He drove the car to the church.", {"He drove the vehicle to the building."}),
        ("word.hypernym", "The neighbor left.", {"The person left."}),
        ("word.hypernym", "She ate 2 cookies.", {"She ate 2 baked goods."}),
        ("word.hypernym", "The doctor left.", {"The medical professional left."}),
        ("word.hypernym", "He closed his bank account.", {"He closed his account."}),
        (
            "word.hyponym",
            "She saw the old dog.",
            {f"She saw the old {dog}." for dog in ("poodle", "terrier", "spaniel")},
        ),
        ("word.hyponym", "She got a new card.", {"She got a new debit card.", "She got a new credit card."}),
    ],
)
def test_nouns_are_replaced(name: str, old: str, new: set[str]) -> None:
    assert set(values(name, old, rate=1.0).values()) <= new
    assert values(name, old, rate=1.0)


@pytest.mark.parametrize(
    "stays",
    [
        # two things of one name, and a name that is taken
        "She has fewer rubies than diamonds.",
        "Her dog saw two animals.",
        "He saw cars and trucks.",
        "He has a bank account and an account of hers.",
        # somebody's
        "Sandra's neighbor left.",
        "It is her friend.",
        "My doctor left.",
        "He saw his 3 neighbors.",
        "It is in her house.",
        # times, units and words of many senses
        "He ran in the morning.",
        "He ran 5 miles.",
        "It is his age.",
        "He gave an answer.",
        "I placed an order.",
        "He has a card.",
        "He ate 3 eggs.",
        "He went to the beach.",
        "She set the table.",
        "The fee is high.",
        "It is a problem.",
        "He has a job.",
        "It is on the website.",
    ],
)
def test_broader_words_refuse(stays: str) -> None:
    assert values("word.hypernym", stays, rate=1.0) == {}


@pytest.mark.parametrize(
    "stays",
    [
        "The running cost her a day.",
        "An old woman ran.",
        "He ran in the morning.",
        "It took a day and an hour.",
        "It is a streaming school.",
        "It is a stone wall.",
        "He has the numbers.",
        "It has a problem.",
        "The fire began.",
        "He saw the machine.",
        "The family left.",
        "Is it a low rate?",
        "It is a game.",
        "He bought some school supplies.",
        "There is a pen of them.",
    ],
)
def test_narrower_words_refuse(stays: str) -> None:
    assert values("word.hyponym", stays, rate=1.0) == {}


def test_narrower_words_add_nothing_that_is_said_already() -> None:
    for seed in range(6):
        made = "".join(values("word.hyponym", "The door is at the front.", rate=1.0, seed=seed).values())
        assert "front door" not in made
