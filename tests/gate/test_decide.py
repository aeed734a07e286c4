"""What gates decide, and in which words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from llmrobust.errors import GateError, Location
from llmrobust.gate import (
    Decision,
    DecisionStatus,
    GateTarget,
    Incompatibility,
    NoiseFloor,
    Reference,
    WorstExample,
    decide,
    decide_gate,
    gate_targets,
)
from llmrobust.metrics import Ratio, Table
from llmrobust.suitefile.suite import GateSpec

PLACE = Location(Path("triage.robust.yaml"), 20, 3)


def gate(metric: str, **bounds: Any) -> GateSpec:
    return GateSpec(metric, PLACE, **bounds)


def target(metric: str, group: str = "", **bounds: Any) -> GateTarget:
    return GateTarget(gate(metric, **bounds), group, f"{metric}[{group}]" if group else metric)


def suite(*gates: GateSpec, operators: tuple[str, ...] = ("typo.keyboard", "typo.swap", "format")) -> Any:
    uses = tuple(SimpleNamespace(family=name.split(".")[0], operator=SimpleNamespace(name=name)) for name in operators)
    return SimpleNamespace(gates=gates, perturb=uses)


def table(right: int, examples: int = 100, variants: int = 2, unanswered: int = 0) -> Table:
    """`right` of the examples keep their right answer under all variants, the others under none."""
    cells = np.zeros((examples, variants))
    cells[:right] = 1
    columns = tuple(f"typo.keyboard/{i}" for i in range(variants))
    names = tuple(f"ex-{i}" for i in range(examples))
    return Table(
        correct=cells,
        agrees=cells,
        clean_correct=np.ones(examples),
        columns=columns,
        operators=("typo.keyboard",) * variants,
        families=("typo",) * variants,
        examples=names,
        unanswered=unanswered,
    )


def ids(*gates: GateSpec, **options: Any) -> list[str]:
    return [one.id for one in gate_targets(suite(*gates, **options))]


def test_ids_are_known_before_the_run() -> None:
    assert ids(
        gate("accuracy", min=0.9),
        gate("consistency", min=0.9, per="family"),
        gate("accuracy_drop", max=0.1, per="operator"),
        gate("spread", max=0.1, over="format"),
    ) == [
        "accuracy",
        "consistency[typo]",
        "consistency[format]",
        "accuracy_drop[typo.keyboard]",
        "accuracy_drop[typo.swap]",
        "accuracy_drop[format]",
        "spread[format]",
    ]


def test_over_limits_the_groups_and_equal_ids_are_told_apart() -> None:
    assert ids(gate("accuracy", min=0.9, per="operator", over="typo")) == [
        "accuracy[typo.keyboard]",
        "accuracy[typo.swap]",
    ]
    assert ids(gate("accuracy", min=0.5), gate("accuracy", min=0.9, confidence=0.95)) == ["accuracy", "accuracy-2"]
    assert ids(gate("accuracy", min=0.9, per="operator"), operators=("typo.keyboard",) * 2) == [
        "accuracy[typo.keyboard]"
    ]


@pytest.mark.parametrize(
    ("bounds", "right", "status"),
    [
        ({"min": 0.9}, 90, DecisionStatus.PASS),
        ({"min": 0.9}, 89, DecisionStatus.FAIL),
        ({"max": 0.9}, 90, DecisionStatus.PASS),
        ({"max": 0.9}, 91, DecisionStatus.FAIL),
        ({"min": 0.5, "max": 0.9}, 70, DecisionStatus.PASS),
        ({"min": 0.5, "max": 0.9}, 40, DecisionStatus.FAIL),
        ({"min": 0.8, "confidence": 0.95}, 95, DecisionStatus.PASS),
        ({"min": 0.9, "confidence": 0.95}, 95, DecisionStatus.INCONCLUSIVE),
        ({"min": 0.99, "confidence": 0.95}, 80, DecisionStatus.FAIL),
        ({"max": 0.9, "confidence": 0.95}, 80, DecisionStatus.PASS),
        ({"max": 0.9, "confidence": 0.95}, 99, DecisionStatus.FAIL),
        ({"min": 0.7, "max": 0.9, "confidence": 0.95}, 80, DecisionStatus.PASS),
    ],
)
def test_bounds_meet_the_estimate_or_with_confidence_the_interval(
    bounds: dict[str, float], right: int, status: DecisionStatus
) -> None:
    decision = decide(target("accuracy", **bounds), table(right))
    assert decision.status is status
    assert decision.passed is (status is DecisionStatus.PASS)


def test_everything_right_in_few_examples_does_not_prove_much() -> None:
    decision = decide(target("consistency", min=0.95, confidence=0.95), table(20, examples=20, variants=50))
    assert decision.status is DecisionStatus.INCONCLUSIVE


def test_failed_requests_leave_every_gate_undecided() -> None:
    decision = decide(target("accuracy", min=0.1), table(100, unanswered=3))
    assert decision.status is DecisionStatus.NOT_EVALUATED
    assert decision.reason == (
        "not evaluated: 3 of the suite's requests got no answer; gates are not decided on incomplete data"
    )


def test_group_without_cases_is_not_evaluated() -> None:
    decision = decide(target("accuracy", "typo.swap", min=0.1, per="operator"), table(100))
    assert decision.status is DecisionStatus.NOT_EVALUATED
    assert decision.reason == "not evaluated: no case of operator typo.swap: its operators changed no prompt"


def test_undefined_metric_is_not_evaluated() -> None:
    decision = decide(target("spread", max=0.1), table(100, variants=1))
    assert decision.status is DecisionStatus.NOT_EVALUATED
    assert decision.reason == "not evaluated: spread is undefined: fewer than two variants with gold answers"


def test_unknown_metric_is_an_error() -> None:
    with pytest.raises(GateError, match='unknown metric "acuracy"'):
        decide(target("acuracy", min=0.1), table(100))


def test_failure_says_what_was_measured_and_names_the_worst_examples() -> None:
    decision = decide(target("consistency", "typo", min=0.99, per="family"), table(97))
    assert decision.reason == (
        "consistency of family typo is 0.970 (95% interval 0.915 to 0.990, 100 examples, 200 cases); "
        "it must be at least 0.99"
    )
    columns = ("typo.keyboard/0", "typo.keyboard/1")
    assert decision.worst == tuple(WorstExample(f"ex-{i}", columns) for i in (97, 98, 99))


def test_inconclusive_decision_says_what_would_decide_it() -> None:
    decision = decide(target("accuracy", min=0.9, confidence=0.95), table(95))
    assert decision.reason.endswith("it must be at least 0.9, but the interval neither meets nor excludes that")
    assert decision.remedy == "about 154 examples instead of 100 would decide it: pass, if the estimate stays"
    assert decide(target("accuracy", min=0.9, confidence=0.95), table(147, examples=155)).passed
    near = decide(target("accuracy", min=0.9, confidence=0.95), table(90))
    assert near.remedy == "the estimate is so close to the bound that more examples are unlikely to decide it"


def test_pass_names_no_examples() -> None:
    decision: Decision = decide(target("accuracy", min=0.1), table(50))
    assert (decision.worst, decision.remedy) == ((), "")


def test_worst_examples_of_a_drop_were_right_before() -> None:
    found = table(98)
    found.clean_correct[98] = 0
    decision = decide(target("accuracy_drop", max=0.001), found)
    assert decision.worst[0].example == "ex-99"


def test_worst_examples_of_clean_accuracy_are_originals() -> None:
    found = table(100)
    found.clean_correct[7] = 0
    decision = decide(target("clean_accuracy", min=1.0), found)
    assert decision.worst == (WorstExample("ex-7", ("original",)),)


def rich_table(right: int = 90, examples: int = 100) -> Table:
    """Two variants of one operator and one of another; a field with two values; `right` examples are kept."""
    base = table(right, examples, 3)
    return replace(
        base,
        columns=("typo.keyboard/0", "typo.keyboard/1", "format/a"),
        operators=("typo.keyboard", "typo.keyboard", "format"),
        families=("typo", "typo", "format"),
        fields={"topic": tuple("billing" if i % 2 else "bug" for i in range(examples))},
    )


def test_gates_decide_per_variant_and_per_field() -> None:
    of_variants = gate("accuracy", min=0.5, per="variant", over="typo")
    columns = {"typo.keyboard/0": ("typo", "typo.keyboard"), "format/a": ("format", "format")}
    made = gate_targets(suite(of_variants), columns)
    assert [one.id for one in made] == ["accuracy[typo.keyboard/0]"]
    decision = decide(made[0], rich_table())
    assert decision.status is DecisionStatus.PASS
    assert decision.measurement is not None
    assert decision.measurement.n_variants == 1
    of_topics = suite(gate("accuracy", min=0.95, per="topic"))
    of_topics.examples = [SimpleNamespace(fields={"topic": name}) for name in ("bug", "billing", "bug")]
    targets = gate_targets(of_topics)
    assert [one.id for one in targets] == ["accuracy[bug]", "accuracy[billing]"]
    found = decide_gate(targets, rich_table())
    assert [one.measurement.n_examples for one in found if one.measurement] == [50, 50]
    assert "accuracy of topic = bug is 0.900" in found[0].reason


def test_where_limits_the_examples() -> None:
    one = decide(target("accuracy", min=0.5, where={"topic": ("bug",)}), rich_table())
    assert one.measurement is not None
    assert one.measurement.n_examples == 50
    assert "accuracy of the suite where topic is bug" in one.reason


RUN = Path("/project/baseline.json")
GONE = Incompatibility("missing", "it does not exist", "store one")


@pytest.mark.parametrize(
    ("mine", "theirs", "bounds", "status"),
    [
        (90, 90, {"min": -0.02}, DecisionStatus.PASS),
        (85, 90, {"min": -0.02}, DecisionStatus.FAIL),
        (85, 90, {"min": -0.02, "confidence": 0.95}, DecisionStatus.INCONCLUSIVE),
        (90, 90, {"min": -0.05, "confidence": 0.95}, DecisionStatus.PASS),
        (60, 90, {"min": -0.05, "confidence": 0.95}, DecisionStatus.FAIL),
    ],
)
def test_bounds_against_a_stored_run_are_on_the_difference(
    mine: int, theirs: int, bounds: dict[str, float], status: DecisionStatus
) -> None:
    one = target("accuracy", against=(RUN,), **bounds)
    decision = decide(one, rich_table(mine), references={RUN: Reference(rich_table(theirs))})
    assert decision.status is status, decision.reason
    assert decision.measurement is not None
    assert decision.measurement.value == pytest.approx((mine - theirs) / 100)
    assert "against baseline.json" in decision.reason


def test_a_missing_stored_run_is_no_pass() -> None:
    decision = decide(
        target("accuracy", min=-1.0, against=(RUN,)), rich_table(), references={RUN: Reference(problem=GONE)}
    )
    assert decision.status is DecisionStatus.NOT_EVALUATED
    assert "the stored run baseline.json cannot be compared with: it does not exist" in decision.reason
    other = replace(rich_table(), examples=tuple(f"other-{i}" for i in range(100)))
    decision = decide(target("accuracy", min=-1.0, against=(RUN,)), rich_table(), references={RUN: Reference(other)})
    assert decision.status is DecisionStatus.NOT_EVALUATED
    assert "no cases in common" in decision.reason


def test_metrics_that_compare_runs_get_the_run() -> None:
    one = target("target_drop", max=0.2, against=(RUN,))
    decision = decide(one, rich_table(80), references={RUN: Reference(rich_table(90))})
    assert decision.measurement is not None
    assert decision.measurement.value == pytest.approx(0.1)


def operators_table(shares: tuple[float, ...], examples: int = 200, seed: int = 0) -> Table:
    """One variant an operator, each right for its share of the examples."""
    cells = (np.random.default_rng(seed).random((examples, len(shares))) < np.array(shares)).astype(float)
    names = tuple(f"f.op{i}" for i in range(len(shares)))
    ids_ = tuple(f"ex-{i}" for i in range(examples))
    return Table(cells, cells, np.ones(examples), names, names, ("f",) * len(shares), ids_)


@pytest.mark.parametrize("correction", ["holm", "benjamini-hochberg", "max"])
def test_corrections_make_fewer_decisions_never_others(correction: str) -> None:
    shares = (0.99, 0.93, 0.9, 0.87, 0.8, 0.7)
    data = operators_table(shares)
    plain = gate("accuracy", min=0.9, per="operator", confidence=0.95)
    corrected = gate("accuracy", min=0.9, per="operator", confidence=0.95, correction=correction)
    names = tuple(f"f.op{i}" for i in range(len(shares)))
    alone = decide_gate(gate_targets(suite(plain, operators=names)), data)
    together = decide_gate(gate_targets(suite(corrected, operators=names)), data)
    undecided = DecisionStatus.INCONCLUSIVE
    assert alone[0].status is DecisionStatus.PASS
    assert alone[-1].status is DecisionStatus.FAIL
    for one, other in zip(alone, together, strict=True):
        assert other.status in (one.status, undecided)
    assert together[-1].status is DecisionStatus.FAIL
    assert sum(one.status is undecided for one in together) >= sum(one.status is undecided for one in alone)


@pytest.mark.parametrize("correction", ["none", "holm", "benjamini-hochberg", "max"])
def test_a_correction_keeps_the_chance_of_any_false_fail(correction: str) -> None:
    """Twenty operators at the bound exactly: without a correction one of them fails often."""
    wanted = gate("accuracy", min=0.9, per="operator", confidence=0.95, correction=correction)
    names = tuple(f"f.op{i}" for i in range(20))
    targets = gate_targets(suite(wanted, operators=names))
    failed = 0
    for seed in range(25):
        found = decide_gate(targets, operators_table((0.9,) * 20, 80, seed))
        failed += any(one.status is DecisionStatus.FAIL for one in found)
    assert (failed >= 6) if correction == "none" else (failed <= 3)


def test_the_noise_floor_is_taken_off() -> None:
    data = rich_table(90)
    quiet = NoiseFloor(data.examples, np.ones(100), np.zeros(100))
    noisy = NoiseFloor(data.examples, np.ones(100) * 2, np.where(np.arange(100) < 8, 1.0, 0.0))
    assert noisy.rate == pytest.approx(0.04)
    wanted = target("consistency", min=0.93)
    assert decide(wanted, data, noise=quiet).status is DecisionStatus.FAIL
    decision = decide(wanted, data, noise=noisy)
    assert decision.status is DecisionStatus.PASS
    assert decision.measurement is not None
    assert decision.measurement.value == pytest.approx(1 - (0.1 - 0.04) / (1 - 0.08))
    assert decision.noise == pytest.approx(0.04)
    assert "after 0.040 was subtracted for flips between identical prompts" in decision.reason
    flips = decide(target("flip_rate", max=0.07), data, noise=noisy)
    assert flips.measurement is not None
    assert flips.measurement.value == pytest.approx(0.06 / 0.92)
    assert decide(target("accuracy", min=0.93), data, noise=noisy).status is DecisionStatus.FAIL


@pytest.mark.parametrize("answers", [2, 5])
@pytest.mark.parametrize(("flips", "wrong"), [(0.0, 0.03), (0.1, 0.05), (0.3, 0.1)])
def test_taking_the_noise_off_recovers_the_flip_rate_without_noise(answers: int, flips: float, wrong: float) -> None:
    """A server that gives another answer in a share `wrong` of calls: the estimate is right for two answers, and with
    more of them on the safe side."""
    rng = np.random.default_rng(3)
    n, m = 4000, 8

    def heard(said: np.ndarray) -> np.ndarray:
        other = (said + rng.integers(1, answers, said.shape)) % answers
        return np.where(rng.random(said.shape) < wrong, other, said)

    meant = rng.integers(0, answers, (n, 1)).repeat(m, axis=1)
    moved = np.where(rng.random((n, m)) < flips, (meant + 1) % answers, meant)
    clean, again = heard(meant[:, :1]), heard(meant)
    agrees = (heard(moved) == clean).astype(float)
    ids = tuple(map(str, range(n)))
    floor = NoiseFloor(ids, np.full(n, float(m)), (again != clean).sum(axis=1).astype(float))
    statistic = floor.taken_off(Ratio((1 - agrees).sum(axis=1), np.full(n, float(m))), ids, -1.0)
    found = float(statistic.reduce(statistic.parts.sum(axis=0)[None, :])[0])
    assert found == pytest.approx(flips, abs=0.015) if answers == 2 else -0.01 <= found - flips <= 0.08


def test_a_server_that_answers_at_random_leaves_nothing_to_tell() -> None:
    data = rich_table(90)
    floor = NoiseFloor(data.examples, np.ones(100), np.where(np.arange(100) < 60, 1.0, 0.0))
    decision = decide(target("consistency", min=0.1), data, noise=floor)
    assert decision.status is DecisionStatus.FAIL


def test_inconclusive_may_be_a_warning() -> None:
    warned = decide(target("accuracy", min=0.9, confidence=0.95, inconclusive="warn"), table(95))
    assert warned.status is DecisionStatus.INCONCLUSIVE
    assert not warned.passed
    assert warned.tolerated
    assert not decide(target("accuracy", min=0.9, confidence=0.95), table(95)).tolerated
    assert not decide(target("accuracy", min=0.99, confidence=0.95, inconclusive="warn"), table(50)).tolerated
