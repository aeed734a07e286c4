"""Operators on what stands around the question: irrelevant sentences, retrieved passages, missing input.

The question itself stays. Importing this package registers them.
"""

from llmrobust.perturb.surroundings import irrelevant  # noqa: F401  (they register)
