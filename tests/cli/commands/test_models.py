"""`llmrobust models`: what a SPEC resolves to."""

from __future__ import annotations

import json

from llmrobust.models.http.client import KEY_VARIABLE


def test_without_a_spec_it_lists_the_forms_and_what_is_configured(project, monkeypatch):
    ended = project.run("models")
    assert ended.code == 0
    assert "vllm-offline:NAME_OR_PATH" in ended.out
    assert "used here without --llm: tiny (the default)" in ended.out
    project.write("pytest.ini", "[pytest]\nllm = hf:one\n")
    assert f"hf:one (from llm in {project.path / 'pytest.ini'})" in project.run("models").out
    monkeypatch.setenv("LLMROBUST_LLM", "hf:two")
    assert "hf:two (from the environment variable LLMROBUST_LLM)" in project.run("models").out
    said = json.loads(project.run("models", "--json").out)
    assert (said["format"], said["version"], said["configured"]) == ("llmrobust-models", 1, ["hf:two"])
    assert "tiny" in said["forms"]


def test_a_server_is_described_by_what_it_can_do(project, server, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, "sk-secret")
    url = server().url
    ended = project.run("models", url)
    assert ended.code == 0
    for said in (
        "context",
        "512 tokens",
        "one forward pass",
        "one pass: yes",
        "server_version",
        "9.9",
        "template",
        "chat",
    ):
        assert said in ended.out
    assert "sk-secret" not in ended.out + project.run("models", "--json", url).out


def test_a_server_without_scores_says_how_labels_are_read(project, server):
    one = server(features={"chat", "completions"})
    said = json.loads(project.run("models", "--json", one.url).out)["models"][0]
    assert (said["one_pass"], said["scoring"], said["details"]["lists"]) == (False, ["text"], "no")
    assert "by parsing the generated text" in project.run("models", one.url).out


def test_models_that_cannot_be_used_fail_and_do_not_hide_the_others(project, server):
    url = server().url
    ended = project.run("models", "tinny", url)
    assert ended.code == 1
    assert 'did you mean "tiny"?' in ended.err
    assert url in ended.out
    first, second = json.loads(project.run("models", "--json", "tinny", url).out)["models"]
    assert "tinny" in first["error"]
    assert second["error"] is None


def test_a_server_that_is_down_is_said_so(project, server):
    ended = project.run("models", "http://127.0.0.1:9/v1")
    assert ended.code == 1
    assert "no server answers at http://127.0.0.1:9" in ended.err
    assert "Traceback" not in ended.err
