"""What a conftest.py registers is used by suites, by reports and by `--llm`."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from importlib.metadata import entry_points as installed

import pytest

from llmrobust import registry as module
from llmrobust.metrics import METRICS
from llmrobust.models.specs import MODELS
from llmrobust.operators import REGISTRY
from llmrobust.registry import Registry
from llmrobust.report.formats import FORMATS
from llmrobust.score.checks import CHECKS
from tests.plugin.conftest import Project

CONFTEST = '''
import llmrobust as lr
from tests.plugin.keyword_model import KeywordModel

@lr.check("mood")
def mood(text):
    """The mood."""
    if "explode" in text:
        raise ValueError("boom")
    return {"positive": "+", "negative": "-"}.get(text.strip().lower())

@lr.model("mine", form="mine:", meaning="the model of this project")
def mine(spec):
    return KeywordModel(spec)

@lr.report_format("csv", suffixes=(".csv",))
def csv(run):
    """One line per gate."""
    return "".join(f"{suite.name},{one.id},{one.status}\\n" for suite in run.suites for one in suite.decisions)

@lr.report_format("broken")
def broken(run):
    raise KeyError("no such column")
'''
SUITE = """
suite: moods
prompt: "Mood? {{ text }}"
examples:
  - {id: a, text: "movie 1 is good.", answer: positive}
  - {id: b, text: "movie 2 is bad.", answer: negative}
answer: {field: answer, check: mood}
perturb: [whitespace.trailing]
gate: {accuracy: {min: 1.0}, consistency: {min: 1.0}}
"""


@pytest.fixture
def mine(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    for registry in (CHECKS, MODELS, FORMATS):
        if registry is not MODELS:
            registry.load_installed()  # before the copy: a module registers itself only once
        monkeypatch.setattr(registry, "_entries", dict(registry._entries))
    (project.path / "conftest.py").write_text(CONFTEST)
    project.write("mine/moods.robust.yaml", SUITE)
    return project


def test_a_check_a_backend_and_a_report_of_a_conftest(mine: Project) -> None:
    files = ("--robust-report", "csv=gates.csv", "--robust-report", "json=run.json")
    result = mine.run("mine", "--llm", "mine:", *files)
    assert result.ret == 0
    assert (mine.path / "gates.csv").read_text() == "moods,accuracy,pass\nmoods,consistency,pass\n"
    suite = json.loads((mine.path / "run.json").read_text())["suites"][0]
    assert suite["answer"]["check"] == "mood"
    assert {case["answer"] for case in suite["cases"]} == {"+", "-"}


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("cvs=x", '*--robust-report: unknown report format "cvs"; did you mean "csv"?*'),
        ("csv", "*--robust-report: give NAME=FILE, not 'csv'*"),
    ],
)
def test_a_report_that_nothing_can_write_is_refused_before_anything_is_asked(
    mine: Project, option: str, said: str
) -> None:
    result = mine.run("mine", "--llm", "mine:", "--robust-report", option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])
    assert not mine.log.exists()


def test_a_report_format_that_raises_fails_the_run_and_names_itself(mine: Project) -> None:
    result = mine.run("mine", "--llm", "mine:", "--robust-report", "broken=x.txt")
    result.stdout.fnmatch_lines(["cannot write x.txt: report format broken: KeyError: 'no such column'"])
    assert result.ret != 0


def test_an_unknown_check_names_those_that_there_are(mine: Project) -> None:
    mine.write("mine/moods.robust.yaml", SUITE.replace("check: mood", "check: moood"))
    result = mine.run("mine", "--llm", "mine:")
    result.stdout.fnmatch_lines(
        ["*moods.robust.yaml:*: check: must be choice, exact, contains, regex, number, json*mood, not *moood*"]
    )


@pytest.mark.parametrize("registry", [METRICS, CHECKS, REGISTRY], ids=["metrics", "checks", "operators"])
def test_a_broken_distribution_is_a_collection_error_and_no_traceback(
    registry: Registry[object], project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = EntryPoint("broken", "no_such_module", registry.group)
    found = {registry.group: [point]}
    monkeypatch.setattr(module, "entry_points", lambda group: found.get(group, list(installed(group=group))))
    result = project.run("suites")
    result.stdout.fnmatch_lines([f"*the {registry.kind}s of no_such_module cannot be loaded: ModuleNotFoundError*"])
    assert "Traceback" not in result.stdout.str()
    assert result.ret == pytest.ExitCode.INTERRUPTED
