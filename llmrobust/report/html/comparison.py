"""What two runs of the same suites have in common, and what became of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from llmrobust.gate import Decision
from llmrobust.report.html.pairs import Pairs
from llmrobust.report.html.view import TONES, Value
from llmrobust.report.result import RunResult, SuiteResult
from llmrobust.report.verdict import RunVerdict, run_verdict


@dataclass(frozen=True, slots=True)
class GateChange:
    """A gate in both runs; None where a run has not decided it."""

    id: str
    before: Decision | None
    after: Decision | None

    @property
    def tones(self) -> tuple[str, str]:
        """How both are coloured."""
        return _tone(self.before), _tone(self.after)

    @property
    def changed(self) -> bool:
        """Whether the decision is another one."""
        return (self.before and self.before.status) != (self.after and self.after.status)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What became of the cases of an operator (or of all of them): how many are in both runs, and changed."""

    name: str
    query: dict[str, str]
    cases: int
    changed: int
    broke: int
    healed: int


@dataclass(frozen=True, slots=True)
class SuiteComparison:
    """A suite in both runs. only_new, only_old: cases that the other run does not have. metrics: before and after."""

    name: str
    there: bool
    rows: tuple[ChangeRow, ...]
    gates: tuple[GateChange, ...]
    metrics: tuple[tuple[str, Value, Value], ...]
    only_new: int
    only_old: int
    prompt_changed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs. gone: suites that only the older run has."""

    before: RunVerdict
    model_before: str
    suites: tuple[SuiteComparison, ...]
    gone: tuple[str, ...]

    @property
    def total(self) -> ChangeRow:
        """All suites together."""
        rows = [suite.rows[0] for suite in self.suites if suite.rows]
        sums = (sum(getattr(row, name) for row in rows) for name in ("cases", "changed", "broke", "healed"))
        return ChangeRow("", {}, *sums)


def compare(run: RunResult, other: RunResult, pairs: Pairs) -> Comparison:
    """The comparison of a run with an older one."""
    there = {id(suite) for suite in pairs.others if suite is not None}
    model = other.manifest.model
    return Comparison(
        run_verdict(other),
        "no model" if model is None else model.spec,
        tuple(_suite(number, suite, pairs) for number, suite in enumerate(run.suites)),
        tuple(suite.name for suite in other.suites if id(suite) not in there),
    )


def _suite(number: int, suite: SuiteResult, pairs: Pairs) -> SuiteComparison:
    other = pairs.others[number]
    counts: dict[str, Counter[str]] = {"": Counter()}
    for before, after in pairs.paired(number, suite.cases):
        for name in ("", after.operator):
            counts.setdefault(name, Counter())["cases"] += 1
            counts[name][pairs.change(before, after)] += 1
            counts[name]["answers"] += before.answer != after.answer
    rows = tuple(
        ChangeRow(
            name or "all cases",
            {"suite": suite.name} | ({"operator": f"operator:{name}"} if name else {}),
            *(count[what] for what in ("cases", "answers", "broke", "healed")),
        )
        for name, count in counts.items()
    )
    both = counts[""]["cases"]
    return SuiteComparison(
        suite.name,
        other is not None,
        rows,
        tuple(_gates(suite, other)),
        tuple(_metrics(suite, other)),
        len(suite.cases) - both,
        (0 if other is None else len(other.cases)) - both,
        other is not None and other.prompt_digest != suite.prompt_digest,
    )


def _gates(suite: SuiteResult, other: SuiteResult | None) -> list[GateChange]:
    after = {one.id: one for one in suite.decisions}
    before = {one.id: one for one in other.decisions} if other is not None else {}
    return [GateChange(name, before.get(name), after.get(name)) for name in dict.fromkeys((*after, *before))]


def _metrics(suite: SuiteResult, other: SuiteResult | None) -> list[tuple[str, Value, Value]]:
    found = []
    for name in ("clean_accuracy", "accuracy", "consistency", "accuracy_drop", "worst_case_accuracy", "sensitivity"):
        before = Value.of(None if other is None else other.measurement(name))
        after = Value.of(suite.measurement(name))
        if before.value is not None or after.value is not None:
            found.append((name.replace("_", " "), before, after))
    return found


def _tone(decision: Decision | None) -> str:
    return "none" if decision is None else TONES[decision.status]
