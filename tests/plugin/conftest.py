"""A project with a suite and a keyword model, in which pytest is run."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
from pathlib import Path
from typing import Any

import pytest
import xdist.plugin

import llmrobust.plugin
from llmrobust.operators.builtin import MODULES
from tests.plugin.films import suite

PLUGINS = (llmrobust.plugin, xdist.plugin)
"""What is loaded in runs within tests: to look for the plugins of all distributions takes a third of such a run."""
ONLY_THESE = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": ",".join(plugin.__name__ for plugin in PLUGINS),
}
"""The environment in which other processes load the same."""
for _module in pkgutil.iter_modules(llmrobust.plugin.__path__):  # else every run within a test would load them anew
    importlib.import_module(f"llmrobust.plugin.{_module.name}")
for _name in {name for names in MODULES.values() for name in names}:  # else a second run would register them again
    importlib.import_module(_name)

SUITE = """\
suite: reviews
prompt:
  user: |
    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples:
  - {id: a, text: "movie 1 is good.", answer: positive}
  - {id: b, text: "movie 2 is superb.", answer: positive}
  - {id: c, text: "movie 3 is awful.", answer: negative}
  - {id: d, text: "movie 4 is boring.", answer: negative}
answer: {field: answer, choices: [positive, negative]}
perturb:
  - punctuation.strip_final: {target: input}
  - typo.drop: {target: input, rate: 0.3, samples: 3}
gate:
  accuracy: {min: 0.5}
  consistency: {min: 0.2, per: family}
"""


class Project:
    """A folder with suites, and ways to run pytest in it."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installed: Path):
        self.pytester = pytester
        self.path = pytester.path
        self.log = pytester.path / "sent.txt"
        self._monkeypatch = monkeypatch
        monkeypatch.setenv("PYTHONPATH", str(installed), prepend=os.pathsep)  # for other processes, xdist's too
        pytester.syspathinsert(installed)
        monkeypatch.setenv("KEYWORD_LOG", str(self.log))
        monkeypatch.delenv("LLMROBUST_LLM", raising=False)
        pytester.makefile(".ini", pytest="[pytest]\nllm = keyword:\n")
        self.write("suites/reviews.robust.yaml", SUITE)

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments: str) -> pytest.RunResult:
        return self.run_with_cache("-p", "no:cacheprovider", *arguments)

    def run_with_cache(self, *arguments: str, **how: Any) -> pytest.RunResult:
        with self._monkeypatch.context() as patch:
            for name, value in ONLY_THESE.items():
                patch.setenv(name, value)
            return self.pytester.runpytest(*arguments, plugins=PLUGINS, **how)

    def sent(self) -> list[str]:
        """Hashes of the requests that reached the model so far, in order."""
        return self.log.read_text().split() if self.log.exists() else []


@pytest.fixture(scope="session")
def keyword_distribution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the keyword model is installed, the same for all tests: entry points are looked up once for
    each path of imports."""
    installed = tmp_path_factory.mktemp("site")
    (installed / "keyword_model-1.dist-info").mkdir()
    (installed / "keyword_model-1.dist-info" / "METADATA").write_text("Name: keyword-model\nVersion: 1\n")
    (installed / "keyword_model-1.dist-info" / "entry_points.txt").write_text(
        "[llmrobust.models]\nkeyword = keyword_model:KeywordModel\n"
    )
    shutil.copy(Path(__file__).parent / "keyword_model.py", installed)
    return installed


@pytest.fixture
def project(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, keyword_distribution: Path, compiled_once: None
) -> Project:
    return Project(pytester, monkeypatch, keyword_distribution)


@pytest.fixture
def films(project: Project, monkeypatch: pytest.MonkeyPatch, soon_given_up: None) -> Project:
    """A project with the suite that a healthy `tests.plugin.films.server_with()` passes."""
    project.write("suites/reviews.robust.yaml", suite())
    monkeypatch.setenv("LLMROBUST_TIMEOUT_S", "1")
    return project
