"""Pasts of irregular verbs that are other words too, and where they can only be pasts: "he found", "the bat hit"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words.fitting import word_before
from llmrobust.operators.builtin.words.hypernyms_and_idioms import REGULARISED
from llmrobust.operators.builtin.words.morphology import regular_past
from llmrobust.operators.lexicons import LazyMapping

_DOUBTFUL = {"found": "find", "felt": "feel", "left": "leave", "fell": "fall", "bit": "bite"}
_SAME = frozenset("hit put cut let set shut hurt spread split beat".split())
"""Verbs whose base is their past."""
_DOUBLED = frozenset("hit put cut let set shut split".split())
_SUBJECT = re.compile(
    r"(?:\A|[.,;]\s+|\b(?:and|but|because|when|that|while|as|so|after|before|who)\s+)"
    r"(?:(?:he|she|it)|[A-Z][a-z]+|(?:the|a|an|his|her|its|this|that)\s+(?:[a-z-]+\s+)?[a-z-]*[^s\W])\s+\Z",
    re.IGNORECASE,
)
"""A subject in the singular at the beginning of its clause, after which a form without -s is a past."""
_ASKED = re.compile(
    r"\b(?:do|does|did|can|could|will|would|shall|should|may|might|must|let|make|makes|made)\b[^.,;]*\Z", re.IGNORECASE
)
"""What a base form comes after."""
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
        said = text[:start]
        return _SUBJECT.search(said) is not None and _ASKED.search(said) is None
    return True
