"""Which files are watched, and when a change is told."""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path

import pytest

from llmrobust.watch import files
from llmrobust.watch.files import GONE_S, Watched, code_files, files_below, suites_below


def saved(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_change_is_told_once_and_only_when_it_has_settled(tmp_path: Path):
    one, other = saved(tmp_path / "a", "1"), saved(tmp_path / "b", "1")
    watched = Watched([one, other])
    assert watched.changed(0.0) == []
    saved(one, "an editor has begun to write")
    assert watched.changed(0.1) == [], "it may still be writing"
    saved(one, "an editor has begun to write, and goes on")
    assert watched.changed(0.2) == []
    assert watched.changed(0.3) == [one]
    assert watched.changed(0.4) == []


def test_a_file_that_is_replaced_by_another_of_the_same_size_and_time_has_changed(tmp_path: Path):
    one = saved(tmp_path / "a", "old")
    watched = Watched([one])
    new = saved(tmp_path / "new", "new")
    os.utime(new, ns=(one.stat().st_mtime_ns,) * 2)
    new.replace(one)
    watched.changed(0.0)
    assert watched.changed(0.1) == [one]


def test_an_editor_that_saves_by_renaming_is_not_a_deleted_file(tmp_path: Path):
    one = saved(tmp_path / "a", "old")
    watched = Watched([one])
    one.rename(tmp_path / "a~")
    assert watched.changed(0.0) == []
    assert watched.changed(GONE_S / 2) == []
    saved(one, "new")
    watched.changed(GONE_S * 0.7)
    assert watched.changed(GONE_S * 0.8) == [one]


def test_a_deleted_file_and_one_that_appears_are_changes(tmp_path: Path):
    one, absent = saved(tmp_path / "a", "old"), tmp_path / "b"
    watched = Watched([one, absent])
    one.unlink()
    watched.changed(0.0)
    assert watched.changed(0.1) == []
    assert watched.changed(GONE_S + 0.1) == [one]
    saved(absent, "here")
    watched.changed(2.0)
    assert watched.changed(2.1) == [absent]


def test_what_was_saved_while_other_files_were_added_is_not_lost(tmp_path: Path):
    one, other = saved(tmp_path / "a", "1"), saved(tmp_path / "b", "1")
    watched = Watched([one])
    saved(one, "saved while the suite was read")
    watched.watch([one, other])
    watched.changed(0.0)
    assert watched.changed(0.1) == [one]


def test_a_file_that_is_added_later_is_a_change(tmp_path: Path):
    one, new = saved(tmp_path / "a", "1"), saved(tmp_path / "b", "1")
    watched = Watched([one])
    watched.add([one, new])
    watched.changed(0.0)
    assert watched.changed(0.1) == [new]


def test_suites_of_folders_are_found_but_not_those_of_environments_and_hidden_ones(tmp_path: Path):
    wanted = [saved(tmp_path / name, "") for name in ("b.robust.yml", "deep/a.robust.yaml")]
    for name in (
        ".git/x.robust.yaml",
        "venv/x.robust.yaml",
        "env/x.robust.yaml",
        "node_modules/x.robust.yaml",
        "notes.yaml",
    ):
        saved(tmp_path / name, "")
    saved(tmp_path / "env/pyvenv.cfg", "")
    assert suites_below([tmp_path]) == [one.resolve() for one in wanted]
    assert suites_below([wanted[1], tmp_path]) == [one.resolve() for one in reversed(wanted)]


def test_a_large_folder_is_looked_at_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MOST", 3)
    for number in range(9):
        saved(tmp_path / f"{number}.txt", "")
    assert [one.name for one in files_below(tmp_path)] == ["0.txt", "1.txt", "2.txt"]


def test_code_is_each_conftest_that_there_might_be_and_the_projects_own_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    module = types.ModuleType("own_operators")
    module.__file__ = str(saved(tmp_path / "own_operators.py", ""))
    monkeypatch.setitem(sys.modules, "own_operators", module)
    found = code_files(tmp_path, [tmp_path / "suites/deep/a.robust.yaml"])
    for name in ("conftest.py", "suites/conftest.py", "suites/deep/conftest.py", "pytest.ini", "own_operators.py"):
        assert tmp_path / name in found
    assert not any("site-packages" in str(one) for one in found)
