"""What a run leaves behind for a CI job: Markdown, SARIF, annotations, the job's summary."""

from __future__ import annotations

import json

import pytest

from tests.models.http.fault_server import Fault, serve
from tests.plugin.conftest import SUITE
from tests.plugin.films import asks, server_with
from tests.report.test_github_annotations import obeyed

FAILING = SUITE.replace("consistency: {min: 0.2", "consistency: {min: 1.0")
HOSTILE = FAILING.replace('"movie 1 is good."', '"::error::pwned ##[error]pwned @octocat | `movie 1` is good."')


@pytest.fixture
def step(project, monkeypatch):
    """The environment of a step of GitHub Actions; the file of its summary."""
    summary = project.path / "step-summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.path))
    return summary


def commands(result):
    return obeyed(result.stdout.str())


def test_files_are_written_and_named(project):
    project.write("suites/reviews.robust.yaml", FAILING)
    result = project.run("suites", "--robust-markdown", "out/run.md", "--robust-sarif", "out/run.sarif")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["wrote out/run.md", "wrote out/run.sarif"])
    page = (project.path / "out/run.md").read_text("utf-8")
    assert page.startswith("<!-- llmrobust -->\n## ❌ llmrobust: failed\n")
    log = json.loads((project.path / "out/run.sarif").read_text("ascii"))
    (found,) = log["runs"][0]["results"]
    assert found["ruleId"] == "gate/consistency"
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "suites/reviews.robust.yaml"
    assert SUITE.splitlines()[place["region"]["startLine"] - 1] == "  consistency: {min: 0.2, per: family}"


def test_a_key_is_put_into_the_comment_or_refused(project):
    project.run("suites", "--robust-markdown", "run.md", "--robust-markdown-key", "gpu/nightly")
    assert (project.path / "run.md").read_text("utf-8").startswith("<!-- llmrobust gpu/nightly -->\n")
    refused = project.run("suites", "--robust-markdown-key", "--> <b>")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stderr.fnmatch_lines(["*'--> <b>' is not a valid key*"])


def test_a_file_that_cannot_be_written_fails_the_run(project):
    project.write("there", "a file")
    result = project.run("suites", "--robust-markdown", "there/run.md")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["cannot write there/run.md: *"])


def test_annotations_stand_on_the_lines_of_gates(project, step):
    project.write("suites/reviews.robust.yaml", FAILING)
    ((name, properties, data),) = commands(project.run("suites", "--robust-github"))
    assert name == "error"
    assert properties["file"] == "suites/reviews.robust.yaml"
    assert SUITE.splitlines()[int(properties["line"]) - 1] == "  consistency: {min: 0.2, per: family}"
    assert properties["title"] == "reviews: consistency[typo] FAIL"
    assert data.startswith("consistency of family typo is 0.")
    assert step.read_text("utf-8").startswith("<!-- llmrobust -->\n## ❌ llmrobust: failed\n")


def test_mistakes_in_suites_are_annotated_on_their_lines(project, step):
    project.write("suites/reviews.robust.yaml", SUITE.replace("typo.drop", "typo.dorp"))
    result = project.run("suites", "--robust-github")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    ((name, properties, data),) = commands(result)
    assert (name, properties["file"], properties["title"]) == (
        "error",
        "suites/reviews.robust.yaml",
        "the suite cannot be read",
    )
    assert "typo.drop" in SUITE.splitlines()[int(properties["line"]) - 1]
    assert data.startswith('unknown operator "typo.dorp"\ndid you mean "typo.drop"?')
    assert commands(project.run("suites")) == []


def test_the_summary_is_added_to_what_is_there(project, step):
    step.write_text("# Before\n")
    result = project.run("suites", "--robust-github")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["the run was added to the job's summary"])
    assert commands(result) == []
    text = step.read_text("utf-8")
    assert text.startswith("# Before\n<!-- llmrobust -->\n## ✅ llmrobust: passed\n")


def test_a_full_summary_is_said(project, step):
    step.write_text("x" * 999_000)
    result = project.run("suites", "--robust-github")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["cannot write the job's summary: the step's summary is full"])
    assert step.stat().st_size == 999_000


def test_nothing_is_printed_or_written_without_the_option(project, step):
    project.write("suites/reviews.robust.yaml", FAILING)
    assert commands(project.run("suites")) == []
    assert not step.exists()


def test_outside_of_github_the_option_says_what_it_cannot_do(project, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    project.write("suites/reviews.robust.yaml", FAILING)
    result = project.run("suites", "--robust-github")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "--robust-github: no annotations (GITHUB_ACTIONS is not true), no job summary (GITHUB_STEP_SUMMARY is not "
            "set): not running in a GitHub Actions step"
        ]
    )
    assert commands(result) == []


def test_prompts_and_answers_forge_no_command(project, step):
    project.write("suites/reviews.robust.yaml", HOSTILE)
    for options in ((), ("-v",), ("-rA",), ("--tb=short",)):
        assert commands(project.run("suites", *options)) == []
    found = commands(project.run("suites", "--robust-github", "--robust-fresh"))
    assert [(name, properties["title"]) for name, properties, _ in found] == [
        ("error", "reviews: consistency[typo] FAIL")
    ]


def test_strict_cases_forge_no_command(project, step):
    project.write("suites/reviews.robust.yaml", HOSTILE.partition("gate:")[0])
    result = project.run("suites", "-rA")
    assert result.ret == 1
    assert commands(result) == []
    annotated = commands(project.run("suites", "--robust-github"))
    assert {name for name, _, _ in annotated} == {"error"}
    assert all("FLIPPED" in properties["title"] for _, properties, _ in annotated)


@pytest.mark.parametrize("status", [400, 500])
def test_a_servers_words_forge_no_command(films, step, status):
    said = "no\n::stop-commands::t\n::error::pwned ##[error]pwned"
    with serve(server_with(Fault(status, when=asks, message=said))) as server:
        result = films.run("suites", "--llm", server.url, "--robust-github")
    assert result.ret == 1
    assert "pwned" in result.stdout.str()
    assert {properties.get("file") for _, properties, _ in commands(result)} == {"suites/reviews.robust.yaml"}


def test_a_run_whose_server_went_away_is_annotated_as_an_error(project, step):
    result = project.run("suites", "--llm", "keyword:gone", "--robust-github")
    assert result.ret == 1
    found = commands(result)
    assert [(name, properties["title"]) for name, properties, _ in found] == [("error", "reviews: not decided")]


def test_workers_of_xdist_write_once(project, step):
    project.write("suites/reviews.robust.yaml", FAILING)
    result = project.run("suites", "-n", "1", "--robust-github", "--robust-markdown", "run.md")
    assert result.ret == 1
    assert len(commands(result)) == 1
    assert step.read_text("utf-8").count("<!-- llmrobust -->") == 1
    assert (project.path / "run.md").exists()
