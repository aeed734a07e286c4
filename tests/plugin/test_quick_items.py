"""Cases have a protocol of their own, and nobody can tell it from pytest's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

import llmrobust.plugin.session
from llmrobust.plugin.quick_items import run_quickly
from tests.plugin.conftest import SUITE, Project
from tests.plugin.test_own_extensions import SUITE as OWN_CHECK
from tests.plugin.test_own_extensions import mine

__all__ = ["mine"]
NAMED_HOOK = "def pytest_runtest_setup(item):\n    assert item.name\n"
"""A conftest.py with a hook that sees every item, so that none may be quick."""
STRICT = SUITE.replace("gate:\n  accuracy: {min: 0.5}\n  consistency: {min: 0.2, per: family}\n", "")
CASES = 20
VARYING = re.compile(r"\d+\.\d+s?|\d{4}-\d\d-\d\dT[\d:.+-]+| (?:setup|call) .*|.* durations < .*")
"""Durations, times and the slowest items."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The items that were run quickly."""
    seen: list[str] = []

    def noted(item: pytest.Item, nextitem: pytest.Item | None) -> None:
        seen.append(item.name)
        run_quickly(item, nextitem)

    monkeypatch.setattr(llmrobust.plugin.session, "run_quickly", noted)
    return seen


def shown(project: Project, *arguments: str) -> tuple[int, list[str], str]:
    """Exit code, terminal and JUnit file of a run, without what differs between any two: times, and the robustness
    summary, which counts all that was answered before a session stopped."""
    result = project.run("suites", "--robust-fresh", "--junitxml=out.xml", *arguments)
    said = re.sub(
        r"=+ robustness =.*?(?=\n=+ short test summary|\n=[^\n]+=$)", "", "\n".join(result.outlines), flags=re.DOTALL
    )
    lines = [kept for line in said.split("\n") if (kept := VARYING.sub("", line))]
    return int(result.ret), lines, VARYING.sub("", (project.path / "out.xml").read_text("utf-8"))


@pytest.mark.parametrize("model", ["", "fails", "mumbles", "cuts", "absent", "gone", "short"])
@pytest.mark.parametrize("options", [("-rA", "-v"), ("-x", "-q", "--durations=3"), ("--maxfail=3", "-rs")])
def test_the_same_is_shown_and_written(
    project: Project, quick: list[str], model: str, options: tuple[str, ...]
) -> None:
    project.write("suites/reviews.robust.yaml", STRICT)
    ours = shown(project, "--llm", f"keyword:{model}", *options)
    assert quick
    del quick[:]
    project.write("conftest.py", NAMED_HOOK)
    usual = shown(project, "--llm", f"keyword:{model}", *options)
    assert not quick
    assert ours == usual


def test_gates_are_ordinary_items(project: Project, quick: list[str]) -> None:
    project.run("suites")
    assert len(quick) == CASES


def _marks(mark: str) -> str:
    return (
        "import pytest\n\ndef pytest_collection_modifyitems(items):\n    for item in items:\n"
        f"        if 'a]' in item.name:\n            item.add_marker(pytest.mark.{mark})\n"
    )


@pytest.mark.parametrize(
    ("mark", "outcome"),
    [("skip(reason='no')", "skipped"), ("skipif(True, reason='no')", "skipped"), ("xfail", "xpassed")],
)
def test_marked_cases_take_the_usual_way(project: Project, quick: list[str], mark: str, outcome: str) -> None:
    project.write("conftest.py", _marks(mark))
    outcomes = project.run("suites").parseoutcomes()
    assert outcomes[outcome] > 0
    assert quick
    assert not any("a]" in name for name in quick)


@pytest.mark.parametrize("option", ["--setup-show", "--pdb"])
def test_interactive_options_take_the_usual_way(project: Project, quick: list[str], option: str) -> None:
    assert project.run("suites", option).ret == 0
    assert not quick


@pytest.mark.parametrize("hook", ["protocol", "setup", "call", "teardown", "makereport"])
def test_a_hook_of_the_project_sees_every_case(project: Project, quick: list[str], hook: str) -> None:
    given = {"protocol": "item, nextitem", "teardown": "item, nextitem", "makereport": "item, call"}.get(hook, "item")
    project.write(
        "conftest.py",
        f"import pathlib\n\ndef pytest_runtest_{hook}({given}):\n"
        "    with open('seen.txt', 'a') as file:\n        print(item.nodeid, file=file)\n",
    )
    project.run("suites")
    assert not quick
    assert len(set((project.path / "seen.txt").read_text().split("\n")[:-1])) == CASES + 3


def test_a_check_of_the_project_may_print(mine: Project, quick: list[str]) -> None:
    mine.write("mine/moods.robust.yaml", OWN_CHECK)
    assert mine.run("mine", "--llm", "mine:").ret == 0
    assert not quick


def test_what_the_model_prints_is_captured(
    project: Project, quick: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from llmrobust.plugin.items import CaseItem

    judge: Callable[[CaseItem], None] = CaseItem.setup

    def loud(self: CaseItem) -> None:
        print("loading weights")
        judge(self)

    monkeypatch.setattr(CaseItem, "setup", loud)
    project.write("suites/reviews.robust.yaml", STRICT)
    result = project.run("suites")
    assert quick
    assert result.parseoutcomes()["failed"] > 0
    result.stdout.fnmatch_lines(["*Captured stdout setup*", "loading weights"])
    before = result.outlines[: next(i for i, line in enumerate(result.outlines) if "FAILURES" in line)]
    assert not any("loading" in line for line in before)


def test_tests_beside_and_a_package_s_fixtures(project: Project, quick: list[str]) -> None:
    project.write("suites/__init__.py", "")
    project.write(
        "suites/test_beside.py",
        "import os\nimport pytest\n\n@pytest.fixture(scope='package', autouse=True)\ndef place():\n"
        "    open('log.txt', 'a').write('up ')\n    yield\n    open('log.txt', 'a').write('down ')\n\n"
        "def test_one():\n    assert os.environ['PYTEST_CURRENT_TEST'].endswith('test_one (call)')\n",
    )
    project.write("alpha/test_first.py", "def test_first(): pass\n")
    project.write(
        "zulu/test_last.py", "import os\ndef test_last(): assert 'test_last' in os.environ['PYTEST_CURRENT_TEST']\n"
    )
    result = project.run("alpha", "suites", "zulu")
    assert result.ret == 0
    assert len(quick) == CASES
    assert (project.path / "log.txt").read_text() == "up down "


def test_workers_of_xdist_are_quick_too(project: Project) -> None:
    alone = project.run("suites").parseoutcomes()
    assert project.run("suites", "-n", "2").parseoutcomes() == alone
