"""Contractions made and written out, and the places where neither is done."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

CASES = [
    ("word.contract", "My card is lost.", "My card's lost."),
    ("word.contract", "My card payment has been declined.", "My card payment's been declined."),
    ("word.contract", "Gloria is shopping.", "Gloria's shopping."),
    ("word.contract", "If Samantha is now 31, how old was she?", "If Samantha's now 31, how old was she?"),
    ("word.contract", "Something is wrong.", "Something's wrong."),
    ("word.contract", "She has decided to go.", "She's decided to go."),
    ("word.contract", "I had lost it.", "I'd lost it."),
    ("word.contract", "My card has not arrived.", "My card hasn't arrived."),
    ("word.contract", "I have finally found it.", "I've finally found it."),
    ("word.contract", "He has not yet paid.", "He hasn't yet paid."),
    ("word.contract", "You should have known.", "You should've known."),
    ("word.contract", "You should have a number of choices.", None),
    ("word.contract", "They have not a penny.", None),
    ("word.contract", "Samantha is 31.", None),
    ("word.contract", "The price is high.", None),
    ("word.contract", "The rest is mine.", None),
    ("word.contract", "The shop has used cars.", None),
    ("word.contract", "Ann has seven cats.", None),
    ("word.contract", "Do you know where my card is?", None),
    ("word.contract", "What is missing here is a plot.", "What's missing here is a plot."),
    ("word.expand", "I'd like a refund.", "I would like a refund."),
    ("word.expand", "We'd seen it.", "We had seen it."),
    ("word.expand", "I'd put it there.", None),
    ("word.expand", "It's been a week.", "It has been a week."),
    ("word.expand", "She's finally arrived.", None),
    ("word.expand", "Ann's a nurse.", "Ann is a nurse."),
    ("word.expand", "Ann's hat is red.", None),
    ("word.expand", "I cant find my card.", "I cannot find my card."),
    ("word.expand", "I dont know.", "I do not know."),
    ("word.expand", "Why can't I pay?", "Why can I not pay?"),
    ("word.expand", "Why hasn't my card been delivered?", "Why has my card not been delivered?"),
    ("word.expand", "Why didn't my bank transfer go through?", "Why did my bank transfer not go through?"),
    ("word.expand", "Why won't the machine take it?", "Why will the machine not take it?"),
    ("word.contract", "What are the age requirements?", None),
    ("word.contract", "He said that Anna has overheard it.", None),
    ("word.expand", "He says, ` frankly , my dear , i don't give a damn '", None),
    ("word.expand", 'He said, "I don\'t care."', None),
    ("word.expand", "It hurts like you couldn't believe.", None),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_a_form_is_written_otherwise_or_left_alone(name: str, text: str, expected: str | None) -> None:
    assert next(iter(values(name, text).values()), None) == expected
