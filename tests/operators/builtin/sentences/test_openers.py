"""Openers of a few words: none that makes a notice of a story or of an opinion."""

from __future__ import annotations

import pytest

from llmrobust.operators import REGISTRY, Draw
from llmrobust.operators.builtin.sentences import wordiness
from tests.operators.prompts import rendered


def opened(text: str, labels: tuple[str, ...] = (), template: str = "Q: {{ text }}\nA:") -> set[str]:
    """What `style.longer` puts before a text, over many examples."""
    operator = REGISTRY.get("style.longer")
    assert operator is not None
    found = set()
    for n in range(30):
        prompt = rendered(template, {"text": text}, labels)
        draw = Draw(0, operator.name, str(n), {"text": text}, labels, None)
        for one in operator.variants(prompt, operator.params(), draw):
            found.add(one.prompt.messages[0].text.removeprefix(template.partition("{")[0]).split(text[1:12])[0][:-1])
    return found


@pytest.mark.parametrize("story", ["Ann walked to a shop. It was shut.", "Ann is baking a pie. It burns."])
def test_a_storys_first_event_is_no_notice(story: str) -> None:
    assert opened(story) == {"Here are the facts: "}


def test_a_number_or_a_state_may_be_noted_but_not_where_a_story_begins() -> None:
    assert any("Note that the shop" in one for one in opened("Why? The shop is shut."))
    assert {"Please note that ", "Note that "} <= opened("The man owns 3 eggs.")
    assert not any("note that" in one.lower() for one in opened("The man owns 3 eggs. He goes home."))


@pytest.mark.parametrize(
    "told",
    [
        "He owns 3 eggs. Why?",
        "The chief is too bossy. Why?",
        "It was late! The fee is $3. Why?",
        "I am at the shop. The fee is $3. Why?",
        "Ann went to the shop. The fee is $3. Why?",
    ],
)
def test_talk_and_stories_have_no_notices(told: str) -> None:
    assert not any("ote that" in one for one in opened(told))


def test_please_note_comes_before_all_else() -> None:
    noted = opened("Why? The fee is $3.")
    assert any("Note that" in one for one in noted)
    assert not any("Please note that" in one for one in noted)


@pytest.mark.parametrize("told", ["Tom bought 3 eggs. Why?", "Ann is angry at first. Why?"])
def test_what_happened_is_nothing_to_note(told: str) -> None:
    assert opened(told) <= {"Tom bought 3 eggs. Here is my question: "}


def test_several_sentences_follow_what_announces_them() -> None:
    assert "Here are the facts: " in opened("The shop is shut. He goes home.")
    assert not any("facts" in one for one in opened("Why? The shop is shut."))


def test_a_sentence_alone_is_a_sentence() -> None:
    assert opened("Ann walked to a shop.") == set()
    assert opened("Ann walked to a shop.", template="Whom does the sentence name?\n{{ text }}\n") == {
        "Here is the sentence: "
    }
    assert opened("My address has changed.") == {"I should mention that "}


def test_an_opinion_is_no_notice() -> None:
    reviewed = opened("the movie has an infectious charm.", ("positive", "negative"))
    assert reviewed == {"i must say, ", "here is my opinion: "}
    plot = opened("A widow moves to Maine and meets a sailor.", ("positive", "negative"))
    assert not any("opinion" in one or "must say" in one for one in plot)
    assert opened("The movie is boring from the first minute.") == {"I must say, "}


def test_what_a_problem_gives_first_is_nothing_to_note() -> None:
    assert not any("ote that" in one for one in opened("A robe takes 2 bolts of fiber. How many bolts are that?"))


def test_a_situation_is_neither_an_apology_nor_a_request_and_one_question_is_one() -> None:
    assert not any("situation" in one for one in opened("I would like to change the date. When can I?"))
    assert not any("situation" in one for one in opened("I'm sorry I was late. I've been very busy."))
    assert opened("Where was Marie Curie born and who taught her?") == set()


def test_an_instruction_is_nothing_to_note() -> None:
    assert opened("If she used 3 cups of tea, calculate the rest.") == set()


def test_a_capital_before_a_verb_is_a_name_only_if_it_is_a_given_one() -> None:
    assert wordiness.opened("Fire is the number one cause.", "Note that") is None
    assert wordiness.opened("Anna is late.", "Note that") == "Note that Anna is late."
