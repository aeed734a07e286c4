"""Constructions for short questions and requests of customers: good English with the same sense, or nothing changed."""

from __future__ import annotations

import pytest

from tests.operators.prompts import review, values, variants

CASES = [
    ("syntax.split", "two", "How do I locate my card?", "I want to locate my card. How do I do that?"),
    ("syntax.split", "two", "Can I change my PIN at the ATM?", "I want to change my PIN at the ATM. Can I do that?"),
    ("syntax.split", "two", "Why was my card declined?", "My card was declined. Why?"),
    ("syntax.split", "two", "How come you charge for cash?", "You charge for cash. How come?"),
    (
        "syntax.split",
        "two",
        "I don't know why my payment didn't work.",
        "My payment didn't work. I don't know why.",
    ),
    ("syntax.split", "two", "Can I lose my money?", None),
    ("syntax.split", "two", "How do I get my card?", None),
    ("syntax.split", "two", "Why would you charge me?", None),
    ("syntax.passive", "passive", "I need to change my PIN.", "My PIN needs to be changed."),
    ("syntax.passive", "passive", "I lost my card.", "My card was lost."),
    ("syntax.passive", "passive", "How do I track my card?", "How can my card be tracked?"),
    (
        "syntax.passive",
        "passive",
        "Is it possible to open an account?",
        "Is it possible for an account to be opened?",
    ),
    ("syntax.passive", "passive", "I need to know your exchange rates.", None),
    ("syntax.passive", "passive", "Three pigeons bullied him away from the food.", None),
    ("syntax.active", "active", "Why did I get charged a fee?", "Why did they charge me a fee?"),
    ("syntax.active", "active", "They were set to take on the champions.", None),
    ("syntax.coordinate", "linked", "He sells marigolds for $2 per pot and begonias for $3 per pot.", None),
    (
        "syntax.coordinate",
        "linked",
        "Will you please block the card and send a replacement?",
        None,
    ),
    (
        "syntax.coordinate",
        "swapped",
        "It was advocated during the Aldermaston Marches in the 1950s and demonstrations against the Vietnam War.",
        None,
    ),
    ("dialect.vocabulary", "0", "Soccer is a fun sport.", None),
    ("dialect.vocabulary", "0", "I need an ATM.", "I need a cash machine."),
    ("dialect.vocabulary", "0", "An apartment building has 15 floors.", "A block of flats has 15 floors."),
]


@pytest.mark.parametrize(("name", "variant", "text", "expected"), CASES)
def test_a_construction_is_good_english_or_not_made(name: str, variant: str, text: str, expected: str | None) -> None:
    assert values(name, text).get(variant) == expected


def test_a_particle_stands_before_the_end_of_a_sentence_and_no_abbreviation() -> None:
    features = {"features": ["particle"]}
    ended = values("dialect.singlish", "My card is lost.", **features)["0"]
    assert ended.startswith("My card is lost ")
    assert ended.endswith(".")
    assert not values("dialect.singlish", "We lent it at 8 % p . a .", **features)


@pytest.mark.parametrize(
    ("text", "particles"),
    [
        ("My card is lost.", {"lah", "lor"}),
        ("Please help me.", {"lah"}),
        ("Why is my card lost?", {"leh", "ah"}),
        ("Is my card lost?", {"ah"}),
        ("My card is lost!", {"sia", "lah"}),
    ],
)
def test_a_particle_fits_what_the_sentence_does(text: str, particles: set[str]) -> None:
    prompt = review(text)
    drawn = {
        variants("dialect.singlish", prompt, seed=seed, features=["particle"])["0"].prompt.messages[-1].text
        for seed in range(20)
    }
    assert drawn == {prompt.messages[-1].text.replace(text, f"{text[:-1]} {one}{text[-1]}") for one in particles}


def test_an_article_stays_where_two_nouns_would_run_together() -> None:
    features = {"features": ["no_articles"]}
    assert not values("dialect.singlish", "Ann built Rocky a robot.", **features)
    assert values("dialect.singlish", "Ann built a robot.", **features)["0"] == "Ann built robot."


@pytest.mark.parametrize("name", ["dialect.singlish", "dialect.aave", "dialect.indian", "dialect.learner"])
def test_a_quotation_keeps_its_words(name: str) -> None:
    text = 'The sign says "He wants the dog".'
    assert '"He wants the dog"' in values(name, text).get("0", text)


def test_have_with_a_participle_is_no_state() -> None:
    features = {"features": ["progressive_states"]}
    assert not values("dialect.indian", "How many girls have all of the schools sent?", **features)
    assert values("dialect.indian", "He has three cars.", **features)["0"] == "He is having three cars."


def test_a_name_within_a_title_is_no_person() -> None:
    assert not values("entity.person", "We saw The Real Live Brady Bunch in June.")


def test_a_word_of_a_variety_changes_everywhere_or_nowhere() -> None:
    text = "Sentence: 'the trains ride on a railroad track'. Is 'railroad' the longest word?"
    assert values("dialect.vocabulary", text).get("0", text).count("railroad") in (0, 2)


@pytest.mark.parametrize("name", ["dialect.singlish", "dialect.aave", "dialect.learner"])
def test_a_verb_without_its_ending_keeps_its_stem(name: str) -> None:
    changed = values(name, "He hopes that she watches and goes.", features=["third_person"])["0"]
    assert changed == "He hope that she watch and go."
