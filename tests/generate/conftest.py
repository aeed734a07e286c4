"""Suites to generate for, and ways to ask a scripted generator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from llmrobust.engine import Engine, Store
from llmrobust.generate.guards.text_guards import text_guards
from llmrobust.generate.kinds import chosen_kinds
from llmrobust.generate.make import Generated, ask, guarded
from llmrobust.generate.questions import questions_of
from llmrobust.generate.subjects import subjects_of
from llmrobust.loading import load_suite_file
from llmrobust.suitefile import Suite
from tests.generate.writer import WriterModel

SUITE = """\
suite: triage
prompt:
  user: |
    {% instruction %}Say if the message for {{ team }} is a bug or a question.{% endinstruction %}
    Message: {{ text }}
    Answer:
examples:
  - {id: a, team: sales, text: "Since Monday the export of Ms Keller stops after 40 rows, see https://ex.org/x.", kind: bug}
  - {id: b, team: sales, text: "How do I change the address that my invoices are sent to?", kind: question}
answer: {field: kind, choices: [bug, question]}
"""


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    path = tmp_path / "triage.robust.yaml"
    path.write_text(SUITE, encoding="utf-8")
    return load_suite_file(path, tmp_path)


@pytest.fixture
def generated(suite: Suite) -> Iterator[Callable[..., Generated]]:
    """Generates with a writer: kinds, what is rewritten, and how many."""

    def run(write: Callable[..., str], kinds: Sequence[str], target: str = "text", n: int = 1) -> Generated:
        engine = Engine(WriterModel(write), lambda: Store(None))
        try:
            engine.submit([])
            questions = list(questions_of(subjects_of(suite, target), chosen_kinds(kinds), n, seed=0, temperature=0.8))
            return guarded(ask(questions, engine, None, lambda _: None), text_guards(), engine.opened())
        finally:
            engine.close()

    return run
