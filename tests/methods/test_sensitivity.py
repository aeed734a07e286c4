"""Sensitivity-aware decoding against a hand computation, and on models whose sensitivity is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from llmrobust.methods import METHODS, NotUsable
from llmrobust.methods.sending import Heard, Question, Setting
from llmrobust.methods.sensitivity import sensitivity_scores
from llmrobust.request import Request, TokenNoise
from tests.methods.test_sent_prompts import LABELS, prompt

BASE = Request(prompt().as_messages(), labels=LABELS)


def question(example: str = "a") -> Question:
    return Question(example, "", "", prompt(), prompt(), BASE)


def asking(*questions: Question, **params):
    method = METHODS.get("sensitivity-aware")
    return method.sending.function(list(questions), method.params(**params), Setting(3, LABELS))


def told(course, real, copies):
    """The answer: real: P of each label; copies: of each noisy probe in turn."""
    next(course)
    probes = course.send([Heard("", "x", None, logprobs=tuple(map(math.log, real)))])
    assert len(probes) == len(copies)
    with pytest.raises(StopIteration) as done:
        course.send([Heard(logprobs=tuple(map(math.log, one))) for one in copies])
    return done.value.value.said[0]


def test_the_formula_by_hand():
    real = np.array([-1.0, -2.0])
    copies = np.array([[-1.0, -2.0], [-3.0, -2.0], [-5.0, -2.5]])
    # Sample variances: of -1, -3, -5: 4; of -2, -2, -2.5: 1/12. Scores: .6 * -1 - .4 * 4; .6 * -2 - .4 / 12.
    assert sensitivity_scores(real, copies) == pytest.approx([-2.2, -1.2 - 0.4 / 12])
    assert sensitivity_scores(real, copies, alpha=1.0) == pytest.approx(real)


def test_each_label_of_a_copy_has_noise_of_its_own():
    course = asking(question(), k=4)
    assert [probe.request for probe in next(course)] == [BASE]
    probes = course.send([Heard(logprobs=(-1.0, -2.0))])
    noises = [probe.request.noise for probe in probes]
    assert len(noises) == len(set(noises)) == 3 * 2
    assert {one.share for one in noises} == {0.2}
    assert {probe.request.scoring for probe in probes} == {"logprobs"}


def test_shared_noise_asks_once_for_each_copy():
    course = asking(question(), k=4, noise="shared")
    next(course)
    assert len(course.send([Heard(logprobs=(-1.0, -2.0))])) == 3


def test_noise_is_fixed_by_the_prompt_and_not_by_its_neighbours():
    def noise(*questions: Question) -> TokenNoise:
        course = asking(*questions, noise="shared")
        next(course)
        return course.send([Heard(logprobs=(-1.0, -2.0))] * len(questions))[0].request.noise

    assert noise(question()) == noise(question(), question("b"))


def test_it_repairs_a_wrong_answer_that_noise_moves():
    # The wrong label has .6, and noise moves it from .9 to .01; the right one stays.
    said = told(asking(question(), k=4, noise="shared"), (0.6, 0.4), [(0.9, 0.4), (0.01, 0.4), (0.5, 0.4)])
    assert said.answer == "negative"


def test_it_hurts_where_the_right_answer_is_the_sensitive_one():
    # A decisive word that noise may hit: the right label is as sensitive as anything, and loses.
    said = told(asking(question(), k=4, noise="shared"), (0.9, 0.1), [(0.9, 0.1), (0.01, 0.1), (0.9, 0.1)])
    assert said.answer == "negative"


def test_it_changes_nothing_where_noise_moves_nothing():
    said = told(asking(question(), k=3), (0.6, 0.4), [(0.6, 0.4)] * 4)
    assert said.answer == "positive"


def test_of_each_copy_a_label_takes_the_row_that_is_its_own():
    # Rows: copy 1 (label 1, label 2), copy 2 (label 1, label 2); what a row says of the other label does not count.
    rows = [(0.5, 0.001), (0.9, 0.5), (0.5, 0.9), (0.001, 0.5)]
    said = told(asking(question(), k=3), (0.6, 0.4), rows)
    assert said.answer == "positive"


def test_without_log_probabilities_it_says_what_it_needs():
    course = asking(question())
    next(course)
    with pytest.raises(NotUsable, match="needs the labels' log-probabilities"):
        course.send([Heard("positive", "positive")])


def test_a_model_that_takes_no_noise_is_told_once():
    course = asking(question())
    next(course)
    course.send([Heard(logprobs=(-1.0, -2.0))])
    with pytest.raises(NotUsable, match="rejected: random tokens need"):
        course.send([Heard(failed="rejected: random tokens need the model's vocabulary")] * 8)


def test_a_failed_copy_leaves_its_case_without_an_answer():
    course = asking(question(), question("b"), k=3, noise="shared")
    next(course)
    course.send([Heard(logprobs=(-1.0, -2.0))] * 2)
    good = Heard(logprobs=(-1.0, -2.0))
    with pytest.raises(StopIteration) as done:
        course.send([good, Heard(failed="timeout: 5 s"), good, good])
    assert [(one.answer, one.failed) for one in done.value.value.said] == [(None, "timeout: 5 s"), ("positive", "")]
