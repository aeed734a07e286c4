"""People, places and organisations that texts name, and whether they may become others."""

from __future__ import annotations

from typing import Any

import pytest

from llmrobust.operators import REGISTRY, Draw, Relation, Variant
from llmrobust.operators.builtin.values.names import COMMUNITIES, CONTINENTS, COUNTRIES
from llmrobust.operators.builtin.values.organisations import organisations_of
from llmrobust.operators.builtin.values.people import GIVEN, people_of
from llmrobust.operators.builtin.values.renaming import renamed
from tests.operators.prompts import rendered


def made(name: str, text: str, gold: str | None = None, labels: tuple[str, ...] = (), **params: Any) -> list[Variant]:
    operator = REGISTRY.get(name)
    assert operator is not None
    draw = Draw(0, name, "e", {"text": text}, labels, gold)
    return list(
        operator.variants(rendered("Q: {{ text }}\nA:", {"text": text}, labels), operator.params(**params), draw)
    )


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Natalia sold clips to 48 of her friends.", {"Natalia": "f"}),
        ("Josh decides to try flipping a house.", {"Josh": "m"}),
        ("Janet’s ducks lay 16 eggs per day.", {"Janet": "f"}),
        ("I saw Dr. Smith and Mrs. Jones.", {"Smith": "surname", "Jones": "surname"}),
        ("Kim sleepwalks. She installs a camera.", {"Kim": "f"}),
        ("Kim started his own business.", {"Kim": "m"}),
        ("Tom is taller than Mary, who is taller than Jack.", {"Tom": "m", "Mary": "f", "Jack": "m"}),
        ("He met Marie Curie in 1903.", {"Marie": "f", "Curie": "surname"}),
        ("Rose water is sweet. Mark the page.", {}),
        ("Kim has started his own firm. How much does Anna earn?", {"Kim": "m", "Anna": "f"}),
        ("Anna told him.", {"Anna": "f"}),
        ("We met at Elkin Memorial Park near Ann Arbor.", {}),
        ("Argentina's team won. I met Michael Holley.", {"Michael": "m", "Holley": "surname"}),
        ("Mark is late, and Grace waits for Mark.", {"Mark": "m", "Grace": "f"}),
        ("We drove to Austin and Paris.", {}),
        ("Toula went to the bakery. She bought bread.", {"Toula": "f"}),
        ("Mishka bought shorts. How much did Mishka spend?", {"Mishka": "u"}),
        ("Windows forces a restart. She waits.", {}),
        ("Marcell ran to the Statue of Liberty.", {"Marcell": "m"}),
        ("Kael likes Lylah, and Lylah likes Kael.", {"Kael": "m", "Lylah": "f"}),
        ("In April she met the Pope at Victoria Station.", {}),
    ],
)  # fmt: skip
def test_people_are_found(text: str, people: dict[str, str]) -> None:
    assert {name: one.role for name, one in people_of([text]).items()} == people


@pytest.mark.parametrize("region", ["south_asian", "east_asian", "african"])
def test_given_and_family_names_are_of_one_community(region: str) -> None:
    together = [set().union(*one.values()) for one in COMMUNITIES[region]]
    texts = ("I met Michael Holley and Anna Smith.", "I saw Emma Jones and Peter Brown.", "Tom Clark met Ruth Green.")
    for text in texts:
        (one,) = made("entity.region", text, "5", to=[region])
        assert len(one.detail) >= 2
        assert any(set(one.detail.values()) <= names for names in together)


def test_names_of_the_region_already_stay() -> None:
    (one,) = made("entity.region", "Priya met Anna in Mumbai.", "5", to=["south_asian"])
    assert set(one.detail) == {"Anna"}
    assert made("entity.region", "Priya met Kavita.", "5", to=["south_asian"]) == []


def test_the_of_a_country_keeps_its_capital_at_the_start_of_an_answer() -> None:
    names = {"the Netherlands": "the Dominican Republic", "France": "the Gambia"}
    assert renamed("The Netherlands", names) == "The Dominican Republic"
    assert renamed("France", names) == "The Gambia"
    assert renamed("Answer: France", names) == "Answer: The Gambia"
    assert (
        renamed("He lives in France, near the Netherlands.", names)
        == "He lives in the Gambia, near the Dominican Republic."
    )


def test_a_person_keeps_gender_and_kind_of_name() -> None:
    for one in made("entity.person", "Natalia met Josh. Dr. Smith saw Natalia's dog. Who came?", samples=8):
        assert GIVEN[one.detail["Natalia"]][0] == "f"
        assert GIVEN[one.detail["Josh"]][0] == "m"
        assert one.detail["Smith"] not in GIVEN or one.detail["Smith"] not in ("Natalia", "Josh")
        assert len(set(one.detail.values())) == 3


@pytest.mark.parametrize(
    ("name", "text", "gold", "labels"),
    [
        ("entity.place", "What is the currency of Japan?", "yen", ()),
        ("entity.region", "Which language is spoken in Japan?", "Japanese", ()),
        ("entity.place", "What is the capital of Australia?", "C", ("A", "B", "C", "D")),
        ("entity.place", "Berlin is the capital of Germany.", "true", ("true", "false")),
        ("entity.place", "I am in Germany. Which currency do I need?", "euro", ()),
        ("entity.person", "When was Marie Curie born?", "1867", ()),
        ("entity.organisation", "Who founded Microsoft?", "Bill Gates", ()),
    ],
)  # fmt: skip
def test_what_only_the_world_knows_is_left_alone(name: str, text: str, gold: str, labels: tuple[str, ...]) -> None:
    assert made(name, text, gold, labels) == []


@pytest.mark.parametrize(
    ("text", "old", "pool"),
    [
        ("How long do I have to wait for a transfer from the US?", "the US", COUNTRIES["western"]),
        ("I initiated a transfer from Europe, how long will this take?", "Europe", CONTINENTS["world"]),
    ],
)
def test_short_names_of_countries_and_continents_are_places(text: str, old: str, pool: tuple[str, ...]) -> None:
    (one,) = made("entity.place", text)
    assert one.detail[old] in pool
    assert one.detail[old] != old


def test_places_change_where_the_text_answers() -> None:
    (told,) = made("entity.place", "Anna lives in Paris. Where does Anna live?", "Paris")
    assert (told.relation, told.expected) == (Relation.FOLLOWS, told.detail["Paris"])
    (sorted_,) = made("entity.place", "Can I use my card in Germany?", "travel", ("travel", "fees"))
    assert sorted_.relation is Relation.SAME
    (the,) = made("entity.place", "The United States won. Who won?", "the United States", samples=1)
    assert the.prompt.messages[0].text.count("United States") == 0


def test_the_gold_answer_follows_inside_json() -> None:
    (one,) = made("entity.person", "Book a table for Josh Miller.", '{"Josh": 1, "names": ["Josh Miller"]}')
    new = f"{one.detail['Josh']} {one.detail['Miller']}"
    assert one.expected == '{"Josh": 1, "names": ["' + new + '"]}', "keys stay"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Apple's revenue rose 8% to $89.5 billion in Q3 2023.", ["Apple"]),
        ("Apple pie is sweet.", []),
        ("She works for Shell in Oslo.", ["Shell"]),
        ("A shell, a ford and Google Pay.", []),
        ("Goldman Sachs hired 300 people.", ["Goldman Sachs"]),
    ],
)
def test_organisations_are_found(text: str, found: list[str]) -> None:
    assert organisations_of([text]) == found


@pytest.mark.parametrize(
    "text",
    [
        "Krishna agreed and let Tom go.",
        "Tom has ten more than Monic, who has 4.",
        "Tom knows Granny Red and Ann.",
        "Naser Qajar nicknamed Tom after he left.",
        "Corday fatally stabbed Maya, though she did not attempt to flee.",
        "Lurie claimed that Dennis was late, and he was.",
        "Say what the pronoun stands for: Tom thanked Bill because he was kind.",
        "Tom sued Bill. Who does he refer to?",
        "I met Phillip. I like Philip.",
        "Seattle has 20 sheep and Zorbville has 3.",
    ],
)
def test_nobody_moves_where_somebody_named_must_stay(text: str) -> None:
    assert made("entity.region", text, "5") == []


def test_all_that_are_known_move_together() -> None:
    for text, people in (
        ("Tom sued Bill because he wanted more.", {"Tom", "Bill"}),
        ("Bob sued Bill because he wanted more.", {"Bob", "Bill"}),
    ):
        variants = made("entity.region", text, "5")
        assert len(variants) == 2
        assert all(set(one.detail) == people for one in variants)
    assert made("entity.region", "Liverpool lost to Arsenal.", "5") == []
