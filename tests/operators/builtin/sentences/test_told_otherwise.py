"""Sentences split, linked, asked for and put into the passive by further rules: good English, or nothing changed."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

CASES = [
    ("syntax.split", "She sold 3 cups and 2 plates.", "She sold 3 cups. She also sold 2 plates."),
    ("syntax.split", "She worked 2 hours and 30 minutes.", None),
    ("syntax.split", "She mixed 3 cups and 2 plates.", None),
    ("syntax.split", "She bought a cup and a plate for $5.", None),
    ("syntax.split", "A pen costs $2, while a cup costs $3.", "A pen costs $2. A cup costs $3."),
    ("syntax.split", "Ann is a writer who lives in Rome.", "Ann is a writer. Ann lives in Rome."),
    ("syntax.split", "How many peaches does he collect?", None),
    ("syntax.split", "How many dollars did she spend?", None),
    ("syntax.split", "How many more eggs did she sell?", None),
    ("syntax.split", "The projector broke, so they replaced it with", None),
    ("syntax.passive", "Someone stole my wallet.", "My wallet was stolen."),
    ("syntax.passive", "I would like to change my PIN.", "I would like my PIN to be changed."),
    ("syntax.passive", "I want to order the book.", None),
    ("syntax.passive", "What do I have to do to change my name?", "What has to be done to change my name?"),
    (
        "syntax.passive",
        "How long does it take to process a refund?",
        "How long does it take for a refund to be processed?",
    ),
    ("syntax.passive", "What exchange rate will you use?", "What exchange rate will be used?"),
    ("syntax.passive", "Can you freeze my card?", "Can my card be frozen?"),
    ("syntax.passive", "The shop sells DVDs.", "DVDs are sold by the shop."),
    ("syntax.passive", "ATM withdrawals carry a charge.", None),
    ("syntax.statement", "I would like to return an item.", "Could I return an item?"),
    ("syntax.statement", "I need help with a lost card.", "Could you help me with a lost card?"),
    ("syntax.statement", "I need to know your exchange rates.", "Could you tell me your exchange rates?"),
    ("syntax.statement", "I need to update my details.", "Could you help me update my details?"),
    ("syntax.statement", "I wanted to return an item.", None),
    ("syntax.statement", "Pick your audience and write down its wishes.", None),
    ("syntax.statement", "Stir the soup for ten minutes.", None),
    ("syntax.statement", "Send me a new card.", "Could you send me a new card?"),
    ("syntax.statement", "Please block the card.", "Could you please block the card?"),
    ("syntax.statement", "Explain the fee.", "Could you explain the fee?"),
    ("syntax.statement", "I need to be there.", None),
    ("syntax.nominalisation", "Seth is twice as old as Brooke.", "Seth is twice the age of Brooke."),
    ("syntax.nominalisation", "The wall is 5 feet tall.", "The wall has a height of 5 feet."),
    ("syntax.nominalisation", "Ann was 5 years old.", None),
    ("syntax.nominalisation", "How fast does he run?", "At what speed does he run?"),
    (
        "syntax.nominalisation",
        "How fast does he run in miles per hour?",
        "At what speed does he run in miles per hour?",
    ),
    ("syntax.nominalisation", "how fast can Gerald run the 400-meter hurdles, in seconds?", None),
    ("syntax.nominalisation", "How fast can Gerald run the race?", None),
    ("syntax.nominalisation", "How fast can Gerald swim in minutes?", None),
    ("syntax.nominalisation", "How long does a transfer take?", "What is the duration of a transfer?"),
    (
        "syntax.nominalisation",
        "Toulouse has twice as many sheep as Charleston.",
        "Toulouse has twice the number of sheep that Charleston has.",
    ),
    ("syntax.nominalisation", "Why are fees charged on cash withdrawals?", None),
    ("discourse.delete", "I ordered a card but it has not arrived.", "I ordered a card; it has not arrived."),
    ("discourse.delete", "I want a refund because my package is late.", "I want a refund; my package is late."),
    ("discourse.delete", "John called Bill because he was late.", None),
    ("discourse.delete", "He buys a house and then sells it for $5.", "He buys a house and sells it for $5."),
    ("discourse.delete", "He buys 2 houses, and then she sells one for $5.", None),
    ("discourse.replace", "How many are left if she sells 5 eggs?", {"assuming", "supposing"}),
    ("discourse.replace", "It was good. But Gerald lost the game.", {"However,", "Nevertheless,"}),
    ("discourse.replace", "He went home and bought eggs.", None),
    ("discourse.replace", "She brainstorms ways to make it good.", None),
    ("discourse.add", "Ann is here. They decide to play 5 games.", {"So, Ann"}),
    ("discourse.add", "I have 10 liters of a drink.", "Well, I have 10 liters of a drink."),
    ("syntax.coordinate", "He fired his pistol so he could be seen.", None),
    ("syntax.it_cleft", "He left early.", None),
    ("syntax.it_cleft", "I, Max was a sports show.", None),
    ("syntax.wh_cleft", "Russian Ark is mesmerizing.", None),
    ("negation.double", "The card needs a PIN.", "It is not false that the card needs a PIN."),
    ("style.plain", "Henry traveled 5 miles.", "Henry went 5 miles."),
    ("style.plain", "She placed an order.", None),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_a_sentence_is_told_otherwise_or_left_alone(name: str, text: str, expected: str | set[str] | None) -> None:
    new = next(iter(values(name, text).values()), None)
    if isinstance(expected, set):
        assert new is not None
        assert any(words in new for words in expected)
    else:
        assert new == expected


def test_labels_and_ends_of_lines_are_no_part_of_a_sentence() -> None:
    text = "Premise: Ann sold the car.\nCompletion A: is rich."
    assert values("syntax.passive", text)["passive"] == "Premise: The car was sold by Ann.\nCompletion A: is rich."


def test_a_person_is_no_car() -> None:
    assert not values("syntax.coordinate", "The car starts to slow down. He pulls over.")
    assert values("syntax.coordinate", "Ann lost her card. She did not find it.") == {
        "shared-subject": "Ann lost her card and did not find it."
    }


def test_sentences_of_two_lines_are_not_joined() -> None:
    assert not values("syntax.merge", "Ann sold the car.\nBo has a dog.")
