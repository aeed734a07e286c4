"""The texts of decisions."""

from __future__ import annotations

import math

import numpy as np

from llmrobust.gate.decision import DecisionStatus, GateTarget, WorstExample
from llmrobust.metrics import Measurement, Metric, Table
from llmrobust.stats import normal_quantile
from llmrobust.suitefile.suite import SCOPES, GateSpec

WORST = 3
"""Examples that a decision names."""
NEVER = "the estimate is so close to the bound that more examples are unlikely to decide it"
MOST_TIMES = 100
"""Remedies that need more than this many times the examples are not suggested."""


def limits_of(gate: GateSpec) -> str:
    """The bounds as text."""
    parts = [f"at least {gate.min:g}"] if gate.min is not None else []
    parts += [f"at most {gate.max:g}"] if gate.max is not None else []
    return " and ".join(parts)


def bound_of(gate: GateSpec) -> str:
    """The bounds as text, with the runs that the gate compares with."""
    return limits_of(gate) + compared_with(gate)


def compared_with(gate: GateSpec) -> str:
    """The runs that a gate compares with, as text; empty if there are none."""
    names = ["the baseline" if path == gate.baseline else path.name for path in gate.against]
    return f" against {', '.join(names)}" if names else ""


def selection_of(target: GateTarget) -> str:
    """The cases that a decision covers, as text."""
    gate = target.gate
    where = "".join(f" where {name} is {' or '.join(values)}" for name, values in gate.where.items())
    if target.group:
        kind = gate.per if gate.per in SCOPES else f"{gate.per} ="
        inside = f" within {gate.over}" if gate.over not in (None, target.group) else ""
        return f"{kind} {target.group}{inside}{where}"
    return (gate.over or "the suite") + where


def measured(m: Measurement, target: GateTarget, noise: float | None) -> str:
    """ "accuracy_drop of operator typo.keyboard is 0.083 (95% interval 0.041 to 0.125, 120 examples, 360 cases)"."""
    ends = "no interval"
    if m.low is not None and m.high is not None:
        ends = f"{100 * m.confidence:g}% interval {m.low:.3f} to {m.high:.3f}"
    counts = f"{examples_of(m)}, {m.n_cases:,} cases"
    part = "" if target.gate.of is None else f"the answers' {target.gate.of} in "
    said = f"{m.metric} of {part}{selection_of(target)}{compared_with(target.gate)} is {m.value:.3f} ({ends}, {counts})"
    return said if not noise else f"{said} after {noise:.3f} was subtracted for flips between identical prompts"


def examples_of(m: Measurement) -> str:
    """How many examples, and in how many clusters where they belong together: "337 clusters of 1,642 examples"."""
    return (
        f"{m.n_examples:,} examples"
        if m.n_clusters is None
        else f"{m.n_clusters:,} clusters of {m.n_examples:,} examples"
    )


def verdict(m: Measurement, status: DecisionStatus, gate: GateSpec) -> str:
    """How the bound was met or missed."""
    bound = limits_of(gate)
    if status is DecisionStatus.PASS:
        return f"the bound is {bound}"
    if status is DecisionStatus.FAIL:
        return f"it must be {bound}"
    if m.low is None:
        return f"it must be {bound}, but too few resamples have a value to decide"
    return f"it must be {bound}, but the interval neither meets nor excludes that"


def shared_error(gate: GateSpec, decisions: int, alone: DecisionStatus) -> str:
    """Why a correction left open what the interval alone would have decided."""
    return f"alone it would {alone}, but {decisions} decisions share the error rate ({gate.correction})"


def remedy(metric: Metric, target: GateTarget, m: Measurement, status: DecisionStatus) -> str:
    """What would decide an inconclusive gate: the number and kind of examples.

    Intervals narrow with the square root of the number of examples, those of shares of 0 and 1 with the number itself.
    """
    gate, value, low, high = target.gate, m.value, m.low, m.high
    if status is not DecisionStatus.INCONCLUSIVE or value is None or low is None or high is None:
        return ""
    needed = 0
    for bound in (gate.min, gate.max):
        if bound is None or not low <= bound <= high:
            continue
        reach, distance = (high - value if bound > value else value - low), abs(value - bound)
        if distance == 0:
            return NEVER
        if metric.interval == "proportion" and value in (0.0, 1.0):
            needed = max(needed, faultless_examples(1 - distance, m.confidence))
        elif reach > MOST_TIMES**0.5 * distance:
            return NEVER
        else:
            needed = max(needed, math.ceil(m.n_units * (reach / distance) ** 2))
    units = "examples" if m.n_clusters is None else "clusters of examples"
    if needed <= m.n_units:  # a correction for several groups, or few examples that differ, took the rest
        more = f"more than {m.n_units:,} {units}{_which(target)} would decide it"
    else:
        more = f"about {needed:,} {units}{_which(target)} instead of {m.n_units:,} would decide it"
    return f"{more}: {'pass' if _meets(gate, value) else 'fail'}, if the estimate stays"


def faultless_examples(share: float, confidence: float) -> int:
    """How many flawless examples prove that a share is at least this large (Wilson's interval)."""
    z = normal_quantile(confidence)
    return math.ceil(z * z * share / (1 - share)) if share < 1 else 10**9


def _which(target: GateTarget) -> str:
    """Which examples count for a decision."""
    gate, kinds = target.gate, []
    if gate.per in ("family", "operator", "variant") or gate.over is not None:
        kinds.append(f" that {target.group or gate.over} applies to")
    fields = {name: " or ".join(values) for name, values in gate.where.items()}
    if target.group and gate.per not in SCOPES:
        fields[gate.per] = target.group
    if fields:
        kinds.append(" with " + ", ".join(f"{name} = {value}" for name, value in fields.items()))
    return "".join(kinds)


def worst_examples(metric: Metric, table: Table) -> tuple[WorstExample, ...]:
    """The examples with the smallest share of right (or agreeing) cases, and their wrong (or changed) columns.

    For metrics that compare with the unperturbed answer, examples that were right without perturbation come first.
    """
    if metric.reads == "clean":
        missed = np.flatnonzero(table.clean_correct < 1)[:WORST]
        return tuple(WorstExample(table.examples[row], ("original",)) for row in missed)
    values = {"agrees": table.agrees, "moves": table.moved}.get(metric.reads, table.correct)
    if metric.reads in ("answers", "probabilities", "mass", "texts") and not metric.needs_gold:
        values = table.agrees
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


def _meets(gate: GateSpec, value: float) -> bool:
    return (gate.min is None or value >= gate.min) and (gate.max is None or value <= gate.max)
