"""Markers by others, markers left out, and words that a sentence can do without."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

CASES: list[tuple[str, str, str | set[str] | None]] = [
    ("discourse.replace", "She also bought tea.", {"In addition, she bought tea.", "Additionally, she bought tea."}),
    ("discourse.replace", "He then travels home.", "After that, he travels home."),
    ("discourse.replace", "How many eggs are there in total?", {"there altogether?", "there in all?"}),
    (
        "discourse.replace",
        "How many thorns are there total?",
        {"there altogether?", "there in total?", "there in all?"},
    ),
    ("discourse.replace", "I ordered a card but it is late.", "I ordered a card; however, it is late."),
    ("discourse.replace", "Ann has 5 hats, while Bo has 12.", "Ann has 5 hats, whereas Bo has 12."),
    ("discourse.replace", "I need to change my name since I got married.", {"because I got married"}),
    ("discourse.replace", "He bought a pen, too.", "He bought a pen as well."),
    ("discourse.replace", "The film fails despite its cast.", "The film fails in spite of its cast."),
    ("discourse.replace", "If she used 3 cups, calculate the rest.", {"Assuming that", "Supposing that"}),
    ("discourse.replace", "If I need a transfer, how long does it take?", None),
    ("discourse.replace", "The card is due to arrive.", None),
    ("discourse.replace", "Run right and run left.", None),
    ("discourse.replace", "He goes along with it.", None),
    ("discourse.replace", "Also, he paid a fee.", {"In addition,", "Additionally,", "Moreover,", "Furthermore,"}),
    ("discourse.replace", "Finally, he has one before bed.", "Lastly, he has one before bed."),
    ("discourse.delete", "Ann has 5 hats, while Bo has 12.", "Ann has 5 hats; Bo has 12."),
    ("discourse.delete", "It is a big event, so we need food.", "It is a big event; we need food."),
    ("discourse.delete", "George met Thomas, so he was glad.", None),
    ("discourse.delete", "I sympathize with these families, but the film does not help them.", None),
    ("discourse.delete", "If it rains, then we stay.", "If it rains, we stay."),
    ("discourse.delete", "He bought a pen, too.", "He bought a pen."),
    ("discourse.delete", "Hello, I lost my card.", "I lost my card."),
    ("discourse.reverse", "He then travels home.", "Before that, he travels home."),
    ("discourse.reverse", "We left because of the rain.", "We left despite the rain."),
    ("discourse.reverse", "The cups are big and red.", "The cups are big but not red."),
    ("discourse.reverse", "Is it lost or stolen?", "Is it lost and stolen?"),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_a_marker_is_changed_or_left_alone(name: str, text: str, expected: str | set[str] | None) -> None:
    new = next(iter(values(name, text).values()), None)
    if isinstance(expected, set):
        assert new is not None
        assert any(words in new for words in expected)
    else:
        assert new == expected


SHORTER = [
    ("How many bolts in total does it take?", "How many bolts does it take?"),
    ("How many pets do they have in total?", None),
    ("How many total points did he score?", "How many points did he score?"),
    ("It cost $5. How much money does she have?", "It cost $5. How much does she have?"),
    ("How much money does she have?", None),
    ("Where is the package that she bought?", "Where is the package she bought?"),
    ("He likes the fact that she came.", None),
    ("How much more likely is 3 than that he wins?", None),
    ("I saw the room which is shared between the teachers.", "I saw the room shared between the teachers."),
    ("She started her own business.", None),
    ("He built it with his own hand.", None),
    ("He is a star in his own right.", None),
    ("She lives on her own island.", None),
    ("He should mind his own business.", None),
    ("It is just another film.", None),
    ("It is a card that just arrived.", None),
    ("John drives for 3 hours.", "John drives 3 hours."),
    ("I am travelling for two more weeks.", None),
    ("They walk for 80 miles.", "They walk 80 miles."),
    ("He drives at a speed of 60 mph.", "He drives at 60 mph."),
    ("I ask whether or not it came.", "I ask whether it came."),
    ("My card has not arrived yet.", "My card has not arrived."),
    ("Hi there! I need help.", "I need help."),
    ("hi, my card is lost", "my card is lost"),
    ("In total, how many eggs are there?", "How many eggs are there?"),
    ("How much in dollars did she pay? It was $5.", None),
    ("It is not just big.", None),
    ("It is an already finished chair.", None),
    ("It was a very old film.", None),
    ("At the very least it is short.", None),
    ("She already has 2 plants.", None),
    ("She has a pile of letters already stamped.", None),
    ("Please advise what the rate is.", None),
    ("She used a total of 120 spoons of sugar and salt.", None),
    ("She used a total of 120 spoons of sugar.", "She used 120 spoons of sugar."),
    ("He burnt it, so that he could write a new one.", None),
    ("He left so that he could write.", "He left so he could write."),
    ("He rests and then swims.", None),
    ("He swims after he finds them, and then rests.", None),
    ("He swims after he finds them and then rests.", None),
]


@pytest.mark.parametrize(("text", "expected"), SHORTER)
def test_a_word_goes_only_where_nothing_is_lost(text: str, expected: str | None) -> None:
    assert next(iter(values("style.shorter", text).values()), None) == expected


def test_a_movie_is_a_flick_unless_one_goes_to_the_movies() -> None:
    assert values("style.casual", "The movie is long.", rate=1.0) == {"0": "The flick is long."}
    assert not values("style.casual", "He goes to the movies.", rate=1.0)


def test_casual_sentences_without_a_word_for_it_are_contracted() -> None:
    assert values("style.casual", "Carla is downloading a file.", rate=1.0) == {"0": "Carla's downloading a file."}


def test_casual_things_are_whole_only_one_by_one() -> None:
    assert values("style.casual", "She read the entire book.", rate=1.0) == {"0": "She read the whole book."}
    assert not values("style.casual", "She met the entire members.", rate=1.0)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("dialect.vocabulary", "Is there a fee at an ATM?", "Is there a fee at a cash machine?"),
        ("dialect.vocabulary", "I bought it on accident.", "I bought it by accident."),
        ("spelling.variant", "It is 30 percent off.", "It is 30 per cent off."),
        ("spelling.variant", "He repairs car tires.", "He repairs car tyres."),
        ("spelling.variant", "I tire easily.", None),
        ("spelling.variant", "Two liters flow towards it.", "Two litres flow towards it."),
        ("spelling.variant", "Two litres flow towards it.", "Two liters flow toward it."),
        ("spelling.variant", "The theater is grey.", "The theatre is grey."),
        ("style.casual", "He could have some friends.", "He could have some pals."),
        ("style.casual", "You should have a number of choices.", None),
        ("style.casual", "They should have known.", "They should've known."),
        ("style.casual", "He has not yet paid.", "He hasn't yet paid."),
        ("style.casual", "They have not a penny.", None),
        ("style.casual", "How much money will he have?", None),
        ("style.simplify", "He needs to remove 15 pounds from it.", None),
        ("style.simplify", "The film is just another sequel.", None),
        ("style.simplify", "Can you check it and obviously block it?", None),
        ("style.simplify", "I obviously lost it.", "I lost it."),
        ("style.plain", "He repairs the car.", "He fixes the car."),
        ("style.plain", "He repairs the car. Each car that is repaired costs $40.", None),
        ("style.plain", "They are currently on sale.", "They are now on sale."),
        ("style.plain", "They are not currently here.", None),
        ("style.plain", "She returned several weeks later.", None),
        ("style.plain", "Can I return it?", "Can I give it back?"),
        ("style.plain", "Each floor contains 8 flats.", "Each floor has 8 flats."),
        ("negation.affixal", "The watch is expensive.", "The watch is inexpensive."),
    ],
)
def test_a_lexicon_knows_the_word(name: str, text: str, expected: str | None) -> None:
    assert next(iter(values(name, text).values()), None) == expected
