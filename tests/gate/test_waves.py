"""The sequential mode: which cases are asked, when gates are decided, and that the decisions are right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from llmrobust.errors import ModelError
from llmrobust.gate import Decision, DecisionStatus
from llmrobust.gate.waves import FIRST, Waves, can_stop_early
from llmrobust.loading import load_plan
from llmrobust.metrics import METRICS
from llmrobust.metrics.metric_registry import Ratio
from llmrobust.metrics.values_and_intervals import known_cells
from llmrobust.plan import Case, Plan
from llmrobust.request import Failure, Reply, Request, Response
from llmrobust.runner import goes_in_waves, run_in_waves
from tests.metrics.tables import random_table

SUITE = """\
suite: waves
prompt:
  user: |
    {% instruction %}Is it positive or negative?{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples:
EXAMPLES
answer: {field: answer, choices: [positive, negative], scoring: text}
perturb:
  - casing: {}
  - punctuation.strip_final
MORE
gate:
GATES
"""


def plan_of(folder: Path, gates: str, count: int = 300, more: str = "") -> Plan:
    rows = "\n".join(
        f'  - {{id: e{i}, text: "This Film number {i} was a fine one.", answer: positive, topic: t{i % 2}}}'
        for i in range(count)
    )
    path = folder / "waves.robust.yaml"
    text = SUITE.replace("EXAMPLES", rows).replace("MORE", more).replace("GATES", gates)
    path.write_text(text, encoding="utf-8")
    return load_plan(path, folder)


class Scripted:
    """An asker that answers as it is told and remembers what it was asked."""

    def __init__(self, plan: Plan, right: Callable[[Case], bool], fails: Callable[[Case], bool] = lambda case: False):
        self._cases = {case.request: case for case in [*plan.cases, *plan.probes]}
        self._right, self._fails = right, fails
        self.asked: set[Request] = set()

    def submit(self, requests: list[Request], stored_only: bool = False) -> None:
        self.asked.update(requests)

    def info(self) -> None:
        return None

    def replies(self, requests: list[Request]) -> list[Reply]:
        return [self._reply(self._cases[request]) for request in requests]

    def _reply(self, case: Case) -> Reply:
        if self._fails(case):
            return Failure("timeout", "no answer in 5 s")
        return Response("positive" if self._right(case) else "negative", "stop")


def decided(plan: Plan, right: Callable[[Case], bool], **options) -> tuple[dict[str, Decision], list[Case]]:
    asker = Scripted(plan, right, **options)
    run = run_in_waves(plan, asker)  # type: ignore[arg-type]
    planned = {case.key: case for case in plan.cases}
    cases = [planned[one.key] for one in run.judged]
    probes = {probe.request for probe in plan.probes} | {
        case.request for case in plan.cases if case.is_original and plan.probes
    }
    assert asker.asked - probes == {case.request for case in cases} - probes
    return dict(run.decisions), cases


def number(case: Case) -> int:
    return int(case.example.id[1:])


def test_a_clear_pass_is_decided_early(tmp_path: Path):
    plan = plan_of(tmp_path, "  - accuracy: {min: 0.7, confidence: 0.95}")
    found, asked = decided(plan, lambda case: True)
    assert found["accuracy"].status is DecisionStatus.PASS
    assert len(asked) < 0.2 * len(plan.cases)
    assert "certain after" in found["accuracy"].reason
    assert found["accuracy"].measurement.low >= 0.7


def test_a_clear_failure_is_decided_early_and_names_examples(tmp_path: Path):
    plan = plan_of(tmp_path, "  - accuracy: {min: 0.7, confidence: 0.95}")
    found, asked = decided(plan, lambda case: number(case) % 4 == 0)
    assert found["accuracy"].status is DecisionStatus.FAIL
    assert len(found["accuracy"].worst) == 3
    assert len(asked) < 0.3 * len(plan.cases)


def test_a_close_call_is_decided_on_everything(tmp_path: Path):
    plan = plan_of(tmp_path, "  - accuracy: {min: 0.5, confidence: 0.95}", 60)
    found, asked = decided(plan, lambda case: number(case) % 2 == 0)
    assert found["accuracy"].status is DecisionStatus.INCONCLUSIVE
    assert "instead of 60" in found["accuracy"].remedy or "unlikely" in found["accuracy"].remedy
    assert len(asked) == len(plan.cases)


def test_only_the_open_gate_s_cases_are_asked_after_the_others_are_decided(tmp_path: Path):
    """`casing` is close to its bound, `punctuation` far from it."""
    plan = plan_of(tmp_path, "  - accuracy: {min: 0.5, confidence: 0.95, per: family}")

    def right(case: Case) -> bool:
        return case.family != "casing" or number(case) % 2 == 0

    found, asked = decided(plan, right)
    assert found["accuracy[punctuation]"].status is DecisionStatus.PASS
    families = {family: sum(case.family == family for case in asked) for family in ("casing", "punctuation")}
    assert families["casing"] == sum(case.family == "casing" for case in plan.cases)
    assert families["punctuation"] < 0.4 * sum(case.family == "punctuation" for case in plan.cases)


def test_without_confidence_the_verdict_is_that_of_the_whole_suite(tmp_path: Path):
    """Over many suites with values on both sides of the bound, early and full verdicts agree in at least 95 %."""
    plan = plan_of(tmp_path, "  - accuracy: {min: 0.8}", 120)
    rng = np.random.default_rng(2)
    wrong = spared = 0
    runs = 40
    for _ in range(runs):
        share = rng.uniform(0.65, 0.95)
        right = rng.random(120) < share
        truth = right.mean() >= 0.8
        found, asked = decided(plan, lambda case, right=right: bool(right[number(case)]))
        wrong += found["accuracy"].passed != truth
        spared += len(asked) < len(plan.cases)
    assert wrong <= 0.05 * runs + 2
    assert spared > runs / 3


def test_gates_that_need_everything_get_it(tmp_path: Path):
    plan = plan_of(tmp_path, "  - accuracy: {min: 0.5}\n  - spread: {max: 0.5}", 40)
    found, asked = decided(plan, lambda case: True)
    assert [one.status for one in found.values()] == [DecisionStatus.PASS] * 2
    assert len(asked) == len(plan.cases)


def test_a_gate_on_unperturbed_prompts_alone_asks_no_others(tmp_path: Path):
    plan = plan_of(tmp_path, "  - clean_accuracy: {min: 0.7}")
    found, asked = decided(plan, lambda case: True)
    assert found["clean_accuracy"].passed
    assert {case.family for case in asked} == {"original"}


def test_groups_of_examples_and_subsets(tmp_path: Path):
    gates = "  - accuracy: {min: 0.7, per: topic}\n  - accuracy: {min: 0.7, where: {topic: t1}, over: casing}"
    plan = plan_of(tmp_path, gates)
    found, asked = decided(plan, lambda case: case.example.fields["topic"] == "t1")
    assert [one.status for one in found.values()] == [
        DecisionStatus.FAIL,
        DecisionStatus.PASS,
        DecisionStatus.PASS,
    ]
    assert len(asked) < 0.5 * len(plan.cases)


def test_a_failed_request_decides_nothing(tmp_path: Path):
    plan = plan_of(tmp_path, "  - accuracy: {min: 0.7}")
    found, asked = decided(plan, lambda case: True, fails=lambda case: number(case) % 7 == 0)
    assert found["accuracy"].status is DecisionStatus.NOT_EVALUATED
    assert len({case.example.id for case in asked}) == FIRST


def test_operators_that_change_nothing_leave_their_gate_unevaluated(tmp_path: Path):
    plan = plan_of(tmp_path, "  - accuracy: {min: 0.7, over: word.contract}", 20, "  - word.contract: {}")
    found, asked = decided(plan, lambda case: True)
    assert found["accuracy[word.contract]"].status is DecisionStatus.NOT_EVALUATED
    assert asked == []


def test_noise_floor_gates_wait_for_all_and_are_judged_by_the_excess(tmp_path: Path):
    path_gates = "  - consistency: {min: 0.7}\nnoise_floor: {examples: 10, times: 2}"
    plan = plan_of(tmp_path, path_gates, 40)
    assert len(plan.probes) == 20
    found, asked = decided(plan, lambda case: True)
    assert found["consistency"].passed
    assert len(asked) >= len(plan.cases)
    assert not can_stop_early(plan.suite.gates[0], plan)


def test_an_unreachable_model_is_an_error(tmp_path: Path):
    plan = plan_of(tmp_path, "  - accuracy: {min: 0.7}")

    class Gone(Scripted):
        def replies(self, requests: list[Request]) -> list[Reply]:
            raise ModelError("the server is gone")

    with pytest.raises(ModelError):
        run_in_waves(plan, Gone(plan, lambda case: True))  # type: ignore[arg-type]


def test_waves_are_the_same_in_every_process_and_cover_everything(tmp_path: Path):
    plan = plan_of(tmp_path, "  - spread: {max: 0.5}", 90)
    first, second = Waves(plan), Waves(plan)
    seen: list[Case] = []
    while cases := first.next():
        assert cases == second.next()
        seen += cases
    assert {id(case) for case in seen} == {id(case) for case in plan.cases}
    assert len(seen) == len(plan.cases)


def test_strict_suites_and_suites_without_early_gates_are_asked_at_once(tmp_path: Path):
    assert not goes_in_waves(plan_of(tmp_path, "  - spread: {max: 0.5}", 5))
    assert not goes_in_waves(plan_of(tmp_path, "  - accuracy: {min: 0.5}\ncases: strict", 5))
    assert goes_in_waves(plan_of(tmp_path, "  - accuracy: {min: 0.5}", 5))


EARLY = [
    name
    for name in METRICS.names()
    if METRICS.get(name).interval in ("proportion", "difference")
    and not {"field", "reference"} & set(METRICS.get(name).needs)
]


@pytest.mark.parametrize("name", EARLY)
@pytest.mark.parametrize("seed", range(3))
def test_the_limits_that_betting_relies_on_hold(name: str, seed: int):
    """An example counts at most once, or once a case, and its numerator is within the metric's range times that."""
    metric, table = METRICS.get(name), random_table(seed)
    statistic = metric.statistic(table)
    assert isinstance(statistic, Ratio)
    most = np.ones(len(table.examples)) if metric.unit == "example" else known_cells(metric, table).sum(axis=1)
    low, high = metric.range
    assert np.all(statistic.denominator <= most + 1e-9)
    assert np.all(statistic.numerator >= low * statistic.denominator - 1e-9)
    assert np.all(statistic.numerator <= high * statistic.denominator + 1e-9)
