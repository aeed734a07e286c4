"""`llmrobust search`, and suites that run what it found."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from llmrobust.cli import main
from llmrobust.cli.commands.search import next_steps
from llmrobust.errors import OperatorError, SuiteError
from llmrobust.loading import load_plan
from llmrobust.operators.findings import Findings, FoundWording, parse_formats_found, parse_wordings_found
from tests.plugin.conftest import SUITE, Project

WORDING = FoundWording(
    id="deepwordbug-1",
    recipe="deepwordbug",
    original="Decide whether the review is positive or negative.",
    text="Decide whether the rveiew is positive or negative.",
    clean=1.0,
    attacked=0.5,
    evaluations=30,
)
FINDINGS = Findings(suite="reviews", model="tiny", examples=4, seed=0, prompts=120, wordings=(WORDING,))
FIXED = SUITE.split("perturb:")[0] + "perturb:\n  - attack.wording: {file: found.yaml}\n"


def written(tmp_path: Path, findings: str, suite: str = FIXED) -> Path:
    (tmp_path / "found.yaml").write_text(findings)
    (tmp_path / "a.robust.yaml").write_text(suite)
    return tmp_path / "a.robust.yaml"


def test_a_search_writes_a_file_that_runs_once_it_is_reviewed(project: Project, monkeypatch, capsys) -> None:
    monkeypatch.chdir(project.path)
    command = ["search", "suites/reviews.robust.yaml", "--llm", "keyword:", "--budget", "60", "--out", "found.yaml"]
    assert main(command) == 0
    assert "deepwordbug: " in capsys.readouterr().out
    found = Findings.model_validate(yaml.safe_load((project.path / "found.yaml").read_text()))
    assert (found.suite, found.model, found.examples) == ("reviews", "keyword", 4)
    assert found.prompts == len(set(project.sent()))


def test_a_finding_must_be_reviewed_before_a_suite_runs_it(tmp_path: Path) -> None:
    path = written(tmp_path, FINDINGS.text())
    with pytest.raises(SuiteError, match='"deepwordbug-1" is not reviewed'):
        load_plan(path, tmp_path)
    path = written(tmp_path, FINDINGS.text().replace("reviewed: false", "reviewed: true"))
    cases = [case for case in load_plan(path, tmp_path).cases if not case.is_original]
    assert {case.variant for case in cases} == {"deepwordbug-1"}
    assert all("rveiew" in case.prompt.messages[0].text for case in cases)


def test_a_finding_for_another_prompt_is_told(tmp_path: Path) -> None:
    reviewed = FINDINGS.text().replace("reviewed: false", "reviewed: true")
    path = written(tmp_path, reviewed, FIXED.replace("Decide whether", "Say whether"))
    with pytest.raises(OperatorError, match="was found for another instruction"):
        load_plan(path, tmp_path)


def test_what_a_search_prints_runs_what_it_found(tmp_path: Path) -> None:
    found = FINDINGS.model_copy(update={"wordings": (WORDING.model_copy(update={"reviewed": True}),)})
    (tmp_path / "worst 1.yaml").write_text(found.text())
    _, *entries = next_steps(found, tmp_path / "worst 1.yaml")
    path = tmp_path / "a.robust.yaml"
    path.write_text(SUITE.split("perturb:")[0] + "\n".join(entries) + "\n")
    assert {case.variant for case in load_plan(path, tmp_path).cases} >= {"deepwordbug-1"}


def test_a_search_without_findings_says_so(tmp_path: Path) -> None:
    nothing = FINDINGS.model_copy(update={"wordings": ()})
    assert list(next_steps(nothing, tmp_path / "found.yaml")) == ["no wording with worse answers was found"]


def test_worst_cases_stand_alone(tmp_path: Path) -> None:
    reviewed = FINDINGS.text().replace("reviewed: false", "reviewed: true")
    path = written(tmp_path, reviewed, f"{FIXED}  - typo.drop\n")
    with pytest.raises(SuiteError, match="it cannot be combined with other operators"):
        load_plan(path, tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "not written by `llmrobust search`"),
        ("suite: [", "not valid YAML"),
        ("suite: a\nmodel: b\nexamples: 1\nseed: 0\nprompts: 1\n", "has no wordings"),
        ("suite: a\n", "model: Field required"),
    ],
)
def test_files_of_another_kind_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_wordings_found(text)
    with pytest.raises(ValueError, match=message.replace("wordings", "formats")):
        parse_formats_found(text)


def test_what_is_written_is_read_again() -> None:
    reviewed = FINDINGS.model_copy(update={"wordings": (WORDING.model_copy(update={"reviewed": True}),)})
    assert parse_wordings_found(reviewed.text()) == list(reviewed.wordings)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--recipe", "bertattack"], 'unknown recipe "bertattack"'),
        (["--budget", "0"], "--budget must be at least 1"),
        (["--at-once", "0"], "--at-once must be at least 1"),
    ],
)
def test_wrong_use_is_told(project: Project, monkeypatch, capsys, options: list[str], message: str) -> None:
    monkeypatch.chdir(project.path)
    assert main(["search", "suites/reviews.robust.yaml", *options]) == 2
    assert message in capsys.readouterr().err


def test_word_recipes_ask_for_an_embedding(project: Project, monkeypatch, capsys) -> None:
    monkeypatch.chdir(project.path)
    command = ["search", "suites/reviews.robust.yaml", "--llm", "keyword:", "--recipe", "textfooler"]
    assert main(command) == 2
    assert "pass one with --embedding" in capsys.readouterr().err
