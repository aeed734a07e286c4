"""Lexicons of style, register and dialect."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.builtin.words.substitutes import Substitutes
from llmrobust.operators.lexicons import LazyMapping, read_lexicon, word_pairs

CASUAL, FORMAL, COMPLEX, OLD_FASHIONED = (
    Substitutes(__package__, name) for name in ("casual", "formal", "complex", "old_fashioned")
)
PLAIN = Substitutes(__package__, "plain", whole_verbs=True)
BRITISH_WORDS: Mapping[str, str] = word_pairs(__package__, "british_words")
AMERICAN_WORDS: Mapping[str, str] = LazyMapping(
    lambda: {
        british: american
        for american, british, direction in read_lexicon(__package__, "british_words")
        if direction == "both"
    }
)
"""From a British word to an American one, without British words that mean other things as well."""
INDIAN_WORDS: Mapping[str, str] = word_pairs(__package__, "indian_words")
POSITIVE_PHRASES = (
    "and it was a real pleasure",
    "which I loved",
    "and I would gladly do it again",
    "which made my day",
)
NEGATIVE_PHRASES = ("and it was a real pain", "which I hated", "and I would never do it again", "which ruined my day")
POSITIVE_WORDS = ("wonderful", "lovely", "excellent", "splendid")
NEGATIVE_WORDS = ("awful", "terrible", "dreadful", "disappointing")
EMPTY_WORDS = frozenset(
    "really actually basically simply just truly honestly literally definitely certainly obviously clearly "
    "indeed".split()
)
"""Adverbs that can go without a change of sides; not those of a degree, which is a fact: "very", "completely"."""
