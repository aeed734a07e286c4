"""What several rules on the parse leave as it is, and the like that they still change."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

CASES = [
    ("syntax.active", "The wire was cut into pieces 6 inches long.", None),
    ("syntax.active", "After the war, Young was excluded from the amnesty.", None),
    ("syntax.active", "Later, in 1215, the lands were passed into the hands of his cousin.", None),
    ("syntax.active", "The prisoner will be transported to a prison.", "They will transport the prisoner to a prison."),
    ("syntax.active", "A 2% fee will be charged for each unit.", "They will charge a 2% fee for each unit."),
    ("syntax.active", "My card was stolen.", "Someone stole my card."),
    ("syntax.active", "The soup was brought by the waiter.", "The waiter brought the soup."),
    ("syntax.passive", "Claire makes a cake every morning.", None),
    ("syntax.passive", "Each pigeon ate three fries.", None),
    ("syntax.passive", "The ducks lay 16 eggs per day.", None),
    ("syntax.passive", "Claire made a cake.", "A cake was made by Claire."),
    ("syntax.passive", "The accountant charges $90.", None),
    ("syntax.passive", "What mistakes did the doctor make?", "What mistakes were made by the doctor?"),
    ("syntax.split", "Olga kicked Sara because she was drunk.", None),
    ("syntax.split", "Tea is popular because it is cheap.", "Tea is popular. This is because it is cheap."),
    ("syntax.split", "She bought a lamp that costs $14.", "She bought a lamp. It costs $14."),
    ("syntax.split", "She bought lamps that cost $14 each.", "She bought lamps. These cost $14 each."),
    ("syntax.split", "Why is this happening?", None),
    ("syntax.statement", "What is the price of a ticket to Rome?", "Tell me the price of a ticket to Rome."),
    ("syntax.statement", "What is my balance?", "Tell me what my balance is."),
    ("syntax.statement", "What is a card with a chip for shops?", None),
    ("syntax.statement", "In one week, how many eggs does he eat?", "Tell me how many eggs he eats in one week."),
    ("syntax.statement", "When it is cold, how many eggs does he eat?", None),
    ("syntax.statement", "If he eats 2, how many eggs are left?", "If he eats 2, tell me how many eggs are left."),
    ("syntax.wh_cleft", "If he eats 2, how many eggs are left?", None),
    ("syntax.wh_cleft", "Someone hit the wall.", None),
    ("syntax.wh_cleft", "How many eggs are left?", "What I would like to know is how many eggs are left."),
    ("syntax.wh_cleft", "What is the exchange rate?", "What I would like to know is the exchange rate."),
    ("discourse.add", "Jason, who built Rocky a robot, is an engineer.", None),
    ("discourse.add", "Later, Nintendo continued to sell the revised model.", None),
    ("discourse.add", "The film was a success.", None),
    ("discourse.add", "Ann sold 5 cups. Bo sold 2.", "So, Ann sold 5 cups. Bo sold 2."),
    ("discourse.delete", "The clown smiled at the child and he cried.", None),
    ("discourse.delete", "Paul said Rodman was selfish, but he deemed him a hard worker.", None),
    ("discourse.delete", "Ann supported Bo because Eve really liked him.", None),
    ("discourse.delete", "Each floor has 8 units, and half are empty.", "Each floor has 8 units; half are empty."),
    ("discourse.replace", "The blimp hit the tree because it lost air.", None),
    ("discourse.replace", "The violin fell because someone knocked it off.", None),
    ("discourse.replace", "Ann left because she was tired.", "Ann left since she was tired."),
    (
        "discourse.replace",
        "I need to change my PIN, but I am overseas.",
        "I need to change my PIN; however, I am overseas.",
    ),
    ("discourse.replace", "They include 80 men and 90 women.", "They include 80 men along with 90 women."),
    ("discourse.replace", "It is used to treat fever.", None),
    ("discourse.replace", "The shot injured Barbara, but she shot Larry dead.", None),
    ("discourse.replace", "I am looking forward to pay the bill.", None),
    ("discourse.replace", "A fog bank rolls in to cover a city.", None),
    ("discourse.replace", "She places a quarter on the table, then her mom places a third.", None),
    ("discourse.replace", "But as it poured, it spilled.", "However, as it poured, it spilled."),
    ("discourse.replace", "The cup is small, but the plate is big.", "The cup is small; however, the plate is big."),
    ("negation.double", "I see a fee on the account.", None),
    ("negation.double", "The card is not blue.", None),
    ("negation.double", "it is a film that i like.", None),
    ("negation.double", "The new card was sent to me.", None),
    ("negation.double", "The card is blue.", "It is not false that the card is blue."),
    ("style.plain", "What share of the entire students dance?", None),
    ("style.plain", "She cleaned the entire kitchen.", "She cleaned the whole kitchen."),
    ("style.plain", "He reduces the story to a joke.", None),
    ("style.plain", "He reduced the price.", "He cut the price."),
    ("style.plain", "The jeweler will construct it.", "The jeweler will make it."),
    ("style.plain", "They will construct a new bridge.", "They will build a new bridge."),
    ("style.plain", "The bridge was constructed by the army.", "The bridge was built by the army."),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_a_sentence_is_changed_into_good_english_or_kept(name: str, text: str, expected: str | None) -> None:
    found = values(name, text)
    assert (expected in found.values()) if expected is not None else not found


def test_sentences_on_different_things_are_not_joined() -> None:
    apart = "The developer was working on a project. Video games are a popular pastime."
    about_her = "Ann was working on a project. She likes games."
    assert list(values("syntax.merge", apart)) == []
    assert values("syntax.merge", about_her) == {"semicolon": "Ann was working on a project; she likes games."}
