"""Data that is no part of the project: a folder that an environment variable names, and suites without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmrobust.errors import DataAbsent
from tests.suitefile.conftest import Folder

ROWS = '{"text": "It crashes.", "answer": "bug"}\n{"text": "Thank you!", "answer": "praise"}\n'
INLINE = """\
examples:
  - {text: "It crashes.", answer: bug}
  - {text: "Thank you!", answer: praise}
"""


@pytest.fixture
def suite(changed: Callable[..., str]) -> Callable[[str], str]:
    return lambda examples: changed((INLINE, f"examples: {examples}\n"))


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path_factory.mktemp("data")
    (path / "rows.jsonl").write_text(ROWS, encoding="utf-8")
    monkeypatch.setenv("LLMROBUST_DATA", str(path))
    return path


def test_rows_come_from_the_folder_that_the_variable_names(folder: Folder, suite, data: Path) -> None:
    assert len(folder.load(suite('{file: "${LLMROBUST_DATA}/rows.jsonl"}')).examples) == 2


def test_nothing_outside_of_that_folder_is_read(folder: Folder, suite, data: Path) -> None:
    (data.parent / "secret.jsonl").write_text(ROWS, encoding="utf-8")
    (problem,) = folder.problems(suite('{file: "${LLMROBUST_DATA}/../secret.jsonl"}'))
    assert "is outside the project" in problem.message


def test_no_other_variable_is_read(folder: Folder, suite, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(data))
    (problem,) = folder.problems(suite('{file: "${HOME}/rows.jsonl"}'))
    assert "does not exist" in problem.message


def test_without_the_variable_the_message_says_what_to_set(folder: Folder, suite, monkeypatch) -> None:
    monkeypatch.delenv("LLMROBUST_DATA", raising=False)
    (problem,) = folder.problems(suite('{file: "${LLMROBUST_DATA}/rows.jsonl"}'))
    assert problem.hint == "set the environment variable LLMROBUST_DATA to the folder with the data"
    assert problem.location.line == 7


def test_absent_skip_says_why_the_suite_cannot_run_here(folder: Folder, suite, data: Path, monkeypatch) -> None:
    text = suite('{file: "${LLMROBUST_DATA}/others.jsonl", absent: skip}')
    with pytest.raises(DataAbsent, match=r"others.jsonl does not exist \(LLMROBUST_DATA is "):
        folder.load(text)
    monkeypatch.delenv("LLMROBUST_DATA")
    with pytest.raises(DataAbsent, match="LLMROBUST_DATA, the folder with the data, is not set"):
        folder.load(text)


def test_mistakes_of_a_suite_whose_data_is_there_are_no_absence(folder: Folder, suite, data: Path) -> None:
    (data / "rows.jsonl").write_text("{", encoding="utf-8")
    (problem,) = folder.problems(suite('{file: "${LLMROBUST_DATA}/rows.jsonl", absent: skip}'))
    assert problem.message.startswith("not valid JSON")
