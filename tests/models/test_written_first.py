"""Labels are scored after what a model writes before its answer, and never before it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmrobust.errors import SuiteError
from llmrobust.loading import load_plan
from llmrobust.models.written_first import leads_of, with_leads
from llmrobust.request import Failure, Response
from llmrobust.score import score
from llmrobust.score.scoring_choice import scoring_choice
from llmrobust.score.verdict import Outcome
from tests.models.http.fault_server import EVERYTHING
from tests.models.requests import brief, chat

THINKS = EVERYTHING | {"thinks"}
LONG = brief(max_tokens=200)


def asking(*texts, **fields):
    return chat(*texts, **{"labels": ("+", "-"), "sampling": LONG, "scoring": "logprobs", **fields})


@pytest.mark.parametrize(
    ("text", "reasoning", "after", "lead"),
    [
        ("<think>a</think>\n\nyes", True, "", "<think>a</think>\n\n"),
        ("yes", True, "", ""),
        ("<think>a", True, "", None),
        ("1 + 1. Answer: no. Answer: yes", False, "Answer:", "1 + 1. Answer: no. Answer:"),
        ("yes", False, "Answer:", None),
        ("<think>Answer: no</think>yes", True, "Answer:", None),
        ("<think>Answer: no</think>So. answer: yes", True, "Answer:", "<think>Answer: no</think>So. answer:"),
    ],
)
def test_lead_ends_where_the_answer_begins(text, reasoning, after, lead):
    (request,) = asking("q", reasoning=reasoning, after=after)
    assert leads_of([request], [Response(text, "stop")]) == [lead]


def test_what_has_no_answer_stays_as_it_was_written():
    written = [Response("<think>a", "length"), Failure("timeout", "slow"), Response("b", "stop", reasoning_tokens=2)]
    scored = [Response("+", "stop", scored_by="logprobs", label_logprobs=(-0.1, -3.0))]
    replies = with_leads(written, [None, None, "b"], scored)
    assert replies[:2] == written[:2]
    assert (replies[2].text, replies[2].scored_by, replies[2].reasoning_tokens) == ("b+", "logprobs", 2)


@pytest.mark.parametrize("features", [THINKS, THINKS - {"chat-lists"}])
def test_server_is_asked_for_the_thinking_and_then_for_the_labels_after_it(server, asked, features):
    one = server(features=set(features))
    _, replies = asked(one.url, asking("good 1", "two", reasoning=True))
    assert [reply.scored_by for reply in replies] == ["logprobs"] * 2
    assert all(reply.text.startswith("<think>It may be - or +.</think>\n\n") for reply in replies)
    assert all(reply.reasoning_tokens == len("<think>It may be - or +.</think>") for reply in replies)
    scored = [body for body in one.bodies("/v1/completions") if "logprob_token_ids" in body]
    texts = ["".join(map(chr, row)) for body in scored for row in body["prompt"] if len(row) > 8]
    assert texts
    assert all(text.endswith("</think>\n\n") for text in texts), "never before the thinking"


def test_labels_after_a_marker_that_does_not_come_are_unparsed(server, asked):
    one = server(features=set(EVERYTHING))
    _, replies = asked(one.url, asking("good", after="Answer:"))
    assert replies == [replace(replies[0], text="+", scored_by="text")]


def test_reasoning_in_a_field_is_counted(server, asked):
    one = server(features={"chat", "thinks", "reasoning-field"})
    _, replies = asked(one.url, asking("good", scoring="text"))
    assert replies[0].text == "+"
    assert replies[0].reasoning_tokens == round(1 * 17 / 18)


SUITE = """\
suite: a
prompt: "Is it good? {{ text }}"
examples: [{text: "good", answer: "+"}, {text: "poor", answer: "-"}]
answer: {field: answer, choices: ["+", "-"]}
"""


def plan_of(folder, text):
    (folder / "a.robust.yaml").write_text(text)
    return load_plan(folder / "a.robust.yaml", folder)


def test_auto_does_not_score_labels_before_the_thinking(tmp_path):
    plan = plan_of(tmp_path, SUITE)
    scored = [
        Response(
            case.expected, "stop", "logprobs", (-0.01, -9.0) if case.expected == "+" else (-9.0, -0.01), label_mass=1.0
        )
        for case in plan.cases
    ]
    thought = [Response(f"<think>x</think>{case.expected}", "stop", reasoning_tokens=3) for case in plan.cases]
    plain = [Response(case.expected, "stop") for case in plan.cases]
    assert scoring_choice(plan, plan.cases, scored, plain).way == "logprobs"
    choice = scoring_choice(plan, plan.cases, scored, thought)
    assert choice.way == "text"
    assert choice.reason == (
        "scoring: auto chose generated text, not label log-probabilities: the model thinks before it answers in 2 of 2 "
        "sampled prompts; reasoning: true scores labels after the thinking"
    )


def test_a_suite_with_reasoning_has_room_for_it_and_no_constraint(tmp_path):
    (case, _) = plan_of(tmp_path, SUITE + "reasoning: true\n").cases
    assert (case.request.reasoning, case.request.sampling.max_tokens) == (True, 4096)
    with pytest.raises(SuiteError, match="with reasoning: true it thinks first"):
        plan_of(tmp_path, SUITE.replace('"-"]}', '"-"], scoring: constrained}') + "reasoning: true\n")


@pytest.mark.parametrize(
    ("answer", "text", "found"),
    [
        ("check: number, after: 'Answer:'", "1 + 2 = 3\nAnswer: 5. No.\n**Answer:** 3", "3"),
        ("check: number, after: 'Answer:'", "It is 3.", None),
        ("check: exact, after: '####'", "Six. #### 3", "3"),
        ("check: json, after: 'JSON:'", '{"a": 1} JSON: 3', "3"),
        ("choices: ['2', '3'], scoring: text, after: 'So:'", "2 or 3? So: 3", "3"),
        ("choices: ['2', '3'], scoring: text, after: 'So:'", "<think>So: 2</think>3", None),
    ],
)
def test_answer_is_read_after_the_last_marker(tmp_path, answer, text, found):
    suite = SUITE.replace('answer: {field: answer, choices: ["+", "-"]}', f"answer: {{field: answer, {answer}}}")
    plan = plan_of(tmp_path, suite.replace('"+"', '"3"').replace('"-"', '"2"'))
    verdict = score(plan.cases[0], Response(text, "stop"), plan.suite.answer, plan.suite.answer.choices)
    assert verdict.answer == found
    if found is None:
        assert verdict.outcome is Outcome.UNPARSED
        assert "does not occur in the answer" in verdict.reason


@pytest.mark.e2e
def test_toy_model_scores_labels_after_what_it_wrote(toy, asked):
    from llmrobust.models.local.hf_model import HfModel

    model = HfModel(f"hf:{toy}")
    _, (reply,) = asked(model, asking("q", mode="completion", reasoning=True, sampling=brief(max_tokens=3)))
    assert isinstance(reply, Response)
    assert reply.scored_by == "logprobs"
