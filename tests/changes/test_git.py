"""What git is asked, with repositories that the test makes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from llmrobust.changes import ChangesError, History


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two files and a link, committed."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "a@example.org")
    folder = tmp_path / "a repo\nwith ä"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "one.txt").write_text("one\n")
    (folder / "in" / "two [x]*.txt").write_text("two\n")
    (folder / "in" / "link").symlink_to("one.txt")
    (folder / ".gitignore").write_text("*.log\n")
    git(folder, "init", "-q", "-b", "main")
    commit(folder)
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True).stdout


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a commit")


@pytest.fixture
def history(top: Path):
    made = History.of(top / "in", "main")
    yield made
    made.close()


def test_files_are_compared_by_content_and_not_by_their_times(top: Path, history: History) -> None:
    one, two, new, log = (top / "in" / name for name in ("one.txt", "two [x]*.txt", "new.txt", "a.log"))
    os.utime(one, (1, 1))
    new.write_text("new")
    log.write_text("log")
    assert history.differing([one, two, new, log, Path("/etc/hosts")]) == {new: "new", log: "ignored"}
    two.write_text("2\n")
    assert history.differing([one, two]) == {two: "changed"}


def test_flags_of_the_users_index_hide_nothing(top: Path, history: History) -> None:
    git(top, "update-index", "--assume-unchanged", "in/one.txt")
    (top / "in" / "one.txt").write_text("other\n")
    assert history.differing([top / "in" / "one.txt"]) == {top / "in" / "one.txt": "changed"}


def test_what_was_is_checked_out_beside_and_nothing_of_the_users_is_touched(top: Path, history: History) -> None:
    hook = top / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch '{top}/hooked'\n")
    hook.chmod(0o755)
    (top / "in" / "one.txt").unlink()
    git(top, "add", "-A")
    index = (top / ".git" / "index").read_bytes()
    (top / "hooked").unlink(missing_ok=True)
    then = history.then(top / "in")
    assert (then / "one.txt").read_text() == "one\n"
    assert (then / "link").is_symlink()
    assert (top / ".git" / "index").read_bytes() == index
    assert not (top / "hooked").exists()
    assert git(top, "status", "--short") == "D  in/one.txt\n"
    history.close()
    assert not then.exists()


def test_links_that_lead_elsewhere_are_seen(top: Path, history: History) -> None:
    assert not history.has_other_links(top / "in")
    (top / "in" / "link").unlink()
    (top / "in" / "link").symlink_to("two [x]*.txt")
    assert history.has_other_links(top / "in")


def test_a_file_that_became_a_link_is_seen(top: Path, history: History) -> None:
    (top / "in" / "one.txt").unlink()
    (top / "in" / "one.txt").symlink_to("two [x]*.txt")
    assert history.has_other_links(top)


def test_variables_that_git_sets_for_hooks_mean_nothing(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    history = History.of(top, "HEAD")
    assert history.top == top
    history.close()


def test_a_bare_repository_has_nothing_to_compare(top: Path, tmp_path: Path) -> None:
    git(top, "clone", "-q", "--bare", str(top), str(tmp_path / "bare"))
    with pytest.raises(ChangesError, match="is a bare repository"):
        History.of(tmp_path / "bare", "main")


def test_a_submodule_is_a_repository_of_its_own(top: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q", "-b", "main")
    (outer / "file.txt").write_text("x")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(top), "part")
    commit(outer)
    inner = History.of(outer / "part" / "in", "HEAD")
    assert inner.top == outer / "part"
    inner.close()
    whole = History.of(outer, "HEAD")
    assert whole.differing([outer / "file.txt"]) == {}
    assert (whole.then(outer) / "file.txt").read_text() == "x"
    whole.close()
