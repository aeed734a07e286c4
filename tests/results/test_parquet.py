"""Runs as Parquet: read back they are the runs that were written, and other tools read their columns."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet
import pytest

from llmrobust.errors import ReportError
from llmrobust.results import parquet_file
from llmrobust.results.json_reader import read_run
from llmrobust.results.json_writer import run_text, to_json, write_json
from llmrobust.results.parquet_file import KEY, write_parquet
from llmrobust.results.run_result import RunResult
from llmrobust.score.case_result import CaseResult, SmallestEdit

MakeRun = Callable[..., RunResult]


def changed(run: RunResult, *changes: Callable[[CaseResult], CaseResult]) -> RunResult:
    """The run with changes to the first cases of its first suite."""
    first, *rest = run.suites
    cases = (*(change(case) for change, case in zip(changes, first.cases, strict=False)), *first.cases[len(changes) :])
    return replace(run, suites=(replace(first, cases=cases), *rest))


@pytest.mark.parametrize("rows", [3, 1000])
def test_run_read_back_is_the_one_that_its_json_gives(
    make_run: MakeRun, tmp_path: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "ROWS", rows)
    smallest = SmallestEdit(((0, 3, 5, "x"),), of=2, minimal=True, probes=7, answer="bug")
    run = changed(
        make_run(),
        lambda one: replace(one, probabilities=(0.5, 0.25, 0.25), logprobs=(-0.7, -math.inf, -1.4), label_mass=0.9),
        lambda one: replace(one, mass_is_bound=True, label_mass=0.1, changed=True),
        lambda one: replace(one, smallest=smallest, severity=3),
    )
    write_parquet(run, tmp_path / "run.parquet")
    write_json(run, tmp_path / "run.json")
    there = read_run(tmp_path / "run.parquet")
    assert there == read_run(tmp_path / "run.json")
    assert run_text(to_json(there)) == (tmp_path / "run.json").read_text()


def test_unperturbed_prompt_that_is_no_case_is_kept(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run()
    first = run.suites[0]
    alone = replace(run, suites=(replace(first, cases=tuple(one for one in first.cases if not one.is_original)),))
    write_parquet(alone, tmp_path / "run.parquet")
    found = read_run(tmp_path / "run.parquet").suites[0].cases
    assert [one.clean_prompt for one in found] == [one.clean_prompt for one in alone.suites[0].cases]


def test_columns_have_a_row_for_each_case(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run()
    write_parquet(run, tmp_path / "run.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "run.parquet", columns=["suite", "example", "status", "correct"])
    cases = [(suite, case) for suite in run.suites for case in suite.cases]
    assert table.to_pylist() == [
        {"suite": suite.name, "example": case.example, "status": str(case.status), "correct": case.correct}
        for suite, case in cases
    ]
    held = json.loads(pyarrow.parquet.read_schema(tmp_path / "run.parquet").metadata[KEY])
    assert [suite["cases"] for suite in held["suites"]] == [[] for _ in run.suites]


def test_half_of_a_surrogate_pair_is_escaped(make_run: MakeRun, tmp_path: Path) -> None:
    run = changed(make_run(), lambda one: replace(one, text="odd \ud800", prompt=(("user", "\udfff"),)))
    write_parquet(run, tmp_path / "run.parquet")
    case = read_run(tmp_path / "run.parquet").suites[0].cases[0]
    assert (case.text, case.prompt) == ("odd \\ud800", (("user", "\\udfff"),))


def test_other_parquet_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": ["a"]}), path)
    with pytest.raises(ReportError, match=r"data.parquet: is not a stored run; pytest writes one with --robust-parq"):
        read_run(path)


def test_damaged_files_are_refused(make_run: MakeRun, tmp_path: Path) -> None:
    path = tmp_path / "run.parquet"
    write_parquet(make_run(), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ReportError, match=r"run.parquet: is a damaged Parquet file"):
        read_run(path)


def test_failed_write_leaves_the_old_file(make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.parquet"
    path.write_text("old")
    monkeypatch.setattr(parquet_file, "_rows", lambda number, suite: (1 / 0 for _ in range(1)))
    with pytest.raises(ZeroDivisionError):
        write_parquet(make_run(), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
