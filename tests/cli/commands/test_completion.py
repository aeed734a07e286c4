"""`llmrobust completion`: the script, sourced by a real shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ASK = """\
source script.bash
compopt() {{ COMPREPLY=("<${{*: -1}}>"); }}
COMP_WORDS=({words}) COMP_CWORD={last} COMP_LINE="{line}" COMP_POINT=${{#COMP_LINE}} COMP_TYPE=9 COMP_KEY=9
$(complete -p llmrobust | sed -n 's/.* -F \\([^ ]*\\) .*/\\1/p') llmrobust "{current}" "{before}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the script and two suites."""
    folder = tmp_path_factory.mktemp("completion")
    command = [sys.executable, "-m", "llmrobust", "completion", "bash"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (folder / "script.bash").write_text(done.stdout)
    program = folder / "bin" / "llmrobust"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m llmrobust "$@"\n')
    program.chmod(0o755)
    (folder / "suites").mkdir()
    (folder / "suites" / "triage.robust.yaml").write_text("")
    return folder


def with_program(folder: Path) -> dict[str, str]:
    """The environment in which scripts find the program."""
    return {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def completed(folder: Path, *words: str) -> set[str]:
    """What bash offers after these words, of which the last one is not finished."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed: apt-get install bash")
    script = ASK.format(
        words=" ".join(f'"{word}"' for word in ("llmrobust", *words)),
        last=len(words),
        line=" ".join(("llmrobust", *words)),
        current=words[-1],
        before=("llmrobust", *words)[-2],
    )
    done = subprocess.run(
        [bash, "--norc", "-c", script], cwd=folder, env=with_program(folder), capture_output=True, text=True, check=True
    )
    assert not done.stderr
    return set(done.stdout.split())


def test_commands_are_completed(folder):
    assert completed(folder, "ch") == {"check"}
    assert {"check", "replay", "gate"} <= completed(folder, "")


def test_options_of_the_command_are_completed(folder):
    assert completed(folder, "replay", "--ti") == {"--times"}
    assert "--likeness" in completed(folder, "plan", "--")


def test_files_are_left_to_the_shell(folder):
    assert completed(folder, "check", "sui") == {"<default>"}
    assert completed(folder, "show", "suites/t") == {"<default>"}
    assert completed(folder, "replay", "suites/t") == {"<default>"}


def test_names_of_operators_metrics_and_recipes_are_completed(folder):
    assert {"typo", "typo.keyboard"} <= completed(folder, "operators", "typo")
    assert "consistency" in completed(folder, "metrics", "cons")
    assert completed(folder, "search", "suites", "--recipe", "deep") == {"deepwordbug"}
    assert completed(folder, "show", "suites", "--color", "al") == {"always"}


@pytest.mark.parametrize(
    ("shell", "mark"), [("zsh", "#compdef llmrobust"), ("fish", "complete --no-files --command llmrobust")]
)
def test_other_shells_get_scripts_of_their_own(project, shell, mark):
    ended = project.run("completion", shell)
    assert ended.code == 0
    assert mark in ended.out
    assert f"{shell}_complete" in ended.out


@pytest.mark.parametrize(("shell", "last"), [("zsh", "2"), ("fish", "typo")])
def test_other_shells_are_answered_with_names(project, monkeypatch, shell, last):
    monkeypatch.setenv("_LLMROBUST_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", "llmrobust operators typo")
    monkeypatch.setenv("COMP_CWORD", last)
    ended = project.run()
    assert ended.code == 0
    assert "typo.keyboard" in ended.out
