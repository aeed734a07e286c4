"""A comparison of two runs as JSON: a versioned format, described in docs/diff-json.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from llmrobust.results.comparison import Comparison, GateChange, SuiteComparison
from llmrobust.results.json_writer import decision_json
from llmrobust.results.pairing import Change, Group, Pair
from llmrobust.results.run_result import RunResult
from llmrobust.text.edit_script import Messages

FORMAT = "llmrobust-diff"
VERSION = 1


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as JSON values, in a fixed order."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "outcome": str(comparison.outcome),
        "worse": list(comparison.worse),
        "undecided": list(comparison.undecided),
        "old": _side(comparison.old_label, comparison.old),
        "new": _side(comparison.new_label, comparison.new),
        "model_differs": comparison.model or None,
        "only_old": list(comparison.only_old),
        "only_new": list(comparison.only_new),
        "suites": [_suite(suite) for suite in comparison.suites],
    }


def _side(label: str, run: RunResult) -> dict[str, Any]:
    model = run.manifest.model
    facts = None if model is None else {"spec": model.spec, "name": model.name, "fingerprint": model.fingerprint}
    return {"label": label, "llmrobust": run.manifest.llmrobust, "model": facts}


def _suite(suite: SuiteComparison) -> dict[str, Any]:
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
        "not_compared": asdict(suite.left),
        "groups": [_group(group) for group in suite.groups if group.change is not Change.SAME],
        "grouped": len(suite.groups),
        "counts": {str(change): counts[change] for change in Change},
        "effects": [asdict(effect) for effect in suite.effects],
        "gates": [_gate(gate) for gate in suite.gates],
        "changes": [_pair(pair) for pair in suite.pairs if pair.change is not Change.SAME],
    }


def _group(group: Group) -> dict[str, Any]:
    first, shares = group.new[0], group.shares
    return {
        "change": str(group.change),
        "example": first.example,
        "family": first.family,
        "operator": first.operator,
        "use": first.use,
        "old": {"cases": len(group.old), "good": shares[0]},
        "new": {"cases": len(group.new), "good": shares[1]},
    }


def _gate(gate: GateChange) -> dict[str, Any]:
    return {
        "id": gate.id,
        "broke": gate.broke,
        "old": None if gate.old is None else decision_json(gate.old),
        "new": None if gate.new is None else decision_json(gate.new),
    }


def _pair(pair: Pair) -> dict[str, Any]:
    old, new = pair.old, pair.new
    same = old.prompt == new.prompt
    return {
        "change": str(pair.change),
        "example": new.example,
        "family": new.family,
        "operator": new.operator,
        "use": new.use,
        "variant": new.variant,
        "repeat": new.repeat,
        "expected": new.expected,
        "old": {"answer": old.answer, "status": str(old.status), "correct": old.correct},
        "new": {"answer": new.answer, "status": str(new.status), "correct": new.correct},
        "old_prompt": None if same else _messages(old.prompt),
        "new_prompt": _messages(new.prompt),
    }


def _messages(messages: Messages) -> list[dict[str, str]]:
    return [{"role": role, "text": text} for role, text in messages]
