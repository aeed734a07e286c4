"""Kinds of places that readers of real rows found wrong: each with a text that must stay, and one that may change."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values


@pytest.mark.parametrize(
    ("name", "stays", "changes"),
    [
        # quantities and units
        ("style.complex", "How many hours does it last?", None),
        ("style.formal", "How many stickers did he paint?", None),
        ("word.rare", "How many liters longer is it?", None),
        (
            "style.complex",
            "A book about 2 lads is out.",
            ("It lasts about 2 hours.", "It lasts approximately 2 hours."),
        ),
        ("style.complex", "He paid more than 1 fee.", ("He paid more than 40 fees.", "He paid in excess of 40 fees.")),
        ("style.complex", "It is no more than 50.", None),
        ("word.rare", "How much money was lost?", ("She got his money.", "She got his funds.")),
        (
            "style.formal",
            "She has a lot of it.",
            ("He saw a lot of birds.", "He saw a large number of birds."),
        ),
        ("style.formal", "He has 3 more birds than Ann.", ("He saw 3 more birds.", "He saw 3 additional birds.")),
        ("style.complex", "He swims twice every day.", ("He swims every day.", "He swims on a daily basis.")),
        ("style.formal", "Every day is long.", ("He swims each day.", "He swims daily.")),
        ("word.idiom", "He has a lot of time.", ("He has a lot of money.", "He has a heap of money.")),
        ("word.idiom", "He met a lot of friends.", None),
        ("word.idiom", "She eats 2 eggs.", ("She eats 20 eggs.", "She gets through 20 eggs.")),
        ("word.idiom", "Every day, she swims.", ("She swims every day.", "She swims day in, day out.")),
        ("word.idiom", "She swims every day at noon.", None),
        ("word.idiom", "The transfer is free.", ("The coffee is free.", "The coffee is on the house.")),
        ("word.synonym", "Their combined ages are 9.", ("Their combined age is 9.", "Their total age is 9.")),
        # conditions and causes
        (
            "style.complex",
            "If the price is $5, it is cheap.",
            ("If my card gets lost, who pays?", "In the event that my card gets lost, who pays?"),
        ),
        ("style.complex", "If there is a fee, who pays?", None),
        ("style.complex", "If he could swim, who would win?", None),
        (
            "style.complex",
            "If he had 3 eggs, what would he do?",
            ("If Tom has 3 eggs, how many are red?", "Given that Tom has 3 eggs, how many are red?"),
        ),
        (
            "style.formal",
            "If I have lost it, who pays?",
            ("If I lose it, who pays?", "Should I lose it, who pays?"),
        ),
        (
            "style.complex",
            "He left partly because it rained.",
            ("He left because it rained.", "He left due to the fact that it rained."),
        ),
        ("style.old_fashioned", "He left just because it rained.", None),
        ("word.synonym", "He left in part because it rained.", None),
        (
            "style.complex",
            "He stays until noon.",
            ("He stays until it rains.", "He stays until such time as it rains."),
        ),
        # requests and wishes
        ("style.complex", "He has also painted it.", ("Also, he paints.", "Additionally, he paints.")),
        ("style.formal", "I need to know why.", ("I need to pay.", "I must pay.")),
        ("word.synonym", "I need to see it.", ("I have to pay.", "I need to pay.")),
        (
            "style.complex",
            "How do I go about it?",
            ("How do I cancel it?", "What procedure should I follow to cancel it?"),
        ),
        ("word.rare", "Is it possible to pay late?", None),
        ("style.plain", "Can you please pay?", None),
        ("style.formal", "Can you get these cards?", ("Can you cancel it?", "Could you please cancel it?")),
        ("style.formal", "Help me find it.", ("Please do help me.", "Please do assist me.")),
        ("style.plain", "A merchant bought 3 eggs.", ("The merchant left.", "The seller left.")),
        ("style.plain", "We saw adams ' attempts to get home.", None),
        # objects
        ("style.formal", "He will get back.", ("He will get back his card.", "He will recover his card.")),
        ("style.formal", "What is wrong?", ("It is the wrong amount.", "It is the incorrect amount.")),
        ("style.formal", "We go to the movies.", ("We saw the movie.", "We saw the film.")),
        ("style.formal", "He got enough!", None),
        ("style.complex", "He lives in the moment.", ("He lives in a flat.", "He resides in a flat.")),
        ("style.formal", "It has to do with me.", ("She has to choose.", "She is required to choose.")),
        ("style.formal", "I can get my card back.", ("I can get my card.", "I can receive my card.")),
    ],
)
def test_words_stay_where_they_have_another_use(name: str, stays: str, changes: tuple[str, str] | None) -> None:
    assert values(name, stays, rate=1.0) == {}
    if changes is not None:
        old, new = changes
        assert list(values(name, old, rate=1.0).values()) == [new]


@pytest.mark.parametrize(
    ("name", "stays", "changes"),
    [
        ("style.old_fashioned", "I can get an item refunded.", ("I can get a ticket.", "I can procure a ticket.")),
        ("style.old_fashioned", "Can I get it back?", None),
        ("style.old_fashioned", "He finished his homework.", ("He finished his speech.", "He concluded his speech.")),
        ("style.old_fashioned", "It is a beautiful madness.", ("A beautiful woman.", "A comely woman.")),
        ("style.old_fashioned", "He ate all the soup.", ("He ate the soup.", "He partook of the soup.")),
        ("style.old_fashioned", "He ate the whole pie. He ate every pie. He ate 3 pies.", None),
        ("style.old_fashioned", "Why hasn't it arrived?", ("Why has it failed?", "Wherefore has it failed?")),
        ("style.old_fashioned", "Why did it get declined?", None),
        ("style.old_fashioned", "It may, if anything, be short.", None),
        ("style.old_fashioned", "It is an assisted living facility.", ("She lives here.", "She dwells here.")),
        ("word.synonym", "Half the entire students left.", ("The entire class left.", "The whole class left.")),
        ("word.synonym", "Why is it late?", None),
        ("word.synonym", "It is in the garbage truck bay.", ("It is in the trash.", "It is in the rubbish.")),
        ("word.synonym", "It is by a trash bag clip.", ("He saw a trash can.", "He saw a garbage can.")),
        ("word.synonym", "They have jobs too.", ("She lost her job.", "She lost her position.")),
        ("word.synonym", "He did a good job.", None),
        ("word.synonym", "It won once again.", ("It won again.", "It won once more.")),
        ("word.synonym", "The other half of the year.", ("He ate half of the pie.", "He ate half the pie.")),
        ("word.synonym", "They charge a fee.", ("I saw a fee.", "I saw a charge.")),
        ("word.rare", "Why hasn't it arrived?", ("Why was I charged?", "On what grounds was I charged?")),
        ("word.rare", "He stays until the night he learns it.", None),
        ("word.rare", "We saw the store. It is a weekly trial.", None),
        ("word.rare", "You should buy now!", ("They buy new equipment.", "They procure new equipment.")),
        ("word.idiom", "Elvira saw that a mug costs $3.", ("A mug costs $3.", "A mug sets you back $3.")),
        ("word.idiom", "She knows what a mug costs. How much does a mug cost?", None),
        ("word.idiom", "Why was my card declined", ("Why is it still late?", "Why on earth is it still late?")),
    ],
)
def test_words_stay_beside_what_they_do_not_go_with(name: str, stays: str, changes: tuple[str, str] | None) -> None:
    assert values(name, stays, rate=1.0) == {}
    if changes is not None:
        old, new = changes
        assert list(values(name, old, rate=1.0).values()) == [new]
