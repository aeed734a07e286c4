"""Constructions that are grammatical and that nobody would use there: left alone; the natural ones are still made."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

CASES = [
    ("syntax.fronting", "topic", "How do I track my card?", None),
    ("syntax.fronting", "topic", "Why was my card declined?", "As for my card, why was it declined?"),
    ("syntax.fronting", "topic", "What is my balance?", None),
    ("syntax.fronting", "topic", "I need to update my details.", None),
    ("syntax.fronting", "topic", "The cost of admission came to $12.", None),
    (
        "syntax.fronting",
        "topic",
        "He ate. His final bill came to $40.",
        "He ate. As for his final bill, it came to $40.",
    ),
    ("syntax.fronting", "topic", "My card was stolen.", None),
    (
        "syntax.fronting",
        "topic",
        "My card still hasn't arrived after 2 weeks.",
        "As for my card, it still hasn't arrived after 2 weeks.",
    ),
    (
        "syntax.it_cleft",
        "subject",
        "Ken tried to leave because he was ill.",
        "It was because Ken was ill that he tried to leave.",
    ),
    ("syntax.nominalisation", "noun", "The wax and the wicks cost $10.", None),
    ("syntax.fronting", "time", "Kenyon entered the seminary in 1829 – the year of the reform.", None),
    ("syntax.fronting", "time", "Kenyon entered the seminary in 1829, the year of the reform.", None),
    ("syntax.fronting", "time", "Kenyon entered the seminary in 1829.", "In 1829, Kenyon entered the seminary."),
    ("syntax.fronting", "time", "Can I change my PIN at the ATM?", None),
    ("syntax.fronting", "time", "Could I open an account for my child?", None),
    (
        "syntax.it_cleft",
        "subject",
        "Anna bought ten eggs. How many does she have?",
        None,
    ),
    ("syntax.it_cleft", "subject", "Anna has ten eggs.", None),
    ("syntax.it_cleft", "subject", "The house is made up of bricks.", None),
    ("syntax.it_cleft", "subject", "Anna thanked the doctor.", None),
    (
        "syntax.it_cleft",
        "subject",
        "Ben has two eggs. Anna sold ten eggs.",
        "Ben has two eggs. It was Anna who sold ten eggs.",
    ),
    ("syntax.it_cleft", "subject", "Anna left and Ben stayed.", None),
    ("syntax.it_cleft", "subject", "I can't find my card.", None),
    ("syntax.it_cleft", "subject", "I need a different PIN.", None),
    ("syntax.it_cleft", "subject", "I need to change my PIN.", "It is my PIN that I need to change."),
    ("syntax.it_cleft", "subject", "How many eggs did she sell?", None),
    ("syntax.it_cleft", "subject", "On Monday, Walt walked 4 miles.", "It was on Monday that Walt walked 4 miles."),
    ("syntax.it_cleft", "subject", "I ordered a card last week.", "It was last week that I ordered a card."),
    (
        "syntax.it_cleft",
        "subject",
        "I left because I was ill.",
        "It was because I was ill that I left.",
    ),
    ("syntax.it_cleft", "subject", "He reads two books every week.", None),
    ("syntax.nominalisation", "noun", "I want to see it.", None),
    ("syntax.nominalisation", "noun", "Calculate the number of eggs.", None),
    ("syntax.nominalisation", "noun", "Anna weighs 125 pounds.", "Anna's weight is 125 pounds."),
    ("syntax.nominalisation", "noun", "The box weighs 125 pounds.", "The weight of the box is 125 pounds."),
    ("syntax.nominalisation", "noun", "It failed multiple times when I tried to use it.", None),
    ("syntax.nominalisation", "noun", "Can you cancel my purchase?", None),
    ("syntax.passive", "passive", "A gang targeted him and Carlos.", None),
    ("syntax.nominalisation", "noun", "She was able to pay.", None),
    ("syntax.nominalisation", "noun", "He bought some bread.", None),
    ("syntax.nominalisation", "noun", "He bought a little bread.", None),
    ("syntax.nominalisation", "noun", "He bought a house.", None),
    ("syntax.nominalisation", "noun", "He intended to serve stew.", "He had the intention of serving stew."),
    ("syntax.nominalisation", "noun", "My request was rejected.", "My request met with a rejection."),
    ("syntax.nominalisation", "noun", "My request was rejected multiple times.", None),
    ("syntax.nominalisation", "noun", "He earns $40 a day.", None),
    ("syntax.relative_clause", "clause", "My car broke down.", None),
    ("syntax.relative_clause", "asked", "How much will the pens cost total?", None),
    ("syntax.relative_clause", "asked", "How much will the pens cost?", None),
    ("syntax.relative_clause", "pronoun", "It is a sequel that's too long.", None),
    ("syntax.relative_clause", "pronoun", "I lost the card you sent.", "I lost the card that you sent."),
    ("syntax.it_cleft", "subject", "The strait is located in Russia.", None),
    ("syntax.it_cleft", "subject", "He was born in London.", "It was in London that he was born."),
    ("syntax.nominalisation", "noun", "The film delivers the goods.", None),
    ("syntax.coordinate", "linked", "It was written by Anna and Ben.", None),
    ("syntax.coordinate", "swapped", "He worked on Monday and Tuesday.", None),
    ("syntax.coordinate", "swapped", "It rained in May and June.", None),
    ("syntax.coordinate", "swapped", "He sold apples and pears.", "He sold pears and apples."),
]


@pytest.mark.parametrize(("name", "variant", "text", "expected"), CASES)
def test_a_construction_is_natural_or_not_made(name: str, variant: str, text: str, expected: str | None) -> None:
    assert values(name, text).get(variant) == expected
