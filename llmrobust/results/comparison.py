"""Two runs of the same suites side by side: what broke, what healed, and whether the new one is worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from llmrobust.gate import Decision
from llmrobust.gate.decide import difference, paired
from llmrobust.metrics import METRICS, Metric, Table, selections
from llmrobust.metrics.clusters import cluster_numbers, summed
from llmrobust.results.differences import changed_model, changed_settings
from llmrobust.results.json_reader import lacks, stored_table
from llmrobust.results.pairing import Change, Group, Left, Pair, paired_cases
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import CONFIDENCE, SuiteResult
from llmrobust.stats import mcnemar_p, sign_flip_p

WHOLE = ("clean_accuracy", "accuracy", "consistency", "sensitivity")
"""Compared for a suite."""
FAMILIES = ("accuracy", "consistency")
"""Compared for each family."""
JUDGED = ("accuracy", "consistency", "clean_accuracy")
"""The first of these that both runs have decides whether the new one is worse."""
LEAST_COMMON = 0.5
"""Share of the old run's cases that must be compared for the new one to be called not worse."""


class Outcome(StrEnum):
    """The result of a comparison; only NOT_WORSE lets the new run replace the old one."""

    NOT_WORSE = "not worse"
    WORSE = "worse"
    UNDECIDED = "cannot be compared"


@dataclass(frozen=True, slots=True)
class Effect:
    """A metric in both runs over the same cases.

    scope: "suite" or "family"; group: which, empty for the suite. difference: new - old, with its interval over
    examples at `confidence`. p: two-sided, for no difference; only for the suite.
    """

    metric: str
    scope: str
    group: str
    old: float
    new: float
    difference: float
    low: float | None
    high: float | None
    confidence: float
    n_examples: int
    n_cases: int
    p: float | None = None

    @property
    def sign(self) -> int:
        """1 for a gain and -1 for a loss that the interval or the test shows, else 0; the interval generalises to new
        examples, the test is conditional on these."""
        if (self.high is not None and self.high < 0) or (self.low is not None and self.low > 0):
            return 1 if self.difference > 0 else -1
        certain = self.p is not None and self.p < 1 - self.confidence
        return (1 if self.difference > 0 else -1) if certain and self.difference else 0


@dataclass(frozen=True, slots=True)
class GateChange:
    """A gate in both runs; None where one has no such gate, or decided none."""

    id: str
    old: Decision | None
    new: Decision | None

    @property
    def broke(self) -> bool:
        """Whether it passed and no longer passes; failed requests show nothing about the prompt or model."""
        if self.old is None or self.new is None or self.new.cause == "unanswered":
            return False
        return self.old.passed and not self.new.passed

    @property
    def changed(self) -> bool:
        """Whether its status changed."""
        return (self.old and self.old.status) != (self.new and self.new.status)


@dataclass(frozen=True, slots=True)
class SuiteComparison:
    """A suite in both runs.

    differs: what else changed, as text: prompt, how answers are read, sampling. worse: why the new run is worse.
    undecided: why that cannot be decided. Both are texts, or empty.
    """

    name: str
    old: SuiteResult
    new: SuiteResult
    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]
    left: Left
    effects: tuple[Effect, ...]
    gates: tuple[GateChange, ...]
    differs: tuple[str, ...]
    worse: tuple[str, ...]
    undecided: tuple[str, ...]

    def counts(self) -> Counter[Change]:
        """How many cases broke, healed, changed or stayed."""
        return Counter(pair.change for pair in self.pairs)

    def changed(self, change: Change) -> list[Pair]:
        """The cases with this change."""
        return [pair for pair in self.pairs if pair.change is change]

    @property
    def n_examples(self) -> int:
        """Examples with a case that is compared."""
        return len({pair.new.example for pair in self.pairs} | {group.new[0].example for group in self.groups})


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs. old_label, new_label: the user's names for them. model: how the models differ, as text, or empty."""

    old_label: str
    new_label: str
    old: RunResult
    new: RunResult
    suites: tuple[SuiteComparison, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    model: str

    @property
    def outcome(self) -> Outcome:
        """Whether the new run is worse in any suite."""
        if any(suite.worse for suite in self.suites):
            return Outcome.WORSE
        return Outcome.UNDECIDED if self.undecided else Outcome.NOT_WORSE

    @property
    def worse(self) -> tuple[str, ...]:
        """The reasons why the new run is worse."""
        return tuple(f"{suite.name}: {why}" for suite in self.suites for why in suite.worse)

    @property
    def undecided(self) -> tuple[str, ...]:
        """The reasons why nothing can be decided."""
        found = [f"{suite.name}: {why}" for suite in self.suites for why in suite.undecided]
        found += [f"{name}: only in the old run" for name in self.only_old]
        return tuple(found if self.suites or found else ["the runs have no suites in common"])


def compare(old: RunResult, new: RunResult, labels: tuple[str, str], only: Sequence[str] = ()) -> Comparison:
    """Two runs compared, suite by suite. labels: what the user calls them. only: names of suites, else all.

    Raises ReportError where cases of a run contradict each other.
    """
    before, after = _by_name(old, only), _by_name(new, only)
    suites = tuple(_compared(before[name], after[name], name) for name in before if name in after)
    then, now = old.manifest.model, new.manifest.model
    same = then is not None and now is not None and then.fingerprint == now.fingerprint
    return Comparison(
        *labels,
        old,
        new,
        suites,
        tuple(name for name in before if name not in after),
        tuple(name for name in after if name not in before),
        "" if same else changed_model(then, now),
    )


def _by_name(run: RunResult, only: Sequence[str]) -> dict[str, SuiteResult]:
    """The suites by name; where several have one, by name and path."""
    counts = Counter(suite.name for suite in run.suites)
    return {
        suite.name if counts[suite.name] == 1 else f"{suite.name} ({suite.path})": suite
        for suite in run.suites
        if not only or suite.name in only
    }


def _compared(old: SuiteResult, new: SuiteResult, name: str) -> SuiteComparison:
    pairs, groups, left = paired_cases(old, new)
    cases = (
        [*(pair.old for pair in pairs), *(case for group in groups for case in group.old)],
        [*(pair.new for pair in pairs), *(case for group in groups for case in group.new)],
    )
    effects: tuple[Effect, ...] = ()
    if pairs or groups:
        tables = [stored_table(replace(run, cases=tuple(some))) for run, some in zip((old, new), cases, strict=True)]
        effects = tuple(_effects(tables[0], tables[1], new.seed))
    gates = tuple(_gates(old.decisions, new.decisions))
    found = SuiteComparison(
        name=name,
        old=old,
        new=new,
        pairs=pairs,
        groups=groups,
        left=left,
        effects=effects,
        gates=gates,
        differs=tuple(_differing(old, new)),
        worse=(),
        undecided=(),
    )
    return replace(found, worse=tuple(_worse(found)), undecided=tuple(_undecided(found)))


def _effects(before: Table, after: Table, seed: int) -> Iterator[Effect]:
    for scope, names in (("suite", WHOLE), ("family", FAMILIES)):
        for group, part in selections(after, scope):
            for name in names:
                effect = _effect(METRICS.get(name), before, part, scope, group, seed)
                if effect is not None:
                    yield effect


def _effect(metric: Metric, before: Table, part: Table, scope: str, group: str, seed: int) -> Effect | None:
    """The effect on one metric; None where it is not defined in both."""
    both = paired(metric, part, before)
    made = difference(metric, part, before, seed)
    if both is None or made.undefined:
        return None
    new, old = (_value(metric, one) for one in both)
    interval = made.interval(CONFIDENCE)
    return Effect(
        metric=metric.name,
        scope=scope,
        group=group,
        old=old,
        new=new,
        difference=made.value,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        confidence=CONFIDENCE,
        n_examples=made.n_examples,
        n_cases=made.n_examples if metric.reads == "clean" else made.n_cases,
        p=_p_value(metric, *both, seed) if scope == "suite" else None,
    )


def _value(metric: Metric, table: Table) -> float:
    statistic = metric.statistic(table)
    return float(statistic.reduce(statistic.parts.sum(axis=0)[None, :])[0])


def _p_value(metric: Metric, after: Table, before: Table, seed: int) -> float | None:
    """That both runs are equally good: McNemar's test where each example is one case, else flipped signs (of clusters,
    where examples belong together)."""
    if metric.reads == "clean":
        changes = _by_cluster(after.clean_correct - before.clean_correct, after)
        if not after.clusters and np.isin(changes, (-1.0, 0.0, 1.0)).all():
            return mcnemar_p(int((changes > 0).sum()), int((changes < 0).sum()))
        return sign_flip_p(changes, seed=seed)
    if metric.name not in JUDGED:
        return None
    means = [_example_means(one.agrees if metric.reads == "agrees" else one.correct) for one in (after, before)]
    return sign_flip_p(_by_cluster(means[0] - means[1], after), seed=seed)


def _by_cluster(differences: NDArray[np.float64], table: Table) -> NDArray[np.float64]:
    """Differences summed over the examples that belong together: only whole clusters may change places."""
    if not table.clusters:
        return differences
    return summed(np.nan_to_num(differences), *cluster_numbers(table.clusters))


def _example_means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each row's known values, NaN without any."""
    known = ~np.isnan(values)
    counted = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1)
    return np.where(counted > 0, sums / np.maximum(counted, 1), np.nan)


def _gates(old: Sequence[Decision], new: Sequence[Decision]) -> Iterator[GateChange]:
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    for name in dict.fromkeys([*after, *before]):
        yield GateChange(name, before.get(name), after.get(name))


def _differing(old: SuiteResult, new: SuiteResult) -> Iterator[str]:
    if old.prompt_digest != new.prompt_digest:
        yield "prompt changed"
    if new.answer is not None and (read := changed_settings(old.answer, new.answer)):
        yield f"answers are read differently: {read}"
    if new.sampling is not None and (drawn := changed_settings(old.sampling, new.sampling)):
        yield f"sampling changed: {drawn}"
    for name, then, now in (("seed", old.seed, new.seed), ("repeats", old.repeats, new.repeats)):
        if then != now:
            yield f"{name} was {then} and is {now}"


def judged(comparison: SuiteComparison) -> Effect | None:
    """The effect that decides whether the new run is worse."""
    found = {one.metric: one for one in comparison.effects if one.scope == "suite"}
    return next((found[name] for name in JUDGED if name in found), None)


def _worse(comparison: SuiteComparison) -> Iterator[str]:
    broken = [gate for gate in comparison.gates if gate.broke]
    for gate in broken:
        assert gate.new is not None
        yield f"the gate {gate.id} changed from pass to {gate.new.status}"
    effect = judged(comparison)
    if effect is not None and effect.sign < 0:
        ends = (
            "" if effect.low is None or effect.high is None else f", interval {effect.low:+.3f} to {effect.high:+.3f}"
        )
        test = "" if effect.p is None else f", p {shown_p(effect.p)}"
        yield f"{effect.metric} fell by {-effect.difference:.3f} ({100 * effect.confidence:g}% confidence{ends}{test})"


def shown_p(p: float) -> str:
    """A p-value with three digits."""
    return "< 0.001" if p < 0.0005 else f"{p:.3f}"


def _undecided(comparison: SuiteComparison) -> Iterator[str]:
    for which, suite in (("old", comparison.old), ("new", comparison.new)):
        missing = lacks(suite)
        if missing:
            yield f"the {which} run is incomplete: {missing}"
    if not comparison.pairs and not comparison.groups:
        yield "the runs have no cases in common"
        return
    effect = judged(comparison)
    if effect is None or effect.high is None:
        yield "cannot tell which answers are better: no gold answers, and no answers that must stay"
    there = len(comparison.pairs) + sum(len(group.old) for group in comparison.groups)
    if there < LEAST_COMMON * len(comparison.old.cases):
        yield f"only {there:,} of the old run's {len(comparison.old.cases):,} cases can be compared"
    kept = {_kind(gate.new) for gate in comparison.gates if gate.new is not None}
    for gate in comparison.gates:
        if gate.old is not None and gate.old.passed and _kind(gate.old) not in kept:
            yield f"the gate {gate.id} passed, and the new run has no such gate"


def _kind(decision: Decision) -> tuple[object, ...]:
    """What a gate measures, independent of the names of its groups: variants may be named after the prompt."""
    gate = decision.target.gate
    return gate.metric, gate.per, gate.over, gate.by, tuple(sorted(gate.where.items())), bool(gate.against)
