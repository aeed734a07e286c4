"""Words that sound the same, or nearly so in careless speech."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.lexicons import LazyMapping, read_lexicon


def _read() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for words in read_lexicon(__package__, "homophones"):
        for word in words:
            found.setdefault(word.lower(), []).extend(other for other in words if other != word)
    return {word: tuple(dict.fromkeys(others)) for word, others in found.items()}


HOMOPHONES: Mapping[str, tuple[str, ...]] = LazyMapping(_read)
"""From a word in lower case to words that sound like it."""
