"""Constructions on the parse: each is good English with the same sense, or the operator has nothing to change."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

CASES = [
    (
        "syntax.relative_clause",
        "clause",
        "Tom lives in a building with 15 floors.",
        "Tom lives in a building that has 15 floors.",
    ),
    ("syntax.relative_clause", "clause", "Tom's ship is old.", "The ship that belongs to Tom is old."),
    ("syntax.relative_clause", "clause", "I lost my car.", None),
    ("syntax.relative_clause", "clause", "I lost my card.", None),
    ("syntax.passive", "passive", "She has written fiction and Tom has sold books.", None),
    ("syntax.passive", "passive", "Can I receive a refund?", None),
    ("syntax.passive", "passive", "Tom did not hit Sam, but he wounded him.", None),
    ("syntax.passive", "passive", "The dog chased the cat, but it got away.", None),
    ("syntax.passive", "passive", "Carlos hits something in the road.", None),
    ("syntax.nominalisation", "noun", "Do you need a new card?", None),
    ("syntax.nominalisation", "noun", "The kids needed a new ball.", "The kids were in need of a new ball."),
    ("syntax.nominalisation", "noun", "Each home needs two bottles.", None),
    ("syntax.nominalisation", "noun", "We think that it rains.", None),
    ("syntax.nominalisation", "noun", "If she wants to go, we stay.", None),
    ("syntax.nominalisation", "noun", "She adds the sugar.", None),
    ("syntax.nominalisation", "noun", "Gene is sewing a quilt.", None),
    ("syntax.nominalisation", "noun", "Help!", None),
    ("syntax.it_cleft", "subject", "I changed my mind.", None),
    ("syntax.fronting", "time", "I have lived there for 3 months.", None),
    ("syntax.fronting", "time", "She bought the eggs at a cost of $3.", None),
    ("syntax.fronting", "time", "She bought the eggs at the market.", "At the market, she bought the eggs."),
    (
        "syntax.split",
        "two",
        "If Ann does half as much as Sam, and Sam does ten, calculate the sum.",
        "Suppose Ann does half as much as Sam, and Sam does ten. Calculate the sum.",
    ),
    (
        "syntax.relative_clause",
        "clause",
        "A wooden bridge can carry trucks.",
        None,
    ),
    ("syntax.relative_clause", "clause", "He washed the bag.", None),
    ("syntax.relative_clause", "clause", "He washed his dog.", None),
    ("syntax.relative_clause", "pronoun", "He bought ties that cost $40.", "He bought ties which cost $40."),
    (
        "syntax.relative_clause",
        "pronoun",
        "I need a refund on an item I bought.",
        "I need a refund on an item that I bought.",
    ),
    ("syntax.relative_clause", "pronoun", "She kept the bag that she bought.", "She kept the bag she bought."),
    ("syntax.relative_clause", "pronoun", "The day we met was cold.", None),
    ("syntax.relative_clause", "asked", "How many eggs did Ann sell?", "What is the number of eggs that Ann sold?"),
    ("syntax.relative_clause", "asked", "Why did I get a fee?", "What is the reason why I got a fee?"),
    ("syntax.relative_clause", "asked", "How many eggs are there?", None),
    ("syntax.nominalisation", "noun", "She donated three shirts.", "She made a donation of three shirts."),
    ("syntax.nominalisation", "noun", "She buys bread every day.", None),
    ("syntax.nominalisation", "noun", "Josh decides to sell it.", "Josh makes the decision to sell it."),
    ("syntax.nominalisation", "noun", "How old is the house?", "What is the age of the house?"),
    ("syntax.nominalisation", "noun", "How much does the book cost?", "What is the cost of the book?"),
    ("syntax.nominalisation", "noun", "Am I able to pay at the bank?", None),
    ("syntax.nominalisation", "noun", "Can I open an account?", None),
    ("syntax.nominalisation", "noun", "One glass costs $5.", "The cost of one glass is $5."),
    ("syntax.nominalisation", "noun", "I think my card is lost.", None),
    ("syntax.nominalisation", "noun", "My card was declined in a shop.", None),
    ("syntax.nominalisation", "noun", "The house was bought by Tom.", None),
    ("syntax.fronting", "topic", "How do I track my card?", None),
    ("syntax.fronting", "topic", "What is the price of the book?", None),
    (
        "syntax.fronting",
        "topic",
        "How do I update my PIN to a new number?",
        None,
    ),
    ("syntax.fronting", "topic", "My friend lost it.", None),
    ("syntax.fronting", "time", "Raphael went to buy food.", None),
    ("syntax.clause_order", "told-last", "I think my card is lost.", "My card is lost, I think."),
    ("syntax.clause_order", "told-last", "I don't know why it failed.", "Why it failed, I don't know."),
    ("syntax.clause_order", "told-last", "He thinks she won.", None),
    (
        "syntax.clause_order",
        "other",
        "If Ann buys two, how many does she have?",
        "How many does Ann have if she buys two?",
    ),
    ("syntax.coordinate", "linked", "He buys a car and rents it out.", "He buys a car, and he rents it out."),
    ("syntax.coordinate", "linked", "She repairs trucks and cars.", "She repairs trucks as well as cars."),
    (
        "syntax.coordinate",
        "shared-subject",
        "Billy sells cars. He has two shops.",
        "Billy sells cars and has two shops.",
    ),
    ("syntax.coordinate", "shared-subject", "Billy sells cars. She has two shops.", None),
    ("syntax.split", "two", "If Ann has two, how many are left?", "Suppose Ann has two. How many are left?"),
    ("syntax.split", "two", "We left because it rained.", None),
    ("syntax.split", "two", "it was late, but we left.", "it was late. but we left."),
    ("syntax.split", "two", "He bought ties that cost $40 each.", "He bought ties. These cost $40 each."),
    ("syntax.active", "active", "My bags were stolen.", "Someone stole my bags."),
    ("syntax.active", "active", "Why was my card declined?", "Why did they decline my card?"),
    ("syntax.active", "active", "How many pieces were eaten by the guests?", "How many pieces did the guests eat?"),
    ("syntax.active", "active", "Tom was born in May.", None),
    ("syntax.active", "active", "My card is blocked.", None),
    ("syntax.passive", "passive", "His customers don't buy any cars.", None),
    ("syntax.it_cleft", "subject", "I need a new card.", None),
    ("discourse.replace", "replaced", "He went home to eat lunch.", ("in order to", "so as to")),
    ("discourse.reverse", "reversed", "He went home to eat lunch.", "He went home without eating lunch."),
]


@pytest.mark.parametrize(("name", "variant", "text", "expected"), CASES)
def test_a_construction_is_good_english_or_not_made(
    name: str, variant: str, text: str, expected: str | tuple[str, ...] | None
) -> None:
    made = values(name, text).get(variant)
    if isinstance(expected, tuple):
        assert made in [f"He went home {words} eat lunch." for words in expected]
    else:
        assert made == expected
