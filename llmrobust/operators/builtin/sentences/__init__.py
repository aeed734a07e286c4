"""Operators on whole sentences: syntax, style, register, dialect, discourse.

An operator that cannot rewrite a sentence into good English says not applicable. Importing this package registers them.
"""

from llmrobust.operators.builtin.sentences import (
    active,
    appraisal,
    clause_order,
    clefts,
    coordinating,
    dialect,
    discourse,
    fronting,
    it_clefts,
    joining,
    nominalising,
    questions,
    relatives,
    role_swap,
    style,
    voice,
)
