"""Operators on the instruction alone: its wording, tone, place and language.

Answer labels and placeholders in it stay. Importing this package registers them.
"""

from llmrobust.operators.builtin.instructions import (
    attack,
    instruction_edits,
    instruction_forms,
    instruction_placement,
    paraphrase,
    reminder,
)
