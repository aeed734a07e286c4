"""What "It is not true that" and "It is not false that" may stand before: how much of a sentence they deny."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

ONCE = [
    ("John fired Bill because he was ill.", "It is not true that John fired Bill because he was ill."),
    (
        "The chef held the waiter so that he would stay.",
        "It is not true that the chef held the waiter so that he would stay.",
    ),
    ("Rice beat Texas, even though they were the best team.", None),
    ("The boat sank, because it was old.", None),
    ("Carl borrowed a book, but he never read it.", None),
    ("She has also written fiction.", None),
    ("The police feared a riot, so they closed the road.", None),
    ("I would appreciate it if Anna came.", None),
    ("In 1999, the team won the cup.", "It is not true that the team won the cup in 1999."),
    ("On Monday, Ben sold six cakes.", "It is not true that Ben sold six cakes on Monday."),
    ("For his 30th birthday, Elvira chose a red car.", None),
    ("By the way, the keys are on the table.", None),
    ("According to Maria, the shop is closed.", None),
    ("Ladies and gentlemen, the show is over.", None),
    ("Hi Anna, I've attached the report.", None),
    ("Jubilant, Gandhi tries to address the crowd.", None),
    ("Ann, Bob and Carl live in Rome.", "It is not true that Ann, Bob and Carl live in Rome."),
    ("The old, tired man slept.", "It is not true that the old, tired man slept."),
    ("The Times published the story.", "It is not true that The Times published the story."),
    ("The Atlantic storm sank a ship.", "It is not true that the Atlantic storm sank a ship."),
]
TWICE = [
    (
        "Rice beat Texas, even though they were the best team.",
        "It is not false that Rice beat Texas, even though they were the best team.",
    ),
    (
        "Carl borrowed a book, but the book was lost.",
        "It is not false that Carl borrowed a book, but the book was lost.",
    ),
    ("She has also written fiction.", "It is not false that she has also written fiction."),
    ("Carl borrowed a book, but he did not read it.", None),
    ("Although it rained, Carl went out.", None),
    ("In the morning, Anna eats two eggs.", "It is not false that Anna eats two eggs in the morning."),
    ("In the end, the team lost the match.", None),
    ("On the other hand, the shop is cheap.", None),
    ("Jubilant, Gandhi tries to address the crowd.", None),
]
CASES = [*(("negation.statement", *case) for case in ONCE), *(("negation.double", *case) for case in TWICE)]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_a_whole_sentence_is_denied_or_left_alone(name: str, text: str, expected: str | None) -> None:
    assert next(iter(values(name, text, target="text").values()), None) == expected
