"""Names, places, numbers."""

from __future__ import annotations

from typing import Any

import pytest

from llmrobust.operators import REGISTRY, Draw, Relation, Variant
from llmrobust.operators.builtin.values.names import CITIES, FEMALE, MALE
from tests.operators.prompts import rendered

TEMPLATE = "Text: {% context %}{{ context }}{% endcontext %}\nQ: {{ question }}\nA:\n"
FIELDS = {
    "context": "Anna lives in Paris. Ben met Anna, who works for Google and has 3 cats.",
    "question": "Where does Anna live?",
}


def made(name: str, expected: str | None = "Paris", labels: tuple[str, ...] = (), **params: Any) -> list[Variant]:
    operator = REGISTRY.get(name)
    assert operator is not None
    fields = params.pop("data", FIELDS)
    draw = Draw(0, name, "e", fields, labels, expected)
    return list(operator.variants(rendered(TEMPLATE, fields, labels), operator.params(**params), draw))


def test_a_name_is_the_same_new_one_everywhere() -> None:
    for one in made("entity.person", samples=5):
        text = one.prompt.messages[0].text
        new = one.detail["Anna"]
        assert new in {name for names in FEMALE.values() for name in names}
        assert one.detail["Ben"] in {name for names in MALE.values() for name in names}
        assert text.count(new) == 3
        assert "Anna" not in text
        assert (one.relation, one.expected) == (Relation.SAME, None)


def test_the_gold_answer_follows_a_place() -> None:
    for one in made("entity.place", samples=4):
        assert one.expected in CITIES["western"]
        assert one.expected in one.prompt.messages[0].text
        assert one.relation is Relation.FOLLOWS


def test_regions_move_people_and_places() -> None:
    found = {one.name: one for one in made("entity.region", to=["african", "latin"])}
    assert set(found) == {"african", "latin"}
    assert found["latin"].expected in CITIES["latin"]
    assert found["african"].detail["Anna"] in FEMALE["african"]


def test_labels_and_protected_names_stay() -> None:
    assert made("entity.place", "Paris", ("Paris", "Rome")) == []


def test_numbers_stay_near_and_the_answer_follows() -> None:
    (one,) = made("entity.number", "3")
    assert one.expected == one.detail["3"] != "3"
    years = {"context": "It was built in 1999 at 5:30 for $20.", "question": "When?"}
    assert made("entity.number", "1999", data=years) == []


def test_words_that_are_names_too_are_left_alone_at_a_sentences_start() -> None:
    fields = {"context": "Mark the page. Rose water is sweet.", "question": "What?"}
    assert made("entity.person", None, data=fields) == []


def test_entities_can_be_named_by_field() -> None:
    fields = {"context": "Zyx lives here.", "question": "Who?", "who": "Zyx"}
    operator = REGISTRY.get("entity.organisation")
    assert operator is not None
    (one,) = made("entity.organisation", "Zyx", data=fields, fields=["who"])
    assert one.expected == one.detail["Zyx"]


def test_an_answer_in_json_is_told_where_the_text_says_every_value_of_it() -> None:
    fields = {"context": "", "question": "Anna lives in Paris. She reads `The Star`. Which names are there?"}
    (one,) = made("entity.place", '["Anna", "Paris", "The Star"]', data=fields)
    assert one.expected == f'["Anna", "{one.detail["Paris"]}", "The Star"]'
    assert made("entity.place", '{"city": "Paris", "river": "Seine"}', data=fields) == []
    assert made("entity.place", '{"inhabitants": 2100000}', data=fields) == []


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("He drove a Tesla to the office.", False),
        ("She has 12 Facebook friends.", False),
        ("They met on Twitter last year.", False),
        ("I bought it at Tesla for 300 dollars.", True),
        ("Facebook's office in Paris is closed.", True),
    ],
)
def test_a_company_s_name_stays_where_it_stands_for_what_the_company_makes_or_runs(text: str, renamed: bool) -> None:
    template = "{% context %}{{ text }}{% endcontext %}\nQuestion: {{ question }}\nAnswer:\n"
    fields = {"text": text, "question": "Who is it about?"}
    operator = REGISTRY.get("entity.organisation")
    assert operator is not None
    draw = Draw(0, "u", "e", fields, (), "nobody")
    assert bool(list(operator.variants(rendered(template, fields), operator.params(), draw))) is renamed


def test_numbers_that_nature_fixes_stay() -> None:
    text = "There are 80 spiders with 8 legs each and 90 insects with 6 legs each. He works 7 days a week."
    (one,) = made("entity.number", "80", data={"context": text, "question": "How many spiders?"})
    assert set(one.detail) == {"80", "90"}
