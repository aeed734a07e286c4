"""Forms, places and languages of instructions."""

from __future__ import annotations

import pytest

from llmrobust.operators.builtin.instructions.phrase_book import JOINTS, PHRASES, THINGS, Language, translated
from tests.operators.prompts import SENTIMENTS, rendered, texts


def instructed(name: str, instruction: str, **params: object) -> dict[str, str]:
    template = f"{{% instruction %}}{instruction}{{% endinstruction %}}\nReview: {{{{ text }}}}\nSentiment:\n"
    found = texts(name, rendered(template, {"text": "fine"}, SENTIMENTS), SENTIMENTS, **params)
    return {key: text.removesuffix("\nReview: fine\nSentiment:") for key, text in found.items()}


PLAIN = "Decide whether it is positive or negative."


@pytest.mark.parametrize("name", ["instruction.role_form", "instruction.persona", "instruction.tone"])
def test_leads_keep_the_instruction(name: str) -> None:
    found = instructed(name, PLAIN, samples=5)
    assert len(found) >= 4
    for text in found.values():
        assert text.lower().endswith(PLAIN.lower())
        assert len(text) > len(PLAIN)


def test_a_tone_takes_the_place_of_a_please() -> None:
    found = instructed("instruction.tone", "Please decide whether it is positive or negative.", samples=5)
    assert found["stern"] == "You had better decide whether it is positive or negative."
    assert all(text.lower().count("please") <= 1 for text in found.values())


def test_i_is_a_capital_within_a_sentence() -> None:
    found = instructed("instruction.tone", "Based on the text, say whether it is positive or negative.", samples=5)
    assert found["rude"].startswith("Based on the text, I do not care how, just say")
    assert found["polite"].startswith("Based on the text, please say")


def test_roles_are_given_once_and_taken_away() -> None:
    roled = "As a language expert, decide whether it is positive or negative."
    assert instructed("instruction.role_form", roled) == {}
    assert instructed("instruction.task_form", roled) == {"task": PLAIN}
    assert instructed("instruction.task_form", PLAIN) == {}


def test_emphasis_keeps_labels_as_they_are() -> None:
    found = instructed("instruction.emphasis", PLAIN)
    assert found["capitals"] == "DECIDE WHETHER IT IS positive OR negative."
    assert found["important"] == f"IMPORTANT: {PLAIN}"
    assert found["bold"] == f"**{PLAIN}**"
    assert found["exclaimed"].endswith("negative!")


def test_commands_become_questions() -> None:
    assert instructed("instruction.question_form", PLAIN) == {
        "can-you": "Can you decide whether it is positive or negative?"
    }
    assert instructed("instruction.question_form", "Read it. Then decide.") == {}
    assert instructed("instruction.question_form", "You are a clerk. Sort it by date. Do not explain.") == {
        "can-you": "You are a clerk. Can you sort it by date? Do not explain."
    }


def test_a_form_is_asked_for_only_where_none_is() -> None:
    assert set(instructed("instruction.output_format", PLAIN)) == {"only-answer", "no-explanation", "answer-first"}
    assert instructed("instruction.output_format", "Answer with positive or negative.") == {}
    for asked in (
        'Think step by step, and then write your final answer after "####".',
        "Grade the essay from 1 to 10 and explain your grade in two sentences.",
        "Solve it. Show your reasoning.",
    ):
        assert instructed("instruction.output_format", asked) == {}, "it would contradict what is asked for"


def test_a_system_prompt_is_not_repeated_in_the_user_s_turn() -> None:
    prompt = rendered(
        "Review: {{ text }}\nSentiment:\n",
        {"text": "fine"},
        SENTIMENTS,
        system="{% instruction %}Say positive or negative.{% endinstruction %}",
    )
    assert texts("instruction.repeat", prompt, SENTIMENTS) == {}


def test_the_instruction_is_repeated_before_the_answer() -> None:
    template = "{% instruction %}Is it positive or negative?{% endinstruction %}\nReview: {{ text }}\nSentiment:\n"
    found = texts("instruction.repeat", rendered(template, {"text": "fine"}, SENTIMENTS), SENTIMENTS)["after"]
    assert found == "Is it positive or negative?\nReview: fine\nIs it positive or negative?\nSentiment:"
    assert instructed("instruction.repeat", "Judge the following review.") == {}


def test_labels_stay_in_every_language() -> None:
    found = instructed(
        "instruction.language", "Answer with positive or negative.", to=["de", "fr", "zh", "ar", "ja", "ko"]
    )
    assert found["de"] == "Antworte mit positive oder negative."
    for text in found.values():
        assert "positive" in text
        assert "negative" in text
    assert instructed("instruction.language", "Judge it: positive or negative.") == {}, "not in the phrase book"
    assert instructed("instruction.language", PLAIN) == {}, "it names no thing that the phrase book knows"


@pytest.mark.parametrize("language", sorted(JOINTS))
def test_every_phrase_is_said_in_every_language(language: Language) -> None:
    assert all(language in forms for forms in THINGS.values())
    instructions = [
        "Answer with \0 or \0.",
        "Decide whether the review is \0 or \0.",
        "Is the text \0, \0 or \0?",
        "Please classify the following ticket as \0, \0, or \0.",
        "Read the text and answer with \0 or \0.",
        "Answer the question with \0 or \0.",
        "Answer the question in one word.",
        "Answer the question.",
        "Choose the right option.",
    ]
    said = set()
    for instruction in instructions:
        labels = ("alpha", "beta", "gamma")[: instruction.count("\0")]
        text = translated(instruction, labels, language)
        assert text is not None, instruction
        assert "\0" not in text
        assert "{" not in text
        assert all(text.count(label) == 1 for label in labels)
        said.add(text)
    assert len(said) == len(instructions)
    assert {phrase.said.keys() for phrase in PHRASES if set(phrase.said) != set(JOINTS)} == set()
    assert translated("Decide whether the weather is \0 or \0.", ("a", "b"), language) is None


def test_an_instruction_that_points_ahead_stays_ahead() -> None:
    assert "after-input" not in instructed("instruction.reorder", "Judge the following review.")


@pytest.mark.parametrize(("thing", "said"), [("review", "리뷰를"), ("text", "텍스트를"), ("comment", "댓글을")])
def test_korean_particles_follow_the_last_syllable(thing: str, said: str) -> None:
    made = translated(f"Classify the {thing} as \0 or \0.", ("good", "bad"), "ko")
    assert made is not None
    assert made.startswith(f"{said} good 또는 bad")
