"""Metrics and bounds -> decisions.

Fail closed: only PASS is a pass. What cannot be measured, or was measured on a part of the data only, is
NOT_EVALUATED; what the interval leaves open is INCONCLUSIVE.
"""

from llmrobust.gate.decide import decide, decide_gate, evaluate
from llmrobust.gate.decision import Decision, DecisionStatus, GateTarget, WorstExample
from llmrobust.gate.incompatibility import Incompatibility
from llmrobust.gate.noise_floor import NoiseFloor
from llmrobust.gate.reference_runs import Reference, References, needed_references
from llmrobust.gate.targets import gate_targets

__all__ = [
    "Decision",
    "DecisionStatus",
    "GateTarget",
    "Incompatibility",
    "NoiseFloor",
    "Reference",
    "References",
    "WorstExample",
    "decide",
    "decide_gate",
    "evaluate",
    "gate_targets",
    "needed_references",
]
