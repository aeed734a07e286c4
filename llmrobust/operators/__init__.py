"""Perturbation operators: pure functions from a prompt, parameters and a seed to variants of it.

The built-in ones are in `builtin`; distributions and projects add their own with `operator`.
Every variant is checked against its operator's declaration: protected spans stay, nothing else is touched.
"""

from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots, word_spots
from llmrobust.operators.editing.text_edits import TargetParams, TextParams, edited, rewritten
from llmrobust.operators.operator import AtMost, Draw, Edits, Operator, Params, Relation, Sample, Variant
from llmrobust.operators.registry import REGISTRY, OperatorRegistry, operator

__all__ = [
    "REGISTRY",
    "AtMost",
    "Draw",
    "Edits",
    "Operator",
    "OperatorRegistry",
    "Params",
    "RateParams",
    "Relation",
    "Sample",
    "TargetParams",
    "TextParams",
    "Variant",
    "at_spots",
    "edited",
    "free_stretches",
    "operator",
    "rewritten",
    "word_spots",
]
