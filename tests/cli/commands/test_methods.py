"""`llmrobust methods` compares ways of answering over stored runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmrobust.cli import main
from llmrobust.methods import METHODS
from tests.results.stored_runs import biased, noisy, stored


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    stored(*biased()).save(tmp_path / "run.json")
    return tmp_path / "run.json"


def test_the_table_in_the_terminal(run_file: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["methods", str(run_file), "--methods", "batch-calibration,template-vote"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("methods  known (scripted:, over 8 formats and wordings)\nmeasured on 40 examples")
    assert max(map(len, out.splitlines())) <= 98
    assert "better than plain: batch-calibration" in out
    assert "no difference can be told: template-vote" in out
    assert "chosen on 40 examples by accuracy: batch-calibration; on the 40 others it is better than plain" in out


def test_json_has_every_figure(run_file: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["methods", str(run_file), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["format"], found["version"]) == ("llmrobust-methods", 1)
    (one,) = found["comparisons"]
    by_name = {row["label"]: row for row in one["methods"]}
    assert set(by_name) == set(METHODS.names())
    assert one["chosen"] == "batch-calibration"
    assert by_name["batch-calibration"]["difference"]["told"] is True
    assert by_name["batch-calibration"]["figures"]["drops"] == {"format": 0.0}
    assert by_name["contextual-calibration"]["unusable"]


def test_the_name_of_the_output_chooses_the_form(run_file: Path, tmp_path: Path):
    stored(*noisy()).save(tmp_path / "other.json")
    for name, begins in (("m.md", "**Methods** of `known`"), ("m.html", "<!DOCTYPE html>"), ("m.json", "{")):
        assert main(["methods", str(run_file), str(tmp_path / "other.json"), "--output", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text().lstrip().startswith(begins)
    page = (tmp_path / "m.html").read_text()
    assert page.count('class="methods"') == 2
    assert page.count("<circle") >= 10
    assert "batch-calibration: accuracy 1.000, spread 0.000, requests 1" in page


def test_the_best_can_be_chosen_by_something_else(run_file: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["methods", str(run_file), "--by", "spread", "--methods", "template-vote"]) == 0
    assert "by spread" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--methods", "batch-calibratio"], 'unknown method "batch-calibratio"; did you mean "batch-calibration"?'),
        (["--suite", "nope"], "no such suite in these runs; they hold known"),
        (["--over", "typo"], 'known has no edits of the family "typo"; it has format'),
    ],
)
def test_wrong_use_is_said(run_file: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]):
    assert main(["methods", str(run_file), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_run_must_be_named(capsys: pytest.CaptureFixture[str]):
    assert main(["methods"]) == 2
    assert "name the file of a stored run" in capsys.readouterr().err


def test_the_list_says_what_each_assumes_and_costs(capsys: pytest.CaptureFixture[str]):
    assert main(["methods", "--list"]) == 0
    out = capsys.readouterr().out
    for method in METHODS:
        assert method.name in out
    assert "assumes the classes are about equally frequent" in out
    assert main(["methods", "--list", "--format", "json"]) == 0
    assert {one["name"] for one in json.loads(capsys.readouterr().out)} == set(METHODS.names())


def test_the_page_has_the_table_of_methods(capsys: pytest.CaptureFixture[str]):
    assert main(["methods", "--list", "--format", "markdown"]) == 0
    page = (Path(__file__).parents[3] / "docs" / "methods.md").read_text(encoding="utf-8")
    between = page.split("--format markdown -->\n")[1].split("<!-- end of methods -->")[0]
    assert between == capsys.readouterr().out, "renew it with: llmrobust methods --list --format markdown"
