"""`llmrobust diff` that asks: two models on a suite, replies from the store the second time."""

from __future__ import annotations

import pytest

from llmrobust.cli import main
from tests.models.http.fault_server import FaultServer, serve


@pytest.fixture
def here(project, monkeypatch):
    monkeypatch.chdir(project.path)
    return project


def test_two_models_are_asked_once(here, capsys):
    arguments = ["diff", "keyword:", "keyword:again", "--suite", "suites/reviews.robust.yaml"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert said.startswith("OLD  keyword:  (model keyword:)\nNEW  keyword:again  (model keyword:again)\n")
    asked = here.sent()
    assert len(asked) == len(set(asked)) > 0, "both report one fingerprint, so the second is answered from the store"
    assert main(arguments) == 0
    assert here.sent() == asked


def test_a_model_is_compared_with_a_stored_run(here, capsys):
    here.run("suites", "--robust-json=run.json")
    assert main(["diff", "run.json", "keyword:", "--suite", "suites/reviews.robust.yaml"]) == 0
    assert "prompt and model unchanged" in capsys.readouterr().out


def test_a_model_that_is_not_there_ends_it(here, capsys):
    here.run("suites", "--robust-json=run.json")
    assert main(["diff", "run.json", "keyword:absent", "--suite", "suites/reviews.robust.yaml"]) == 2
    assert "there is no model at keyword:absent" in capsys.readouterr().err


def test_unanswered_cases_cannot_be_compared(here, capsys):
    here.run("suites", "--robust-json=run.json")
    here.write("pytest.ini", "[pytest]\nrobust_store = other.sqlite\n")
    assert main(["diff", "run.json", "keyword:fails", "--suite", "suites/reviews.robust.yaml"]) == 2
    assert "the new run is incomplete" in capsys.readouterr().out


def test_what_a_worse_model_breaks_is_shown(here, capsys):
    here.run("suites", "--robust-json=run.json")
    here.write("pytest.ini", "[pytest]\nrobust_store = other.sqlite\n")
    main(["diff", "run.json", "keyword:mumbles", "--suite", "suites/reviews.robust.yaml"])
    assert "[c]  negative -> ? (gold negative)" in capsys.readouterr().out


def test_a_suite_that_cannot_be_read_is_no_verdict(here, capsys):
    path = here.write("suites/bad.robust.yaml", "suite: bad\n")
    assert main(["diff", "keyword:", "keyword:again", "--suite", str(path)]) == 2
    assert 'the key "prompt" is missing' in capsys.readouterr().err


def test_two_servers_with_one_alias_are_both_asked(here, capsys):
    with serve(FaultServer(features={"chat"})) as one, serve(FaultServer(features={"chat"})) as other:
        assert main(["diff", one.url, other.url, "--suite", "suites/reviews.robust.yaml"]) in (0, 1, 2)
        assert len(one.bodies("/v1/chat/completions")) == len(other.bodies("/v1/chat/completions")) > 0
    assert "model are the same" not in capsys.readouterr().out


def test_how_a_server_was_identified_is_reported_where_nothing_was_sent(here):
    with serve(FaultServer(features={"chat"})) as one:
        fresh = here.run("suites", f"--llm={one.url}", "--robust-markdown=run.md")
        fresh.stdout.fnmatch_lines(["* sent, 0 from the store*; the model was identified by address and answers*"])
        assert "the model was identified by address and answers to probes" in (here.path / "run.md").read_text()
        again = here.run("suites", f"--llm={one.url}")
        again.stdout.fnmatch_lines(["*: 0 sent, * identified by address and answers to probes*"])
        one.probed = lambda answer, number: None
        here.run("suites", f"--llm={one.url}").stdout.fnmatch_lines(
            ["*are valid for this session only: *did not answer*"]
        )
        trusted = [here.run("suites", f"--llm={one.url}", "--robust-trust-store") for _ in range(2)]
        trusted[1].stdout.fnmatch_lines(["*: 0 sent, *address and name only (--robust-trust-store)*"])
