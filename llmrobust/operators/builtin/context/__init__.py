"""Operators on what surrounds the question: irrelevant sentences, retrieved passages, missing input.

The question itself stays. Importing this package registers them.
"""

from llmrobust.operators.builtin.context import additions, irrelevant, metadata_lines, misleading, rag, sanity
