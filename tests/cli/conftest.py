"""A project with a suite, commands run in it, and a server that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from llmrobust.cli import main
from tests.models.http.fault_server import FaultServer, serve

SUITE = """\
suite: films
prompt:
  system: You judge films.
  user: |
    {% instruction %}Is the review kind or not?{% endinstruction %}
    Review: {{ text }}
    Verdict:
examples:
  - {id: one, text: "It was good.", verdict: fine}
  - {id: two, text: "It was bad.", verdict: poor}
answer: {field: verdict, choices: [fine, poor]}
perturb:
  - punctuation.strip_final: {target: input}
  - typo.drop: {target: input, rate: 0.3, samples: 2}
  - chat.system_to_user
gate:
  accuracy: {min: 0.5}
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


class Project:
    """A folder in which commands are run, as a user does."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]):
        self.path = path
        self._capsys = capsys
        self.write("pytest.ini", "[pytest]\n")
        self.suite = self.write("suites/films.robust.yaml", SUITE)

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments: str) -> Ended:
        self._capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ended(code, *self._capsys.readouterr())


@pytest.fixture(autouse=True)
def _compiled_once(compiled_once: None) -> None:
    """Commands are run in processes of their own where something about the process is tested."""


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], soon_given_up: None
) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LLMROBUST_LLM", raising=False)
    monkeypatch.setenv("LLMROBUST_TIMEOUT_S", "5")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # each command asks pytest for the project
    return Project(tmp_path, capsys)


@pytest.fixture
def server() -> Iterator[Callable[..., FaultServer]]:
    """Starts a FaultServer with the given fields."""
    with ExitStack() as stack:
        yield lambda **fields: stack.enter_context(serve(FaultServer(**fields)))
