"""Gates on log-probabilities of labels that the model would hardly write."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust.gate import DecisionStatus
from llmrobust.gate.low_mass import MassSummary
from llmrobust.loading import load_plan
from llmrobust.request import Response
from llmrobust.runner import SuiteRun

SUITE = """\
suite: mass
prompt: {user: "Is it positive or negative?\\nReview: {{ text }}\\nSentiment:"}
examples:
  - {text: "A fine film.", answer: positive}
  - {text: "A good film.", answer: positive}
answer: {field: answer, choices: [positive, negative], SCORING}
perturb:
  - casing: {}
gate:
  - accuracy: {min: 0.5}
  - accuracy: {max: 0.5, over: casing}
  - label_mass: {max: 0.2}
"""
LOW, HIGH = 0.02, 0.97


def decided(folder: Path, scoring: str, mass: float | None):
    path = folder / "mass.robust.yaml"
    path.write_text(SUITE.replace("SCORING", scoring), encoding="utf-8")
    plan = load_plan(path, folder)
    reply = Response("positive", "stop", "logprobs", (-4.0, -8.0), label_mass=mass)
    run = SuiteRun.of(plan, {case.request: reply for case in plan.cases})
    return list(run.decisions.values())


def test_gate_on_low_mass_is_no_pass(tmp_path: Path) -> None:
    accuracy, failed, mass = decided(tmp_path, "scoring: logprobs", LOW)
    assert (accuracy.status, accuracy.cause) == (DecisionStatus.NOT_EVALUATED, "low-label-mass")
    assert "the labels have 2.0 % of the probability" in accuracy.reason
    assert "accept_low_mass: true" in accuracy.remedy
    assert accuracy.measurement is not None
    assert accuracy.measurement.value == 1.0
    assert failed.status is DecisionStatus.FAIL
    assert mass.status is DecisionStatus.PASS, "a gate on the mass itself decides"


@pytest.mark.parametrize(
    ("scoring", "mass"),
    [("scoring: logprobs, accept_low_mass: true", LOW), ("scoring: logprobs", HIGH), ("scoring: logprobs", None)],
)
def test_gate_passes_where_the_suite_accepts_it_or_the_mass_is_high_or_unknown(tmp_path, scoring, mass) -> None:
    assert decided(tmp_path, scoring, mass)[0].status is DecisionStatus.PASS


def test_nine_of_ten_prompts_must_give_the_labels_half() -> None:
    assert not MassSummary.of([0.5] * 9 + [0.01]).is_low  # type: ignore[union-attr]
    assert MassSummary.of([0.5] * 8 + [0.01] * 2).is_low  # type: ignore[union-attr]
    assert MassSummary.of([]) is None


def test_accepting_low_mass_belongs_to_log_probabilities(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="accept_low_mass belongs to scoring: logprobs, and this is text"):
        decided(tmp_path, "scoring: text, accept_low_mass: true", LOW)
