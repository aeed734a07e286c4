"""`llmrobust completion`: the script, sourced by a real shell."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ASK = """\
source script.bash
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
    (folder / "suites").mkdir()
    (folder / "suites" / "triage.robust.yaml").write_text("")
    return folder


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
    done = subprocess.run([bash, "--norc", "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    assert not done.stderr
    return set(done.stdout.split())


def test_commands_are_completed(folder):
    assert completed(folder, "ch") == {"check"}
    assert {"check", "replay", "gate"} <= completed(folder, "")


def test_options_of_the_command_are_completed(folder):
    assert completed(folder, "replay", "--ti") == {"--times"}
    assert "--likeness" in completed(folder, "plan", "--")


def test_files_are_completed(folder):
    assert completed(folder, "check", "sui") == {"suites"}
    assert completed(folder, "show", "suites/t") == {"suites/triage.robust.yaml"}
    assert completed(folder, "replay", "suites/t") == {"suites/triage.robust.yaml"}


def test_names_of_operators_metrics_and_recipes_are_completed(folder):
    assert {"typo", "typo.keyboard"} <= completed(folder, "operators", "typo")
    assert "consistency" in completed(folder, "metrics", "cons")
    assert completed(folder, "search", "suites", "--recipe", "deep") == {"deepwordbug"}
    assert completed(folder, "show", "suites", "--color", "al") == {"always"}


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_get_scripts_of_their_own(project, shell):
    ended = project.run("completion", shell)
    assert ended.code == 0
    assert "typo.keyboard" in ended.out
    assert {"zsh": "#compdef llmrobust", "tcsh": "complete llmrobust"}[shell] in ended.out
