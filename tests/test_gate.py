"""What gates decide, and in which words."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from llmrobust.errors import GateError, Location
from llmrobust.gate import Decision, DecisionStatus, GateTarget, WorstExample, decide, gate_targets
from llmrobust.metrics import Table
from llmrobust.suitefile.model import GateSpec

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
        cells, cells, np.ones(examples), columns, ("typo.keyboard",) * variants, ("typo",) * variants, names, unanswered
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
        "not evaluated: 3 of the suite's requests got no answer; nothing is decided on a part of the data"
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
    with pytest.raises(GateError, match="unknown metric 'acuracy'"):
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
    assert decision.reason.endswith("it must be at least 0.9, which the interval neither meets nor excludes")
    assert decision.remedy == "about 154 examples instead of 100 would decide it: pass, if the estimate stays"
    assert decide(target("accuracy", min=0.9, confidence=0.95), table(147, examples=155)).passed
    near = decide(target("accuracy", min=0.9, confidence=0.95), table(90))
    assert near.remedy == "the estimate lies so near to the bound that more examples are unlikely to decide it"


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
