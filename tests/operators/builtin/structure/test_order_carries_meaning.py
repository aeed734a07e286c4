"""What may not move: steps and events, options that speak of others, numberings that the instruction asks for."""

from __future__ import annotations

import pytest

from llmrobust.operators import REGISTRY, Draw
from llmrobust.operators.builtin.structure.independence import in_any_order
from llmrobust.operators.editing.text_edits import sentences
from tests.operators.prompts import rendered, texts

CONTEXT = "Text: {% context %}{{ c }}{% endcontext %}\nQ: who\nA:\n"
OPTIONS = "{{ asked }}\nQuestion: {{ q }}\nOptions:\n{{ o | choices }}\nAnswer:\n"
LABELS = ("A", "B", "C")


@pytest.mark.parametrize(
    "text",
    [
        "Preheat the oven. Mix the flour and butter. Bake for 20 minutes.",
        "Germany scored first. After the break, Brazil won a penalty. The match ended 2-1.",
        "Ann had 5 apples. Ann ate 2 apples. Ann doubled the rest.",
        "Mary went to the kitchen. Mary went to the garden.",
        "A man has a dog. The dog is old.",
        "John gave Mary 3 apples. Mary ate two.",
        "Open the lid. Press the red button.",
        "Anna lives in Rome. Tom likes her.",
        "The firm is in Ohio. Before that, Texas was its home.",
        "1. Boil water. 2. Add salt.",
        "If Bo has 40 crabs, calculate the total number. Rani has ten more crabs than Monic.",
        "of a film. the cast is good.",
        "The film is good... It works.",
        "Is it open? The door is red.",
    ],
)
def test_order_carries_meaning(text: str) -> None:
    assert texts("order.facts", rendered(CONTEXT, {"c": text})) == {}
    assert not in_any_order(sentences(text))


@pytest.mark.parametrize(
    "text",
    [
        "Anna lives in Paris. Ben lives in Rome.",
        "Erin is kind. If Erin is kind, then Bob is tall. If someone is quiet then they are kind.",
        "Water freezes at 0 degrees. Iron melts at 1538 degrees.",
        "Charles Dickens wrote Oliver Twist. Jane Austen created Emma.",
        "Refunds take five days. Gift cards do not expire. Shipping costs are not refunded.",
        "Gary is the son of Fiona. Harry is the brother of Gary.",
        "Anna likes her dog. Ben owns two cats.",
    ],
)
def test_facts_that_stand_alone_move(text: str) -> None:
    assert in_any_order(sentences(text))
    parts = [part.strip() for part in sentences(text)]
    found = texts("order.facts", rendered(CONTEXT, {"c": text}))
    assert found["reversed"].split("\n")[0] == "Text: " + " ".join(reversed(parts))


def options(*shown: str, asked: str = "Choose.") -> dict[str, str]:
    prompt = rendered(OPTIONS, {"asked": asked, "q": "Which?", "o": list(shown)}, LABELS)
    return texts("order.options", prompt, LABELS, samples=10)


@pytest.mark.parametrize("last", ["None of the above", "All of the above.", "Neither", "Both of these", "none"])
def test_an_option_about_the_others_stays_last(last: str) -> None:
    found = options("Paris", "Rome", last)
    assert len(found) == 1
    assert all(f"A. Rome\nB. Paris\nC. {last}\n" in text for text in found.values())


@pytest.mark.parametrize(
    "shown",
    [
        ("x", "y", "Both A and B"),
        ("A and B only", "q", "z"),
        ("one", "All of the above", "three"),
        ("q", "(A), (B)", "z"),
    ],
)
def test_options_that_name_others_do_not_move(shown: tuple[str, ...]) -> None:
    assert options(*shown) == {}


def test_options_that_only_look_like_letters_move() -> None:
    assert len(options("Vitamin A", "Vitamin C", "I and you")) == 5


def numberings(asked: str, labels: tuple[str, ...] = LABELS, expected: str = "A") -> set[str]:
    template = (
        "{% instruction %}" + asked + "{% endinstruction %}\nQuestion: {{ q }}\nOptions:\n{{ o | choices }}\nAnswer:\n"
    )
    prompt = rendered(template, {"q": "Which?", "o": ["x", "y", "z"]}, labels)
    operator = REGISTRY.get("format.enumerator")
    assert operator is not None
    made = operator.variants(prompt, operator.params(), Draw(0, "u", "e", {}, labels, expected))
    return {variant.detail["options.numbering"] for variant in made}


def test_a_numbering_that_is_asked_for_stays() -> None:
    assert {"1", "a", "I"} <= numberings("Choose the right one.")
    assert numberings("Reply with the letter only.") == {"A", "a"}
    assert numberings("Reply with A, B or C.", labels=()) == {"A"}, "the suite does not say that these are answers"
    assert numberings("Choose.", labels=()) == {"A"}, "the gold answer is a letter that nothing would rename"
    assert "1" in numberings("Choose.", labels=(), expected="x")


def test_a_numbering_by_which_options_name_each_other_stays() -> None:
    for q, o in (("Which?", ["x", "y", "Both A and B"]), ("Why is option B wrong?", ["x", "y", "z"])):
        prompt = rendered(OPTIONS, {"asked": "Choose.", "q": q, "o": o}, LABELS)
        operator = REGISTRY.get("format.enumerator")
        assert operator is not None
        made = list(operator.variants(prompt, operator.params(), Draw(0, "u", "e", {}, LABELS, "A")))
        assert {variant.detail["options.numbering"] for variant in made} == {"A"}
        assert made, "the wrapper may change"


def test_paragraphs_stay_where_facts_change_places() -> None:
    text = "Refunds take five days.\n\nGift cards do not expire.\nShipping is free."
    found = texts("order.facts", rendered(CONTEXT, {"c": text}))["reversed"]
    assert found.startswith("Text: Shipping is free.\n\nGift cards do not expire.\nRefunds take five days.\n")
