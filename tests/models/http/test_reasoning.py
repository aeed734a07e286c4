"""What a model thought before it answered, in a field of its own: never read as the answer."""

from __future__ import annotations

import pytest

from llmrobust.models.http.payloads import read_choices
from llmrobust.plan import plan_suite
from llmrobust.score import score
from llmrobust.score.verdict import Outcome
from llmrobust.suitefile import load_suite

SUITE = """\
suite: a
prompt: "Is it good? {{ text }}"
examples: [{text: "A film.", answer: positive}]
answer: {field: answer, choices: [positive, negative], scoring: text}
"""


def verdict(folder, message, finish_reason="stop"):
    """The verdict on a server's message."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish_reason}
    (read,) = read_choices({"choices": [choice]}, 1, {})
    (folder / "a.robust.yaml").write_text(SUITE)
    suite = load_suite(folder / "a.robust.yaml", folder)
    (case,) = plan_suite(suite).cases
    return score(case, read.response("text", 0.0), suite.answer, suite.answer.choices)


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_a_label_in_the_reasoning_is_not_the_answer(tmp_path, field):
    found = verdict(tmp_path, {field: "It could be negative. No: negative fits.", "content": "positive"})
    assert (found.outcome, found.answer, found.raw) == (Outcome.ANSWERED, "positive", "positive")


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_that_was_cut_off_is_no_answer_and_is_shown(tmp_path, field):
    found = verdict(tmp_path, {field: "It is positive, I think", "content": None}, "length")
    assert (found.outcome, found.answer) == (Outcome.TRUNCATED, None)
    assert found.raw == "<think>It is positive, I think"


def test_reasoning_in_tags_is_told_from_the_answer(tmp_path):
    found = verdict(tmp_path, {"content": "<think>Maybe positive.</think>\n\nnegative", "reasoning": None})
    assert (found.outcome, found.answer) == (Outcome.ANSWERED, "negative")


def test_an_empty_answer_stays_empty(tmp_path):
    found = verdict(tmp_path, {"content": "", "reasoning_content": ""})
    assert (found.outcome, found.raw) == (Outcome.UNPARSED, "")
