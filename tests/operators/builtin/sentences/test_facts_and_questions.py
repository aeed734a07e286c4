"""Facts joined to their questions, and what comes first, last or apart: good English with the same sense, or nothing."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

FRONTED = [
    ("time", "I ordered a card a week ago, and it is not here.", "A week ago, I ordered a card, and it is not here."),
    ("time", "I still don't have my card after 2 weeks.", "After 2 weeks, I still don't have my card."),
    ("time", "He runs 60 meters each sprint.", "Each sprint, he runs 60 meters."),
    ("time", "Anna uses 2 pads a week for her art.", "Every week, Anna uses 2 pads for her art."),
    ("time", "Lloyd earns $10 an hour.", None),
    ("time", "He usually sells marigolds.", "Usually, he sells marigolds."),
    ("time", "He doesn't usually sell marigolds.", None),
    ("time", "The race was held on Friday.", None),
    ("time", "Jean eats 2 of the sweets.", "Of the sweets, Jean eats 2."),
    ("time", "Kyle bought a book for $19.", "For $19, Kyle bought a book."),
    ("time", "How long does it take him to get back?", "To get back, how long does it take him?"),
    ("time", "How much water is in the tank?", "In the tank, how much water is there?"),
    ("time", "How many hours a week does he work?", "In a week, how many hours does he work?"),
    ("time", "I hired a singer to play at the party.", None),
    ("topic", "Carl plants a tree. The tree will cost $90.", None),
    ("topic", "Carl plants trees. The house will cost $90.", None),
]
ORDERED = [
    (
        "condition-last",
        "Anna bakes cakes. She sells each cake for $2. How much does she earn?",
        "Anna bakes cakes. How much does she earn if she sells each cake for $2?",
    ),
    (
        "condition-last",
        "Claire makes 3 omelets every day. How many eggs will she eat?",
        "How many eggs will Claire eat if she makes 3 omelets every day?",
    ),
    ("condition-last", "I am only 17. How can I open an account?", None),
    ("condition-last", "She has a box of 5 eggs. What is the weight of the box?", None),
    ("condition-last", "Anna bakes cakes. How much does she earn?", None),
    ("other", "He buys a house and then paints a door.", "He paints a door after buying a house."),
    ("other", "He buys a house and then sells it.", None),
    ("other", "She was leaving when she saw Tom.", None),
    ("setting-last", "For every pound of wax, he makes 10 candles.", "He makes 10 candles for every pound of wax."),
]
COORDINATED = [
    ("so", "I lost my card. What should I do?", "I lost my card, so what should I do?"),
    ("so", "Anna has 5 eggs. How many eggs are left?", "Anna has 5 eggs, so how many eggs are left?"),
    ("so", "I have money. Why was my card declined?", None),
    ("so-within", "My card has not come, where is it?", "My card has not come, so where is it?"),
    ("so-within", "My card has not come, why is that?", None),
]
MERGED = [
    ("semicolon", "My card has not come, where is it?", "My card has not come; where is it?"),
    ("semicolon", "My card has not come, so where is it?", None),
]
APART = [
    ("two", "They walked north, covering 5 miles.", "They walked north. They covered 5 miles."),
    ("two", "The storm moved north, covering 5 miles.", None),
    ("two", "It grows 7 lemons, which he can sell for $2.", "It grows 7 lemons. He can sell them for $2."),
    ("two", "She sold 3 cups, 2 plates, and 4 pans.", "She sold 3 cups and 2 plates. She also sold 4 pans."),
    (
        "two",
        "How do I go about opening an account?",
        "I want to open an account. How do I go about that?",
    ),
    (
        "two",
        "What is the minimum age to open an account?",
        "I want to open an account. What is the minimum age?",
    ),
    ("two", "If Bo has 40 crabs, calculate the total.", "Suppose Bo has 40 crabs. Calculate the total."),
    ("two", "I moved and need to change my name.", "I moved. I need to change my name."),
]
NOUNS = [
    ("noun", "The wax and the wicks cost $10.", None),
    ("noun", "Harry slept 9 hours last night.", "Harry got 9 hours of sleep last night."),
    ("noun", "Where do you get your rates from?", "What is the source of your rates?"),
    ("noun", "How are the rates calculated?", "What is the method for calculating the rates?"),
    ("noun", "I don't know why my payment didn't work.", "I don't know the reason for my payment not working."),
    ("noun", "I have no idea why my payment didn't work.", None),
    ("noun", "Do cash machines let me change my pin?", None),
    ("noun", "How much does he need to pay for them?", None),
    ("noun", "If I am abroad, how do I set a PIN?", "If I am abroad, what is the procedure for setting a PIN?"),
    ("noun", "How long is the wait?", None),
]
CASES = [
    *(("syntax.fronting", *case) for case in FRONTED),
    *(("syntax.clause_order", *case) for case in ORDERED),
    *(("syntax.coordinate", *case) for case in COORDINATED),
    *(("syntax.merge", *case) for case in MERGED),
    *(("syntax.split", *case) for case in APART),
    *(("syntax.nominalisation", *case) for case in NOUNS),
]


@pytest.mark.parametrize(("name", "variant", "text", "expected"), CASES)
def test_a_sentence_is_rearranged_naturally_or_kept(name: str, variant: str, text: str, expected: str | None) -> None:
    assert values(name, text).get(variant) == expected
