"""Perturbation operators: pure functions from a prompt, parameters and a seed to variants of it.

Importing this package registers the built-in operators; distributions and projects add their own with `operator`.
Every variant is checked against the operator contract: protected spans stay as they are.
"""

from llmrobust.perturb import context, format, instruction, paraphrase, punctuation, typo  # noqa: F401  (they register)
from llmrobust.perturb.contract import REGISTRY, Draw, Operator, Params, Registry, Relation, Variant, operator

__all__ = ["REGISTRY", "Draw", "Operator", "Params", "Registry", "Relation", "Variant", "operator"]
