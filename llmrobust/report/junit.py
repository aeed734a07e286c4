"""Properties that pytest writes to JUnit XML, one list of (name, value) pairs per item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from llmrobust.gate import Decision
from llmrobust.score.case_result import CaseResult
from llmrobust.text.word_diff import ELISION

PREFIX = "llmrobust."
LONGEST = 300
"""Characters of a value; a free answer may be long, and servers refuse large files. The stored run has all of it."""


def case_properties(suite: str, case: CaseResult) -> list[tuple[str, str]]:
    """A case's identity and outcome; pairs without a value are left out. suite: its name."""
    named = {
        "suite": suite,
        "family": case.family,
        "operator": case.operator,
        "variant": case.variant,
        "example": case.example,
        "answer": case.answer,
        "clean_answer": case.clean_answer,
        "expected": case.expected,
        "scored_by": case.scored_by,
        "reason": case.reason or None,
    }
    return [(PREFIX + name, _cut(value)) for name, value in named.items() if value is not None]


def bulk_properties(suite: str, cases: Sequence[CaseResult]) -> list[tuple[str, str]]:
    """How the cases of one item ended: their number, and that of each status. suite: its name."""
    families, operators = ({getattr(one, name) for one in cases} for name in ("family", "operator"))
    named = {"suite": suite, "family": ", ".join(sorted(families)), "operator": ", ".join(sorted(operators))}
    statuses = Counter(one.status for one in cases)
    counts = {"cases": len(cases), **{str(status): statuses[status] for status in sorted(statuses)}}
    return [(PREFIX + name, _cut(str(value))) for name, value in {**named, **counts}.items()]


def changed_property(changed: bool) -> tuple[str, str]:
    """Whether a case changed since the revision that the run was limited to."""
    return PREFIX + "changed", "yes" if changed else "no"


def gate_properties(decision: Decision) -> list[tuple[str, str]]:
    """What a gate measured and decided."""
    pairs = [("decision", str(decision.status)), ("metric", decision.target.gate.metric), ("bound", decision.bound)]
    m = decision.measurement
    if m is not None:
        numbers = [("value", m.value), ("low", m.low), ("high", m.high)]
        pairs += [(name, f"{number:.6g}") for name, number in numbers if number is not None]
        pairs += [("examples", str(m.n_examples)), ("cases", str(m.n_cases))]
    if decision.noise is not None:
        pairs.append(("noise_floor", f"{decision.noise:.6g}"))
    return [(PREFIX + name, value) for name, value in pairs]


def _cut(value: str) -> str:
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + ELISION
