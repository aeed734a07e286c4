"""Votes over rewritings, and texts made more natural word by word."""

from __future__ import annotations

import pytest

from llmrobust.methods import METHODS, NotUsable
from llmrobust.methods.rewritings import SmoothingParams, smoothed
from llmrobust.methods.sending import Heard, Setting
from tests.methods.test_sent_prompts import LABELS, TEMPLATE, prompt, question

NOISY = prompt(template=TEMPLATE.replace("Is it", "Iss itt"))


def voted(replies: list[str], answers: dict[str, str], **params):
    """What the method sends first, and then, and what it says. answers: by a word of the prompt."""
    method = METHODS.get("rewrite-vote")
    course = method.sending.function([question(NOISY)], method.params(**params), Setting(0, LABELS))
    asked = [probe.request for probe in next(course)]
    probes = course.send([Heard(reply) for reply in replies])
    texts = [probe.request.messages[-1][1] for probe in probes]
    with pytest.raises(StopIteration) as done:
        course.send([Heard("", next(answers[word] for word in answers if word in text)) for text in texts])
    return asked, texts, done.value.value


def test_samples_of_rewritings_have_seeds_and_answers_are_voted():
    replies = ["Is it positive or negative?", "Was it positive or negative?", "Are they positive or negative?"]
    answers = {"Is it": "positive", "Was it": "negative", "Are they": "positive"}
    asked, texts, told = voted(replies, answers, n=3)
    assert [one.sampling.seed for one in asked] == [0, 1, 2]
    assert {one.sampling.temperature for one in asked} == {1.0}
    assert [text.splitlines()[0] for text in texts] == replies
    assert told.said[0].answer == "positive"
    assert told.notes == ()


def test_equal_rewritings_are_asked_once_and_count_as_often_as_they_came():
    replies = ["Was it positive or negative?", "Is it positive or negative?", "Is it positive or negative?"]
    _, texts, told = voted(replies, {"Is it": "negative", "Was it": "positive"}, n=3)
    assert len(texts) == 2
    assert told.said[0].answer == "negative"


def test_the_text_stands_in_for_rewritings_that_lost_a_label():
    _, texts, told = voted(
        ["Good or bad?", "", "Is it positive or negative?"], {"Iss": "negative", "Is it": "positive"}, n=3
    )
    assert [text.splitlines()[0] for text in texts] == ["Iss itt positive or negative?", "Is it positive or negative?"]
    assert told.said[0].answer == "negative"
    assert told.notes == ("2 of 3 rewritings cannot be used: the text itself stands in",)


def test_a_list_of_rewritings_comes_in_one_reply():
    reply = "Here they are:\n1. Is it positive or negative?\n2) Was it positive or negative?\n"
    asked, texts, told = voted([reply], {"Iss": "negative", "Is it": "positive", "Was": "positive"}, n=3, how="list")
    assert len(asked) == 1
    assert "in 3 different wordings, as a numbered list" in asked[0].messages[0][1]
    assert asked[0].sampling.temperature == 0
    assert len(texts) == 3
    assert told.said[0].answer == "positive"


def test_votes_hurt_where_most_rewritings_say_something_else():
    """The prompt itself is answered rightly, and the model's rewritings turn the question round."""
    replies = ["Is it negative or positive?", "Is it negative, not positive?", "Iss itt positive or negative?"]
    _, _, told = voted(replies, {"negative or": "negative", "negative, not": "negative", "Iss": "positive"}, n=3)
    assert told.said[0].answer == "negative"


def test_only_inputs_are_rewritten_where_they_are_the_target():
    method = METHODS.get("rewrite-vote")
    course = method.sending.function(
        [question(prompt("A fiine film."))], method.params(n=2, target="input"), Setting(0, LABELS)
    )
    assert next(course)[0].request.messages[0][1].endswith("Text: A fiine film.\nCorrected:")
    texts = [probe.request.messages[-1][1] for probe in course.send([Heard("A fine film."), Heard("")])]
    assert [text.splitlines()[1] for text in texts] == ["Review: A fine film.", "Review: A fiine film."]


def bits(known: set[str]):
    """A language model to which a word that it knows costs one bit and any other ten."""

    def measured(spec: str, texts):
        return [
            sum(1 if word.strip(".?").lower() in known else 10 for word in text.split()) / max(1, len(text.split()))
            for text in texts
        ]

    return measured


def test_the_word_that_disturbs_most_is_replaced_by_the_likeliest_candidate():
    pytest.importorskip("spellchecker")
    known = {"it", "decide", "whether", "the", "review", "is", "good", "or", "bad"}
    setting = Setting(0, bits=bits(known))
    params = SmoothingParams(lm="hf:x")
    assert smoothed("Decide wether the reveiw is good or bad.", (), params, setting) == (
        "Decide whether the review is good or bad."
    )
    one = smoothed("Decide wether the reveiw is good or bad.", (), SmoothingParams(lm="hf:x", rounds=1), setting)
    assert one == "Decide whether the reveiw is good or bad."
    assert smoothed("Decide wether it is gud", ("wether", "gud"), params, setting) == "Decide wether it is gud"


def test_smoothing_hurts_a_rare_word_that_was_meant():
    pytest.importorskip("spellchecker")
    setting = Setting(0, bits=bits({"is", "the", "wine", "cork", "corked", "worked"}))
    assert smoothed("Is the wine korked", (), SmoothingParams(lm="hf:x"), setting) in (
        "Is the wine corked",
        "Is the wine worked",
    )


def test_smoothing_needs_a_language_model_and_costs_nothing_to_plan():
    method = METHODS.get("smoothing")
    with pytest.raises(NotUsable, match=r"needs a small language model that measures texts: smoothing: \{lm: hf:"):
        next(method.sending.function([question(NOISY)], method.params(), Setting(0, LABELS)))
    (probe,) = next(method.sending.function([question(NOISY)], method.params(lm="hf:x"), Setting(0, LABELS)))
    assert probe.request.messages[-1][1].startswith("Iss itt")
