"""Recipes: recognising the prompt that they replace, answering it in other templates, and their file."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.errors import MethodError
from llmrobust.methods.recipe import Layout, Recipe, calibrated, mean_of, read_recipe, voted
from llmrobust.request import Failure, Reply, Request, Response

BASE = Layout(
    (("system", ("Positive or negative?",)), ("user", ("Review: ", ("text",), "\nBy: ", ("who",), "\nSentiment:")))
)
SHOUTED = Layout((("user", ("SAY IT. ", ("text",), " =>")),))
LABELS = ("positive", "negative")


def recipe(*templates: Layout, **more) -> Recipe:
    return Recipe(BASE, templates or (SHOUTED,), "shouted", labels=LABELS, llm=("tiny",), suite="s", **more)


def request(text: str = "fine", who: str = "me") -> Request:
    return Request(BASE.filled({"text": text, "who": who}), labels=LABELS)


def answered(one: Recipe, *requests: Request, by) -> list[Reply]:
    course = one.answering(requests)
    sent = next(course)
    with pytest.raises(StopIteration) as done:
        course.send([by(each) for each in sent])
    return done.value.value


def said(text: str) -> Response:
    return Response(text, "stop", prompt_tokens=5, completion_tokens=1)


@given(st.text(), st.text())
def test_inputs_are_found_again_in_the_prompt(text: str, who: str):
    values = BASE.values_in(BASE.filled({"text": text, "who": who}))
    assert values is not None
    assert BASE.filled(values) == BASE.filled({"text": text, "who": who})


def test_a_prompt_in_another_template_is_passed_on():
    other = Request((("user", "Something else"),))
    assert BASE.values_in(other.messages) is None
    assert recipe().requests_for(other) == [other]
    assert answered(recipe(), other, by=lambda one: said(one.messages[0][1])) == [said("Something else")]


def test_the_input_is_sent_in_the_new_template():
    (found,) = recipe().requests_for(request("a ﬁne\u200b  film"))
    assert found.messages == (("user", "SAY IT. a ﬁne\u200b  film =>"),)
    (tidy,) = recipe(normalise=True).requests_for(request("a ﬁne\u200b  film"))
    assert tidy.messages == (("user", "SAY IT. a fine film =>"),)
    assert (tidy.labels, tidy.sampling) == (LABELS, request().sampling)


def test_an_input_that_stands_twice_must_be_the_same():
    twice = Layout((("user", (("text",), " and ", ("text",))),))
    assert twice.values_in((("user", "a and a"),)) == {"text": "a"}
    assert twice.values_in((("user", "a and b"),)) is None


def test_votes_over_templates_and_the_tokens_of_all_of_them():
    three = recipe(SHOUTED, BASE, Layout((("user", ("Well? ", ("text",))),)))
    replies = {"SAY": "Negative.", "Wel": "negative, I think", "Pos": "positive"}
    (found,) = answered(three, request(), by=lambda one: said(replies[one.messages[0][1][:3]]))
    assert found.text in ("Negative.", "negative, I think")
    assert (found.prompt_tokens, found.completion_tokens) == (15, 3)


def test_one_failure_is_a_failure():
    two = recipe(SHOUTED, BASE)
    fails = lambda one: Failure("timeout", "slow") if len(one.messages) == 2 else said("positive")  # noqa: E731
    assert answered(two, request(), by=fails) == [Failure("timeout", "slow")]


def shares(*values: float) -> Response:
    return Response("", "stop", "logprobs", tuple(math.log(value) for value in values))


def test_the_mean_is_of_probabilities_by_hand():
    found = mean_of([shares(0.9, 0.1), shares(0.2, 0.8)])
    assert [math.exp(one) for one in found.label_logprobs] == pytest.approx([0.55, 0.45])
    assert mean_of([shares(0.9, 0.1), said("positive")]) is None


def test_a_prior_is_taken_off_by_hand():
    found = calibrated(shares(0.6, 0.4), [math.log(0.7), math.log(0.3)])  # .6/.7 = .857 < .4/.3 = 1.333
    assert [math.exp(one) for one in found.label_logprobs] == pytest.approx([0.6 / 0.7, 0.4 / 0.3])
    assert calibrated(said("x"), [0.0, 0.0]) == said("x")


def test_ties_of_votes_are_drawn_by_the_seed():
    replies = [said("positive"), said("negative")]
    drawn = [voted(replies, request(f"film {n}"), 0).text for n in range(100)]
    assert 25 < drawn.count("positive") < 75
    assert drawn == [voted(replies[::-1], request(f"film {n}"), 0).text for n in range(100)]


def test_a_recipe_reads_its_own_file():
    prior = Layout(SHOUTED.messages, (-0.5, -1.0))
    one = recipe(prior, BASE, normalise=True, combine="mean", seed=3, sampling={"temperature": 0.0, "stop": ["\n"]})
    assert read_recipe(one.text()) == one


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('"version": 1', "version"),
        ('"format": "llmrobust-fixed"', "format"),
        ('"input": "who"', "a template has inputs that the prompt has not"),
    ],
)
def test_another_file_is_refused(change: str, message: str):
    text = recipe(BASE).text()
    new = change.replace("1", "2").replace("fixed", "run").replace("who", "where")
    with pytest.raises(MethodError, match=message):
        read_recipe(
            text.replace(change, new) if "who" not in change else text[::-1].replace(change[::-1], new[::-1], 1)[::-1]
        )
    with pytest.raises(MethodError, match="is no recipe"):
        read_recipe("{}")
