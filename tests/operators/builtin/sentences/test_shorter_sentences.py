"""Sentences that simplification divides, and those that it leaves whole."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ann called her boss, but he was out all day.", "Ann called her boss. But he was out all day."),
        ("the first half drags , but it ends well for us all.", "the first half drags . but it ends well for us all."),
        ("The cup had a crack, so it was thrown away.", "The cup had a crack. So it was thrown away."),
        ("Dan lent a book, but the book never came back.", "Dan lent a book. But the book never came back."),
        ("The mill shut in May, and it never opened again.", "The mill shut in May. It never opened again."),
        ("Ben shot a bird, but Noa saved its life.", "Ben shot a bird. But Noa saved its life."),
    ],
)
def test_two_main_clauses_become_two_sentences(old: str, new: str) -> None:
    assert list(values("style.simplify", old).values()) == [new]


@pytest.mark.parametrize(
    "text",
    [
        "He says that she is ill, but she is not ill at all.",
        "If it rains, they stay here, but she likes to go out.",
        "He likes cats, dogs and birds, but she does not like any.",
        "He asked, but she said no.",
        "The man with the hat left, but only for an hour or two.",
        'Ann read "The sun was up, but he slept on in bed."',
        "Ben rides a bike, but the bike of his son.",
    ],
)
def test_a_sentence_stays_whole_where_a_part_would_not_stand_alone(text: str) -> None:
    assert values("style.simplify", text) == {}


def test_an_article_fits_the_word_after_an_adverb_that_goes() -> None:
    assert list(values("style.simplify", "It was an actually good film.").values()) == ["It was a good film."]
    assert values("style.simplify", "She was a very old woman.") == {}, "a degree is a fact"
