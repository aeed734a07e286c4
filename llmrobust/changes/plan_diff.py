"""Two plans of a suite side by side: why the suite counts as changed, and which of its cases do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from llmrobust.errors import Location
from llmrobust.plan import CaseKey, Plan
from llmrobust.results.digests import example_digest, prompt_digest, use_digest
from llmrobust.suitefile.suite import GateSpec, OperatorUse, Suite


@dataclass(frozen=True, slots=True)
class SuiteChange:
    """The reasons why a suite counts as changed, and the keys of its cases that do (see `Case.key`).

    No reasons: it did not change. Reasons without cases: no prompt changed, but the evaluation of the answers did.
    """

    reasons: tuple[str, ...] = ()
    cases: frozenset[CaseKey] = frozenset()

    def and_also(self, reasons: Iterable[str], cases: Iterable[CaseKey] = ()) -> SuiteChange:
        """The same with more reasons and cases."""
        return SuiteChange(tuple(dict.fromkeys((*self.reasons, *reasons))), self.cases.union(cases))


def everything(plan: Plan, reason: str) -> SuiteChange:
    """All cases of a plan, for one reason."""
    return SuiteChange((reason,), frozenset(case.key for case in plan.cases))


def compared(then: Plan, now: Plan) -> SuiteChange:
    """What changed from one plan of a suite to another. Places in files, names of files and comments change nothing."""
    old, new = _identities(then), _identities(now)
    changed = frozenset(key for key, identity in new.items() if old.get(key) != identity)
    reasons = list(_reasons(then.suite, now.suite))
    if not reasons and (changed or old.keys() != new.keys()):
        reasons.append("other")
    return SuiteChange(tuple(reasons), changed) if reasons else SuiteChange()


def cases_of_operators(plan: Plan, names: Iterable[str]) -> frozenset[CaseKey]:
    """The cases that come from these operators, alone or as a part of others."""
    wanted = set(names)
    uses = {use.label for use in plan.suite.perturb if wanted & set(operator_versions_of(use))}
    return frozenset(case.key for case in plan.cases if case.use in uses)


def operator_versions_of(use: OperatorUse) -> dict[str, str]:
    """Name and version of every operator that a use brings in: "2", or "2 with en_core_web_sm 3.8.0"."""
    return {operator.name: operator.full_version for operator in (use.operator, *use.params.operators())}


def operator_versions(suite: Suite) -> dict[str, str]:
    """Name and version of every operator of a suite."""
    return {name: version for use in suite.perturb for name, version in operator_versions_of(use).items()}


def other_versions(then: Mapping[str, str | int], now: Mapping[str, str]) -> dict[str, str]:
    """The operators whose version differs, each with the reason to report. then: numbers in older records."""
    return {
        name: f"operator {name}: version {then[name]}, now {version}"
        for name, version in now.items()
        if name in then and str(then[name]) != version
    }


def _identities(plan: Plan) -> dict[CaseKey, tuple[object, ...]]:
    return {
        case.key: (
            case.request.content_hash(),
            case.expected,
            case.relation,
            tuple(sorted(case.answer_map.items())),
            tuple(sorted(case.label_map.items())),
        )
        for case in plan.cases
    }


def _reasons(then: Suite, now: Suite) -> Iterable[str]:
    """The parts of a suite that differ, in the usual order of suite files."""
    if prompt_digest(then) != prompt_digest(now):
        yield "prompt"
    if _examples(then) != _examples(now):
        yield "examples"
    if then.answer != now.answer:
        yield "answer"
    if then.sampling != now.sampling:
        yield "sampling"
    yield from _operators(then.perturb, now.perturb)
    if _gates(then) != _gates(now):
        yield "gate"
    for name in ("seed", "repeats", "noise_floor", "protect", "language", "cases"):
        if getattr(then, name) != getattr(now, name):
            yield name


def _examples(suite: Suite) -> list[tuple[str, str, str | None]]:
    return [(example.id, example_digest(example), example.expected) for example in suite.examples]


def _operators(then: Sequence[OperatorUse], now: Sequence[OperatorUse]) -> Iterable[str]:
    old, new = ({use.label: use_digest(use) for use in uses} for uses in (then, now))
    for label in dict.fromkeys((*old, *new)):
        if label not in old:
            yield f"operator {label}: added"
        elif label not in new:
            yield f"operator {label}: removed"
        elif old[label] != new[label]:
            yield f"operator {label}: parameters changed"
    if list(old) != list(new) and old == new:
        yield "operators: order changed"


def _gates(suite: Suite) -> list[GateSpec]:
    """The gates without their places, the runs that they compare with by their names."""
    return [
        replace(
            gate,
            location=Location(Path(), 1, 1),
            against=tuple(Path(path.name) for path in gate.against),
            baseline=gate.baseline and Path(gate.baseline.name),
        )
        for gate in suite.gates
    ]
