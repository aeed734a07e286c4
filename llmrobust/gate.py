"""Metrics and bounds -> decisions.

Fail closed: only PASS is a pass. What cannot be measured, or was measured on a part of the data only, is
NOT_EVALUATED; what the interval leaves open is INCONCLUSIVE.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from llmrobust.metrics import METRICS, Measurement, Metric, Table, measure_selection, selections
from llmrobust.metrics.measure import read
from llmrobust.metrics.registry import MetricRegistry
from llmrobust.suitefile.model import GateSpec, Suite

WORST = 3
"""Examples that a decision names."""
ROUNDING = 1e-9
"""A value that misses its bound by less than this misses it by the rounding of floating-point sums only."""
MOST_TIMES = 100
"""Nobody multiplies a suite by more than this to decide a gate."""
REPORTED = 0.95
"""The confidence of the interval that is shown for a gate that compares the estimate."""


class DecisionStatus(StrEnum):
    """What a gate decided; only PASS is a pass."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_EVALUATED = "not evaluated"


@dataclass(frozen=True, slots=True)
class GateTarget:
    """One decision to come, known before anything is run. group: a family or operator, empty for the suite."""

    gate: GateSpec
    group: str
    id: str


@dataclass(frozen=True, slots=True)
class WorstExample:
    """An example that speaks most against the gate: its id, and the columns (`Case.column`) that do."""

    example: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a gate decided and why.

    bound: the bounds in words ("at least 0.95"). reason: one sentence for people. remedy: what would decide it or
    what to look at, empty for a pass. worst: at most three examples, the worst first.
    """

    id: str
    target: GateTarget
    status: DecisionStatus
    measurement: Measurement | None
    bound: str
    reason: str
    remedy: str = ""
    worst: tuple[WorstExample, ...] = ()

    @property
    def passed(self) -> bool:
        """True only for PASS."""
        return self.status is DecisionStatus.PASS


def gate_targets(suite: Suite) -> tuple[GateTarget, ...]:
    """The decisions of a suite's gates, in file order; ids are unique and known before the run.

    `accuracy` for the suite, `consistency[typo]` and `accuracy_drop[typo.keyboard]` for a family or operator. A gate
    that is limited by `over` to one family or operator carries it in the same place.
    """
    uses = [(use.family, use.operator.name) for use in suite.perturb]
    targets: list[GateTarget] = []
    seen: dict[str, int] = {}
    for gate in suite.gates:
        for group in _groups(gate, uses):
            label = group or gate.over
            name = f"{gate.metric}[{label}]" if label else gate.metric
            seen[name] = seen.get(name, 0) + 1
            targets.append(GateTarget(gate, group, name if seen[name] == 1 else f"{name}-{seen[name]}"))
    return tuple(targets)


def evaluate(suite: Suite, table: Table) -> list[Decision]:
    """Every decision of a suite's gates on the table of all its cases."""
    return [decide(target, table, suite.seed) for target in gate_targets(suite)]


def decide(target: GateTarget, table: Table, seed: int = 0, registry: MetricRegistry = METRICS) -> Decision:
    """The decision of one gate on the table of all cases of its suite.

    Without `confidence` the estimate is compared with the bound. With it, the interval is: PASS if all of it meets
    the bound, FAIL if none of it does, else INCONCLUSIVE. Raises GateError for an unknown metric.
    """
    gate = target.gate
    metric = registry.get(gate.metric)
    bound = _bound(gate)
    if table.unanswered:
        reason = f"{table.unanswered:,} of the suite's requests got no answer; nothing is decided on a part of the data"
        return _not_evaluated(target, bound, reason, "find out why the requests failed, and run again")
    found = next(
        ((group, part) for group, part in selections(table, gate.per, gate.over) if group == target.group), None
    )
    if found is None:
        reason = f"no case of {_selection(target)}: its operators changed no prompt"
        return _not_evaluated(target, bound, reason, "remove the gate, or choose operators that apply to the prompts")
    _, part = found
    m = measure_selection(part, metric, gate.per, target.group, gate.over, gate.confidence or REPORTED, seed)
    if m.value is None:
        return _not_evaluated(target, bound, f"{gate.metric} is undefined: {m.undefined}", f"it is {metric.formula}", m)
    status = _compare(gate, m)
    reason = f"{_measured(m, target)}; {_verdict(gate, m, status, bound)}"
    worst = () if status is DecisionStatus.PASS else _worst(metric, part)
    return Decision(target.id, target, status, m, bound, reason, _remedy(gate, m, status), worst)


def _groups(gate: GateSpec, uses: Iterable[tuple[str, str]]) -> list[str]:
    """The groups that a gate decides on, in suite order."""
    if gate.per == "suite":
        return [""]
    kept = [use for use in uses if gate.over in (None, *use)]
    return list(dict.fromkeys(family if gate.per == "family" else operator for family, operator in kept))


def _not_evaluated(
    target: GateTarget, bound: str, why: str, remedy: str, measurement: Measurement | None = None
) -> Decision:
    status = DecisionStatus.NOT_EVALUATED
    return Decision(target.id, target, status, measurement, bound, f"not evaluated: {why}", remedy)


def _compare(gate: GateSpec, m: Measurement) -> DecisionStatus:
    """Compare the estimate, or with a confidence the interval, with the bounds."""
    lowest = -math.inf if gate.min is None else gate.min
    highest = math.inf if gate.max is None else gate.max
    low = high = m.value
    if gate.confidence is not None:
        low, high = m.low, m.high
    if low is None or high is None:
        return DecisionStatus.INCONCLUSIVE
    if low >= lowest - ROUNDING and high <= highest + ROUNDING:
        return DecisionStatus.PASS
    misses = high < lowest - ROUNDING or low > highest + ROUNDING
    return DecisionStatus.FAIL if misses else DecisionStatus.INCONCLUSIVE


def _bound(gate: GateSpec) -> str:
    parts = [f"at least {gate.min:g}"] if gate.min is not None else []
    parts += [f"at most {gate.max:g}"] if gate.max is not None else []
    return " and ".join(parts)


def _selection(target: GateTarget) -> str:
    gate = target.gate
    if target.group:
        return f"{gate.per} {target.group}" + (f" within {gate.over}" if gate.over not in (None, target.group) else "")
    return gate.over or "the suite"


def _measured(m: Measurement, target: GateTarget) -> str:
    """ "accuracy_drop of operator typo.keyboard is 0.083 (95% interval 0.041 to 0.125, 120 examples, 360 cases)"."""
    ends = "no interval"
    if m.low is not None and m.high is not None:
        ends = f"{100 * m.confidence:g}% interval {m.low:.3f} to {m.high:.3f}"
    counts = f"{m.n_examples:,} examples, {m.n_cases:,} cases"
    return f"{m.metric} of {_selection(target)} is {m.value:.3f} ({ends}, {counts})"


def _verdict(gate: GateSpec, m: Measurement, status: DecisionStatus, bound: str) -> str:
    if status is DecisionStatus.PASS:
        return f"the bound is {bound}"
    if status is DecisionStatus.FAIL:
        return f"it must be {bound}"
    if m.low is None:
        return f"it must be {bound}, and too few resamples give a value to tell"
    return f"it must be {bound}, which the interval neither meets nor excludes"


def _remedy(gate: GateSpec, m: Measurement, status: DecisionStatus) -> str:
    """What would decide an inconclusive gate: intervals narrow with the square root of the number of examples."""
    value, low, high = m.value, m.low, m.high
    if status is not DecisionStatus.INCONCLUSIVE or value is None or low is None or high is None:
        return ""
    needed = 0
    for bound in (gate.min, gate.max):
        if bound is None or not low <= bound <= high:
            continue
        reach, distance = (high - value if bound > value else value - low), abs(value - bound)
        if distance == 0 or reach > MOST_TIMES**0.5 * distance:
            return "the estimate lies so near to the bound that more examples are unlikely to decide it"
        needed = max(needed, math.ceil(m.n_examples * (reach / distance) ** 2))
    outcome = "pass" if _meets(gate, value) else "fail"
    return f"about {needed:,} examples instead of {m.n_examples:,} would decide it: {outcome}, if the estimate stays"


def _meets(gate: GateSpec, value: float) -> bool:
    return (gate.min is None or value >= gate.min) and (gate.max is None or value <= gate.max)


def _worst(metric: Metric, table: Table) -> tuple[WorstExample, ...]:
    """The examples with the smallest share of right (or agreeing) cases, and their wrong (or changed) columns.

    For metrics that compare with the unperturbed answer, examples that were right without perturbation come first.
    """
    values = read(metric, table)
    if metric.reads == "clean":
        missed = np.flatnonzero(table.clean_correct < 1)[:WORST]
        return tuple(WorstExample(table.examples[row], ("original",)) for row in missed)
    known = ~np.isnan(values)
    against = known & (values < 1)
    lost = np.where(against, 1 - np.where(known, values, 1), 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    if metric.paired and metric.reads == "correct":
        lost = lost * (1 + np.nan_to_num(table.clean_correct))
    order = np.argsort(-lost, kind="stable")[:WORST]
    return tuple(
        WorstExample(table.examples[row], tuple(table.columns[i] for i in np.flatnonzero(against[row])))
        for row in order
        if lost[row] > 0
    )
