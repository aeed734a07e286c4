"""Metrics and bounds -> decisions.

Fail closed: only PASS is a pass. What cannot be measured, or was measured on a part of the data only, is
NOT_EVALUATED; what the interval leaves open is INCONCLUSIVE.
"""

from llmrobust.gate.deciding import decide, decide_gate, evaluate
from llmrobust.gate.model import Decision, DecisionStatus, GateTarget, WorstExample
from llmrobust.gate.noise import NoiseFloor
from llmrobust.gate.references import Problem, Reference, References, needed_references
from llmrobust.gate.targets import gate_targets

__all__ = [
    "Decision",
    "DecisionStatus",
    "GateTarget",
    "NoiseFloor",
    "Problem",
    "Reference",
    "References",
    "WorstExample",
    "decide",
    "decide_gate",
    "evaluate",
    "gate_targets",
    "needed_references",
]
