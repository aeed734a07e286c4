"""docs/cli.md says what the commands say of themselves, and its examples print what stands there."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess

import pytest

from tests.conftest import REPOSITORY

PAGE = REPOSITORY / "docs" / "cli.md"
USAGES = runpy.run_path(str(REPOSITORY / "docs" / "usages.py"))
RECORD = runpy.run_path(str(REPOSITORY / "docs" / "record.py"))
WITHOUT_A_MODEL = re.compile(r"llmrobust (init|check|show|plan|operators|metrics|models$)")


def squeezed(text: str) -> str:
    """The text without what may differ between versions of click: where lines are broken."""
    return " ".join(text.split())


def test_the_page_has_the_usage_of_every_command():
    page = PAGE.read_text(encoding="utf-8")
    assert squeezed(USAGES["renewed"](page)) == squeezed(page), "renew it with: python docs/usages.py"
    for name, usage in USAGES["usages"]().items():
        assert squeezed(usage) in squeezed(page), f"{name} has no section in docs/cli.md; write one"


def test_the_examples_that_need_no_model_print_what_stands_there(project, monkeypatch):
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed: apt-get install bash")
    monkeypatch.setenv("COLUMNS", "100")
    (project.path / "pytest.ini").unlink()
    shutil.rmtree(project.path / "suites")
    compared = 0
    for block in RECORD["BLOCK"].findall(PAGE.read_text(encoding="utf-8")):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            (command,) = RECORD["commands"](f"$ {step}")
            shown = step.removeprefix(command).removeprefix("\n")
            if WITHOUT_A_MODEL.match(command):
                arguments, _, code = command.removeprefix("llmrobust ").partition(" # exit ")
                ended = project.run(*arguments.split())
                out = "".join(one for one in ended.out.splitlines(keepends=True) if "an installed plugin" not in one)
                assert (ended.code, out) == (int(code or 0), shown), "renew it with: python docs/record.py docs/cli.md"
                compared += 1
            elif command.startswith(("mkdir", "cat", "sed", "rm")):
                done = subprocess.run(
                    ["bash", "-c", command], cwd=project.path, capture_output=True, text=True, check=True
                )
                assert done.stdout == shown
    assert compared >= 8
