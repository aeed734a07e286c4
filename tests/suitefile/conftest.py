"""A project folder in which suites are written and loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmrobust.errors import Diagnostic, SuiteError
from llmrobust.loading import metric_facts
from llmrobust.suitefile import Suite, load_suite

SUITE = """\
suite: tickets
prompt:
  user: |
    {% instruction %}Classify the ticket as bug or praise.{% endinstruction %}
    Ticket: {{ text }}
    Category:
examples:
  - {text: "It crashes.", answer: bug}
  - {text: "Thank you!", answer: praise}
answer:
  field: answer
  choices: [bug, praise]
perturb:
  - punctuation.strip_final
  - typo.keyboard: {rate: 0.05, samples: 2}
gate:
  accuracy: {min: 0.85}
"""


class Folder:
    """Writes files and loads suites."""

    def __init__(self, path: Path):
        self.path = path

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def load(self, text: str | bytes, name: str = "t.robust.yaml") -> Suite:
        return load_suite(self.write(name, text), self.path, metrics=metric_facts())

    def problems(self, text: str | bytes, name: str = "t.robust.yaml") -> tuple[Diagnostic, ...]:
        with pytest.raises(SuiteError) as caught:
            self.load(text, name)
        return caught.value.diagnostics

    def rendered(self, text: str | bytes) -> str:
        with pytest.raises(SuiteError) as caught:
            self.load(text)
        return caught.value.render(self.path)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def changed() -> Callable[..., str]:
    """The good suite with pieces replaced; a piece that is not there is a mistake of the test."""

    def change(*pairs: tuple[str, str]) -> str:
        text = SUITE
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        return text

    return change
