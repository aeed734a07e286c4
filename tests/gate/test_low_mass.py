"""Gates on log-probabilities of labels that the model would hardly write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from llmrobust.engine import EngineStats
from llmrobust.gate import DecisionStatus
from llmrobust.gate.low_mass import MassSummary
from llmrobust.loading import load_plan
from llmrobust.report.run_markdown import run_markdown
from llmrobust.report.run_terminal import suite_lines
from llmrobust.request import Response
from llmrobust.results.json_reader import read_run
from llmrobust.results.json_writer import write_json
from llmrobust.results.suite_warnings import suite_warnings
from llmrobust.runner import SuiteRun, run_result

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


def planned(folder: Path, scoring: str, gate: str):
    path = folder / "mass.robust.yaml"
    path.write_text(SUITE.replace("SCORING", scoring).replace("{max: 0.2}", gate), encoding="utf-8")
    return load_plan(path, folder)


def decided(folder: Path, scoring: str, mass: float | None):
    plan = planned(folder, scoring, "{max: 0.2}")
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


@pytest.mark.parametrize(
    ("gate", "mass", "status", "cause"),
    [
        ("{min: 0.8}", 0.9, DecisionStatus.PASS, ""),
        ("{min: 0.8}", 0.7, DecisionStatus.NOT_EVALUATED, "label-mass-bound"),
        ("{max: 0.8}", 0.9, DecisionStatus.FAIL, ""),
        ("{max: 0.8}", 0.7, DecisionStatus.NOT_EVALUATED, "label-mass-bound"),
        ("{min: 0.2, max: 0.8}", 0.5, DecisionStatus.NOT_EVALUATED, "label-mass-bound"),
        ("{min: 0.2, max: 0.8}", 0.1, DecisionStatus.NOT_EVALUATED, "label-mass-bound"),
    ],
)
@pytest.mark.parametrize("answer", ["positive", "neither of them"])
def test_a_lower_bound_decides_what_a_bound_can(tmp_path: Path, gate: str, mass: float, status, cause, answer) -> None:
    """Answers that cannot be read have a mass too, and count."""
    plan = planned(tmp_path, "scoring: text", gate)
    reply = Response(answer, "stop", "text", label_mass=mass, mass_is_bound=True)
    run = SuiteRun.of(plan, {case.request: reply for case in plan.cases})
    suite = run.result()
    found = next(one for one in run.decisions.values() if one.target.gate.metric == "label_mass")
    if answer == "positive":
        assert (found.status, found.cause) == (status, cause)
        assert ("may be larger" in found.reason) is bool(cause)
    assert suite.mass_is_bound
    assert not any("LOW LABEL MASS" in one for one in suite_warnings(suite)), "a low bound is no low mass"
    shown = " ".join("".join(text for text, _ in line) for line in suite_lines(suite))
    assert f"≥{mass:.3f}" in shown


def test_a_bound_is_stored_and_read_back(tmp_path: Path) -> None:
    plan = planned(tmp_path, "scoring: text", "{min: 0.8}")
    reply = Response("positive", "stop", "text", label_mass=0.9, mass_is_bound=True)
    suite = SuiteRun.of(plan, {case.request: reply for case in plan.cases}).result()
    run = replace(run_result([], None, EngineStats()), suites=(suite,))
    write_json(run, tmp_path / "run.json")
    (again,) = read_run(tmp_path / "run.json").suites
    assert again.cases == suite.cases
    assert "≥0.900" in run_markdown(run)


def test_nine_of_ten_prompts_must_give_the_labels_half() -> None:
    assert not MassSummary.of([0.5] * 9 + [0.01]).is_low  # type: ignore[union-attr]
    assert MassSummary.of([0.5] * 8 + [0.01] * 2).is_low  # type: ignore[union-attr]
    assert MassSummary.of([]) is None


def test_accepting_low_mass_belongs_to_log_probabilities(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="accept_low_mass belongs to scoring: logprobs, and this is text"):
        decided(tmp_path, "scoring: text, accept_low_mass: true", LOW)
