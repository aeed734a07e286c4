"""A model opens while suites are planned, where it will be asked for certain; what fails to be collected sends nothing."""

from __future__ import annotations

import pytest

from llmrobust.models.specs import MODELS
from llmrobust.operators import REGISTRY
from tests.plugin.conftest import SUITE, Project

CONFTEST = '''
import threading
from pathlib import Path

import llmrobust as lr
from tests.plugin.keyword_model import KeywordModel

OPEN = threading.Event()


class Noted(KeywordModel):
    async def open(self):
        Path("opened.txt").write_text("yes")
        OPEN.set()
        return await super().open()

    async def close(self):
        Path("closed.txt").write_text("yes")


@lr.model("noted")
def noted(spec):
    return Noted(spec)


@lr.operator("mine.waits", level="word", source="for tests")
def waits(prompt, params, draw):
    """Waits for the model, a moment at most."""
    Path("planned.txt").write_text("with the model" if OPEN.wait(WAIT_S) else "without the model")
    return iter(())
'''
DESELECTING = """
import pytest

@pytest.hookimpl
def pytest_collection_modifyitems(items):
    items.clear()
"""


@pytest.fixture
def noted(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(REGISTRY, "_entries", {one.name: one for one in REGISTRY})
    monkeypatch.setattr(MODELS, "_entries", dict(MODELS._entries))
    monkeypatch.chdir(project.path)
    project.write("conftest.py", CONFTEST.replace("WAIT_S", "20"))
    project.write(
        "suites/reviews.robust.yaml", SUITE.replace("gate:", "  - mine.waits\ngate:").replace(", per: family", "")
    )
    return project


def test_a_model_opens_while_its_suite_is_planned(noted: Project) -> None:
    result = noted.run("suites", "--llm", "noted:")
    assert result.ret == 0
    assert (noted.path / "planned.txt").read_text() == "with the model"
    assert (noted.path / "closed.txt").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["-k", "nothing_like_it"],
        ["-m", "nothing_like_it"],
        ["--deselect", "suites"],
        ["--collect-only"],
        ["--fixtures"],
        ["--robust-bulk", "family", "-k", "nothing_like_it"],
        [],
    ],
    ids=["keyword", "marker", "deselected", "collected", "fixtures", "bulk", "another plugin"],
)
def test_a_model_that_may_not_be_asked_is_not_opened_ahead(noted: Project, arguments: list[str]) -> None:
    noted.write("conftest.py", CONFTEST.replace("WAIT_S", "0") + ("" if arguments else DESELECTING))
    noted.run("suites", "--llm", "noted:", *arguments)
    assert (noted.path / "planned.txt").read_text() == "without the model"
    assert not (noted.path / "opened.txt").exists()


def test_after_an_error_of_collection_nothing_is_sent_and_the_model_is_closed(noted: Project) -> None:
    noted.write("suites/test_later.py", "raise ImportError('broken')")
    result = noted.run("suites", "--llm", "noted:")
    assert result.ret == 2
    assert (noted.path / "opened.txt").exists()
    assert (noted.path / "closed.txt").exists()
    assert noted.sent() == []
    result.stdout.no_fnmatch_line("*llmrobust*accuracy*")


def test_errors_of_collection_that_the_user_accepts_cost_the_other_suites_nothing(noted: Project) -> None:
    noted.write("suites/test_later.py", "raise ImportError('broken')")
    result = noted.run("suites", "--llm", "noted:", "--continue-on-collection-errors")
    assert result.parseoutcomes()["errors"] == 1
    assert noted.sent()
