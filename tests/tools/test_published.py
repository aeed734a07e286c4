"""The published suites on real examples, and the page that shows their figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import llmrobust as lr
from llmrobust.engine import EngineStats
from llmrobust.loading import load_plan
from llmrobust.request import Response
from llmrobust.runner import SuiteRun, run_result
from tools.published.page import write_page
from tools.published.papers import PAPERS
from tools.published.rows import MOST, write_rows

REPOSITORY = Path(__file__).parents[2]
OURS = REPOSITORY / "suites" / "published"
REAL = sorted((OURS / "real").glob("*.robust.yaml"))


def name_of(path: Path) -> str:
    return path.name.removesuffix(".robust.yaml")


def test_every_published_suite_exists_on_real_examples_too() -> None:
    names = {name_of(path) for path in OURS.glob("*.robust.yaml")}
    assert names == {name_of(path) for path in REAL} == set(PAPERS)


@pytest.mark.parametrize("path", REAL, ids=name_of)
def test_suite_has_sixty_real_examples_and_gates_its_papers_metric(
    path: Path, shared_data: Path, published_rows: Path
) -> None:
    suite = lr.load_suite(path)
    assert len(suite.examples) >= MOST == 60
    assert all(gate.confidence == 0.95 for gate in suite.gates)
    assert set(PAPERS[name_of(path)].metric) <= {gate.metric for gate in suite.gates}
    assert all(gate.min is not None or gate.max is not None for gate in suite.gates)


def test_rows_are_the_same_every_time(shared_data: Path, made_rows: Path, tmp_path: Path) -> None:
    write_rows(shared_data, tmp_path)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {
        one.name: one.read_bytes() for one in made_rows.iterdir()
    }


def test_samples_that_are_absent_leave_out_their_files_only(shared_data: Path, tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "fluke").symlink_to(shared_data / "fluke")
    assert set(write_rows(tmp_path / "samples", tmp_path / "rows")) == {"fluke", "theories"}
    assert PAPERS["promptbench"].figure(tmp_path / "samples") == "none at hand"


def test_theories_are_answered_by_proof_and_balanced(shared_data: Path, made_rows: Path) -> None:
    rows = [json.loads(line) for line in (made_rows / "theories.jsonl").read_text().splitlines()]
    counts = {answer: sum(row["answer"] == answer for row in rows) for answer in ("true", "false", "unknown")}
    assert counts == {"true": 20, "false": 20, "unknown": 20}


def test_page_has_figures_of_what_was_run_and_names_the_rest(
    shared_data: Path, published_rows: Path, tmp_path: Path
) -> None:
    plan = load_plan(OURS / "real" / "fluke.robust.yaml", REPOSITORY)
    run = run_result(
        [SuiteRun.of(plan, {case.request: Response(str(case.example.expected), "stop") for case in plan.cases})],
        None,
        EngineStats(),
    )
    (tmp_path / "runs").mkdir()
    run.save(tmp_path / "runs" / "fluke.json")
    runs = {path: run if name_of(path) == "fluke" else None for path in REAL}
    write_page(tmp_path / "published.md", runs, shared_data, tmp_path / "runs")
    page = (tmp_path / "published.md").read_text(encoding="utf-8")
    assert "**Not run yet**, so without figures for the model: domain-shifts, instruction-wordings," in page
    (negation,) = [
        line
        for line in page.splitlines()
        if line.startswith("| &nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;negation |")
    ]
    assert negation.endswith("| 0.361 |")
    assert "## fluke" in page
    assert "## names" not in page
