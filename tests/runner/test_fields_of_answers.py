"""Suites that compare JSON answers by field, from the file to measurements, gates, stored runs and reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmrobust.cli import main
from llmrobust.engine import EngineStats
from llmrobust.loading import load_plan
from llmrobust.plan import Case
from llmrobust.report.run_markdown import run_markdown
from llmrobust.report.run_terminal import suite_lines
from llmrobust.request import Response
from llmrobust.results.json_reader import read_run, stored_table
from llmrobust.results.json_writer import to_json, write_json
from llmrobust.runner import SuiteRun, run_result
from tests.schemas import check

SUITE = """\
suite: people
prompt: {user: "Who? {{ text }} Reply with JSON."}
examples:
  - {id: a, text: Ada is thirty six., gold: {name: Ada, age: 36, born: 2024-03-05}}
  - {id: b, text: Bob is forty one., gold: {name: Bob, age: 41, born: 2023-01-31}}
answer:
  field: gold
  check: json
  fields: {name: exact, age: {check: number, tolerance: 0.5}, born: date}
perturb:
  - whitespace.tabs
  - whitespace.no_break
gate:
  - accuracy: {min: 0.9, of: name}
  - accuracy: {min: 0.9, of: age}
  - consistency: {min: 0.9, of: born}
  - accuracy: {min: 0.9}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A run in which the prompt of Ada with tabs gets another age; everything else is right."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    path = tmp_path / "people.robust.yaml"
    path.write_text(SUITE)
    plan = load_plan(path, tmp_path)

    def reply(case: Case) -> Response:
        gold = dict(case.example.fields["gold"])
        gold["born"] = {"a": "5 March 2024", "b": "31 Jan 2023"}[case.example.id]
        if case.operator == "whitespace.tabs" and case.example.id == "a":
            gold["age"] = "36"
        return Response(json.dumps(gold), "stop")

    replies = {case.request: reply(case) for case in plan.cases}
    return run_result([SuiteRun.of(plan, replies)], None, EngineStats(), tmp_path)


def test_each_field_has_its_own_measurements_and_gates(run: Any) -> None:
    (suite,) = run.suites
    shares = {
        (name, metric): suite.measurement(metric, "answer", name).value
        for name in ("name", "age", "born")
        for metric in ("accuracy", "consistency", "accuracy_drop")
    }
    assert shares == {
        **{(name, "accuracy"): 1.0 for name in ("name", "born")},
        **{(name, "consistency"): 1.0 for name in ("name", "born")},
        **{(name, "accuracy_drop"): 0.0 for name in ("name", "born")},
        ("age", "accuracy"): 0.75,
        ("age", "consistency"): 0.75,
        ("age", "accuracy_drop"): 0.25,
    }
    assert suite.measurement("accuracy").value == 0.75
    assert {one.id: str(one.status) for one in suite.decisions} == {
        "accuracy[of name]": "pass",
        "accuracy[of age]": "fail",
        "consistency[of born]": "pass",
        "accuracy": "fail",
    }
    assert "accuracy of the answers' age in the suite is 0.750" in suite.decisions[1].reason


def test_a_stored_run_keeps_its_fields(run: Any, tmp_path: Path) -> None:
    write_json(run, tmp_path / "run.json")
    again = read_run(tmp_path / "run.json")
    assert to_json(again) == to_json(run)
    schema = json.loads((Path(__file__).parents[2] / "docs" / "report-json.schema.json").read_text())
    check(json.loads((tmp_path / "run.json").read_text()), schema)
    table = stored_table(again.suites[0], load_plan(tmp_path / "people.robust.yaml", tmp_path).suite)
    assert table.parts["age"].correct.mean() == 0.75
    assert table.parts["age"].agrees.mean() == 0.75


def test_every_report_shows_the_fields(run: Any, tmp_path: Path) -> None:
    shown = ["".join(text for text, _ in line) for line in suite_lines(run.suites[0])]
    (row,) = [line for line in shown if line.strip().startswith("answer.age")]
    assert row.split()[:3] == ["answer.age", "4", "0.750"]
    assert "answer.age" in run_markdown(run)
    write_json(run, tmp_path / "run.json")
    for format_, file in (("html", "page.html"), ("sarif", "run.sarif")):
        assert main(["report", "run.json", "--format", format_, "--output", file]) in (0, 1)
    assert "answer.age" in (tmp_path / "page.html").read_text("utf-8")
    assert "accuracy[of age]" in (tmp_path / "run.sarif").read_text("utf-8")
    assert main(["gate", "run.json", "people.robust.yaml"]) == 1
