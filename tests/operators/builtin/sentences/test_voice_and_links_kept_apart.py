"""Actives, passives and opposite markers: what they may not lose, invent or tear apart."""

from __future__ import annotations

import pytest

from llmrobust.operators.builtin.sentences.asked_pronouns import are_kept, asked_pronouns
from tests.operators.prompts import review, values

ACTIVES = [
    ("The men hid until they were rescued by Howitt. Pronoun: they", None),
    ("The men hid until they were rescued by Howitt.", "The men hid until Howitt rescued them."),
    ("Was the window broken by the boys?", "Did the boys break the window?"),
    ("Was the book written by a woman?", "Did a woman write the book?"),
    ("Is the bill paid by the company?", "Does the company pay the bill?"),
    ("I have two dogs. My sofa was ruined on Monday.", None),
    ("I had two cards. Why was my payment declined?", None),
    ("I have a card. My payment was declined.", "I have a card. They declined my payment."),
    (
        "I topped up two days ago. Why was my payment declined?",
        "I topped up two days ago. Why did they decline my payment?",
    ),
]
PASSIVES = [
    ("The editor cut the article about whales from the magazine.", None),
    ("The boss told the workers about the plan.", "The workers were told by the boss about the plan."),
    ("The storm destroyed every boat in the harbour except ours.", None),
    ("The company fired all the drivers except two.", None),
    ("A critic praised the actors but not the plot.", None),
    ("Everyone in the office signed a card for Mia.", None),
    ("A lorry hit Sara near the station.", "Sara was hit by a lorry near the station."),
    ("We met two officers. They were kind.", None),
    ("We painted the house. It looked lovely.", None),
    ("I made a transfer yesterday. Why is it pending?", "A transfer was made yesterday. Why is it pending?"),
    ("The Times published the story.", "The story was published by The Times."),
    ("Carlos is planting a lemon tree.", None),
    ("Carlos planted a lemon tree. It grew.", None),
    ("Carlos planted three lemon trees.", "Three lemon trees were planted by Carlos."),
]
REVERSED = [
    ("He sold pizza for $12 and popcorn for $7.", None),
    ("He came home, ate dinner, washed the dishes and slept.", None),
    ("Ann sang and Bob danced.", "Ann sang but Bob danced."),
    ("If it rains, what should I do?", None),
    ("If Tom sells 3 cakes, calculate the total.", "Unless Tom sells 3 cakes, calculate the total."),
    ("Why do my payments fail when I travel?", "Why do my payments fail unless I travel?"),
    ("When I travel, why do my payments fail?", None),
    ("What do I need to do to get a card?", None),
    ("He went home to eat lunch.", "He went home without eating lunch."),
    ("Dear Sir or Madam, I am writing to you about the bill.", None),
    ("She not only wrote the play but also directed it.", None),
    ("Remove the two screws and lift the cover.", None),
]
CASES = [
    *(("syntax.active", *case) for case in ACTIVES),
    ("syntax.passive", "Finn watches 11 tadpoles swimming in the pond.", None),
    *(("syntax.passive", *case) for case in PASSIVES),
    *(("discourse.reverse", *case) for case in REVERSED),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_a_sentence_keeps_what_it_says_or_is_left_alone(name: str, text: str, expected: str | None) -> None:
    assert next(iter(values(name, text).values()), None) == expected


def test_a_pronoun_on_its_own_is_asked_about() -> None:
    assert asked_pronouns(review("They left. Pronoun: they")) == {"they"}
    assert asked_pronouns(review('They left. Who does "her" refer to?')) == {"her"}
    assert asked_pronouns(review("They left. She saw him.")) == frozenset()


def test_a_pronoun_is_kept_where_it_stays_in_its_case() -> None:
    asked = frozenset(("they",))
    assert are_kept(asked, "They left after he was seen.", "They left after Ann saw him.")
    assert not are_kept(asked, "They were seen by Ann.", "Ann saw them.")
    assert are_kept(frozenset(), "They were seen by Ann.", "Ann saw them.")
