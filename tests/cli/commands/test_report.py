"""`llmrobust report`: stored runs in every form, without a model."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmrobust.cli import main
from llmrobust.report.run_markdown import run_markdown
from llmrobust.report.run_terminal import summary_lines
from llmrobust.results.json_writer import write_json


@pytest.fixture
def stored(make_run, tmp_path, monkeypatch) -> Path:
    """A stored run in the working directory, in which two gates do not pass."""
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    write_json(make_run(), tmp_path / "run.json")
    return tmp_path / "run.json"


def refused(capsys, *arguments: str) -> str:
    assert main(["report", *arguments]) == 2
    return capsys.readouterr().err


def test_the_terminal_shows_what_pytest_printed(stored, make_run, capsys, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    assert main(["report", "run.json"]) == 0
    shown = capsys.readouterr().out
    assert shown == "".join("".join(text for text, _ in line) + "\n" for line in summary_lines(make_run()))
    assert "\x1b" not in shown


def test_colours_where_they_are_wanted(stored, capsys, monkeypatch):
    main(["report", "run.json", "--color", "always"])
    assert "\x1b[31m\x1b[1m  FAIL" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("run.md", "<!-- llmrobust -->\n"),
        ("other.json", '{\n "format": "llmrobust-run"'),
        ("run.sarif", '{\n "$schema"'),
        ("run.sarif.json", '{\n "$schema"'),
        ("run.txt", "model http://"),
        ("run.html", "<!DOCTYPE html>"),
    ],
)
def test_the_form_follows_from_the_name(stored, capsys, name, starts):
    assert main(["report", "run.json", "--output", name]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", f"wrote {name}\n")
    assert Path(name).read_text("utf-8").startswith(starts)


def test_two_runs_beside_each_other(stored):
    assert main(["report", "run.json", "--against", "run.json", "--output", "both.html"]) == 0
    assert main(["report", "run.json", "--output", "one.html"]) == 0
    assert Path("both.html").read_text("utf-8") != Path("one.html").read_text("utf-8")


def test_a_compressed_run_is_read_and_written(stored):
    assert main(["report", "run.json", "--output", "copy.json.gz"]) == 0
    assert gzip.decompress(Path("copy.json.gz").read_bytes()) == stored.read_bytes()
    assert main(["report", "copy.json.gz", "--format", "markdown"]) == 0


def test_the_format_comes_before_the_name(stored):
    assert main(["report", "run.json", "--format", "sarif", "--output", "run.txt"]) == 0
    assert json.loads(Path("run.txt").read_text())["version"] == "2.1.0"


def test_markdown_with_a_key_and_few_cases(stored, make_run, capsys):
    assert main(["report", "run.json", "--format", "markdown", "--key", "gpu", "--cases", "1"]) == 0
    assert capsys.readouterr().out == run_markdown(make_run(), key="gpu", cases=1)


def test_annotations_name_files_from_the_repository(stored, capsys):
    (stored.parent / ".git").mkdir()
    (stored.parent / "bot").mkdir()
    assert main(["report", "run.json", "--format", "github", "--root", "bot"]) == 0
    assert capsys.readouterr().out.startswith("::error file=bot/suites/triage.robust.yaml,line=10,title=triage%3A ")


def test_it_shows_and_judges_only_where_it_is_asked_to(stored, make_run, capsys):
    assert main(["report", "run.json"]) == 0
    assert main(["report", "run.json", "--exit-code"]) == 1
    write_json(make_run(keep=12), stored)
    assert main(["report", "run.json", "--exit-code"]) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.json"], "none.json: no such file"),
        (["broken.json"], "broken.json: is not valid JSON"),
        (["other.json"], "other.json: is not a stored run; pytest writes one with --robust-json FILE"),
        (["."], ".: is a folder; expected a stored run"),
        (["run.json", "--output", "run.pdf"], "run.pdf: cannot choose a format from this name; give --format"),
        (["run.json", "--against", "run.json"], "--against only applies to html, not to terminal"),
        (["run.json", "--key", "x"], "--key only applies to markdown, not to terminal"),
        (
            ["run.json", "--format", "sarif", "--cases", "3"],
            "--cases only applies to markdown and terminal, not to sarif",
        ),
        (["run.json", "--format", "markdown", "--key", "a-->"], "--key: 'a-->' is not a valid key"),
        (["run.json", "--output", "broken.json/x.md"], "broken.json"),
    ],
)
def test_wrong_use(stored, capsys, arguments, said):
    Path("broken.json").write_text("{")
    Path("other.json").write_text("{}")
    assert said in refused(capsys, *arguments)


def test_piped_without_colours_to_a_reader_that_leaves(stored):
    command = f"{sys.executable} -m llmrobust report run.json | head -1"
    environment = {**os.environ, "TERM": "xterm"}
    head = subprocess.run(command, shell=True, capture_output=True, text=True, env=environment)
    assert (head.stdout.count("\n"), head.stderr) == (1, "")
    assert "\x1b" not in head.stdout
