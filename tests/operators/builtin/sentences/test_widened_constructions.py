"""Shapes that several operators on the parse reach: sums, settings, aims, own things, earnings; and what they leave."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

FRONTED = [
    ("How many eggs did she buy in total?", "In total, how many eggs did she buy?"),
    ("How many thorns are there total?", "In total, how many thorns are there?"),
    ("How many total points did he score?", "In total, how many points did he score?"),
    ("How many sheep do Ann and Bob have together?", "Together, how many sheep do Ann and Bob have?"),
    ("How many eggs did she buy together?", None),
    ("There are 700 bees in the hive.", "In the hive, there are 700 bees."),
    ("How many bees are there in the hive?", "In the hive, how many bees are there?"),
    ("There is a change in the plan.", None),
    ("There are 700 bees on average.", None),
    ("My card was declined for some reason.", "For some reason, my card was declined."),
    ("How long do I have to wait for a transfer?", "For a transfer, how long do I have to wait?"),
    ("How much money does he have after buying 3 books?", "After buying 3 books, how much money does he have?"),
    ("Ann paid before leaving her house.", None),
    ("How many miles can she drive on a single tank?", "On a single tank, how many miles can she drive?"),
    ("How many coins did he put in the jar?", None),
    ("How much did he spend on the ties?", None),
    ("How many eggs does she have if she buys two?", "If she buys two, how many eggs does she have?"),
    ("If she buys two, how many eggs does she have?", None),
    ("When the bird landed, he ate the bread.", None),
    ("Mike plays chess for 40 minutes.", "For 40 minutes, Mike plays chess."),
    ("Mike waited for 40 minutes.", None),
    ("Mike sold chess sets for 40 dollars.", None),
    ("What is the time frame for a transfer?", "For a transfer, what is the time frame?"),
]
TOPICS = [
    ("When will I get my card?", "As for my card, when will I get it?"),
    ("Where do I update my details?", "As for my details, where do I update them?"),
    ("Where do I update my details and my PIN?", None),
    ("How do I update my details?", None),
    ("Can my card be used abroad?", "As for my card, can it be used abroad?"),
    ("Can my daughter be told?", None),
    ("My card has not arrived yet.", "As for my card, it has not arrived yet."),
    (
        "Anna sold two eggs more than Ben. How many eggs did Ben sell?",
        "Anna sold two eggs more than Ben. As for Ben, how many eggs did he sell?",
    ),
    ("Ben sold some eggs. How many eggs did Ben sell?", None),
]
CLEFTS = [
    ("My card has not arrived.", "It is my card that has not arrived."),
    ("My bags were stolen.", "It was my bags that were stolen."),
    ("My daughter was told.", None),
    ("My card is blue.", None),
    ("My card is lost.", "It is my card that is lost."),
    ("I think my card was stolen.", "I think it was my card that was stolen."),
    ("I think my card is blue.", None),
    ("My payment didn't work, can you help?", "It was my payment that didn't work, can you help?"),
    ("I don't know why my payment failed.", "I don't know why it is that my payment failed."),
    ("I don't know when it will come.", None),
    ("How come you charge a fee?", "How is it that you charge a fee?"),
    ("How come?", None),
    ("How often do your rates change?", "How often is it that your rates change?"),
    ("Anna and Ben bought ten eggs.", None),
    ("He went to the store to buy glasses.", None),
    ("Ben ran. He went to the store to buy glasses.", "Ben ran. It was to buy glasses that he went to the store."),
    ("Ben ran. The next day, he sold ten eggs.", "Ben ran. It was the next day that he sold ten eggs."),
    ("Ben ran. Three days later, he sold ten eggs.", "Ben ran. It was three days later that he sold ten eggs."),
    ("Ben ran. Because it rained, he sold ten eggs.", "Ben ran. It was because it rained that he sold ten eggs."),
    ("In the morning, she feeds ten hens.", None),
    ("After lunch, Ben sold ten eggs.", "It was after lunch that Ben sold ten eggs."),
    ("In what month did Anna leave?", None),
    ("Which card did I lose?", "Which card was it that I lost?"),
    ("When will my card arrive?", "When is it that my card will arrive?"),
    ("I went to buy glasses.", None),
    ("I need to change my PIN at the ATM.", "It is my PIN that I need to change at the ATM."),
    ("I need to change my PIN because I forgot it.", "It is because I forgot my PIN that I need to change it."),
]
PASSIVES = [
    ("What should I do if I lost my card?", "What should be done if I lost my card?"),
    ("What should I do with my life?", None),
    ("How many eggs did Anna sell?", "How many eggs were sold by Anna?"),
    ("If eggs cost $2, how many eggs can Anna buy?", "If eggs cost $2, how many eggs can be bought by Anna?"),
    ("How many miles did Anna walk?", None),
    ("How many eggs does Anna need to sell?", "How many eggs need to be sold by Anna?"),
    ("How many eggs did she sell?", None),
    ("Why did it decline my payment?", "Why was my payment declined?"),
    ("Why did it decline?", None),
    ("Do I need to activate my card?", "Does my card need to be activated?"),
    ("Do I need to go?", None),
    ("Do you offer accounts for children?", "Are accounts offered for children?"),
]
ORDERS = [
    ("She needs 3 eggs to make a flan.", "To make a flan, she needs 3 eggs."),
    ("She asked Ben to make a flan.", None),
    ("Ken went to the store to buy his eggs.", "To buy his eggs, Ken went to the store."),
    ("Anna used 3 eggs to make her a flan.", None),
    ("After paying the bill, how much money is left?", "How much money is left after paying the bill?"),
    ("In total, how many eggs did she buy?", "How many eggs did she buy in total?"),
    ("What is the minimum age to open an account?", "To open an account, what is the minimum age?"),
]
NOUNS = [
    ("How much money does she make in 1 week?", "What are her earnings in 1 week?"),
    ("How much money does Anna make?", None),
    ("How much more money does she make?", None),
    ("How much profit does he make?", "What is his profit?"),
    ("How much will he weigh?", None),
    ("How old do I have to be?", "What age do I have to be?"),
    ("How far did he walk?", "What distance did he walk?"),
    ("How far is it?", None),
    ("How long do I have to wait for a transfer?", "How long is the wait for a transfer?"),
    ("How long do I have to wait for a transfer to arrive?", None),
    (
        "How long does it take to process transfers from Europe?",
        "How long does the processing of transfers from Europe take?",
    ),
    ("How long does it take to get my card?", None),
    ("Please block my card.", "Please put a block on my card."),
]
CASES = [
    *(("syntax.fronting", "time", *case) for case in FRONTED),
    *(("syntax.fronting", "topic", *case) for case in TOPICS),
    *(("syntax.it_cleft", "subject", *case) for case in CLEFTS),
    *(("syntax.passive", "passive", *case) for case in PASSIVES),
    *(("syntax.clause_order", "", *case) for case in ORDERS),
    *(("syntax.nominalisation", "noun", *case) for case in NOUNS),
]


@pytest.mark.parametrize(("name", "variant", "text", "expected"), CASES)
def test_a_shape_is_said_otherwise_or_kept(name: str, variant: str, text: str, expected: str | None) -> None:
    found = values(name, text)
    made = found.get(variant) if variant else next(iter(found.values()), None)
    assert made == expected
