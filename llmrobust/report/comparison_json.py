"""A comparison of two runs as JSON: a versioned format, described in docs/diff-json.md."""

from __future__ import annotations

from typing import Literal

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from llmrobust.results.comparison import Comparison, GateChange, Outcome, SuiteComparison
from llmrobust.results.form_types import Count, Number, Share
from llmrobust.results.json_form import DecisionForm, MessageForm, form_of
from llmrobust.results.json_writer import decision_json, messages_json
from llmrobust.results.pairing import Change, Group, Pair
from llmrobust.results.run_result import RunResult
from llmrobust.score.verdict import Status

FORMAT: Literal["llmrobust-diff"] = "llmrobust-diff"
VERSION: Literal[1] = 1


class ModelNameForm(TypedDict):
    """Which model answered."""

    spec: str
    name: str
    fingerprint: str


class SideForm(TypedDict):
    """One of the two runs."""

    label: str
    llmrobust: str
    model: ModelNameForm | None


class LeftForm(TypedDict):
    """Cases that are not compared: how many, and why."""

    only_old: Count
    only_new: Count
    other_examples: Count
    other_variants: Count
    unanswered: Count


class GroupSideForm(TypedDict):
    """A group of cases in one run; good: the share that is as it must be."""

    cases: Count
    good: Share | None


class GroupForm(TypedDict):
    """Cases whose variants differ between the runs, compared as a group."""

    change: Change
    example: str
    family: str
    operator: str
    use: str
    old: GroupSideForm
    new: GroupSideForm


class EffectForm(TypedDict):
    """A metric in both runs over the same cases; difference: new - old."""

    metric: str
    scope: Literal["suite", "family"]
    group: str
    old: Number
    new: Number
    difference: Number
    low: Number | None
    high: Number | None
    confidence: Number
    n_examples: Count
    n_cases: Count
    p: Share | None


class GateForm(TypedDict):
    """A gate in both runs."""

    id: str
    broke: bool
    old: DecisionForm | None
    new: DecisionForm | None


class VerdictForm(TypedDict):
    """What became of a case in one run."""

    answer: str | None
    status: Status
    correct: bool | None


class ChangedCaseForm(TypedDict):
    """A case that changed."""

    change: Change
    example: str
    family: str
    operator: str
    use: str
    variant: str
    repeat: Count
    expected: str | None
    old: VerdictForm
    new: VerdictForm
    old_prompt: list[MessageForm] | None
    new_prompt: list[MessageForm]


class SuiteComparisonForm(TypedDict):
    """A suite in both runs."""

    name: str
    old_path: str
    new_path: str
    differs: list[str]
    worse: list[str]
    undecided: list[str]
    compared: Count
    examples: Count
    not_compared: LeftForm
    groups: list[GroupForm]
    grouped: Count
    counts: dict[str, Count]
    effects: list[EffectForm]
    gates: list[GateForm]
    changes: list[ChangedCaseForm]


class ComparisonForm(TypedDict):
    """A comparison of two runs."""

    format: Literal["llmrobust-diff"]
    version: Literal[1]
    outcome: Outcome
    worse: list[str]
    undecided: list[str]
    old: SideForm
    new: SideForm
    model_differs: str | None
    only_old: list[str]
    only_new: list[str]
    suites: list[SuiteComparisonForm]


COMPARISON: TypeAdapter[ComparisonForm] = TypeAdapter(ComparisonForm)


def comparison_json(comparison: Comparison) -> ComparisonForm:
    """The comparison as JSON values, in a fixed order."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "outcome": comparison.outcome,
        "worse": list(comparison.worse),
        "undecided": list(comparison.undecided),
        "old": _side(comparison.old_label, comparison.old),
        "new": _side(comparison.new_label, comparison.new),
        "model_differs": comparison.model or None,
        "only_old": list(comparison.only_old),
        "only_new": list(comparison.only_new),
        "suites": [_suite(suite) for suite in comparison.suites],
    }


def _side(label: str, run: RunResult) -> SideForm:
    model = run.manifest.model
    facts: ModelNameForm | None = None
    if model is not None:
        facts = {"spec": model.spec, "name": model.name, "fingerprint": model.fingerprint}
    return {"label": label, "llmrobust": run.manifest.llmrobust, "model": facts}


def _suite(suite: SuiteComparison) -> SuiteComparisonForm:
    counts = suite.counts()
    return {
        "name": suite.name,
        "old_path": suite.old.path,
        "new_path": suite.new.path,
        "differs": list(suite.differs),
        "worse": list(suite.worse),
        "undecided": list(suite.undecided),
        "compared": len(suite.pairs),
        "examples": suite.n_examples,
        "not_compared": form_of(LeftForm, suite.left),
        "groups": [_group(group) for group in suite.groups if group.change is not Change.SAME],
        "grouped": len(suite.groups),
        "counts": {str(change): counts[change] for change in Change},
        "effects": [form_of(EffectForm, effect) for effect in suite.effects],
        "gates": [_gate(gate) for gate in suite.gates],
        "changes": [_pair(pair) for pair in suite.pairs if pair.change is not Change.SAME],
    }


def _group(group: Group) -> GroupForm:
    first, shares = group.new[0], group.shares
    return {
        "change": group.change,
        "example": first.example,
        "family": first.family,
        "operator": first.operator,
        "use": first.use,
        "old": {"cases": len(group.old), "good": shares[0]},
        "new": {"cases": len(group.new), "good": shares[1]},
    }


def _gate(gate: GateChange) -> GateForm:
    return {
        "id": gate.id,
        "broke": gate.broke,
        "old": None if gate.old is None else decision_json(gate.old),
        "new": None if gate.new is None else decision_json(gate.new),
    }


def _pair(pair: Pair) -> ChangedCaseForm:
    old, new = pair.old, pair.new
    same = old.prompt == new.prompt
    return {
        "change": pair.change,
        "example": new.example,
        "family": new.family,
        "operator": new.operator,
        "use": new.use,
        "variant": new.variant,
        "repeat": new.repeat,
        "expected": new.expected,
        "old": {"answer": old.answer, "status": old.status, "correct": old.correct},
        "new": {"answer": new.answer, "status": new.status, "correct": new.correct},
        "old_prompt": None if same else messages_json(old.prompt),
        "new_prompt": messages_json(new.prompt),
    }
