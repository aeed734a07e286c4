"""Perturbation operators: pure functions from a prompt, parameters and a seed to variants of it.

Importing this package registers the built-in operators; distributions and projects add their own with `operator`.
Every variant is proved against what its operator declares: protected spans stay, nothing else is touched.
"""

from llmrobust.perturb import (  # noqa: F401  (they register)
    composite,
    instructions,
    layout,
    logic,
    published,
    sentences,
    surface,
    surroundings,
    values,
    words,
)
from llmrobust.perturb.contract import (
    REGISTRY,
    AtMost,
    Draw,
    Edits,
    Operator,
    Params,
    Registry,
    Relation,
    Sample,
    Variant,
    operator,
)
from llmrobust.perturb.pieces import free_stretches
from llmrobust.perturb.spots import RateParams, at_spots, word_spots
from llmrobust.perturb.target import TargetParams, TextParams, edited, rewritten

__all__ = [
    "REGISTRY",
    "AtMost",
    "Draw",
    "Edits",
    "Operator",
    "Params",
    "RateParams",
    "Registry",
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
