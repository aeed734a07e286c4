"""Varieties of English in plain statements: features of Indian English, and what Singlish and AAVE leave alone."""

from __future__ import annotations

import pytest

from tests.operators.prompts import rendered, texts


def written(name: str, text: str, **params: object) -> str | None:
    """What a dialect makes of a text with every feature that fits."""
    prompt = rendered("{% instruction %}Read it.{% endinstruction %}\nText: {{ text }}\nAnswer:", {"text": text})
    made = texts(name, prompt, rate=1.0, target="text", **params).get("0")
    return None if made is None else made.removeprefix("Read it.\nText: ").removesuffix("\nAnswer:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She had cancer.", "She was having cancer."),
        ("Mark still wants to marry her.", "Mark is still wanting to marry her."),
        ("Nobody knew why the lights went out.", "Nobody was knowing why the lights went out."),
        ("The team won the cup in 2011.", "The team has won the cup in 2011."),
        ("The park was opened in 1973.", "The park has been opened in 1973."),
        ("Gus walks to school every day.", "Gus is walking to school every day."),
        ("We bought some furniture.", "We bought some furnitures."),
        ("We discussed the plan with Ann.", "We discussed about the plan with Ann."),
        ("Zoe returned to Oslo.", "Zoe returned back to Oslo."),
        ("There is a temple near the bridge.", "A temple is there near the bridge."),
        ("She asked where he was going.", "She asked where was he going."),
        ("The government announced a day of mourning.", "Government announced a day of mourning."),
        ("The professor gave the student a bad grade.", "Professor gave the student a bad grade."),
        ("Although it rained, the show went on.", "Although it rained, but the show went on."),
        ("Krishna let Rukmi go home.", "Krishna let Rukmi to go home."),
        ("Paul said Rodman was selfish.", "Paul told that Rodman was selfish."),
        ("The band also toured Spain.", "The band toured Spain also."),
        ("Do you have a list of prices?", "Are you having a list of prices?"),
        ("What is your name?", "What your name is?"),
    ],
)
def test_indian_english_has_features_of_statements(text: str, expected: str) -> None:
    assert written("dialect.indian", text) == expected


@pytest.mark.parametrize(
    "kept",
    [
        "They had lunch at home.",
        "He saw her and heard the news.",
        "Ann sold the shop and went home in 2011.",  # "has sold and went"
        "He stayed until a new boss fired him in 2003.",
        "What is the total number of the eggs that she has sold?",
        "She could not live with what she had done.",
        "There is nothing odd about it.",
        "Let's take the truck.",
        "Please let me know by Friday.",
        "How many of the twelve apostles were fishermen?",
        "What do I do?",
    ],
)
def test_indian_english_leaves_alone_what_it_would_garble(kept: str) -> None:
    assert written("dialect.indian", kept) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He won the game and a cup in a row.", "He won game and cup in a row."),
        ("The man sold many of the gems.", "Man sold many of the gems."),
        ("By the way, the man left.", "By the way, man left."),
    ],
)
def test_singlish_keeps_articles_of_phrases_and_of_parts(text: str, expected: str) -> None:
    assert written("dialect.singlish", text, features=["no_articles"]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What do I do?", None),  # would ask for what is over
        ("She does not know him.", "She don't know him."),
        ("They had already eaten.", None),
        ("Tom is ten and is small.", None),
        ("Tom is ten and Ann is small.", "Tom ten and Ann small."),
    ],
)
def test_african_american_english_keeps_what_it_would_garble(text: str, expected: str | None) -> None:
    assert written("dialect.aave", text) == expected


def test_singlish_has_one_particle_keeps_rates_and_drops_no_article_with_its_verb() -> None:
    told = written("dialect.singlish", "He met Ann. She was late. They left.", features=["particle"])
    assert told is not None
    assert told.startswith("He met Ann. She was late. They left l")
    assert written("dialect.singlish", "Firms pay $600 in a month.", features=["no_articles"]) is None
    dropped = written("dialect.singlish", "The film is a solid show.", features=["no_articles", "zero_copula"])
    assert dropped == "Film is solid show."
    both = written("dialect.singlish", "She has two sons and looks after them.", features=["third_person", "particle"])
    assert both is not None
    assert "looks after" in both


def test_no_copula_is_left_behind_a_long_subject() -> None:
    asked = "What is the maximum number of boxes on the truck?"
    assert written("dialect.aave", asked) == "What the maximum number of boxes on the truck?"
    assert written("dialect.aave", asked.replace("is", "was", 1)) is None
    assert written("dialect.aave", "What makes it special is its cast.", features=["zero_copula"]) is None
