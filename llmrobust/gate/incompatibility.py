"""Why a stored run cannot be used with a suite as it is now: a kind, the reason, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "missing",
    "unreadable",
    "format",
    "other-suite",
    "partial",
    "unanswered",
    "stale",
    "operators",
    "operator-versions",
    "operator-parameters",
    "answer",
    "sampling",
    "prompt-and-model",
    "prompt",
    "model",
)
"""Why a gate cannot compare with a run; `Decision.cause` has it after `baseline-` or `reference-`."""
SAVE = "save a new one: llmrobust baseline save RUN.json"


@dataclass(frozen=True, slots=True)
class Incompatibility:
    """One reason why a stored run cannot be used.

    kind: one of `KINDS`; where a run is judged again or kept as a baseline also `empty`, `gates`, `replies` or
    `scoring`. reason: what is wrong, a clause about "it", the run. remedy: what to do; may be empty.
    """

    kind: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return "; ".join(part for part in (self.reason, self.remedy) if part)
