"""Commands that messages print run as printed, in the folder in which they were printed."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys

import pytest

from llmrobust.results.json_writer import write_json

CASE = "suites/films.robust.yaml::punctuation::strip_final-bare"
RUNS = {"llmrobust": [sys.executable, "-m", "llmrobust"], "pytest": [sys.executable, "-m", "pytest"]}


def commands(text: str) -> list[list[str]]:
    """The commands on lines of their own."""
    found = re.findall(r"^\s+((?:llmrobust|pytest) .*?)(?:\s+#.*)?$", text, re.MULTILINE)
    return [shlex.split(line) for line in found]


@pytest.fixture
def first_suite(project):
    """What `init` prints for a prompt in a folder whose name has a space."""
    project.write("my prompts/q.jinja", "Is the review kind? Review: {{ text }}")
    rows = [{"text": f"It was good {n}.", "label": ("yes", "no")[n % 2]} for n in range(6)]
    project.write("my prompts/q.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    ended = project.run("init", "my prompts/q.jinja")
    assert ended.code == 0, ended.err
    return commands(ended.out)


def test_what_init_says_comes_next_can_be_shown(project, first_suite):
    show, _ = first_suite
    assert show[:2] == ["llmrobust", "show"]
    assert project.run(*show[1:]).code == 0


@pytest.mark.e2e
def test_what_init_says_comes_next_runs(project, first_suite):
    for program, *arguments in first_suite:
        more = ["-p", "llmrobust"] if program == "pytest" else []
        done = subprocess.run([*RUNS[program], *more, *arguments], capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_a_suggested_replay_asks_the_same_model(project, server):
    llm = server().url
    ended = project.run("replay", f"{CASE}[ones]", "--llm", llm, "--noconftest")
    assert ended.code == 2
    suggested, *_ = commands(ended.err)
    assert suggested[-3:] == ["--llm", llm, "--noconftest"]
    again = project.run(*suggested[1:])
    assert again.code in (0, 1)  # judged, whatever the server wrote
    assert f"{CASE}[one]" in again.out


def test_a_suggested_list_of_cases_runs(project):
    ended = project.run("replay", "suites/films.robust.yaml::nothing::at-all[here]")
    (command,) = re.findall(r"\((llmrobust show .*?) shows its cases\)", ended.err)
    assert project.run(*shlex.split(command)[1:]).code == 0


def test_what_check_says_about_an_idle_operator_can_be_looked_up(project):
    path = project.write(
        "suites/idle.robust.yaml", project.suite.read_text().replace("- chat.system_to_user", "- order.options")
    )
    ended = project.run("check", str(path))
    for command in re.findall(r"`(llmrobust operators .*?)`", ended.out):
        assert project.run(*shlex.split(command)[1:]).code == 0
    assert "llmrobust operators" in ended.out


def test_what_search_says_comes_next_runs(project, server):
    options = ["--recipe", "format", "--budget", "40", "--formats", "4", "--out", "suites/what was found.yaml"]
    suite = str(project.suite)
    ended = project.run("search", suite, "--llm", server().url, *options)
    assert ended.code == 0, ended.err
    found = project.path / "suites" / "what was found.yaml"
    found.write_text(found.read_text().replace("reviewed: false", "reviewed: true"))
    entries = ended.out[ended.out.index("perturb:\n") :]
    text = project.suite.read_text()
    kept = text[: text.index("perturb:")] + entries + text[text.index("gate:") :]
    checked = project.run("check", str(project.write("suites/found.robust.yaml", kept)))
    assert checked.code == 0, checked.out


def test_forms_and_options_that_report_names_work(project, server, make_run):
    write_json(make_run(), project.path / "run.json")
    suffixes = re.findall(
        r"\.[a-z.]+", project.run("report", "run.json", "--output", "run.pdf").err.partition("ends in")[2]
    )
    assert len(suffixes) >= 6
    for suffix in suffixes:
        assert project.run("report", "run.json", "--output", f"shown{suffix}").code == 0
    for option in (["--against", "run.json"], ["--key", "k"], ["--cases", "1"]):
        refused = project.run("report", "run.json", *option, "--format", "sarif").err
        (forms,) = re.findall(r"only applies to (.*?), not to sarif", refused)
        for form in forms.split(" and "):
            assert project.run("report", "run.json", *option, "--format", form).code == 0
