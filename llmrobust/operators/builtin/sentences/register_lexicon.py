"""Lexicons of style, register and dialect."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.lexicons import LazyMapping, read_lexicon, word_pairs

CASUAL: Mapping[str, str] = word_pairs(__package__, "casual")
FORMAL: Mapping[str, str] = word_pairs(__package__, "formal")
FORMAL_UNSAFE = frozenset(
    "big so but about used use end ended need needed start started show showed help helped told tell enough".split()
)
"""Words that have other uses; formal style leaves them alone."""
PLAIN: Mapping[str, str] = word_pairs(__package__, "plain")
COMPLEX: Mapping[str, str] = word_pairs(__package__, "complex")
COMPLEX_UNSAFE = frozenset(
    "used use uses about need needs now most before get got home end start help show shows try near".split()
)
"""Words that have other uses; complex style leaves them alone."""
OLD_FASHIONED: Mapping[str, str] = word_pairs(__package__, "old_fashioned")
OLD_UNSAFE = frozenset("before very great store shop queer money strange handsome".split())
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
SINGLISH_PARTICLES = ("lah", "leh", "lor", "sia")
POSITIVE_PHRASES = (
    "and it was a real pleasure",
    "which I loved",
    "and I would gladly do it again",
    "which made my day",
)
NEGATIVE_PHRASES = ("and it was a real pain", "which I hated", "and I would never do it again", "which ruined my day")
FILLER_PHRASES = (
    "to tell the truth", "as a matter of fact", "generally speaking", "all things considered", "as far as I can tell",
    "if you ask me", "when all is said and done",
)  # fmt: skip
EMPTY_WORDS = frozenset(
    "really very quite rather actually basically simply just truly honestly literally definitely certainly "
    "obviously clearly somewhat totally completely absolutely extremely indeed perhaps".split()
)
"""Adverbs that can go without a change of sides."""
