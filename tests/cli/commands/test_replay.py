"""`llmrobust replay`: one case, seen close up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.models.http.fault_server import Fault

SUITE = "suites/films.robust.yaml"
CASE = f"{SUITE}::punctuation::strip_final-bare[one]"


def scored_by_logprobs(project):
    """The suite asked by log-probabilities: the server writes nothing that its labels are."""
    project.write(SUITE, project.suite.read_text().replace("poor]}", "poor], scoring: logprobs}"))


def test_it_shows_prompt_tokens_answers_and_probabilities(project, server):
    scored_by_logprobs(project)
    ended = project.run("replay", CASE, "--llm", server().url)
    for said in (
        f'{CASE}\nPASSED: the answer is "fine", as expected',
        "context 512 tokens",
        "sent   chat; temperature 0, top_p 1, top_k 0, max_tokens 16, seed 0",
        "labels fine | poor (scoring: logprobs)",
        "prompt, edits by punctuation.strip_final marked (same)",
        "  system\n    You judge films.",
        "    Review: It was good[-.-]",
        "tokens of this prompt: ",
        "|R|e|v|i|e|w|:| |I|t| |w|a|s| |g|o|o|d|",
        "  said            fine",
        "  right           yes (gold fine)                   yes (gold fine)",
        "█",
    ):
        assert said in ended.out, said
    assert ended.code == 0


def test_a_replay_is_scored_as_the_suite_s_run(project, server):
    ended = project.run("replay", CASE, "--llm", server().url)
    assert "UNPARSED" in ended.out, "the server writes a sign, though it scores the labels"


def test_for_machines_it_holds_everything(project, server):
    scored_by_logprobs(project)
    said = json.loads(project.run("replay", "--json", "--times", "3", CASE, "--llm", server().url).out)
    assert (said["format"], said["version"], said["node"], said["passed"]) == ("llmrobust-replay", 1, CASE, True)
    assert said["request"]["messages"][-1][1] == "Is the review kind or not?\nReview: It was good\nVerdict:"
    assert said["original_messages"][-1][1] == "Is the review kind or not?\nReview: It was good.\nVerdict:"
    assert said["model"]["one_pass"] is True
    assert "".join(said["tokens"]).count("It was good") == 1
    assert [one["status"] for one in said["replies"]] == ["passed"] * 3
    assert len(said["original_replies"]) == 3
    assert sum(said["replies"][0]["probabilities"]) == pytest.approx(1)


def test_a_case_that_does_not_pass_fails_and_says_why(project, server):
    one = server(
        features={"chat"},
        faults=[
            Fault(
                status=400,
                path="/v1/chat",
                message="too rude",
                when=lambda b: "good\n" in str(b["messages"][-1]["content"]),
            )
        ],
    )
    ended = project.run("replay", CASE, "--llm", one.url)
    assert ended.code == 1
    assert "NO-ANSWER: no answer" in ended.out
    assert "rejected: too rude" in ended.out


def test_every_time_is_asked_anew_and_counted(project, server):
    one = server(features={"chat"})
    ended = project.run("replay", CASE, "--times", "4", "--llm", one.url)
    asked = [body for body in one.bodies("/v1/chat/completions") if "Is the review" in json.dumps(body)]
    assert len(asked) == 8
    assert "asked 4 times" in ended.out
    assert "status       " in ended.out


def test_the_store_is_used_only_where_that_is_asked_for(project, server):
    one = server(features={"chat"})
    arguments = ("replay", CASE, "--llm", one.url)
    project.run(*arguments)
    assert not (project.path / ".llmrobust").exists()
    project.run(*arguments, "--use-store")
    before = len(one.calls)
    ended = project.run(*arguments, "--use-store")
    assert "2 replies from the store" in ended.out
    assert not [body for path, body, _ in one.calls[before:] if "Is the review" in json.dumps(body)]


def test_the_unperturbed_prompt_stands_alone(project, server):
    ended = project.run("replay", f"{SUITE}::original::plain[two]", "--llm", server().url)
    assert "prompt (unperturbed)" in ended.out
    assert "unperturbed\n  said" not in ended.out


def test_a_prompt_with_other_roles_is_shown_before_and_after(project, server):
    ended = project.run("replay", f"{SUITE}::chat::system_to_user-joined[one]", "--llm", server().url)
    assert "before: system" in ended.out
    assert "after: user" in ended.out


def test_text_that_could_command_a_terminal_is_escaped(project, server):
    project.write(SUITE, project.suite.read_text().replace("It was good.", "It \\e[31mwas good."))
    ended = project.run("replay", CASE, "--llm", server().url)
    assert "\x1b" not in ended.out
    assert "\\x1b[31m" in ended.out


def test_it_is_found_from_another_folder(project, server, monkeypatch):
    scored_by_logprobs(project)
    monkeypatch.chdir(project.path / "suites")
    url = server().url
    assert project.run("replay", CASE, "--llm", url).code == 0
    assert project.run("replay", CASE.removeprefix("suites/"), "--llm", url).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([f"{SUITE}::punctuation::strip_final-bare[three]"], f"llmrobust replay '{CASE}'"),
        (
            [f"{SUITE}::punctuation::strip_final-bare"],
            "an id ends with an example in brackets, and must be quoted",
        ),
        ([f"{SUITE}::zzz"], "its families are original, punctuation, typo, chat"),
        ([f"{SUITE}::gate::accuracy"], "is a gate"),
        ([SUITE], "does not name a case"),
        (["suites/other.robust.yaml::a::b[c]"], "suites/other.robust.yaml: no such file"),
        (["suites::a::b[c]"], "suites: is a folder; expected a suite file"),
        ([f"{SUITE}::typo::drop-0[my", "example]"], "the shell split the id"),
        (["tests/test_x.py::test_films[typo::drop-0[one]]"], "'SUITE.robust.yaml::typo::drop-0[one]'"),
        ([CASE, "--times", "0"], "--times must be at least 1"),
    ],
)
def test_ids_that_name_no_case_get_what_was_meant(project, words, said):
    ended = project.run("replay", *words)
    assert ended.code == 2
    assert said in ended.err
    assert not ended.out


def test_ctrl_c_ends_without_a_traceback(project, server):
    one = server(faults=[Fault(kind="hang")])
    environment = {**os.environ, "LLMROBUST_TIMEOUT_S": "60"}
    command = [sys.executable, "-m", "llmrobust", "replay", CASE, "--llm", one.url]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        while not one.calls:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130
    assert err == "interrupted\n"
