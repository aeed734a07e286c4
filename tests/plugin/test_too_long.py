"""Prompts that do not fit the model's context: an error that says so, or left out and counted; never a silent cut."""

from __future__ import annotations

import json

import pytest

from llmrobust.models.context_length import TOO_LONG, refusal
from tests.plugin.conftest import SUITE

SKIPPING = SUITE + "too_long: skip\n"
WHY = "the prompt has 2000 tokens: with max_tokens 16 it does not fit the model's context of 1024 tokens"


def stored(project):
    (suite,) = json.loads((project.path / "run.json").read_text())["suites"]
    return suite


def test_a_prompt_that_is_too_long_is_an_error_that_says_what_to_do(project):
    result = project.run("suites", "--llm", "keyword:short", "--robust-json", "run.json")
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"*no answer: too-long: {WHY}*"])
    result.stdout.fnmatch_lines(["*prompts are too long for the model: `too_long: skip` in the suite leaves*"])
    assert {decision["status"] for decision in stored(project)["decisions"]} == {"not evaluated"}


def test_examples_that_are_too_long_are_left_out_and_counted(project):
    project.write("suites/reviews.robust.yaml", SKIPPING)
    result = project.run("suites", "--llm", "keyword:short", "--robust-json", "run.json", "-rs")
    assert result.ret == 0
    suite = stored(project)
    assert suite["left_out"] == {"too_long": 1}
    assert {case["example"] for case in suite["cases"]} == {"a", "b", "d"}
    assert (suite["examples"], suite["planned"], suite["answered"]) == (3, 15, 15)
    assert {decision["status"] for decision in suite["decisions"]} == {"pass"}
    assert result.parseoutcomes()["skipped"] == 5
    result.stdout.fnmatch_lines([f"*left out (too_long: skip): too-long: {WHY}*"])
    result.stdout.fnmatch_lines(["*1 row too long for the model*"])


def test_the_sequential_mode_leaves_them_out_too(project):
    project.write("suites/reviews.robust.yaml", SKIPPING)
    result = project.run("suites", "--llm", "keyword:short", "--robust-json", "run.json", "--robust-sequential")
    assert result.ret == 0
    assert stored(project)["left_out"] == {"too_long": 1}


def test_a_suite_of_which_nothing_fits_is_no_pass(project):
    text = SKIPPING.replace("movie 1", "movie 3").replace("movie 2", "movie 3").replace("movie 4", "movie 3")
    project.write("suites/reviews.robust.yaml", text)
    result = project.run("suites", "--llm", "keyword:short", "--robust-json", "run.json")
    assert result.ret == 1
    assert {decision["status"] for decision in stored(project)["decisions"]} == {"not evaluated"}


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("This model's maximum context length is 8192 tokens, your messages resulted in 9000 (HTTP 400)", TOO_LONG),
        ("the request exceeds the available context window (HTTP 400)", TOO_LONG),
        ("Unrecognized request argument supplied: top_k (HTTP 400)", "rejected"),
    ],
)
def test_a_servers_own_words_for_it_are_understood(message, kind):
    assert (refusal(message).kind, refusal(message).message) == (kind, message)


def test_a_plan_warns_where_the_context_is_known(tmp_path, capsys, monkeypatch):
    from llmrobust.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LLMROBUST_LLM", raising=False)
    (tmp_path / "a.robust.yaml").write_text(SUITE.replace("movie 3", "movie 3 " + "very " * 1000))
    assert main(["plan", "a.robust.yaml"]) == 0
    assert "WARNING: about 5 prompts do not fit the model's context of 1,024 tokens (`too_long: skip`?)" in (
        capsys.readouterr().out
    )
    monkeypatch.setenv("LLMROBUST_LLM", "http://127.0.0.1:1/v1")
    assert main(["plan", "a.robust.yaml"]) == 0
    assert "do not fit" not in capsys.readouterr().out
