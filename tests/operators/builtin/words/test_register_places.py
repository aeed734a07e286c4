"""Words of a register where they fit, and where they would say something else."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("style.complex", "She plays an important role.", "She plays a significant role."),
        ("style.complex", "What is the total income?", "What is the aggregate income?"),
        ("style.complex", "It is mostly worth the trip.", "It is largely worth the trip."),
        ("style.complex", "10 people sang.", "10 individuals sang."),
        ("style.complex", "The car broke down.", "The automobile broke down."),
        ("style.plain", "Initially, Elaine had 20 cards.", "At first, Elaine had 20 cards."),
        ("style.plain", "Send it via email.", "Send it by email."),
        (
            "style.plain",
            "Our letter was late. The initial plan was bad.",
            "Our letter was late. The first plan was bad.",
        ),
        ("style.plain", "The majority of them left.", "Most of them left."),
        ("style.plain", "The majority of the funds are here.", "Most of the funds are here."),
        ("style.plain", "He met pupils, the majority of whom left.", "He met pupils, most of whom left."),
        ("style.plain", "The majority of workers left.", "Most workers left."),
        ("style.plain", "They terminated the contract.", "They ended the contract."),
        ("style.plain", "He completed the book.", "He finished the book."),
        ("style.plain", "Can I return it by post?", "Can I send it back by post?"),
        ("style.casual", "He removed the virus.", "He got rid of the virus."),
        ("style.casual", "Because it rained, Ann left.", "'Cause it rained, Ann left."),
        ("style.formal", "I need to change my PIN.", "I must change my PIN."),
        ("style.formal", "He is looking for a job.", "He is seeking a job."),
        ("style.formal", "She ran to her home.", "She ran to her residence."),
        ("style.formal", "The report says that the staff left.", "The report states that the staff left."),
        ("style.formal", "The train has not left yet.", "The train has not left as yet."),
        ("style.formal", "a bumpy but satisfying ride.", "a bumpy yet satisfying ride."),
        ("style.formal", "The bowl had a crack, so it broke.", "The bowl had a crack, and therefore it broke."),
        ("style.old_fashioned", "About 5 people left.", "Some 5 people left."),
        ("style.old_fashioned", "He really likes it.", "He verily likes it."),
        (
            "style.old_fashioned",
            "If she has 5 cups, how many are left?",
            "Supposing that she has 5 cups, how many are left?",
        ),
    ],
)
def test_a_word_of_a_register_replaces_one_that_says_the_same(name: str, text: str, expected: str) -> None:
    assert list(values(name, text, rate=1.0).values()) == [expected]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("style.complex", "Something important happened at home."),
        ("style.complex", "It is important to rest."),
        ("style.complex", "The total cost is the sum of each total."),
        ("style.complex", "The people of Wales sing."),
        ("style.complex", "Get me a coffee from the car."),
        ("style.complex", "They own the hotel."),
        ("style.plain", "Elaine initially had 20 cards."),
        ("style.plain", "He moved via Paris."),
        ("style.plain", "The initial amount was $20."),
        ("style.plain", "It is nothing resembling acting."),
        ("style.plain", "He was terminated from his job."),
        ("style.plain", "You must complete the form."),
        ("style.plain", "Several of them were hurt."),
        ("style.casual", "They terminated him."),
        ("style.casual", "He removed his hat."),
        ("style.casual", "He removed a coin from his pocket."),
        ("style.casual", "He saw several guards and some others."),
        ("style.formal", "He was looking for his dog."),
        ("style.formal", "They asked them to draw their home."),
        ("style.formal", "It is really quite good."),
        ("style.formal", "Guests say that the staff were kind."),
        ("style.formal", "The fee was high, but it was refunded."),
        ("style.formal", "He was tired, so he went home."),
        ("style.formal", "Has the train left yet?"),
        ("style.old_fashioned", "We leave at about 5 pm."),
        ("style.old_fashioned", "Has the train left yet?"),
        ("style.old_fashioned", "We wait until noon."),
        ("style.old_fashioned", "The teacher left."),
        ("style.old_fashioned", "I lost my key."),
        ("style.old_fashioned", "He bought a house."),
        ("style.old_fashioned", "He sang and then left."),
        ("style.old_fashioned", "Children must be with an adult."),
        ("style.old_fashioned", "It was really cold."),
        ("style.old_fashioned", "She always smiles."),
        ("style.old_fashioned", "The girls' team won."),
        ("style.old_fashioned", "If you have any questions, feel free to ask."),
        ("style.old_fashioned", "We ate it because we liked it."),
        ("style.old_fashioned", "He was angry at the big store."),
    ],
)
def test_a_word_stays_where_another_would_say_something_else(name: str, text: str) -> None:
    assert values(name, text, rate=1.0) == {}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("style.shorter", "What really annoyed me was the noise.", "What annoyed me was the noise."),
        ("style.shorter", "I just want to pay.", "I want to pay."),
        ("style.shorter", "She won 3 games. How many did she play in all?", "She won 3 games. How many did she play?"),
        ("style.shorter", "So, too, is this.", None),
        ("style.shorter", "She is extremely protective of it.", None),
        ("style.shorter", "The cats have just had kittens.", None),
        ("style.shorter", "She won 3, lost 2, and drew 4. How many did she play in all?", None),
        ("style.shorter", "Call us if you really need a hand.", None),
        (
            "style.simplify",
            "I want to know if I can change the name, please.",
            "I want to know if I can change the name.",
        ),
        ("style.simplify", "It must be closely and clearly supervised.", None),
        ("style.simplify", "Wait until the fan has completely stopped.", None),
        ("style.simplify", "Only very long orders are free.", None),
        ("style.simplify", "It must be fully charged and completely dry.", None),
    ],
)
def test_only_words_that_say_nothing_go(name: str, text: str, expected: str | None) -> None:
    found = list(values(name, text, **({} if name == "style.simplify" else {"rate": 1.0})).values())
    assert found == ([expected] if expected is not None else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I walked to the beach.", "positive"),
        ("The hotel was cold.", "positive-thing"),
    ],
)
def test_only_what_the_speaker_did_is_praised(text: str, expected: str | None) -> None:
    assert next(iter(values("appraisal.positive", text)), None) == expected
