"""What a gate decides on, and what it decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from llmrobust.metrics import Measurement
from llmrobust.suitefile.suite import GateSpec


class DecisionStatus(StrEnum):
    """What a gate decided; only PASS is a pass."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_EVALUATED = "not evaluated"


@dataclass(frozen=True, slots=True)
class GateTarget:
    """One decision to come, known before anything is run. group: a family, operator, variant or a value of a field,
    empty for the suite."""

    gate: GateSpec
    group: str
    id: str


@dataclass(frozen=True, slots=True)
class WorstExample:
    """An example that counts most against the gate: its id, and the columns (`Case.column`) that do."""

    example: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a gate decided and why.

    bound: the bounds as text ("at least 0.95"). reason: one sentence for people. remedy: what would decide it or
    what to look at, empty for a pass. worst: at most three examples, the worst first. noise: the flip rate of identical
    prompts that was subtracted before the comparison, None if it was not measured. early: after how many examples, of
    how many in all, the sequential mode was certain; None if all were run. cause: a fixed word for why it was not
    evaluated, else empty; docs/metrics.md lists them.
    """

    id: str
    target: GateTarget
    status: DecisionStatus
    measurement: Measurement | None
    bound: str
    reason: str
    remedy: str = ""
    worst: tuple[WorstExample, ...] = ()
    noise: float | None = None
    early: tuple[int, int] | None = None
    cause: str = ""

    @property
    def passed(self) -> bool:
        """True only for PASS."""
        return self.status is DecisionStatus.PASS

    @property
    def tolerated(self) -> bool:
        """True for PASS, and for INCONCLUSIVE with `inconclusive: warn`."""
        warned = self.status is DecisionStatus.INCONCLUSIVE and self.target.gate.inconclusive == "warn"
        return self.passed or warned
