"""Organisations of no list, which their last word tells."""

from __future__ import annotations

import pytest

from llmrobust.operators.builtin.values.organisation_heads import headed_organisations, named_anew
from llmrobust.operators.builtin.values.organisations import all_organisations_of
from tests.operators.builtin.values.test_people import made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("She works at Acme Corp in Rome.", ["Acme Corp"]),
        ("At Lincoln High School there are 200 students.", ["Lincoln High School"]),
        ("He studied at the University of Ashby.", ["University of Ashby"]),
        ("The Rockham company sells 30 boats.", ["Rockham company"]),
        ("It is operated by the Nhulunbuy Corporation.", ["Nhulunbuy Corporation"]),
        ("Johnson & Sons Hardware sells nails.", ["Johnson & Sons Hardware"]),
        ("He left the Syrian Communist Party.", ["Syrian Communist Party"]),
        ("The Communist Party won.", []),
        ("Most live near Orchid Island Golf and Beach Club.", []),
        ("The Chicago Bulls beat Ohio State.", ["Chicago Bulls", "Ohio State"]),
        ("The State Bank in the French School is closed.", []),
        ("Lincoln went to Lincoln High School.", []),
        ("Suzy's Bakery sells 30 rolls.", []),
        ("He read in the Club Room. The Italian restaurant is full.", []),
        ("The School of Rock is a film.", []),
    ],
)
def test_organisations_are_told_by_their_last_word(text: str, found: list[str]) -> None:
    assert headed_organisations([text]) == found


def test_a_new_name_keeps_the_last_word_and_the_article() -> None:
    assert "Alderwick High School" in named_anew("Oak High School")
    assert "Alderwick Communist Party" in named_anew("Elbian Communist Party")
    assert "University of Norwold" in named_anew("University of Ashby")
    assert all(name.endswith(" company") for name in named_anew("Rockham company"))
    assert all(name[0] in "AEIOU" for name in named_anew("Acme Corp"))


def test_an_organisation_of_no_list_becomes_another_everywhere() -> None:
    (one,) = made("entity.organisation", "Ann left Acme Corp. Acme Corp has 40 desks. How many has Acme Corp?", "40")
    text = one.prompt.messages[0].text
    assert "Acme" not in text
    assert text.count(one.detail["Acme Corp"]) == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He coached at California State University, Northridge. Cal State Northridge has 9 teams.", []),
        ("She studied at California State University before she taught at Cal State Fullerton.", []),
        ("He led the Elbian Communist Party, later known as the Elbian Workers.", []),
        ("It is a rule of the Elbian Communist Party (Bolsheviks).", []),
        ("He left the Syrian Communist Party. The SCP won.", []),
        ("She left the University of Michigan, Ann Arbor, in May.", []),
        ("Acme Holdings bought Acme Corp in Rome.", []),
        ("The FBI searched the house. NASA sent a rocket.", []),
        ("Microsoft hired Ann. Microsoft Research has 9 people.", []),
        ("Lincoln High School lost. Oak High School won.", ["Lincoln High School", "Oak High School"]),
        ("She works at Acme Corp in Rome.", ["Acme Corp"]),
        ("Ann works for Google, and Bo for Microsoft.", ["Google", "Microsoft"]),
    ],
)
def test_an_organisation_that_may_have_a_second_name_stays(text: str, found: list[str]) -> None:
    assert all_organisations_of([text]) == found
