"""Words that have one sense of several: each with a text that must stay, and one that changes."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values


@pytest.mark.parametrize(
    ("name", "stays", "changes"),
    [
        ("style.old_fashioned", "It takes 2 weeks.", None),
        ("style.old_fashioned", "He quickly paid.", ("It grew quickly.", "It grew apace.")),
        ("style.old_fashioned", "Where do you get your rates from?", ("He got a ticket.", "He procured a ticket.")),
        ("style.old_fashioned", "She gets 3 eggs per hen.", None),
        ("style.old_fashioned", "He uses the kitchen.", ("He uses a hammer.", "He employs a hammer.")),
        ("style.old_fashioned", "They take turns. He uses the hammer.", None),
        ("style.old_fashioned", "He uses my card. He uses it.", None),
        ("style.old_fashioned", "He died in a home.", ("He died in a fire.", "He perished in a fire.")),
        ("style.old_fashioned", "It failed again and again.", ("It failed again.", "It failed once more.")),
        ("style.old_fashioned", "What is missing is a plot.", ("What is it?", "Pray, what is it?")),
        ("style.old_fashioned", "Can you please stop?", ("Can you stop?", "Pray, can you stop?")),
        ("style.old_fashioned", "Hi there!", ("Hi!", "Good day!")),
        ("word.rare", "It is the big time.", ("It is a big dog.", "It is a sizable dog.")),
        ("word.synonym", "It is the big time.", ("It is a big dog.", "It is a large dog.")),
        ("style.old_fashioned", "Every year it rains.", ("It rains every year.", "It rains year upon year.")),
        ("word.rare", "I must cancel the order.", ("I am waiting on my card.", "I am awaiting my card.")),
        ("word.rare", "I changed my PIN.", ("I changed my plan.", "I altered my plan.")),
        ("word.rare", "I changed the card number.", ("I changed my address.", "I amended my address.")),
        ("word.rare", "He collected 2 peaches.", ("He collected evidence.", "He amassed evidence.")),
        ("word.rare", "My payment did not work.", ("The machine did not work.", "The machine did not function.")),
        ("word.rare", "How many total points did he score?", None),
        ("word.synonym", "She is old enough in order to pay.", ("He ran in order to win.", "He ran so as to win.")),
        (
            "word.synonym",
            "He jumped two or, as they say, 'twice'. He jumps twice.",
            ("He jumps twice.", "He jumps two times."),
        ),
        ("word.synonym", "He is angry.", ("He is angry at Ron.", "He is angry with Ron.")),
        ("word.synonym", "The marks obtained by him.", ("He obtained it.", "He got it.")),
        ("word.idiom", "I must cancel the order.", ("I must cancel the trip.", "I must call off the trip.")),
        ("word.idiom", "He began his career.", ("He began the project.", "He got the ball rolling on the project.")),
        ("word.idiom", "He tries to go to bed and reads.", ("I go to bed.", "I hit the hay.")),
    ],
)
def test_words_stay_in_another_sense(name: str, stays: str, changes: tuple[str, str] | None) -> None:
    assert values(name, stays, rate=1.0) == {}
    if changes is not None:
        old, new = changes
        assert list(values(name, old, rate=1.0).values()) == [new]
