"""Other runs that a gate compares with: which it can use, and why not the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from llmrobust.gate.incompatibility import SAVE, Incompatibility
from llmrobust.metrics import Table
from llmrobust.suitefile.suite import GateSpec, Side

SIDES: tuple[Side, ...] = ("prompt", "model")


@dataclass(frozen=True, slots=True)
class Reference:
    """A stored run as gates compare with it: the table of the suite's cases, or why there is none.

    differs: which of prompt and model differ from this run, with details where there are any.
    """

    table: Table | None = None
    problem: Incompatibility | None = None
    differs: Mapping[Side, str] = field(default_factory=dict)


References = Mapping[Path, Reference]
"""Stored runs by file."""


def needed_references(gates: Iterable[GateSpec]) -> dict[Path, bool]:
    """The stored runs that gates compare with, each once, and whether it is the suite's baseline."""
    gates = list(gates)
    baselines = {gate.baseline for gate in gates}
    return {path: path in baselines for gate in gates for path in gate.against}


def found_references(gate: GateSpec, known: References) -> tuple[list[Table], str, Incompatibility | None]:
    """The tables that a gate compares with, and what differs; or why one of them cannot be used.

    The kind of that problem has `baseline-` or `reference-` before it.
    """
    tables, notes = [], []
    for path in gate.against:
        one = known.get(path, Reference(problem=Incompatibility("missing", "it was not read", "")))
        table, problem = one.table, one.problem or _unfit(gate, one, path == gate.baseline)
        if table is None or problem is not None:
            problem = problem or Incompatibility("unreadable", "it has no table of cases", "")
            whose, prefix = ("baseline", "baseline") if path == gate.baseline else ("stored run", "reference")
            said = f"the {whose} {path.name} cannot be compared with: {problem.reason}"
            return [], "", Incompatibility(f"{prefix}-{problem.kind}", said, problem.remedy)
        tables.append(table)
        if path == gate.baseline or gate.same:
            notes.append(_note(one, "the baseline" if path == gate.baseline else path.name))
    return tables, "; ".join(notes), None


def _unfit(gate: GateSpec, one: Reference, is_baseline: bool) -> Incompatibility | None:
    """Why this gate cannot use a run that others could."""
    if one.table is not None and one.table.unanswered:
        reason = f"{one.table.unanswered:,} of its cases got no answer"
        return Incompatibility("unanswered", reason, "store a run in which every prompt was answered")
    for side in gate.same:
        if side in one.differs:
            reason = f"the gate wants the same {side}, and the {side} differs{_in_brackets(one.differs[side])}"
            remedy = f"compare with a run of this {side}, or take `same: {side}` out of the gate"
            return Incompatibility(
                side, reason, f"{SAVE}, of this {side}; or take `same` out" if is_baseline else remedy
            )
    if is_baseline and all(side in one.differs for side in SIDES):
        reason = (
            f"prompt and model{_in_brackets(one.differs['model'])} both differ, so nothing can be attributed to either"
        )
        return Incompatibility(
            "prompt-and-model", reason, "change one at a time, or save a baseline of the new model first"
        )
    return None


def _note(one: Reference, whose: str) -> str:
    """What differs between this run and another."""
    possessive = f"{whose}'s"
    for side, other in (SIDES, SIDES[::-1]):
        if side in one.differs and other not in one.differs:
            return f"the {side} differs from {possessive}{_in_brackets(one.differs[side])}, the {other} is the same"
    if one.differs:
        return f"prompt and model{_in_brackets(one.differs['model'])} differ from {possessive}"
    return f"prompt and model are {possessive}"


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""
