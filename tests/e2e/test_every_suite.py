"""Every suite that comes with llmrobust runs on the bundled model as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust import run
from tests.conftest import REPOSITORY

REAL = REPOSITORY / "suites" / "published" / "real"
FILES = sorted(path for path in (REPOSITORY / "suites").rglob("*.robust.yaml") if path.parent != REAL)
"""All but those that need data from outside of the repository."""
BEYOND_THE_BUNDLED_MODEL = {
    "fluke": "it changes no answer that must change",
    "logic": "it does not reason",
    "nli": "it writes none of the labels",
    "rbft": "wrong documents mislead it",
    "robustlr": "it does not reason",
    "tools": "it calls no tools",
}
"""Suites whose gates the bundled model does not meet, and why: no gate is so low that a model without the skill passes."""


@pytest.mark.e2e
def test_every_suite_meets_its_gates_on_the_bundled_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    result = run(FILES, "tiny", store=tmp_path / "replies.sqlite")
    failed = {suite.name: one.reason for suite in result.suites for one in suite.decisions if not one.passed}
    assert failed.keys() == BEYOND_THE_BUNDLED_MODEL.keys(), failed
    assert len(result.suites) == len(FILES) > 40
    assert result.requests.failed == 0


@pytest.mark.e2e
def test_every_suite_is_planned_and_has_examples_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    from llmrobust.loading import load_plan

    for file in FILES:
        plan = load_plan(file, REPOSITORY)
        assert len(plan.suite.examples) >= 24, file
        assert len(plan.cases) > 2 * len(plan.suite.examples) - 1, file
        assert plan.suite.gates, file


@pytest.mark.e2e
def test_every_operator_is_used_by_a_suite_or_needs_a_file() -> None:
    from llmrobust.loading import load_plan
    from llmrobust.operators import REGISTRY

    used = {use.operator.name for file in FILES for use in load_plan(file, REPOSITORY).suite.perturb}
    builtin = [
        op for name in REGISTRY.names() if (op := REGISTRY.get(name)) and op.apply.__module__.startswith("llmrobust.")
    ]
    unused = {operator.name for operator in builtin if operator.name not in used and not operator.searched}
    needs_a_file = {
        *("entity.date", "entity.field", "entity.number", "entity.organisation"),
        *("frozen", "kept", "noise.entity_typos"),
    }
    assert unused <= needs_a_file
