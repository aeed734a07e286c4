"""Places in a text become others, and cities stay in their countries."""

from __future__ import annotations

import pytest

from llmrobust.operators.builtin.values.names import CITIES, CITIES_IN, COUNTRIES, FOUNDERS, STATES
from llmrobust.operators.builtin.values.places import moved
from llmrobust.seeds import Stream
from tests.operators.builtin.values.test_entities import made


def place(text: str, gold: str = "") -> list[dict[str, str]]:
    fields = {"context": text, "question": "What is told?"}
    return [dict(one.detail) for one in made("entity.place", gold or None, data=fields, samples=6, labels=())]


def test_a_city_and_its_country_move_together() -> None:
    found = place("Anna lives in Paris, France.", "Paris")
    assert len(found) > 2
    for new in found:
        assert new["Paris"] in CITIES_IN[new["France"]]
        assert new["France"] != "France"


def test_a_city_stays_in_a_country_that_has_others() -> None:
    for new in place("Anna lives in Chicago.", "Chicago"):
        assert new["Chicago"] in CITIES_IN["the United States"]


def test_a_city_far_from_a_named_country_is_not_put_into_it() -> None:
    for new in place("Anna flew from Prague to Germany.", "Prague"):
        assert new["Prague"] not in CITIES_IN.get(new["Germany"], ())


@pytest.mark.parametrize(
    "text",
    [
        "It is a Church of England parish church near Bridport in Dorset, England.",
        "He led a party in Newfoundland and Labrador, Canada from 1975 to 1979.",
        "She married a Syria n politician.",
        "She moved to Portland, Oregon.",
        "He was an assemblyman from upstate New York.",
        "He drove to Detroit in Michigan.",
        "She ate 12 California rolls.",
        "She stayed in a Paris hotel.",
        "The wind blew along Pakistan's Arabian Sea coast from Karachi to Gwadar.",
    ],
)
def test_a_place_that_other_words_belong_to_stays(text: str) -> None:
    assert place(text) == []


def test_a_state_becomes_another_one_of_its_country_where_no_city_is_named() -> None:
    for new in place("Anna moved from Texas to Ohio."):
        assert set(new) == {"Texas", "Ohio"}
        assert set(new.values()) <= set(STATES["the United States"]) - set(new)
    assert len(place("He played for Queensland.")) > 1
    for new in place("Anna moved from Texas to Chicago.", "Chicago"):
        assert set(new) == {"Chicago"}


def test_a_town_that_is_called_one_becomes_a_made_up_one() -> None:
    for new in place("In the city of Soda, there are 20 inhabitants. Soda has 3 kids.", "3"):
        assert new["Soda"] in FOUNDERS["any"]


def test_a_country_without_an_article_becomes_another_without_one() -> None:
    for new in place("He came from France by central Italy to the Netherlands."):
        assert [country.startswith("the ") for country in new.values()] == [False, False, True]


def test_every_city_lies_in_one_country() -> None:
    homes = [city for cities in CITIES_IN.values() for city in cities]
    assert sorted(homes) == sorted({city for cities in CITIES.values() for city in cities})


def test_countries_with_too_few_cities_are_not_drawn() -> None:
    found = ["Berlin", "Munich", "Hamburg", "Cologne", "Germany"]
    new = moved(found, None, Stream(1))
    assert len({new[city] for city in found[:4]}) == 4
    assert new["Germany"] in COUNTRIES["western"]
    assert {new[city] for city in found[:4]} <= set(CITIES_IN[new["Germany"]])


@pytest.mark.parametrize(
    "text",
    [
        "She swam at the 1956 Summer Olympics in Melbourne.",
        "He fought in the Battle of Camulodunum near Paris (Lutetia).",
        "He stayed until South Africa left the Commonwealth.",
        "Kadavu Province is one of fourteen provinces of Fiji.",
        "Soda is a village in the north of Iran.",
        "He was born in Chicago in 1921.",
    ],
)
def test_a_place_that_history_or_geography_fixes_stays(text: str) -> None:
    assert place(text) == []


def test_a_place_of_private_life_becomes_another() -> None:
    assert place("Anna moved to Chicago in 2012.")
