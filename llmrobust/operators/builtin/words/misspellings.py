"""Common misspellings: a word and how people really get it wrong."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.lexicons import word_choices

MISSPELLINGS: Mapping[str, tuple[str, ...]] = word_choices(__package__, "misspellings")
"""From a word in lower case to its common misspellings, none of which is another word."""
