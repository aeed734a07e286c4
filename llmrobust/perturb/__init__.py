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
from llmrobust.perturb.contract import REGISTRY, Draw, Operator, Params, Registry, Relation, Variant, operator

__all__ = ["REGISTRY", "Draw", "Operator", "Params", "Registry", "Relation", "Variant", "operator"]
