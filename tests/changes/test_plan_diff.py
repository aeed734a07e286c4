"""Why a suite counts as changed and how many of its cases do, from its two plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust.changes.plan_diff import SuiteChange, compared
from llmrobust.loading import load_plan
from llmrobust.plan import Plan
from tests.plugin.conftest import SUITE

CASES = 20
CHANGES = [
    ("Decide whether", "Say whether", "prompt", 20),
    ("Review: {{ text }}", "Review: {{ text | upper }}", "prompt", 20),
    ("movie 3 is awful", "movie 3 is dreadful", "examples", 5),
    ("{id: c, text: \"movie 3 is awful.\", answer: negative}", "{id: c, text: \"movie 3 is awful.\", answer: positive}",
     "examples", 5),
    ("choices: [positive, negative]", "choices: [positive, negative], ignore_case: false", "answer", 0),
    ("rate: 0.3", "rate: 0.4", "operator typo.drop: parameters changed", 12),
    ("  - punctuation.strip_final: {target: input}\n", "", "operator punctuation.strip_final: removed", 0),
    ("gate:", "  - casing.upper: {target: input}\ngate:", "operator casing.upper: added", 4),
    ("accuracy: {min: 0.5}", "accuracy: {min: 0.6}", "gate", 0),
    ("suite: reviews", "suite: reviews\nseed: 3", "seed", 12),
    ("suite: reviews", "suite: reviews\nrepeats: 2", "repeats", 20),
    ("suite: reviews", "suite: reviews\nsampling: {max_tokens: 3}", "sampling", 20),
    ("suite: reviews", "suite: reviews\nnoise_floor: {examples: 2, times: 1}", "noise_floor", 0),
]  # fmt: skip


def plan_of(folder: Path, text: str) -> Plan:
    folder.mkdir()
    path = folder / "reviews.robust.yaml"
    path.write_text(text, encoding="utf-8")
    return load_plan(path, folder)


@pytest.fixture(scope="module")
def then(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan_of(tmp_path_factory.mktemp("then") / "suites", SUITE)


@pytest.mark.parametrize(("old", "new", "reason", "cases"), CHANGES, ids=[change[2] for change in CHANGES])
def test_every_reason_is_named_and_its_cases_are_counted(
    then: Plan, tmp_path: Path, old: str, new: str, reason: str, cases: int
) -> None:
    assert old in SUITE
    change = compared(then, plan_of(tmp_path / "now", SUITE.replace(old, new)))
    assert change.reasons == (reason,)
    assert len(change.cases) == cases


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("suite: reviews", "# a comment\nsuite: reviews"),
        ("suite: reviews", "suite: renamed"),
        ("{min: 0.5}", "{min: 0.50}"),
    ],
)
def test_what_changes_no_case_and_no_gate_is_no_change(then: Plan, tmp_path: Path, old: str, new: str) -> None:
    assert old in SUITE
    assert compared(then, plan_of(tmp_path / "now", SUITE.replace(old, new))) == SuiteChange()
    assert len(then.cases) == CASES
