"""What the page shows of a suite, as plain values: the template only lays them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from llmrobust.gate import Decision, DecisionStatus, NoiseFloor
from llmrobust.metrics import Measurement
from llmrobust.plan import ORIGINAL
from llmrobust.report.failure_messages import smallest_words
from llmrobust.report.html.charts import Confusion, Curve, HeatMap, Strips, confusion, curves, heat_map, strips
from llmrobust.report.html.scale import Scale, fitting
from llmrobust.report.run_terminal import row_name, table_notes, variant_rows
from llmrobust.results.sanity_baselines import baseline_lines
from llmrobust.results.suite_result import ANSWER, TRAFFIC, SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status
from llmrobust.text.word_diff import Piece, prompt_diff, short_diff

INTERVAL_WIDTH = 120.0
GATE_WIDTH = 160.0
FLIPS = 12
"""Cases that did not pass and are shown in full without the explorer, for print and for readers without scripts."""
_DIFF_WIDTH = 160
TONES = {
    DecisionStatus.PASS: "good",
    DecisionStatus.FAIL: "bad",
    DecisionStatus.INCONCLUSIVE: "open",
    DecisionStatus.NOT_EVALUATED: "open",
}
_EXTRA = (
    ("traffic_flip_rate", "real inputs to expect another answer to"),
    ("label_mass", "probability of all labels together"),
    ("clean_accuracy", "accuracy of unperturbed prompts"),
    ("sensitivity", "answers that changed where they must"),
    ("worst_case_accuracy", "examples right in every variant"),
    ("unanimity", "examples with one answer in every variant"),
    ("attack_success_rate", "right answers that some variant broke"),
    ("recovery_rate", "wrong answers that a perturbation corrected"),
    ("spread", "best variant's accuracy less the worst one's"),
    ("performance_drop_rate", "share of accuracy lost"),
)


@dataclass(frozen=True, slots=True)
class Value:
    """A measurement as it is shown. low, high: ends of its interval, None without; why: the reason for no value."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""

    @classmethod
    def of(cls, m: Measurement | None) -> Value:
        """A measurement's value, or the reason why there is none."""
        if m is None:
            return cls(None, why="was not measured")
        return cls(m.value, m.low, m.high, m.undefined)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A row of the table of families and operators. query: of the explorer."""

    name: str
    indent: int
    cases: int
    accuracy: Value
    consistency: Value
    drop: Value
    worst: Value
    query: str


@dataclass(frozen=True, slots=True)
class GateRow:
    """A decision. scale: of the picture with the interval and the bounds, None without a value."""

    decision: Decision
    tone: str
    value: Value
    scale: Scale | None
    worst: tuple[tuple[str, str], ...]
    """Examples that count most against it, with the explorer's query."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A case shown without the explorer: its prompt's edits in short."""

    case: CaseResult
    pieces: tuple[Piece, ...]
    query: str
    smallest: tuple[Piece, ...] = ()
    """Of the smallest edit that flips the answer, where that was looked for."""
    said: str = ""


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many cases ended in one way."""

    status: Status
    count: int
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteView:
    """Everything that the page shows of a suite."""

    number: int
    suite: SuiteResult
    statuses: tuple[StatusCount, ...]
    gates: tuple[GateRow, ...]
    rows: tuple[GroupRow, ...]
    has_gold: bool
    scale: Scale
    strips: Strips
    curves: tuple[Curve, ...]
    confusion: Confusion | None
    heat: HeatMap | None
    noise: NoiseFloor | None
    notes: tuple[str, ...]
    extra: tuple[tuple[str, str, Value], ...]
    shown: tuple[Shown, ...]
    not_passed: int

    @classmethod
    def of(cls, number: int, suite: SuiteResult) -> SuiteView:
        """The view of a run's suite; number: its place in the run."""
        rows = tuple(_rows(suite))
        values = [end for row in rows for value in (row.accuracy, row.consistency) for end in _ends(value)]
        bad = [case for case in suite.cases if case.status is not Status.PASSED]
        perturbed = [case for case in bad if not case.is_original]
        return cls(
            number=number,
            suite=suite,
            statuses=tuple(
                StatusCount(status, count, query(suite, status=status)) for status, count in _statuses(suite)
            ),
            gates=tuple(_gate(suite, decision) for decision in suite.decisions),
            rows=rows,
            has_gold=any(row.accuracy.value is not None for row in rows),
            scale=fitting(values, INTERVAL_WIDTH),
            strips=strips(suite.cases),
            curves=tuple(curves(suite)),
            confusion=confusion(suite),
            heat=heat_map(suite),
            noise=suite.noise,
            notes=(*baseline_lines(suite), *table_notes(suite)),
            extra=tuple(_extra(suite)),
            shown=tuple(_shown(suite, case) for case in (perturbed or bad)[:FLIPS]),
            not_passed=len(bad),
        )

    def of_example(self, example: str) -> str:
        """The explorer's query for an example's cases that did not pass."""
        return query(self.suite, example=example, status="not-passed")


def query(suite: SuiteResult, **filters: object) -> str:
    """The part of an address that opens the explorer with filters."""
    return urlencode({"suite": suite.name, **{name: str(value) for name, value in filters.items()}}, errors="replace")


def _ends(value: Value) -> Iterable[float]:
    return [one for one in (value.value, value.low, value.high) if one is not None]


def _statuses(suite: SuiteResult) -> list[tuple[Status, int]]:
    counts = suite.statuses()
    return [(status, counts[status]) for status in Status if counts[status]]


def _gate(suite: SuiteResult, decision: Decision) -> GateRow:
    value = Value.of(decision.measurement)
    gate = decision.target.gate
    bounds = [bound for bound in (gate.min, gate.max) if bound is not None]
    ends = [*_ends(value), *bounds]
    scale = None if value.value is None else fitting(ends, GATE_WIDTH, min(0.0, *ends), max(1.0, *ends))
    worst = tuple((one.example, query(suite, example=one.example, status="not-passed")) for one in decision.worst)
    return GateRow(decision, TONES[decision.status], value, scale, worst)


def _rows(suite: SuiteResult) -> Iterable[GroupRow]:
    """A row for the unperturbed prompts, for all perturbed ones, for each family and operator; a family with one
    operator is shown as that operator."""
    counts = Counter((case.family, case.operator) for case in suite.cases)
    families: dict[str, list[str]] = {}
    for family, operator in counts:
        families.setdefault(family, []).append(operator)
    originals = sum(counts[ORIGINAL, name] for name in families.pop(ORIGINAL, ()))
    if originals:
        clean, none = Value.of(suite.measurement("clean_accuracy")), Value(None)
        yield GroupRow(
            name="unperturbed",
            indent=0,
            cases=originals,
            accuracy=clean,
            consistency=none,
            drop=none,
            worst=none,
            query=query(suite, operator="family:original"),
        )
    if families:
        cases = counts.total() - originals
        yield _row(suite, "suite", "", 0, cases, query(suite))
    for family, operators in families.items():
        several = len(operators) > 1
        if several:
            cases = sum(counts[family, name] for name in operators)
            yield _row(suite, "family", family, 1, cases, query(suite, operator=f"family:{family}"))
        for name in operators:
            found = query(suite, operator=f"operator:{name}")
            yield _row(suite, "operator", name, 2 if several else 1, counts[family, name], found)
            for scope, column, indent, cases in variant_rows(suite, name, 3 if several else 2):
                yield _row(suite, scope, column, indent, cases, found)
    for name in dict.fromkeys(m.group for m in suite.measurements if m.scope == ANSWER) if families else ():
        yield _row(suite, ANSWER, name, 1, counts.total() - originals, query(suite))


def _row(suite: SuiteResult, scope: str, group: str, indent: int, cases: int, link: str) -> GroupRow:
    accuracy, consistency, drop, worst = (
        Value.of(suite.measurement(metric, scope, group))
        for metric in ("accuracy", "consistency", "accuracy_drop", "worst_case_accuracy")
    )
    return GroupRow(
        name=row_name(scope, group),
        indent=indent,
        cases=cases,
        accuracy=accuracy,
        consistency=consistency,
        drop=drop,
        worst=worst,
        query=link,
    )


def _extra(suite: SuiteResult) -> Iterable[tuple[str, str, Value]]:
    for name, said in _EXTRA:
        measured = suite.measurement(name)
        value = Value.of(measured)
        if value.value is not None or (measured is not None and name in TRAFFIC):
            bound = name == "label_mass" and suite.mass_is_bound
            yield name, f"{said}: at least" if bound else said, value


def _shown(suite: SuiteResult, case: CaseResult) -> Shown:
    pieces = tuple(short_diff(prompt_diff(case.clean_prompt, case.prompt), _DIFF_WIDTH)) if not case.is_original else ()
    node = f"{suite.path}::{case.family}::{case.name}"
    small, before = case.smallest, case.clean_prompt
    smallest = () if small is None else tuple(short_diff(prompt_diff(before, small.prompt(before)), _DIFF_WIDTH))
    said = "" if small is None else smallest_words(small)
    return Shown(case, pieces, urlencode({"case": node}, errors="replace"), smallest, said)


def first_bad(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions that keep a run from passing: failed ones first, then open ones."""
    order = {DecisionStatus.FAIL: 0, DecisionStatus.INCONCLUSIVE: 1, DecisionStatus.NOT_EVALUATED: 2}
    return sorted((one for one in decisions if not one.passed), key=lambda one: order[one.status])
