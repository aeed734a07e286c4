"""Metrics and bounds -> decisions.

Fail closed: only PASS is a pass. What cannot be measured, or was measured on a part of the data only, is
NOT_EVALUATED; what the interval leaves open is INCONCLUSIVE.
"""

from llmrobust.gate.deciding import References, decide, decide_gate, evaluate
from llmrobust.gate.model import Decision, DecisionStatus, GateTarget, WorstExample
from llmrobust.gate.noise import NoiseFloor
from llmrobust.gate.targets import gate_targets

__all__ = [
    "Decision",
    "DecisionStatus",
    "GateTarget",
    "NoiseFloor",
    "References",
    "WorstExample",
    "decide",
    "decide_gate",
    "evaluate",
    "gate_targets",
]
