"""Idioms, phrases with derived words and regular pasts: what they are said of, and where readers found them wrong."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # measured amounts within a sentence
        ("It weighs more than 100 pounds.", "It weighs north of 100 pounds."),
        ("It is almost 200 miles away.", "It is within a whisker of 200 miles away."),
        ("She bought a few books.", "She bought a handful of books."),
        ("Most of the money went to Ann.", "The lion's share of the money went to Ann."),
        # what is done, and how
        ("He started the campaign.", "He got the ball rolling on the campaign."),
        ("They worked together.", "They worked side by side."),
        ("He fired her immediately.", "He fired her on the spot."),
        ("We are fixing it right now.", "We are fixing it as we speak."),
        ("They guard it all the time.", "They guard it around the clock."),
        ("The stain vanished quickly.", "The stain vanished in no time."),
        ("They visited their uncle.", "They dropped in on their uncle."),
    ],
)
def test_an_idiom_stands_where_it_is_said_of_such_things(old: str, new: str) -> None:
    assert list(values("word.idiom", old, rate=1.0).values()) == [new]


@pytest.mark.parametrize(
    "stays",
    [
        "More than 100 sellers came.",
        "The fair drew more than 100 sellers.",
        "Shares lost almost 2 percent on Monday.",
        "She turned 40 and thinks about the letter.",
        "He started the fire.",
        "Blend the eggs and the milk together.",
        "They put the shelf together.",
        "Prost attacked Senna.",
        "Press the button immediately.",
        "Both lights went off at once.",
        "It took a few minutes.",
        "It has a few features.",
        "She bought several books.",
        "Most of the foot-soldiers were young.",
        "They met once again.",
        "I need it right now.",
        "She cries all the time.",
        "He drove quickly.",
        "The president visited China.",
        "See you very soon.",
    ],
)
def test_an_idiom_is_not_said_of_others(stays: str) -> None:
    assert values("word.idiom", stays, rate=1.0) == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("He tried to fix the door.", "He made an attempt to fix the door."),
        ("Nina is interested in buying a flat.", "Nina has an interest in buying a flat."),
        ("Nina is interested in modern art.", "Nina has an interest in modern art."),
        ("They discussed the plan.", "They had a discussion about the plan."),
        ("They recently discussed the plan.", "They recently had a discussion about the plan."),
        ("He is afraid of dogs.", "He has a fear of dogs."),
        ("He is responsible for managing the fund.", "He has responsibility for managing the fund."),
        ("It was interesting.", "It was of interest."),
        ("They swim 5 times a week.", "They swim 5 times weekly."),
        ("He decided to walk slowly home.", "He made the decision to walk slowly home."),
    ],
)
def test_a_phrase_stands_for_a_word_that_nothing_else_belongs_to(old: str, new: str) -> None:
    found = values("word.derivation", old, rate=1.0)
    assert next(iter(found.values()), old) == new


@pytest.mark.parametrize(
    "stays",
    [
        # a verb with a noun carries no adverb, no progressive, and no second such verb
        "He is trying to fix the door.",
        "She tried to make a cake.",
        "They made a list and tried to finish it.",
        "She carefully discussed it with him.",
        "They discussed it at length.",
        # a phrase of another sense
        "Nina is interested in the profits.",
        "Nina is interested in the company.",
        "They complained about the music.",
        "He is responsible for the accident.",
        "He was afraid of the robots.",
        "He is afraid of the dog next door.",
        "She died unexpectedly.",
        "Prices rose dramatically.",
        # what goes on after it
        "The coast is beautiful to behold.",
        "It was interesting to watch.",
        # nothing that people are not
        "The waiter was useful.",
        "The waiter was helpful.",
        "He helped the boss.",
        "She kissed Tom.",
        "They attacked Rome.",
        "He used the hammer.",
        "He updates the list.",
        # what a manual says
        "Restart the router immediately.",
        # the other half of a parallel
        "She swims 5 times a week and gets $90 a month.",
        "She swims 5 times a week and reads it weekly.",
        "He claims that it is safe, though the claim is old.",
        "Ann visited Rome, and Ben visits Oslo.",
    ],
)
def test_a_phrase_does_not_stand_where_it_reads_badly(stays: str) -> None:
    found = next(iter(values("word.derivation", stays, rate=1.0).values()), stays)
    assert found == stays


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("He rode home.", "He rided home."),
        ("He rode home, and then Ann rode too.", "He rided home, and then Ann rided too."),
        ("He has stolen the car and sold it.", "He has stealed the car and selled it."),
        ("She drove the stolen car.", "She drived the stolen car."),
        ("He has driven drunk.", "He has drived drunk."),
        ("He's gone home.", "He's goed home."),
        ("It is a car driven by a monkey.", "It is a car drived by a monkey."),
        ("The price fell.", "The price falled."),
        ("There are 3 rose bushes.", None),
        ("madonna 's swept away is a bore", None),
        ("I've got a card.", None),
        ("He got home after he had got lost.", None),
        ("The broken toy is gone.", None),
    ],
)
def test_a_regular_past_is_formed_of_finite_verbs_and_perfects(old: str, new: str | None) -> None:
    found = next(iter(values("word.irregular_verb", old, rate=1.0).values()), None)
    assert found == new
