"""Operators that follow published code to the letter, even where it breaks English; they promise nothing.

Clean counterparts are in the other families. Importing this package registers them.
"""

from llmrobust.operators.builtin.published import columns, noise_llm, promptbench, rupbench
