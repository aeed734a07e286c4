"""The decisions: estimates and intervals against bounds, one error rate for all groups of a gate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from llmrobust.gate.decision import Decision, DecisionStatus, GateTarget
from llmrobust.gate.judge_evidence import trusted
from llmrobust.gate.low_mass import doubted
from llmrobust.gate.messages import bound_of, measured, remedy, selection_of, shared_error, verdict, worst_examples
from llmrobust.gate.noise_floor import EXCESS, NoiseFloor
from llmrobust.gate.reference_runs import References, found_references
from llmrobust.gate.targets import gate_targets
from llmrobust.gate.unreviewed import without_unreviewed
from llmrobust.metrics import METRICS, Measurement, Metric, Ratio, Sums, Table, selections
from llmrobust.metrics.across_runs import aligned_to, counterparts
from llmrobust.metrics.clusters import by_cluster
from llmrobust.metrics.table import NO_CASE, UNREAD
from llmrobust.metrics.values_and_intervals import Estimate, estimate_of, estimated, known_cells
from llmrobust.registry import Registry
from llmrobust.score import canonical_answer
from llmrobust.score.opinions import Agreement
from llmrobust.stats import Correction, adjusted, max_deviation
from llmrobust.suitefile.suite import SCOPES, AnswerSpec, GateSpec, Suite

ROUNDING = 1e-9
"""A value that misses its bound by less than this misses it by the rounding of floating-point sums only."""
REPORTED = 0.95
"""The confidence of the interval that is shown for a gate that compares the estimate."""
RESAMPLES = 2000
NOTHING_COMMON = "the two runs have no cases in common"
NO_PROBABILITIES = "the other run has no label probabilities (`llmrobust baseline save --full` keeps them)"
SUREST = 1 - 1e-9
"""The largest confidence used for an interval."""
_STEPS = 40
"""Halvings in the search for the confidence at which an interval touches a bound."""


def evaluate(
    suite: Suite,
    table: Table,
    references: References | None = None,
    noise: NoiseFloor | None = None,
    agreement: Agreement | None = None,
) -> list[Decision]:
    """Every decision of a suite's gates on the table of all its cases.

    agreement: of the suite's judge with people, for `check: judge`; without it nothing is decided there.
    """
    columns = dict(zip(table.columns, zip(table.families, table.operators, strict=True), strict=True))
    targets = gate_targets(suite, columns)
    found: dict[str, Decision] = {}
    for gate in suite.gates:
        mine = [target for target in targets if target.gate is gate]
        found |= {one.id: one for one in decide_gate(mine, table, suite.seed, METRICS, references, noise, suite.answer)}
    made = doubted((found[target.id] for target in targets), suite, table)
    return trusted(without_unreviewed(made, suite, columns), suite, agreement)


def decide(
    target: GateTarget,
    table: Table,
    seed: int = 0,
    registry: Registry[Metric] = METRICS,
    references: References | None = None,
    noise: NoiseFloor | None = None,
) -> Decision:
    """The decision of one gate that has a single group; see `decide_gate`."""
    return decide_gate([target], table, seed, registry, references, noise)[0]


def decide_gate(
    targets: Sequence[GateTarget],
    table: Table,
    seed: int = 0,
    registry: Registry[Metric] = METRICS,
    references: References | None = None,
    noise: NoiseFloor | None = None,
    answer: AnswerSpec | None = None,
) -> list[Decision]:
    """The decisions of one gate, one a group, on the table of all cases of its suite.

    answer: how the suite reads answers, for metrics that look for the answer that a field of the examples names.

    Without `confidence` the estimate is compared with the bound. With it, the interval is: PASS if all of it meets
    the bound, FAIL if none of it does, else INCONCLUSIVE; with a `correction` the groups share one error rate. Raises
    GateError for an unknown metric.
    """
    if not targets:
        return []
    gate = targets[0].gate
    metric = registry.get(gate.metric)
    bound = bound_of(gate)
    if table.unanswered:
        reason = f"{table.unanswered:,} of the suite's requests got no answer; gates are not decided on incomplete data"
        advice = "find out why the requests failed, then run again"
        return [_not_evaluated(one, bound, "unanswered", reason, advice) for one in targets]
    others, said, problem = found_references(gate, references or {})
    if problem is not None:
        return [_not_evaluated(one, bound, problem.kind, problem.reason, problem.remedy) for one in targets]
    if gate.of is not None:
        if gate.of not in table.parts or any(gate.of not in other.parts for other in others):
            why = f"the answers are not compared by a field {gate.of}"
            advice = "name it in answer.fields, and compare with runs that have it"
            return [_not_evaluated(one, bound, "unknown-field", why, advice) for one in targets]
        table, others, noise = table.parts[gate.of], [other.parts[gate.of] for other in others], None
    if gate.by is not None:
        by = table.fields.get(gate.by)
        if by is not None and answer is not None and "answer-field" in metric.needs:
            read = [canonical_answer(value, answer) for value in by]
            if None in read:
                why = f'the {gate.by} "{by[read.index(None)]}" is not among the answers of the suite'
                advice = f"{gate.metric} needs an answer in {gate.by}"
                return [_not_evaluated(one, bound, "unknown-answer", why, advice) for one in targets]
            by = tuple(one for one in read if one is not None)
        table = replace(table, by=by)
    if "reference" in metric.needs:
        table = replace(table, references=tuple(others))
    parts = dict(selections(table, gate.per, gate.over, gate.where))
    estimates = {
        group: _estimate(metric, part, gate, others, noise, seed) for group, part in parts.items() if part.examples
    }
    wanted = {target.group: target for target in targets}
    known = {group: one for group, one in estimates.items() if group in wanted and not one.undefined}
    reach = _reach(gate, known, seed)
    statuses = _statuses(gate, known)
    decisions = []
    for target in targets:
        estimate = estimates.get(target.group)
        if estimate is None:
            kind = "no example" if gate.per not in ("suite", "family", "operator", "variant") else "no case"
            why = f"{kind} of {selection_of(target)}: its operators changed no prompt"
            advice = "remove the gate, or choose operators that apply to the prompts"
            decisions.append(_not_evaluated(target, bound, "no-cases", why, advice))
            continue
        m = estimate.measurement(gate.per, target.group, gate.confidence or REPORTED, gate.over)
        if target.group in reach:
            m = replace(m, low=reach[target.group][0], high=reach[target.group][1])
        unread = _unread(metric, parts[target.group])
        if unread:
            decisions.append(_not_evaluated(target, bound, "unread", unread, "look at the model's output", m))
            continue
        if m.value is None:
            why = f"{gate.metric} is undefined: {m.undefined}"
            decisions.append(_not_evaluated(target, bound, "undefined", why, f"it is {metric.formula}", m))
            continue
        status = statuses.get(target.group) or _compare(gate, m)
        taken = None
        if noise is not None and gate.metric in EXCESS and not gate.against:
            taken = noise.rate_of(parts[target.group].examples)
        alone = _compare(gate, m)
        shared = f"; {shared_error(gate, len(known), alone)}" if status is not alone else ""
        lost = ""
        if gate.baseline is not None and "reference" not in metric.needs and not gate.where:
            lost = _uncompared(metric, gate, target.group, parts[target.group], others[0])
        judged = f"{measured(m, target, taken)}; {verdict(m, alone, gate)}{shared}"
        reason = "; ".join(filter(None, (judged, said, lost)))
        worst = () if status is DecisionStatus.PASS else worst_examples(metric, parts[target.group])
        decisions.append(
            Decision(
                id=target.id,
                target=target,
                status=status,
                measurement=m,
                bound=bound,
                reason=reason,
                remedy=remedy(metric, target, m, status),
                worst=worst,
                noise=taken,
            )
        )
    return decisions


def _unread(metric: Metric, part: Table) -> str:
    """Why a selection with only unparsed answers cannot be judged; empty if some were parsed."""
    answers = part.answers
    if answers is None:
        return ""
    perturbed, clean = answers.given[answers.given != NO_CASE], answers.clean[answers.clean != NO_CASE]
    if metric.reads != "clean" and perturbed.size and (perturbed == UNREAD).all():
        return "none of its answers could be parsed"
    if (metric.paired or metric.reads == "clean") and clean.size and (clean == UNREAD).all():
        return "none of the answers to its unperturbed prompts could be parsed"
    return ""


def _estimate(
    metric: Metric, part: Table, gate: GateSpec, others: Sequence[Table], noise: NoiseFloor | None, seed: int
) -> Estimate:
    """What a gate judges: the metric, its excess over the noise floor, or its difference to another run."""
    if others and "reference" not in metric.needs:
        return difference(metric, part, others[0], seed, gate.per != "variant")
    whole = gate.per == "suite" and gate.over is None and not gate.where
    estimate = estimated(part, [metric], whole, seed, RESAMPLES)[0]
    sign = EXCESS.get(metric.name)
    if noise is None or sign is None or estimate.undefined or noise.rate_of(part.examples) == 0:
        return estimate
    share = metric.statistic(part)
    if not isinstance(share, Ratio):
        return estimate
    left = by_cluster(noise.taken_off(share, part.examples, sign), part.clusters)
    made = estimate_of(replace(metric, interval="bca"), left, 0, seed, RESAMPLES)
    return replace(
        estimate,
        metric=made.metric,
        statistic=made.statistic,
        value=made.value,
        totals=made.totals,
        n_drawn=made.n_drawn,
    )


def difference(metric: Metric, part: Table, other: Table, seed: int, by_use: bool = True) -> Estimate:
    """This run's metric minus the other's, over the cases that both have, examples resampled in pairs.

    by_use: as in `counterparts`.
    """
    both = paired(metric, part, other, by_use)
    if both is None:
        theirs = other.answers
        lacks = (metric.reads == "probabilities" and (theirs is None or theirs.probabilities is None)) or (
            metric.reads == "mass" and (theirs is None or theirs.mass is None)
        )
        return Estimate(metric, None, math.nan, 0, 0, 0, 0, undefined=NO_PROBABILITIES if lacks else NOTHING_COMMON)
    common = known_cells(metric, both[0])
    first, second = (metric.statistic(one) for one in both)
    width = first.parts.shape[1]
    both_parts = np.concatenate([first.parts, second.parts], axis=1)
    statistic = Sums(both_parts, lambda totals: first.reduce(totals[:, :width]) - second.reduce(totals[:, width:]))
    low, high = metric.range
    changed = replace(metric, interval="bca", range=(low - high, high - low))
    grouped = by_cluster(statistic, both[0].clusters)
    made = estimate_of(changed, grouped, int(common.sum()), seed, RESAMPLES)
    n_variants = int(common.any(axis=0).sum())
    return replace(made, n_examples=len(both[0].examples), n_variants=n_variants, n_clusters=both[0].n_clusters)


def paired(metric: Metric, part: Table, other: Table, by_use: bool = True) -> tuple[Table, Table] | None:
    """Both runs' tables of nothing but the cases that a metric knows in both, in this one's rows.

    None where there is no such case.
    """
    theirs = aligned_to(part, other, own_columns=True)
    first, second = counterparts(known_cells(metric, part), known_cells(metric, theirs), part, theirs, by_use)
    keep: NDArray[np.bool_] = np.asarray(first.any(axis=1))
    if metric.reads == "clean":
        keep = ~(np.isnan(part.clean_correct) | np.isnan(theirs.clean_correct))
    if not keep.any():
        return None
    return _only(part, first, keep), _only(theirs, second, keep)


def _uncompared(metric: Metric, gate: GateSpec, group: str, part: Table, other: Table) -> str:
    """A note on how many cases of a group have no counterpart in the run that it is compared with."""
    both = paired(metric, part, other, gate.per != "variant")
    theirs = dict(selections(other, gate.per, gate.over)) if gate.per in SCOPES else {}
    if both is None or metric.reads == "clean":
        return ""
    counts = []
    for whole, used, whose in ((part, both[0], "this run's"), (theirs.get(group), both[1], "the baseline's")):
        lost = 0 if whole is None else int(known_cells(metric, whole).sum() - known_cells(metric, used).sum())
        if lost > 0:
            counts.append(f"{lost:,} of {whose}")
    return f"{' and '.join(counts)} cases have no counterpart" if counts else ""


def _only(table: Table, common: NDArray[np.bool_], keep: NDArray[np.bool_]) -> Table:
    """The table with unknown cells where the two runs have no case in common."""
    blank = np.where(common, 1.0, np.nan)
    masked = replace(
        table,
        correct=table.correct * blank if common.any() else table.correct,
        agrees=table.agrees * blank if common.any() else table.agrees,
        moves=None if table.moves is None else table.moves * blank,
        answers=table.answers if table.answers is None or not common.any() else table.answers.only(common),
    )
    return masked.rows(keep)


def _reach(gate: GateSpec, known: Mapping[str, Estimate], seed: int) -> dict[str, tuple[float, float]]:
    """Simultaneous intervals of all groups, if the gate has `correction: max`.

    The largest standardised deviation of any group over resamples gives the number of standard errors that covers all
    of them at once; each group's interval uses the corresponding confidence.
    """
    if gate.correction != "max" or gate.confidence is None or not known:
        return {}
    names = list(known)
    drawn = np.stack([known[name].draws(RESAMPLES, seed) for name in names], axis=1)
    estimates = np.array([known[name].value for name in names])
    usable = np.nan_to_num(drawn, nan=0.0) + np.where(np.isnan(drawn), estimates, 0.0)
    times = max_deviation(estimates, usable, gate.confidence)
    together = min(2 * NormalDist().cdf(times) - 1, SUREST)
    found = {}
    for name in names:
        interval = known[name].interval(max(together, gate.confidence))
        if interval is not None:
            found[name] = (interval.low, interval.high)
    return found


def _statuses(gate: GateSpec, known: Mapping[str, Estimate]) -> dict[str, DecisionStatus]:
    """Statuses after Holm's or Benjamini and Hochberg's correction, for gates that ask for one."""
    if gate.correction not in ("holm", "benjamini-hochberg") or gate.confidence is None:
        return {}
    tail = (1 - gate.confidence) / 2
    method: Correction = "holm" if gate.correction == "holm" else "benjamini-hochberg"
    names = list(known)
    passing = adjusted([_tail_of(known[name], gate, True) for name in names], method)
    failing = adjusted([_tail_of(known[name], gate, False) for name in names], method)
    found = {}
    for name, meets, misses in zip(names, passing, failing, strict=True):
        found[name] = (
            DecisionStatus.PASS
            if meets <= tail
            else DecisionStatus.FAIL
            if misses <= tail
            else DecisionStatus.INCONCLUSIVE
        )
    return found


def _tail_of(estimate: Estimate, gate: GateSpec, meets: bool) -> float:
    """One-sided p-value that a gate's bounds are missed (meets), or met (not meets): from the widest interval that
    still shows it."""

    def is_clear_at(confidence: float) -> bool:
        interval = estimate.interval(confidence)
        if interval is None:
            return False
        status = between(gate, interval.low, interval.high)
        return status is (DecisionStatus.PASS if meets else DecisionStatus.FAIL)

    low, high = 0.0, 1.0
    if not is_clear_at(1e-6):
        return 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if is_clear_at(min(max(middle, 1e-6), 1 - 1e-12)):
            low = middle
        else:
            high = middle
    return (1 - low) / 2


def _not_evaluated(
    target: GateTarget, bound: str, cause: str, why: str, advice: str, measurement: Measurement | None = None
) -> Decision:
    status = DecisionStatus.NOT_EVALUATED
    return Decision(target.id, target, status, measurement, bound, f"not evaluated: {why}", advice, cause=cause)


def _compare(gate: GateSpec, m: Measurement) -> DecisionStatus:
    """Compare the estimate, or with a confidence the interval, with the bounds."""
    if gate.confidence is None:
        return between(gate, m.value, m.value)
    return between(gate, m.low, m.high)


def between(gate: GateSpec, low: float | None, high: float | None) -> DecisionStatus:
    """PASS if everything from low to high meets the bounds, FAIL if nothing does."""
    if low is None or high is None:
        return DecisionStatus.INCONCLUSIVE
    lowest = -math.inf if gate.min is None else gate.min
    highest = math.inf if gate.max is None else gate.max
    if low >= lowest - ROUNDING and high <= highest + ROUNDING:
        return DecisionStatus.PASS
    misses = high < lowest - ROUNDING or low > highest + ROUNDING
    return DecisionStatus.FAIL if misses else DecisionStatus.INCONCLUSIVE
