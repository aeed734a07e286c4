"""Metrics and bounds -> decisions.

Fail closed: only PASS is a pass. What cannot be measured, or was measured on a part of the data only, is
NOT_EVALUATED; what the interval leaves open is INCONCLUSIVE.
"""

from llmrobust.gate.decide import decide, decide_gate, evaluate
from llmrobust.gate.decision import Decision, DecisionStatus, GateTarget, WorstExample
from llmrobust.gate.noise_floor import NoiseFloor
from llmrobust.gate.reference_runs import Problem, Reference, References, needed_references
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
