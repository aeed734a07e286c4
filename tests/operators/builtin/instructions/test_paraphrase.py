"""Paraphrases from files and by rule."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from llmrobust.errors import OperatorError
from llmrobust.operators.builtin.instructions.paraphrase import ParaphraseParams, parse_wordings
from tests.operators.prompts import SENTIMENTS, rendered, review, texts, variants


def first_lines(file: str, **params: object) -> dict[str, str]:
    found = texts("paraphrase", review("Fine."), SENTIMENTS, wordings=parse_wordings(file), file="p.yaml", **params)
    assert all(text.endswith("\nReview: Fine.\nSentiment:") for text in found.values())
    return {name: text.split("\n")[0] for name, text in found.items()}


def test_every_wording_is_a_variant() -> None:
    assert first_lines("- Is it positive or negative?\n- {id: order, text: Say negative or positive.}\n") == {
        "alt-1": "Is it positive or negative?",
        "order": "Say negative or positive.",
    }


def test_wordings_of_several_originals_go_to_the_one_that_is_there() -> None:
    file = """
- original: Something else.
  alternatives: [Another thing.]
- original: Decide whether the review is positive or negative.
  alternatives: ['Would you say positive or negative?']
"""
    assert first_lines(file) == {"2-alt-1": "Would you say positive or negative?"}
    assert first_lines("- original: Something else.\n  alternatives: [Another.]") == {}


def test_a_wording_without_a_label_is_refused_by_name() -> None:
    with pytest.raises(OperatorError) as caught:
        first_lines("- {id: short, text: 'Is it positive?'}")
    assert str(caught.value) == (
        'p.yaml: the wording "short" leaves out "negative". Every answer label, placeholder and number of the original '
        "instruction must occur in each wording as often as there"
    )


def test_a_part_of_a_word_is_no_label() -> None:
    with pytest.raises(OperatorError, match='leaves out "positive"'):
        first_lines("- Is it seropositive or negative?")


def test_a_variable_of_the_instruction_is_named_in_braces() -> None:
    template = "{% instruction %}Is this about {{ topic }}?{% endinstruction %} {{ text }}"
    prompt = rendered(template, {"topic": "dogs", "text": "x"})
    wordings = parse_wordings(
        "- original: Is this about {{ topic }}?\n  alternatives: ['Does it speak of {{topic}}?', 'Dogs?']"
    )
    with pytest.raises(OperatorError, match='leaves out "dogs"'):
        texts("paraphrase", prompt, wordings=wordings)
    assert texts("paraphrase", prompt, wordings=parse_wordings("- 'Does it speak of {{ topic }}?'")) == {
        "alt-1": "Does it speak of dogs? x"
    }


def test_a_variable_keeps_its_whole_value_where_parts_of_it_are_protected() -> None:
    template = "{% instruction %}Is this about {{ topic }}?{% endinstruction %} {{ text }}"
    prompt = rendered(template, {"topic": "rule 5 of https://a.b", "text": "x"})
    found = texts("paraphrase", prompt, wordings=parse_wordings("- Does it speak of {{ topic }}?"))
    assert found == {"alt-1": "Does it speak of rule 5 of https://a.b? x"}


def test_a_prompt_without_an_instruction_has_no_paraphrase() -> None:
    assert texts("paraphrase", rendered("{{ text }}", {"text": "x"}), wordings=parse_wordings("- Hello.")) == {}


def test_a_system_message_can_be_reworded() -> None:
    prompt = rendered("{{ text }}", {"text": "x"}, system="You are a helpful assistant.")
    assert texts("paraphrase", prompt, wordings=parse_wordings("- You help."), target="instruction") == {}
    found = variants("paraphrase", prompt, wordings=parse_wordings("- You help."), target="text")
    assert found["alt-1"].prompt.as_messages() == (("system", "You help."), ("user", "x"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it must hold a list of wordings, or of {original: ..., alternatives: [...]}"),
        ("a: b", "it must hold a list of wordings, or of {original: ..., alternatives: [...]}"),
        ("- [a", "it is not valid YAML (line 1)"),
        ("- 3", "wording 1 must be a text, or have an id and a text (and by, and reviewed)"),
        ("- fine\n- {id: x}", "wording 2 must be a text, or have an id and a text (and by, and reviewed)"),
        ("- {id: Not Good, text: a}", 'the id "Not Good" may hold only a-z, 0-9 and . _ = + -'),
        ("- {id: a, text: x}\n- {id: a, text: y}", 'the id "a" is used twice'),
        ("- '  '", "wording 1 is empty"),
        ("- {id: a, text: 3}", "the text of wording 1 must be a text"),
        ("- {id: a, text: b, reviewed: maybe}", "reviewed of wording 1 must be true or false"),
        (
            "- {id: a, text: b, by: some-model, reviewed: false}",
            "no wording is reviewed yet: read them, and set reviewed: true on those that mean the same",
        ),
        ("- {original: a, alternatives: []}", "alternatives must be a list with at least one wording"),
        ("- {original: a, alternatives: [b], more: c}", 'unknown key "more"; known are original and alternatives'),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse_wordings(text)


def test_only_reviewed_wordings_of_a_model_are_used() -> None:
    text = "- {id: g1, text: 'Tell me: positive or negative?', by: some-model, reviewed: true}\n" + (
        "- {id: g2, text: 'It is positive or negative.', by: some-model, reviewed: false}"
    )
    prompt = rendered(
        "{% instruction %}Is it positive or negative?{% endinstruction %}\n{{ text }}", {"text": "x"}, SENTIMENTS
    )
    assert set(texts("paraphrase", prompt, SENTIMENTS, wordings=parse_wordings(text))) == {"g1"}


def test_paraphrase_needs_a_file() -> None:
    with pytest.raises(ValidationError, match="needs a file of reviewed wordings"):
        ParaphraseParams()


def reworded(instruction: str, labels: tuple[str, ...] = SENTIMENTS) -> dict[str, str]:
    template = "{% instruction %}" + instruction + "{% endinstruction %}\n{{ text }}"
    found = texts("paraphrase.rules", rendered(template, {"text": "x"}, labels), labels)
    return {name: text.removesuffix("\nx") for name, text in found.items()}


def test_rules_reword_one_thing_at_a_time() -> None:
    assert reworded("Decide whether the review is positive or negative.") == {
        "determine": "Determine whether the review is positive or negative.",
        "figure-out": "Figure out whether the review is positive or negative.",
        "whether-if": "Decide if the review is positive or negative.",
        "judge-whether": "Judge whether the review is positive or negative.",
        "your-task": "Your task is to decide whether the review is positive or negative.",
    }
    found = reworded("Answer the question according to the text. Don't explain.")
    assert found["respond-to"] == "Respond to the question according to the text. Don't explain."
    assert found["based-on"] == "Answer the question based on the text. Don't explain."
    assert found["do-not"] == "Answer the question according to the text. Do not explain."


def test_rules_leave_alone_what_would_not_be_english_any_more() -> None:
    assert "whether-if" not in reworded("Decide whether or not the review is positive.")
    assert "label" not in reworded("Classify the tickets into three groups.")
    assert "this" not in reworded("Classify the grammar of the sentence as positive or negative.")
    assert reworded("Why is the sky blue?") == {}


@pytest.mark.parametrize(
    ("question", "request_"),
    [
        ("Is the review positive or negative?", "Say whether the review is positive or negative."),
        ("Is it about sports?", "Say whether it is about sports."),
        (
            "Is the sentiment of the tweet positive or negative?",
            "Say whether the sentiment of the tweet is positive or negative.",
        ),
        ("Is the mood of the film in the text good?", None),
        ("Does the premise entail the hypothesis?", "Say whether the premise entails the hypothesis."),
        ("Did the movie review express joy?", "Say whether the movie review expressed joy."),
        ("What is the sentiment of the text?", "Say what the sentiment of the text is."),
        ("Which label best describes this news article?", "Say which label best describes this news article."),
        ("What is the topic that you see?", None),
        ("Which section would this article appear in?", None),
        ("Who is it?", None),
        ("Is this good? Why?", None),
    ],
)
def test_questions_become_requests_where_the_grammar_is_certain(question: str, request_: str | None) -> None:
    made = {name: text for name, text in reworded(question).items() if name.startswith("say-")}
    assert list(made.values()) == ([] if request_ is None else [request_])


def test_rules_do_not_touch_labels() -> None:
    assert "select" not in reworded("Say choose or leave.", ("choose", "leave"))
