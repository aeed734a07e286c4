"""Questions that people ask often, said otherwise: good English with the same sense, or nothing changed."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

CASES = [
    ("syntax.it_cleft", "subject", "How do I track my card?", "What is it that I have to do to track my card?"),
    ("syntax.it_cleft", "subject", "How do I know if it arrived?", None),
    ("syntax.it_cleft", "subject", "What's going on?", None),
    ("syntax.it_cleft", "subject", "How long do I have to wait?", "How long is it that I have to wait?"),
    (
        "syntax.nominalisation",
        "noun",
        "How do I deal with a stolen card?",
        "What is the procedure for dealing with a stolen card?",
    ),
    (
        "syntax.nominalisation",
        "noun",
        "Why was my card declined?",
        "What is the reason for my card being declined?",
    ),
    (
        "syntax.nominalisation",
        "noun",
        "What do I have to do to change my name?",
        "What is the procedure for changing my name?",
    ),
    ("syntax.nominalisation", "noun", "Why would you charge me?", None),
    ("syntax.nominalisation", "noun", "Why is there a fee?", None),
    (
        "syntax.fronting",
        "time",
        "What do I have to do to change my name?",
        "To change my name, what do I have to do?",
    ),
    (
        "syntax.fronting",
        "time",
        "How do I open an account for my child?",
        "For my child, how do I open an account?",
    ),
    ("syntax.fronting", "topic", "What are your exchange rates?", None),
    ("syntax.fronting", "topic", "What are exchange rates?", None),
    ("syntax.split", "two", "When will I get my card?", None),
    (
        "syntax.split",
        "two",
        "Is it possible to open an account for my son?",
        "I want to open an account for my son. Is that possible?",
    ),
    (
        "syntax.split",
        "two",
        "Can my daughter open an account?",
        "My daughter wants to open an account. Is that possible?",
    ),
    ("syntax.split", "two", "Can my daughter open any account?", None),
    (
        "syntax.relative_clause",
        "asked",
        "How do I track a card?",
        "What are the steps that I need to take to track a card?",
    ),
    ("syntax.relative_clause", "asked", "Where can I change my address?", None),
    ("syntax.passive", "passive", "She makes ten candles.", None),
    ("syntax.passive", "passive", "The shop makes ten candles.", "Ten candles are made by the shop."),
    ("syntax.role_swap", "swapped", "My card was declined in a shop.", "A shop was declined in my card."),
    (
        "discourse.delete",
        "deleted",
        "His chickens produce 252 eggs per day and he sells them for $2.",
        "His chickens produce 252 eggs per day; he sells them for $2.",
    ),
    ("discourse.replace", "replaced", "What do I have to do to change my name?", "What do I have to do in order to change my name?"),
    ("discourse.reverse", "reversed", "She bakes bread and sells it.", "She bakes bread but sells it."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "variant", "text", "expected"), CASES)
def test_a_question_keeps_its_sense_or_is_left_alone(name: str, variant: str, text: str, expected: str | None) -> None:
    assert values(name, text).get(variant) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("word.synonym", "The pens cost him $5 each.", "The pens cost him $5 apiece."),
        ("word.synonym", "How many total points did he score?", None),
        ("word.derivation", "I changed my mind.", "I had a change of mind."),
        ("word.idiom", "Can you help me with this?", None),
        ("word.intensify", "She asked how many there were.", None),
        ("style.complex", "How much was the total cost?", "How much was the aggregate cost?"),
        ("style.shorter", "He paid a total of $50.", "He paid $50."),
        ("style.shorter", "How do I open my own account?", None),
        ("dialect.vocabulary", "The gas bill is high.", None),
        ("dialect.vocabulary", "She bought 4 gallons of gas.", "She bought 4 gallons of petrol."),
        ("dialect.vocabulary", "A raccoon stole a french fry.", "A raccoon stole a chip."),
        ("dialect.vocabulary", "Few people live in the city of Soda.", None),
    ],
)
def test_a_word_is_replaced_where_it_fits(name: str, text: str, expected: str | None) -> None:
    options = {} if name == "dialect.vocabulary" else {"rate": 1.0}
    assert next(iter(values(name, text, **options).values()), None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How do I track my card?", "positive-thing"),
        ("I lost my card on a bus.", "positive-thing"),
        ("I walked to the beach.", "positive"),
        ("The council voted for a tax.", "positive-thing"),
        ("Why was my own card declined?", None),
    ],
)
def test_praise_goes_to_a_statement_or_else_to_a_thing(text: str, expected: str | None) -> None:
    assert next(iter(values("appraisal.positive", text)), None) == expected
