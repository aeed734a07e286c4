"""Operators on names, places, numbers, dates and units; the gold answer follows the edit.

Importing this package registers them.
"""

from llmrobust.operators.builtin.values import entity, field_values
