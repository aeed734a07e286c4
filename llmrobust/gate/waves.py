"""Sequential mode: examples are sent in waves, and a gate is decided as soon as that is certain.

Half of a gate's error rate is spent on the looks after each wave (`stats.anytime_interval`), the other half on the
interval of the whole suite, if that is needed; groups of a gate with a `correction` share it evenly. A gate without
`confidence` compares the value of the whole suite, which a random part of it estimates at 95 %; at the end it is that
value itself. Only shares can be decided early: what is a function of several sums, is compared with other
runs or has the noise floor taken off waits for all of its cases.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from llmrobust.gate.decide import REPORTED, between, decide_gate
from llmrobust.gate.decision import Decision, DecisionStatus, GateTarget
from llmrobust.gate.low_mass import doubted
from llmrobust.gate.messages import bound_of, measured, verdict, worst_examples
from llmrobust.gate.noise_floor import EXCESS, NoiseFloor
from llmrobust.gate.reference_runs import References
from llmrobust.gate.targets import gate_targets, selected_columns, selected_examples
from llmrobust.gate.unreviewed import without_unreviewed
from llmrobust.metrics import METRICS, Metric, Ratio, Table, selections
from llmrobust.metrics.clusters import by_cluster
from llmrobust.metrics.values_and_intervals import measure_selection
from llmrobust.plan import Case, Plan
from llmrobust.seeds import Stream
from llmrobust.stats import anytime_interval
from llmrobust.suitefile.suite import GateSpec

FIRST = 16
"""Examples (or clusters of them) of the first wave."""
GROWTH = 1.3
"""Each wave's examples, as a multiple of those of the one before."""


@dataclass(frozen=True, slots=True)
class _Watch:
    """A decision that may be made early. most: the largest denominator of an example, or of a cluster of examples.
    population: ids of all examples that it looks at; units: how many independent ones they are (clusters, or all)."""

    target: GateTarget
    metric: Metric
    confidence: float
    most: float
    population: frozenset[str]
    units: int


class Waves:
    """Which cases of a suite are sent next, until all of its gates are decided.

    Deterministic: the same plan and the same answers give the same waves in every process.
    """

    def __init__(self, plan: Plan):
        self._plan = plan
        columns = plan.columns()
        self._open = {target.id: target for target in gate_targets(plan.suite, columns)}
        together: dict[str, list[str]] = {}
        for example in plan.suite.examples:
            together.setdefault(example.id if example.cluster is None else f"\0{example.cluster}", []).append(
                example.id
            )
        self._order = Stream(plan.suite.seed, "waves").sample(list(together.values()), len(together))
        self._groups = Counter(id(one.gate) for one in self._open.values())
        self._looks = {
            name: (
                set() if _reads_originals(one) else selected_columns(one, columns),
                selected_examples(one, plan.suite),
            )
            for name, one in self._open.items()
        }
        self._watched = {name: watch for name, one in self._open.items() if (watch := self._watch(one)) is not None}
        self._by_example: dict[str, list[Case]] = {}
        for case in plan.cases:
            self._by_example.setdefault(case.example.id, []).append(case)
        self._asked = 0
        self._size = float(FIRST)
        self._found: dict[str, Decision] = {}
        self.waves = 0

    def next(self) -> list[Case]:
        """The cases of the next wave; none if everything is decided or sent."""
        while self._open and self._asked < len(self._order):
            wave = self._order[self._asked : self._asked + round(self._size)]
            self._asked += len(wave)
            self._size *= GROWTH
            cases = [case for members in wave for name in members for case in self._needed(name)]
            if cases:
                self.waves += 1
                return cases
        return []

    def tell(self, table: Table) -> None:
        """The answers so far. table: of all cases sent so far."""
        if table.unanswered:
            self._asked = len(self._order)
        if self._asked == len(self._order):
            return  # what is open is decided at the end
        for name, watch in self._watched.items():
            if name in self._open:
                decision = self._look(watch, table)
                if decision is not None:
                    self._found[name] = decision
                    del self._open[name]

    def finish(
        self, table: Table, references: References | None = None, noise: NoiseFloor | None = None
    ) -> dict[str, Decision]:
        """All decisions by id, with the still open ones decided on the table of everything that was sent."""
        seed = self._plan.suite.seed
        together: dict[tuple[int, str], list[GateTarget]] = {}
        for name, target in self._open.items():
            together.setdefault((id(target.gate), name if name in self._watched else ""), []).append(target)
        for (_, watched), targets in together.items():
            gate = self._last_look(targets[0].gate) if watched else targets[0].gate
            asked = [replace(target, gate=gate) for target in targets]
            decisions = decide_gate(asked, table, seed, METRICS, references, noise, self._plan.suite.answer)
            for target, decision in zip(targets, decisions, strict=True):
                self._found[target.id] = replace(decision, target=target)
        order = gate_targets(self._plan.suite, self._plan.columns())
        decided = doubted((self._found[target.id] for target in order), self._plan.suite, table)
        return {one.id: one for one in without_unreviewed(decided, self._plan.suite, self._plan.columns())}

    def _watch(self, target: GateTarget) -> _Watch | None:
        gate, metric = target.gate, METRICS.get(target.gate.metric)
        if not can_stop_early(gate, self._plan):
            return None
        columns, examples = self._looks[target.id]
        cells: dict[str, set[str]] = {}
        clusters: dict[str, str] = {}
        for case in self._plan.cases:
            if case.example.id in examples and (
                case.is_original if _reads_originals(target) else case.column in columns
            ):
                cells.setdefault(case.example.id, set()).add(case.column)
                clusters[case.example.id] = case.example.id if case.example.cluster is None else case.example.cluster
        if not cells:
            return None
        weights: Counter[str] = Counter()
        for name, columns_of in cells.items():
            weights[clusters[name]] += 1 if metric.unit == "example" else len(columns_of)
        most = float(max(weights.values()))
        confidence = gate.confidence or REPORTED
        if gate.confidence is not None:
            confidence = _half(confidence, self._sharing(gate))
        return _Watch(target, metric, confidence, most, frozenset(cells), len(weights))

    def _sharing(self, gate: GateSpec) -> int:
        """How many decisions share the error rate of a gate."""
        return self._groups[id(gate)] if gate.correction != "none" else 1

    def _last_look(self, gate: GateSpec) -> GateSpec:
        """The gate with the rest of its error rate, for when all of its cases are run."""
        if gate.confidence is None:
            return gate
        return replace(gate, confidence=_half(gate.confidence, self._sharing(gate)), correction="none")

    def _needed(self, example: str) -> list[Case]:
        """The cases of an example that open decisions look at, with the unperturbed ones where there are any."""
        cases = self._by_example.get(example, [])
        looks = [self._looks[name] for name in self._open]
        wanted: set[str] = set().union(*(columns for columns, examples in looks if example in examples))
        clean = any(example in self._looks[name][1] and _reads_originals(one) for name, one in self._open.items())
        perturbed = [case for case in cases if not case.is_original and case.column in wanted]
        originals = [case for case in cases if case.is_original] if perturbed or clean else []
        return originals + perturbed

    def _look(self, watch: _Watch, table: Table) -> Decision | None:
        """The decision, if it is certain by now."""
        target, gate = watch.target, watch.target.gate
        part = next(
            (one for name, one in selections(table, gate.per, gate.over, gate.where) if name == target.group), None
        )
        if part is None:
            return None
        part = part.rows(np.array([name in watch.population for name in part.examples], dtype=bool))
        ratio = by_cluster(watch.metric.statistic(part), part.clusters) if part.examples else None
        if not isinstance(ratio, Ratio) or not ratio.denominator.any():
            return None
        finite = watch.units if gate.confidence is None else None
        reach = watch.metric.range
        interval = anytime_interval(ratio.numerator, ratio.denominator, watch.most, reach, watch.confidence, finite)
        status = between(gate, interval.low, interval.high)
        if status is DecisionStatus.INCONCLUSIVE:
            return None
        m = measure_selection(part, watch.metric, gate.per, target.group, gate.over, watch.confidence)
        m = replace(m, low=interval.low, high=interval.high)
        bound = bound_of(gate)
        early = (len(part.examples), len(watch.population))
        when = f"certain after {early[0]:,} of {early[1]:,} examples"
        reason = f"{measured(m, target, None)}; {verdict(m, status, gate)}; {when}"
        worst = () if status is DecisionStatus.PASS else worst_examples(watch.metric, part)
        return Decision(
            id=target.id,
            target=target,
            status=status,
            measurement=m,
            bound=bound,
            reason=reason,
            remedy="",
            worst=worst,
            early=early,
        )


def can_stop_early(gate: GateSpec, plan: Plan) -> bool:
    """Whether a part of the examples can decide a gate."""
    metric = METRICS.get(gate.metric)
    noisy = gate.metric in EXCESS and bool(plan.probes)
    lacks = gate.against or {"field", "reference", "severities"} & set(metric.needs)
    return metric.interval in ("proportion", "difference") and not lacks and not noisy and gate.of is None


def _reads_originals(target: GateTarget) -> bool:
    """Whether a decision looks at unperturbed prompts alone, whether or not any operator applies to them."""
    gate = target.gate
    return METRICS.get(gate.metric).reads == "clean" and gate.per == "suite" and gate.over is None and not gate.where


def _half(confidence: float, groups: int) -> float:
    """The confidence of one of two looks at one of several groups that share a gate's error rate."""
    return 1 - (1 - confidence) / (2 * groups)
