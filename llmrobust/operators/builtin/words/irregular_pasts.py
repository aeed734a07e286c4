"""Pasts of irregular verbs that are other words too, and where they can only be pasts: "he found", "the bat hit"."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.builtin.words.fitting import is_single_past, word_before
from llmrobust.operators.builtin.words.hypernyms_and_idioms import REGULARISED
from llmrobust.operators.builtin.words.morphology import regular_past
from llmrobust.operators.lexicons import LazyMapping

_DOUBTFUL = {"found": "find", "felt": "feel", "left": "leave", "fell": "fall", "bit": "bite"}
_SAME = frozenset("hit put cut let set shut hurt spread split beat".split())
"""Verbs whose base is their past."""
_DOUBLED = frozenset("hit put cut let set shut split".split())
REGULAR_PASTS: Mapping[str, str] = LazyMapping(
    lambda: {
        **{form: regular_past(verb) for form, verb in _DOUBTFUL.items()},
        **{verb: f"{verb}{verb[-1]}ed" if verb in _DOUBLED else f"{verb}ed" for verb in _SAME},
        **REGULARISED,
    }
)
"""From an irregular past or participle to what a learner or child would say: "goed", "finded", "hitted"."""


def is_a_past(text: str, start: int, end: int) -> bool:
    """Whether a form that may be another word is a past here; forms that are nothing else always are."""
    word = text[start:end].lower()
    if word in _DOUBTFUL:
        return word_before(text, start) in ("he", "she", "they", "i", "we", "who")
    if word in _SAME:
        return is_single_past(text, start)
    return True
