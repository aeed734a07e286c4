"""Passives whose agent goes without saying, actives of what is asked for, clefts of events, requests of other shapes."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

ALONE = "Anna has a shop. "
PASSIVES = [
    (f"{ALONE}How many eggs did she sell?", f"{ALONE}How many eggs were sold?"),
    (f"{ALONE}How much will she spend on eggs?", f"{ALONE}How much will be spent on eggs?"),
    (f"{ALONE}How many eggs does she need to sell?", f"{ALONE}How many eggs need to be sold?"),
    (f"{ALONE}She sold 3 eggs at the market.", None),
    (f"{ALONE}She needs to bake 3 cakes.", None),
    (f"{ALONE}If she sells 3 eggs, how much does she make?", None),
    (f"{ALONE}She sold 3 eggs.", None),
    ("Anna has more eggs than Ben. How many eggs did she sell?", None),
    ("Her friend ran. She sold 3 eggs at the market.", None),
    (f"{ALONE}Later, her husband also worked there. How many eggs did she sell?", None),
    ("How many boxes of pizza did Marie order?", "How many boxes of pizza were ordered by Marie?"),
    ("How many miles did Marie run?", None),
    ("Can someone else use my account?", "Can my account be used by someone else?"),
    ("I don't recognize this payment on my statement.", None),
    ("Jean eats 2 of the cakes.", "2 of the cakes are eaten by Jean."),
    ("Jean eats 2 of the cakes a day.", None),
    ("If Dan sells 5 cakes, how many are left?", "If 5 cakes are sold by Dan, how many are left?"),
    ("If Dan sells 5 cakes, 6 rolls and 7 buns, how much is that?", None),
    ("Can you cancel my purchase?", "Can my purchase be canceled?"),
    ("Can you tell me the price?", None),
    ("Can you send a card?", None),
    ("Can I open an account?", None),
    ("Can I open an account for my child?", "Can an account be opened for my child?"),
    ("How do I deal with a stolen card?", "How can a stolen card be dealt with?"),
    ("How do I live with my brother?", None),
    ("I no longer live there, how do I change it?", "I no longer live there, how can it be changed?"),
    ("I moved and need to change my details.", "I moved and my details need to be changed."),
    ("Which machines allow me to change my PIN?", "Which machines allow my PIN to be changed?"),
    ("Am I able to change my PIN?", "Can my PIN be changed?"),
    ("I have not received my card.", "My card has not been received."),
    ("It did not help, what can I do now?", "It did not help, what can be done now?"),
]
ACTIVES = [
    ("Can I have an item refunded?", "Can you refund an item?"),
    ("I want this amount reversed.", "I want you to reverse this amount."),
    ("How are exchange rates calculated?", "How do you calculate exchange rates?"),
    ("How many pieces are left to be placed?", "How many pieces are left to place?"),
    ("How many boxes are there that can be loaded?", "How many boxes are there that you can load?"),
    ("Is my card blocked?", None),
]
CLEFTS = [
    ("I moved and need to change my details.", None),
    ("I moved, how do I change my address?", "I moved, what is it that I have to do to change my address?"),
    ("My bag, including my card, was stolen.", "It was my bag, including my card, that was stolen."),
    ("Anna used a wire to support a plant.", None),
    ("Ben has a farm. Anna used a wire to support it.", "Ben has a farm. It was Anna who used a wire to support it."),
    ("Ben has a farm. Anna uses a wire to support it.", None),
    ("when will i get a transfer", "when is it that i will get a transfer"),
]
EVENTS = [
    ("My card was declined.", "What happened was that my card was declined."),
    ("My address has changed.", "What has happened is that my address has changed."),
    ("I think my card was stolen.", "What I think is that my card was stolen."),
    ("I don't know why it failed.", "What I don't know is why it failed."),
    ("My card is blocked.", None),
    ("I have no idea why it failed.", None),
    ("Mike Moreton headed the team.", None),
]
REQUESTS = [
    ("How many tomatoes did Freda use?", "Tell me how many tomatoes Freda used."),
    ("How come you charge a fee?", "Tell me how come you charge a fee."),
    ("How long until it arrives?", "Tell me how long it will be until it arrives."),
    ("I don't know why it failed.", "Can you tell me why it failed?"),
    ("I don't know how to do this.", None),
    ("Will you charge me for exchanging currencies?", "Tell me whether you will charge me for exchanging currencies."),
    ("Will you please block the card?", "Please block the card."),
    ("If he is 9, calculate her age.", "If he is 9, could you calculate her age?"),
    ("Why did I get charged a fee?", "Tell me why I got charged a fee."),
]
SWAPS = [
    ("Anna has more eggs than Ben.", "Ben has more eggs than Anna."),
    ("Is it possible to open an account for my child?", "Is it possible to open my child for an account?"),
    ("Why was a transaction on my card declined?", "Why was my card on a transaction declined?"),
]
CASES = [
    *(("syntax.passive", *case) for case in PASSIVES),
    *(("syntax.active", *case) for case in ACTIVES),
    *(("syntax.it_cleft", *case) for case in CLEFTS),
    *(("syntax.wh_cleft", *case) for case in EVENTS),
    *(("syntax.statement", *case) for case in REQUESTS),
    *(("syntax.role_swap", *case) for case in SWAPS),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_a_sentence_says_the_same_or_is_left_alone(name: str, text: str, expected: str | None) -> None:
    assert next(iter(values(name, text).values()), None) == expected
