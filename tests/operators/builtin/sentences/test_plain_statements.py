"""Plain statements of news, stories, encyclopaedias, mail and reviews: what may open, lengthen or stress them."""

from __future__ import annotations

import pytest

from llmrobust.operators import REGISTRY, Draw
from tests.operators.prompts import rendered


def made(name: str, text: str, **params: object) -> set[str]:
    """What an operator makes of a text that is neither a review's nor a problem's, over many examples."""
    operator = REGISTRY.get(name)
    assert operator is not None
    prompt = rendered("Read this.\nText: {{ text }}\nAnswer:", {"text": text})
    found = set()
    for n in range(20):
        draw = Draw(0, name, str(n), {"text": text}, (), None)
        for one in operator.variants(prompt, operator.params(target="text", **params), draw):
            said = one.prompt.messages[0].text
            found.add(said.removeprefix("Read this.\nText: ").removesuffix("\nAnswer:"))
    return found


@pytest.mark.parametrize(
    ("text", "openers"),
    [
        ("The mayor opened the new bridge on Saturday.", {"In fact, the"}),
        ("Scientists discovered a new species of frog.", {"In fact, scientists", "As it turned out, scientists"}),
        ("Maria wrote to the landlord because the boiler was broken.", {"In fact, Maria", "As it turned out, Maria"}),
        ("Bees are important because they pollinate crops.", {"In fact, bees", "As it happens, bees"}),
        ("The printer stops when the paper tray is empty.", {"Note that the"}),
        ("The supplier may end this agreement.", {"Note that the"}),
        ("After the war, Young was excluded from the amnesty.", {"As a matter of fact, after"}),
        ("the room was too small for four people.", {"in fact, the"}),
        ("the battery is weak and the screen scratches easily.", {"to be honest, the", "honestly, the", "frankly, the"}),
        ("a slow, clumsy thriller that wastes a good cast.", {"in short, a", "all in all, a", "simply put, a"}),
        ("great little cafe with friendly staff.", {"in short, great", "all in all, great", "simply put, great"}),
        ("manages to bore us with a terrible plot.", {"in short, manages", "all in all, manages", "simply put, manages"}),
    ],
)  # fmt: skip
def test_a_lone_statement_is_opened_by_its_kind(text: str, openers: set[str]) -> None:
    rest = text.partition(" ")[2]
    assert {one.removesuffix(f" {rest}") for one in made("discourse.add", text)} == openers


@pytest.mark.parametrize(
    "text",
    [
        "Elin Hilderbrand is an American writer mostly of romance novels.",
        "Thank you for your order.",
        "omg that gig was amazing.",
        "Later, the lands were passed to his cousin.",
        "In particular, they may be lampooned for their beliefs.",
        "Hidden by a hill, it is seldom visited.",
        "This led to the war. The town was burnt.",
        "Gene is sewing.",
    ],
)
def test_an_introduction_a_greeting_or_what_is_opened_already_takes_no_opener(text: str) -> None:
    assert not {one for one in made("discourse.add", text) if not one.startswith("So, ")}
