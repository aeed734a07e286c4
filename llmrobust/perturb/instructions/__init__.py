"""Operators on the instruction alone: its wording, tone, place and language.

Answer labels and placeholders in it stay. Importing this package registers them.
"""

from llmrobust.perturb.instructions import (  # noqa: F401  (they register)
    attacked,
    forms,
    instruction,
    paraphrase,
    placement,
)
