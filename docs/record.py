"""Runs the commands of a page and writes down what they print: `python docs/record.py docs/tutorial.md`.

In every ```console block each line that starts with "$ " is run by bash (with its here-document, if it has one), in
one new folder for the whole page, and the lines after it are replaced by its output. A comment at the end of a command
says what exit code is expected where it is not 0: `# exit 1`. Durations and rates are left as they were measured.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
HERE = re.compile(r"<<'(\w+)'")
EXPECTED = re.compile(r"# exit (\d+)$")
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\r")


def commands(block: str) -> Iterator[str]:
    """The commands of a console block, here-documents included, without what they printed."""
    lines = iter(block.splitlines())
    for line in lines:
        if not line.startswith("$ "):
            continue
        command = [line[2:]]
        end = HERE.search(line)
        while end is not None:
            command.append(next(lines))
            if command[-1] == end[1]:
                break
        yield "\n".join(command)


def run(command: str, folder: Path, shown_as: str) -> str:
    """What a command prints, both streams as a terminal shows them. Raises SystemExit for an unexpected exit code."""
    bin_folder = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder.parent),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": "3",
        "GIT_CONFIG_KEY_0": "user.name",
        "GIT_CONFIG_VALUE_0": "You",
        "GIT_CONFIG_KEY_1": "user.email",
        "GIT_CONFIG_VALUE_1": "you@example.com",
        "GIT_CONFIG_KEY_2": "init.defaultBranch",
        "GIT_CONFIG_VALUE_2": "main",
    }
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    wanted = EXPECTED.search(command.splitlines()[0])
    if done.returncode != (int(wanted[1]) if wanted else 0):
        raise SystemExit(f"$ {command}\n{done.stdout}\nexit code {done.returncode}")
    return ESCAPES.sub("", done.stdout).replace(str(folder), shown_as)


def recorded(text: str, shown_as: str = "/home/you/prompts") -> str:
    """A page's text with the output of its commands as it is now."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name).resolve()
        (home / "llmrobust").symlink_to(Path(__file__).resolve().parents[1])
        folder = home / "prompts"
        folder.mkdir()

        def block(found: re.Match[str]) -> str:
            said = [f"$ {command}\n{run(command, folder, shown_as)}" for command in commands(found[0])]
            return "".join(one if one.endswith("\n") else f"{one}\n" for one in said)

        return BLOCK.sub(block, text)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        page = Path(argument)
        page.write_text(recorded(page.read_text(encoding="utf-8")), encoding="utf-8")
