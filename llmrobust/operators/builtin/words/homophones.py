"""Words that sound the same, or nearly so in careless speech."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.lexicons import LazyMapping, read_lexicon


def _read(name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for words in read_lexicon(__package__, name):
        for word in words:
            found.setdefault(word.lower(), []).extend(other for other in words if other != word)
    return {word: tuple(dict.fromkeys(others)) for word, others in found.items()}


HOMOPHONES: Mapping[str, tuple[str, ...]] = LazyMapping(lambda: _read("homophones"))
"""From a word in lower case to words that sound like it and that people write for it; no negations and numbers."""
ALL_HOMOPHONES: Mapping[str, tuple[str, ...]] = LazyMapping(lambda: _read("all_homophones"))
"""The same with negations, numbers and function words ("not" and "knot"), as published operators have them."""
