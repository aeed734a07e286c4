"""`llmrobust watch` as a person uses it: in a pseudo-terminal, and in a pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.generate.test_review import Typist

SUITE = """\
suite: films
prompt: {user: {file: films.jinja}}
examples:
  - {text: "What a wonderful film.", answer: positive}
  - {text: "This is a dreadful game.", answer: negative}
answer: {field: answer, choices: [positive, negative]}
perturb: [punctuation.strip_final]
gate:
  accuracy: {min: 0.5}
"""
PROMPT = """\
{% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
Review: {{ text }}
Sentiment:
"""
KEYS = "q quit"
CLEARED = "\x1b[3J"


@pytest.fixture
def films(project) -> Path:
    project.suite.unlink()
    project.write("suites/films.jinja", PROMPT)
    return project.write("suites/films.robust.yaml", SUITE)


def screen(person: Typist) -> str:
    """What the terminal shows, once the keys are offered below it."""
    person.until(KEYS)
    return person.seen.rpartition(CLEARED)[2].replace("\r\n", "\n")


def after(person: Typist, path: Path, text: str, shown: str) -> str:
    """The screen after a file was saved."""
    person.seen = ""
    path.write_text(text)
    person.until(shown)
    return screen(person)


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_person_watches_edits_breaks_and_mends_a_suite(films: Path):
    person = Typist("watch", "suites")
    person.until("PASS", 120)
    first = screen(person)
    assert "llmrobust watch  1 suite on tiny" in first
    assert "PASS           accuracy" in first

    began = time.monotonic()
    changed = after(person, films, SUITE.replace("min: 0.5", "min: 1.5"), "films.robust.yaml:9:")
    assert "min must be" in changed or "1.5" in changed
    changed = after(person, films, SUITE.replace("min: 0.5", "max: 0.25"), "at most 0.25")
    assert "(was pass)" in changed
    assert "nothing sent" in changed
    assert time.monotonic() - began < 20, "two reruns, each of about half a second on a machine with nothing else to do"

    prompt = films.with_name("films.jinja")
    changed = after(person, prompt, PROMPT.replace("Decide whether", "Tell me whether"), "prompt changed")
    assert "saved suites/films.jinja" in changed

    person.type("f")
    person.until("only what failed")
    person.type("h")
    person.until("rerun")
    person.type("q")
    assert person.end() == 0


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_conftest_that_is_broken_and_mended_starts_the_watch_again(films: Path):
    conftest = films.parent.parent / "conftest.py"
    conftest.write_text("import nothing_there\n")
    person = Typist("watch", str(films))
    person.until("waiting for a file to be saved", 120)
    assert "No module named 'nothing_there'" in person.seen
    assert "Traceback" not in person.seen
    person.seen = ""
    conftest.write_text("")
    person.until("PASS", 120)
    person.type("q")
    assert person.end() == 0


def test_in_a_pipe_results_follow_each_other_and_ctrl_c_ends_the_watch(films: Path):
    command = [sys.executable, "-m", "llmrobust", "watch", "suites"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any(line.startswith("  PASS           accuracy") for line in lines)
        films.write_text(SUITE.replace("min: 0.5", "max: 0.25"))
        assert any("(was pass)" in line for line in lines)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130


def test_what_does_not_exist_cannot_be_watched(project):
    ended = project.run("watch", "absent.robust.yaml")
    assert (ended.code, ended.err) == (2, "absent.robust.yaml: no such file or folder\n")
