"""`--robust-parquet`: refused early where it cannot be written, and read by the commands that read runs."""

from __future__ import annotations

import sys

import pytest

from llmrobust.cli import main
from llmrobust.results.json_reader import read_run


def test_missing_package_is_named_before_the_run(project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = project.run("suites", "--robust-parquet=run.parquet")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "needs the package pyarrow: pip install 'llmrobust[parquet]'" in result.stderr.str()
    assert project.sent() == []


def test_pytest_writes_it_and_commands_read_it(project, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    project.run("suites", "--robust-parquet=run.parquet", "--robust-json=run.json", "--robust-bulk")
    monkeypatch.chdir(project.path)
    assert main(["report", "run.parquet", "--output", "again.json"]) == 0
    assert (project.path / "again.json").read_text() == (project.path / "run.json").read_text()
    assert main(["report", "run.json", "--output", "again.parquet"]) == 0
    assert read_run(project.path / "again.parquet") == read_run(project.path / "run.json")
    capsys.readouterr()
    assert main(["report", "run.json", "--format", "parquet"]) == 2
    assert "Parquet is not text: name a file with --output" in capsys.readouterr().err
