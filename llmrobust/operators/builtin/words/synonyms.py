"""Words that can replace each other in nearly every sentence, and rarer ones, by kind of word."""

from __future__ import annotations

from llmrobust.operators.builtin.words.substitutes import Substitutes

SYNONYMS = Substitutes(__package__, "synonyms")
"""A pair keeps the sense and how strong or kind the word is; the second word replaces the first."""
RARER = Substitutes(__package__, "rarer_words")
"""Usual words and rarer ones of the same sense."""
