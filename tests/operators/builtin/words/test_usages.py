"""Words that `word.synonym` and `word.rare` replace in their plainest use alone: what changes, and what stays."""

from __future__ import annotations

import re

import pytest

from tests.operators.prompts import values


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("word.synonym", "Tom was afraid to sing.", "Tom was scared to sing."),
        ("word.synonym", "She was scared.", "She was afraid."),
        ("word.synonym", "Because it is late, we leave.", "Since it is late, we leave."),
        ("word.synonym", "a bumpy but satisfying ride", "a bumpy yet satisfying ride"),
        ("word.rare", "He ran, but he still lost.", "He ran, yet he still lost."),
        ("word.synonym", "I have questions about the rules.", "I have questions regarding the rules."),
        ("word.synonym", "It happened on Friday.", "It occurred on Friday."),
        ("word.rare", "It happened on Friday.", "It transpired on Friday."),
        ("word.synonym", "He gathered 30 shells.", "He collected 30 shells."),
        ("word.synonym", "She found a new job.", "She found a new position."),
        ("word.synonym", "Mark loves his children.", "Mark loves his kids."),
        ("word.synonym", "He threw the ball.", "He tossed the ball."),
        ("word.synonym", "Ann waits until he comes.", "Ann waits till he comes."),
        ("word.synonym", "Mia painted her house.", "Mia painted her home."),
        ("word.synonym", "I ordered an extra card.", "I ordered an additional card."),
        ("word.rare", "I ordered an extra card.", "I ordered a supplementary card."),
        ("word.rare", "A small man sat there.", "A diminutive man sat there."),
        ("word.rare", "That was a serious mistake.", "That was a serious blunder."),
        ("word.rare", "He told the ten children.", "He told the ten youngsters."),
        ("word.rare", "I lost my wallet.", "I mislaid my billfold."),
        ("word.rare", "She got a good salary.", "She got a good remuneration."),
        ("word.rare", "They bought medical equipment.", "They procured medical equipment."),
    ],
)
def test_the_plainest_use_is_replaced(name: str, old: str, new: str) -> None:
    assert list(values(name, old, rate=1.0).values()) == [new]


@pytest.mark.parametrize("name", ["word.synonym", "word.rare"])
@pytest.mark.parametrize(
    "stays",
    [
        # formulas, causes and contrasts
        "I'm afraid we can't do that.",
        "I am afraid so.",
        "I am afraid that it rained.",
        "It is a scared dog.",
        "He died because he had smoked.",
        "Because he left, she wept.",
        "It is since the rain, not because he left.",
        "He tries running, but he trips.",
        "I looked, but I could not find it.",
        "It is a novel about the war.",
        # what goes on, is handed over, or is asked of
        "What is happening with it?",
        "It is still happening.",
        "What happened to my card?",
        "The people gathered.",
        "They collect my parcel.",
        "He gets the card when he pays.",
        "When did I get my card?",
        "He has a job.",
        "Is it a main road?",
        "Keep it away from children.",
        "He throws it away.",
        "She threw a party.",
        "Wait until the light is green.",
        "He has several hats.",
        "I need to sleep.",
        "She needs to sleep.",
        "They bill extra for it.",
        "Is it extra?",
        # what sounds forced
        "How could I track it?",
        "What can I do if it fails?",
        "The small rodents are there.",
        "He saw a small box.",
        "He saw the small children.",
        "I lost my dog.",
        "His wife left.",
    ],
)
def test_other_uses_stay(name: str, stays: str) -> None:
    assert values(name, stays, rate=1.0) == {}


@pytest.mark.parametrize(
    "stays",
    [
        "It lasts almost 5 hours.",
        "It failed again.",
        "He made a mistake.",
        "The salaries are low.",
        "He went on a trip.",
        "How do I track it?",
        "He ate, and then he slept.",
        "It was easy.",
        "Ann saw another one.",
        "He threw the ball to his son.",
        "We know that children sing.",
        "All of a sudden it rained.",
        "I bought a lamp.",
        "I bought DVDs.",
        "We waited until it rained.",
    ],
)
def test_no_rare_word_where_it_would_sound_forced(stays: str) -> None:
    assert values("word.rare", stays, rate=1.0) == {}


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("What is my address?", r"What is my [a-z]+[^s]\?"),
        ("The class has left.", r"The [a-z]+[^s] has left\."),
        ("There, 300 people met. One person left.", r"There, 300 ([a-z]+)s met\. One \1 left\."),
        ("A cookie fell. Two cookies fell.", r"An? ([a-z]+) fell\. Two \1s fell\."),
        ("The dog saw the cat and the horse.", r"The ([a-z]+) saw the (?!\1)([a-z]+) and the (?!\1|\2)[a-z]+\."),
        (
            "It took an hour and 5 minutes to get a piece of the cake.",
            r"It took an hour .* a piece of the (?!cake)\w+\.",
        ),
    ],
)
def test_a_nonce_word_has_the_number_of_its_noun_and_stands_for_no_other(text: str, shape: str) -> None:
    for seed in range(5):
        made = list(values("word.nonce", text, rate=1.0, seed=seed).values())
        assert made
        assert all(re.fullmatch(shape, new.replace("plimsies", "plimsys").replace("daxes", "daxs")) for new in made), (
            made
        )


@pytest.mark.parametrize(
    "stays",
    [
        "He ran a mile.",
        "It is a piece of it.",
        "Two fish swam.",
        "The police left.",
        "It cost a dollar.",
        "I saw five cell phones.",
    ],
)
def test_no_nonce_word_for_units_portions_and_plurals_without_a_form(stays: str) -> None:
    assert values("word.nonce", stays, rate=1.0) == {}
