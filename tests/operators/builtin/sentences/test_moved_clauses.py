"""Clauses, phrases and questions in other places: good English with the same sense, or nothing changed."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

MOVED = [
    ("other", "If Jan is 30 how old is Jean?", "How old is Jean if Jan is 30?"),
    (
        "other",
        "What's the total that he will spend if each pen costs $5?",
        "If each pen costs $5, what's the total that he will spend?",
    ),
    (
        "other",
        "If Bo has 40 crabs, calculate the number of crabs.",
        "Calculate the number of crabs if Bo has 40 crabs.",
    ),
    ("other", "If the trader sold 5 bags, how much did he make?", "How much did the trader make if he sold 5 bags?"),
    ("other", "How long does it take to process a refund?", "How long does processing a refund take?"),
    ("other", "It took her an hour to walk the first 4 miles.", "Walking the first 4 miles took her an hour."),
    ("other", "Is it possible to open an account?", "Is opening an account possible?"),
    ("other", "It was nice to be home.", None),
    ("other", "How many years will it take before he earns money?", None),
    ("other", "John attacked Tim because he was angry.", None),
    (
        "setting-last",
        "In the morning, she gives them 15 cups of feed.",
        "She gives them 15 cups of feed in the morning.",
    ),
    ("setting-last", "After 60 days, how much will she spend?", "How much will she spend after 60 days?"),
    ("setting-last", "To make a Spanish flan, she needs 3 eggs.", "She needs 3 eggs to make a Spanish flan."),
    ("setting-last", "To be honest, she needs 3 eggs.", None),
    ("setting-last", "In fact, she sells 5 eggs.", None),
    ("setting-last", "In May, she decided to sell her car.", None),
    ("setting-last", "In Ann's garden, she has 5 trees.", None),
    ("asked-first", "Do you know if there is a tracking number?", "Is there a tracking number, do you know?"),
    ("asked-first", "Can you tell me when my card will arrive?", "When will my card arrive, can you tell me?"),
    ("asked-first", "Do you know why my payment failed?", "Why did my payment fail, do you know?"),
    ("asked-first", "Do you know the exchange rate?", None),
    ("turned", "I have lost my card. What can I do?", "What can I do? I have lost my card."),
    ("turned", "Where is my new card? I have waited a week!", "I have waited a week! Where is my new card?"),
    ("turned", "My card has not come. Is it lost?", None),
    ("turned", "Ann has 5 eggs. How many eggs does Bo have?", None),
    ("turned", "I was charged a fee. Can you explain why?", None),
    ("asked-first", "My payment failed, can you help?", "Can you help? My payment failed."),
    ("asked-first", "I was charged a fee, can you explain why?", None),
    ("other", "It takes 10 minutes to cover every 3 miles of the city.", None),
    ("other", "It takes 10 minutes to clean each room.", "Cleaning each room takes 10 minutes."),
    ("told-last", "I thought withdrawals didn't have a fee.", None),
    ("told-last", "I guess withdrawals have a fee.", "Withdrawals have a fee, I guess."),
    ("other", "Why is my card being declined when I have money?", None),
    ("other", "Why was I charged a fee when I shouldn't be?", None),
    ("other", "Why is my card declined when I try to pay?", "When I try to pay, why is my card declined?"),
]
FRONTED = [
    ("time", "How many bolts in total does it take?", "In total, how many bolts does it take?"),
    ("time", "How many miles does he run a week?", "In a week, how many miles does he run?"),
    ("time", "I got a fee for an ATM withdrawal.", None),
    ("time", "What is the minimum age to open an account?", "To open an account, what is the minimum age?"),
    ("time", "How long do I have to wait for a transfer?", "For a transfer, how long do I have to wait?"),
    ("time", "What is this charge for a withdrawal?", None),
    ("time", "The general fired his pistol at the monster.", None),
    ("time", "She sells eggs for $2 per dozen.", None),
    ("time", "A fog bank rolls in to cover a city.", None),
    ("time", "No straw is used anywhere else in the store.", None),
    ("time", "Sandra's neighbor gives her 9 eggs every time she babysits their daughter.", None),
    ("time", "Sandra gives her mother 9 eggs every time she calls.", None),
    ("time", "The neighbor gives her 9 eggs every time she helps.", None),
    ("time", "Bob gives her 9 eggs every time she helps.", "Every time she helps, Bob gives her 9 eggs."),
    ("time", "Sandra eats an egg every time she runs.", "Every time she runs, Sandra eats an egg."),
    ("time", "She eats an egg every time she runs.", "Every time she runs, she eats an egg."),
    ("time", "Why is my card being declined when I have money?", None),
    ("topic", "My credit card was declined.", None),
    ("topic", "What is the exchange rate like on this app?", None),
    (
        "somebody",
        "Ann has 2 fewer jewels than Robert. Robert has 5 jewels.",
        "Ann has 2 fewer jewels than Robert. As for Robert, he has 5 jewels.",
    ),
    ("somebody", "Ann has 2 jewels. Robert has 5 jewels.", None),
]
CLAUSES = [
    ("asked", "How long does a transfer take?", "What is the amount of time that a transfer takes?"),
    ("asked", "How many eggs does she buy?", "What is the number of eggs that she buys?"),
    ("asked", "How many dollars did Mishka spend?", "What is the amount of money that Mishka spent?"),
    ("asked", "How many cents did Mishka spend?", None),
    ("asked", "How many seconds will the faster team win by?", None),
    ("asked", "How many people did she talk to?", None),
    ("asked", "How old do I have to be?", None),
    ("asked", "What age do I have to be?", None),
    ("asked", "What age can I open an account?", None),
    ("asked", "When will I get my card?", None),
    ("asked", "How long will they be in feet?", None),
    ("asked", "What exchange rates do you offer?", "What are the exchange rates that you offer?"),
    ("clause", "How do I deal with a stolen card?", "How do I deal with a card that was stolen?"),
    ("clause", "Is there a way to know the rate?", "Is there a way that I can know the rate?"),
    ("clause", "She met a girl wearing a hat.", "She met a girl who was wearing a hat."),
    ("clause", "It has half the square footage.", None),
    ("pronoun", "What is the number for my card that was mailed?", "What is the number for my card which was mailed?"),
]


@pytest.mark.parametrize(("variant", "text", "expected"), MOVED)
def test_a_clause_or_phrase_is_moved_or_stays(variant: str, text: str, expected: str | None) -> None:
    assert values("syntax.clause_order", text).get(variant) == expected


@pytest.mark.parametrize(("variant", "text", "expected"), FRONTED)
def test_a_part_is_put_first_or_stays(variant: str, text: str, expected: str | None) -> None:
    assert values("syntax.fronting", text).get(variant) == expected


@pytest.mark.parametrize(("variant", "text", "expected"), CLAUSES)
def test_a_thing_is_described_by_a_clause_or_stays(variant: str, text: str, expected: str | None) -> None:
    assert values("syntax.relative_clause", text).get(variant) == expected
