"""Operators on what stands around the question: irrelevant sentences, retrieved passages, missing input.

The question itself stays. Importing this package registers them.
"""

from llmrobust.perturb.surroundings import (  # noqa: F401  (they register)
    additions,
    documents,
    irrelevant,
    misleading,
    sanity,
)
