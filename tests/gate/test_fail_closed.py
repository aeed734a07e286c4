"""Gates never pass on what is missing, unread, stale, or thinner than it looks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmrobust.cli import main
from llmrobust.engine import EngineStats
from llmrobust.errors import ReportError
from llmrobust.gate import DecisionStatus, GateTarget, NoiseFloor, Reference, decide_gate, gate_targets
from llmrobust.gate.forecast import forecast
from llmrobust.loading import load_plan
from llmrobust.metrics import UNREAD, measure
from llmrobust.request import Failure, Reply, Response
from llmrobust.results.json_reader import read_run
from llmrobust.results.json_writer import write_json
from llmrobust.runner import SuiteRun, run_in_waves, run_result
from llmrobust.suitefile.suite import AnswerSpec, GateSpec
from tests.cli.commands.test_gate import refused, replies, stored, suite_file
from tests.gate.test_decide import gate, suite
from tests.gate.test_waves import Scripted, plan_of
from tests.metrics.tables import LABELS, answered, table_of


def decided(spec: GateSpec, table: Any, **options: Any) -> DecisionStatus:
    return decide_gate([GateTarget(spec, "", spec.metric)], table, **options)[0].status


def edited(file: Path, change: Any) -> Path:
    value = json.loads(file.read_text())
    change(value["suites"][0])
    file.write_text(json.dumps(value))
    return file


# Stored runs


def test_a_baseline_with_failed_requests_is_no_reference(tmp_path: Path) -> None:
    path = suite_file(tmp_path)
    plan = load_plan(path, tmp_path)
    answers: dict[Any, Reply] = dict(replies(plan))
    answers[plan.cases[-1].request] = Failure("timeout", "no answer in 5 s")
    file = tmp_path / "base.json"
    write_json(run_result([SuiteRun.of(plan, answers)], None, EngineStats(), tmp_path), file)
    assert "got no answer" in refused(file, plan.suite)
    assert main(["gate", str(file), str(path)]) == 2
    part = replace(table_of([[1.0, 1.0]]), unanswered=3)
    spec = gate("accuracy", min=-0.1, against=(file,))
    assert decided(spec, table_of([[1.0, 1.0]]), references={file: Reference(part)}) is DecisionStatus.NOT_EVALUATED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda one: one["uses"][0].update(version=99), "had version 99 then"),
        (lambda one: one["cases"][3].update(expected="neutral"), "1 gold answer has changed"),
        (lambda one: one["cases"][3].update(request="0" * 64), "prompts are in it"),
        (lambda one: one["cases"][3].pop("operator"), "cases.3.operator is missing"),
        (lambda one: one["cases"][3].update(status="bogus"), "damaged"),
        (lambda one: one["cases"][3].update(probabilities="x"), "damaged"),
        (lambda one: one["cases"][3].update(correct="yes"), "is damaged: suites.0.cases.3.correct cannot be 'yes'"),
        (lambda one: one["cases"][3].update(answer=7), "answer cannot be 7"),
        (lambda one: one["cases"].__setitem__(-1, one["cases"][0]), "it contains a case twice"),
        (lambda one: one["measurements"][0].update(value=[]), "value cannot be []"),
        (lambda one: one["measurements"][0].update(value=float("nan")), "is not valid JSON"),
        (lambda one: one.update(waves=2), "asked in waves"),
        (lambda one: one.update(planned=one["planned"] + 1), "cases were asked"),
    ],
)
def test_gates_are_not_decided_on_a_run_that_is_not_this_suite_s(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Any, message: str
) -> None:
    path = suite_file(tmp_path)
    file = edited(stored(tmp_path, path), change)
    assert main(["gate", str(file), str(path)]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"seed": ', '"seed": 1, "seed": ', "is not valid JSON"),
        ('"seed": ', '"seed": 1e999, "was": ', "suites.0.seed cannot be inf"),
        ('"confidence": ', '"confidence": 1e999, "was": ', "is damaged"),
    ],
)
def test_numbers_and_names_that_no_run_has_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = suite_file(tmp_path)
    file = stored(tmp_path, path)
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(ReportError, match=message):
        read_run(file)


def test_a_run_with_a_suite_twice_is_refused(tmp_path: Path) -> None:
    file = stored(tmp_path, suite_file(tmp_path))
    run = json.loads(file.read_text())
    file.write_text(json.dumps({**run, "suites": run["suites"] * 2}))
    with pytest.raises(ReportError, match="it contains a suite twice"):
        read_run(file)


def test_runs_are_told_apart_from_others_of_their_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plans = []
    for folder, wrong in (("a", 12), ("b", 0)):
        (tmp_path / folder).mkdir()
        plan = load_plan(suite_file(tmp_path / folder), tmp_path)
        plans.append(SuiteRun.of(plan, replies(plan, wrong)))  # type: ignore[arg-type]
    file = tmp_path / "both.json"
    write_json(run_result(plans, None, EngineStats(), tmp_path), file)
    assert main(["gate", str(file), str(tmp_path / "a" / "small.robust.yaml")]) == 1
    assert "FAIL" in capsys.readouterr().out
    assert main(["gate", str(file), str(tmp_path / "b" / "small.robust.yaml")]) == 0
    assert main(["gate", str(file), str(suite_file(tmp_path))]) == 2
    assert 'holds 2 suites named "small"' in capsys.readouterr().err


def test_swapped_arguments_are_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = suite_file(tmp_path)
    assert main(["gate", str(path), str(stored(tmp_path, path))]) == 2
    assert "the order is: gate RUN SUITE" in capsys.readouterr().err


def test_examples_that_were_others_are_not_compared(tmp_path: Path) -> None:
    """Without ids of their own, examples are numbered: without the first one all the others are called otherwise."""
    path = suite_file(tmp_path)
    file = stored(tmp_path, path)
    lines = path.read_text().splitlines()
    first = next(i for i, line in enumerate(lines) if "Film number 0" in line)
    path.write_text("\n".join(lines[:first] + lines[first + 1 :]))
    now = load_plan(path, tmp_path).suite
    assert "11 of its examples had different contents" in refused(file, now)


def test_a_table_without_the_field_has_no_such_examples() -> None:
    assert (
        decided(gate("accuracy", min=0.5, where={"topic": ("a",)}), table_of([[1.0]])) is DecisionStatus.NOT_EVALUATED
    )


# Gates without anything to judge


def test_a_gate_without_groups_is_one_that_is_not_evaluated() -> None:
    of_variants = suite(gate("accuracy", min=0.9, per="variant", over="f.op"))
    (only,) = gate_targets(of_variants, {})
    assert decide_gate([only], table_of([[1.0]]))[0].status is DecisionStatus.NOT_EVALUATED


@pytest.mark.parametrize(
    "metric",
    ["pairwise_agreement", "answer_entropy", "accuracy_drop", "performance_drop_rate", "spread", "consistency"],
)
def test_answers_that_nobody_could_read_pass_nothing(metric: str) -> None:
    mute = answered([[UNREAD, UNREAD]] * 40, [UNREAD] * 40, [0] * 40)
    assert decided(gate(metric, min=-1.0, max=1.0), mute) is DecisionStatus.NOT_EVALUATED
    ready = answered([[0, 0]] * 40, [0] * 40, [0] * 40)
    assert decided(gate(metric, min=-1.0, max=1.0), ready) is DecisionStatus.PASS


# Intervals of thin parts


def test_a_variant_with_few_examples_is_as_uncertain_as_it_is_alone() -> None:
    right = np.full((100, 2), 1.0)
    right[10:, 1] = np.nan
    table = table_of(right)
    few = measure(table.select(np.array([False, True])), "accuracy")[0]
    for metric in ("worst_variant_accuracy", "spread", "mean_variant_accuracy"):
        found = measure(table, metric)[0]
        assert found.low is not None
        assert found.high is not None
        assert few.low is not None
        assert found.high - found.low >= 1 - few.low - 1e-9, metric
    right[4:, 1] = np.nan
    assert (
        decided(gate("worst_variant_accuracy", min=0.95, confidence=0.95), table_of(right)) is not DecisionStatus.PASS
    )


def test_a_rare_class_is_as_uncertain_as_it_is() -> None:
    gold = [0] * 194 + [1] * 6
    found = measure(answered([[one] for one in gold], gold, gold), "balanced_accuracy")[0]
    assert found.low is not None
    assert found.low < 0.7


# The noise floor of groups


def test_a_group_of_which_few_were_asked_again_has_the_noise_of_all() -> None:
    agrees = np.ones((40, 5))
    agrees[20:, 0] = 0.0  # the second topic: 20 % flips
    table = replace(table_of(agrees), fields={"topic": ("a",) * 20 + ("b",) * 20})
    asked, flipped = np.zeros(40), np.zeros(40)
    asked[:18], asked[20:22], flipped[20:22] = 5, 5, 2
    floor = NoiseFloor(table.examples, asked, flipped)
    spec = gate("consistency", min=0.95, per="topic")
    found = decide_gate([GateTarget(spec, name, name) for name in "ab"], table, noise=floor)
    assert found[1].status is DecisionStatus.FAIL
    assert found[1].noise == pytest.approx(0.04)
    assert found[1].measurement is not None
    assert found[1].measurement.value == pytest.approx(1 - (0.2 - 0.04) / 0.92)
    assert found[0].noise == 0.0, "its own, as enough of its examples were asked again"


# Fields that name answers


@pytest.mark.parametrize(
    ("check", "label", "field"), [("number", "1000", "1,000"), ("exact", "dr. who", "Dr. Who."), ("exact", "no", "No")]
)
def test_a_claim_is_read_as_answers_are(check: Any, label: str, field: str) -> None:
    table = answered([[1]] * 20, [0] * 20, [0] * 20)
    assert table.answers is not None
    answers = replace(table.answers, labels=(LABELS[0], label, LABELS[2]))
    table = replace(table, answers=answers, fields={"claim": (field,) * 20})
    spec = gate("misrepresentation_ratio", max=0.05, by="claim")
    assert decided(spec, table, answer=AnswerSpec("answer", check=check)) is DecisionStatus.FAIL


def test_a_claim_that_is_no_answer_is_not_evaluated() -> None:
    table = replace(answered([[1]], [0], [0]), fields={"claim": ("perhaps",)})
    spec = gate("misrepresentation_ratio", max=0.05, by="claim")
    answer = AnswerSpec("answer", choices=LABELS)
    assert decided(spec, table, answer=answer) is DecisionStatus.NOT_EVALUATED


# Corrections


def test_a_correction_holds_in_the_sequential_mode_for_gates_that_wait(tmp_path: Path) -> None:
    """Groups of a gate that cannot stop early are decided together, as they are at once."""
    gates = "  - clean_accuracy: {min: 0.1}\n  - abs_cohens_h: {max: 0.5, per: operator, confidence: 0.95, correction: holm}"
    plan = plan_of(tmp_path, gates, 40)
    rng = np.random.default_rng(4)
    wrong = {case.request for case in plan.cases if not case.is_original and rng.random() < 0.07}
    in_waves = run_in_waves(plan, Scripted(plan, lambda case: case.request not in wrong))  # type: ignore[arg-type]
    given = {case.request: Response("negative" if case.request in wrong else "positive", "stop") for case in plan.cases}
    at_once = SuiteRun.of(plan, given)
    for name, decision in at_once.decisions.items():
        if name.startswith("abs_cohens_h"):
            assert in_waves.decisions[name].status is decision.status
    assert any(one.status is DecisionStatus.INCONCLUSIVE for one in at_once.decisions.values())


def test_a_corrected_decision_says_what_the_correction_did() -> None:
    spec = gate("accuracy", min=0.8, per="operator", confidence=0.95, correction="holm")
    right = np.ones((18, 9))
    names = tuple(f"f.op{i}" for i in range(9))
    table = replace(table_of(right), operators=names)
    found = decide_gate([GateTarget(spec, name, name) for name in names], table)[0]
    assert found.status is DecisionStatus.INCONCLUSIVE
    assert "alone it would pass, but 9 decisions share the error rate (holm)" in found.reason
    assert "more than 18 examples" in found.remedy


# Forecasts


@pytest.mark.parametrize(
    ("gates", "message"),
    [
        ("  - sensitivity: {min: 0.5}\n", "no cases whose answer must change"),
        ("  - spread: {max: 0.5, over: punctuation.strip_final}\n", "it needs two variants"),
        ("  - token_f1: {min: 0.5}\n", "it applies to free-form answers"),
        ("  - consistency: {min: 0.78, per: operator, confidence: 0.95, correction: holm}\n", "it can never pass"),
    ],
)
def test_a_plan_warns_of_gates_that_will_never_be_decided(tmp_path: Path, gates: str, message: str) -> None:
    plan = load_plan(suite_file(tmp_path, gates), tmp_path)
    assert any(message in one.hopeless for one in forecast(plan).gates)
    assert main(["plan", str(plan.suite.path)]) == 1


def test_a_confidence_has_a_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = suite_file(tmp_path, "  - accuracy: {min: 0.5, confidence: 0.9999999999999999}\n")
    assert main(["check", str(path)]) == 1
    assert "confidence" in capsys.readouterr().out + capsys.readouterr().err
