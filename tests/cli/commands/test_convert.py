"""`llmrobust convert`, as a user runs it."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Project
from tests.elsewhere.conftest import LANGTEST, variation


def test_variants_are_written_beside_the_suite_and_wait_for_review(project: Project) -> None:
    project.write("cases.csv", LANGTEST)
    done = project.run("convert", "cases.csv", "--as", "frozen", "--suite", "suites/films.robust.yaml")
    assert done.code == 0, done.err
    assert "LangTest: 4 rows, 2 variants" in done.err
    assert "1 left out: the original is in no example of the suite" in done.err
    assert "2 new variants, unreviewed: llmrobust review" in done.out
    again = project.run("convert", "cases.csv", "--as", "frozen", "--suite", "suites/films.robust.yaml")
    assert "0 new variants" in again.out
    assert project.run("review", "suites/frozen/films.jsonl", "--summary").code == 1
    suite = project.suite.read_text().replace("perturb:\n", "perturb:\n  - frozen: {file: frozen/films.jsonl}\n")
    project.write("suites/films.robust.yaml", suite)
    checked = project.run("check", "suites/films.robust.yaml")
    assert "was not reviewed" in checked.out


def test_an_original_that_changes_later_makes_its_variants_stale(project: Project) -> None:
    rows = [
        variation(0, "It wsa good.", original="It was good."),
        variation(1, "It was bda.", "", "poor", "It was bad."),
    ]
    project.write("variations.json", json.dumps(rows))
    convert = ("convert", "variations.json", "--as", "frozen", "--suite", "suites/films.robust.yaml")
    assert "PromptSuite: 2 rows, 3 variants" in project.run(*convert).err
    suite = project.suite.read_text().replace("perturb:\n", "perturb:\n  - frozen: {file: frozen/films.jsonl}\n")
    project.write("suites/films.robust.yaml", suite.replace("It was good.", "It was great."))
    assert "went stale: its original changed" in project.run("check", "suites/films.robust.yaml").out
    again = project.run(*convert)
    assert "1 left out: the original is in no example of the suite" in again.err
    assert "0 new variants" in again.out


def test_answers_become_a_run_that_can_be_reported(project: Project) -> None:
    project.write("cases.csv", LANGTEST)
    done = project.run("convert", "cases.csv", "--as", "run", "--from", "langtest")
    assert done.code == 0, done.err
    assert "wrote cases.run.json" in done.out
    shown = project.run("report", "cases.run.json")
    assert shown.code == 0
    assert "langtest" in shown.out
    assert "already exists: --force" in project.run("convert", "cases.csv", "--as", "run").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--as", "frozen"], "frozen variants are those of a suite: name it by --suite"),
        (["--as", "run", "--from", "dove"], "is not a file of DOVE"),
    ],
)
def test_wrong_use_is_said(project: Project, arguments: list[str], message: str) -> None:
    project.write("cases.csv", LANGTEST)
    done = project.run("convert", "cases.csv", *arguments)
    assert (done.code, message in done.err) == (2, True)
