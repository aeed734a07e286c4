"""Broader and narrower words, idioms, derived words: lexicons of FLUKE's concept replacement and derivation."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.builtin.words.morphology import PAST, plural, regular_past
from llmrobust.operators.lexicons import LazyMapping, word_choices, word_pairs

_HYPERNYMS = word_pairs(__package__, "hypernyms")
HYPERNYMS: Mapping[str, str] = LazyMapping(
    lambda: {**{plural(old): plural(new) for old, new in _HYPERNYMS.items() if " " not in new}, **_HYPERNYMS}
)
"""From a noun to a broader one."""
HYPONYMS: Mapping[str, tuple[str, ...]] = word_choices(__package__, "hyponyms")
"""From a noun to narrower ones."""
NONCE = tuple(
    "blicket dax wug toma fendle zorp glimmick plonk tove quib nerk florp mippen skrell gavagai borogove snark drindle "
    "vormit plimsy".split()
)
"""Words without meaning: wug, dax, blicket, gavagai from the experimental literature, others made for llmrobust."""
IDIOMS: Mapping[str, str] = word_pairs(__package__, "idioms")
"""From a plain phrase to an idiom of the same sense; "very tired" and the like count as one phrase."""
DERIVATIONS: Mapping[str, str] = word_pairs(__package__, "derivations")
"""From a derived word to a phrase with its stem."""
_NOT_REGULARISED = frozenset("was had did lay found felt saw left bound ground wound fell bit hung lit shone".split())
"""Pasts that are other words too, or that have a regular form already."""
REGULARISED: Mapping[str, str] = LazyMapping(
    lambda: {
        past: regular_past(verb)
        for verb, past in PAST.items()
        if past != verb and past not in PAST and past not in _NOT_REGULARISED
    }
)
"""From an irregular past to what a learner or child would say: "goed", "catched"."""
FILLERS = ("um", "uh", "you know", "I mean", "like", "well", "so", "actually", "basically")
"""What speech is filled with."""
INTENSIFIABLE: Mapping[str, str] = {
    word: f"really {word}"
    for word in (
        "good bad great nice boring interesting funny sad happy slow fast long short big small old beautiful ugly hard "
        "easy important strange expensive cheap useful tired hungry angry loud quiet clean dirty cold hot warm"
    ).split()
}
"""Adjectives that allow "really" without changing sides."""
