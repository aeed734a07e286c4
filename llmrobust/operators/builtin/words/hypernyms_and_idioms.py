"""Broader and narrower words, idioms, derived words: lexicons of FLUKE's concept replacement and derivation."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.builtin.words.morphology import PARTICIPLE, PAST, plural, regular_past
from llmrobust.operators.builtin.words.substitutes import Substitutes
from llmrobust.operators.lexicons import LazyMapping, word_choices, word_pairs, word_set


def _many(phrase: str) -> str:
    """The plural of a noun or of a phrase with one: "pieces of furniture", "hen's eggs"."""
    head, of, rest = phrase.partition(" of ")
    before, space, noun = head.rpartition(" ")
    return f"{before}{space}{plural(noun)}{of}{rest}"


_HYPERNYMS = word_pairs(__package__, "hypernyms")
HYPERNYMS: Mapping[str, str] = LazyMapping(
    lambda: {**{plural(old): _many(new) for old, new in _HYPERNYMS.items()}, **_HYPERNYMS}
)
"""From a noun to a broader one."""
_HYPONYMS = word_choices(__package__, "hyponyms")
HYPONYMS: Mapping[str, tuple[str, ...]] = LazyMapping(
    lambda: {
        **{
            plural(old): tuple(map(_many, new))
            for old, new in _HYPONYMS.items()
            if old not in ("clothes", "people", "money")
        },
        **_HYPONYMS,
    }
)
"""From a noun to narrower ones."""
NONCE = tuple(
    "blicket dax wug toma fendle zorp glimmick plonk tove quib nerk florp mippen skrell gavagai borogove snark drindle "
    "vormit plimsy".split()
)
"""Words without meaning: wug, dax, blicket, gavagai from the experimental literature, others made for llmrobust."""
COMMON_NOUNS = word_set(__package__, "common_nouns")
IDIOMS = Substitutes(__package__, "idioms")
"""From a plain phrase to an idiom of the same sense; "very tired" and the like count as one phrase."""
DERIVATIONS = Substitutes(__package__, "derivations")
"""From a derived word to a phrase with its stem, and from a verb to a phrase with a noun derived from it."""
_NOT_REGULARISED = frozenset(
    "been seen lain borne was had did lay found felt saw left bound ground wound fell bit hung lit shone".split()
)
"""Pasts that are other words too, or that have a regular form already."""
REGULARISED: Mapping[str, str] = LazyMapping(
    lambda: {
        form: regular_past(verb)
        for forms in (PARTICIPLE, PAST)
        for verb, form in forms.items()
        if form != verb and form not in PAST and form not in _NOT_REGULARISED
    }
)
"""From an irregular past or participle to what a learner or child would say: "goed", "taked"."""
FILLERS = ("um", "uh", "you know", "I mean", "like", "well", "actually", "basically")
"""What speech is filled with."""
INTENSIFIABLE: Mapping[str, str] = {
    word: f"really {word}"
    for word in (
        "good bad great nice boring interesting funny sad happy slow fast long short big small old beautiful ugly hard "
        "easy important strange expensive cheap useful tired hungry angry loud quiet clean dirty cold hot warm urgent "
        "worried confused upset frustrated disappointed sorry excited busy rich poor close near sick weak strong heavy "
        "light popular rare annoying helpful annoyed unhappy surprised scared proud grateful concerned interested"
    ).split()
}
"""Adjectives that allow "really" without changing sides."""
INTENSIFIED_VERBS: Mapping[str, str] = {
    verb: f"really {verb}"
    for verb in "want wants wanted need needs needed like likes enjoy enjoys love loves hate hates hope hopes".split()
}
"""Verbs of wish and feeling that allow it too."""
INTENSIFIED_QUESTIONS: Mapping[str, str] = {
    **{
        f"how {word}": f"exactly how {word}"
        for word in "many much long old far fast often tall heavy big high large".split()
    },
    **{
        f"{asking} {verb}": f"{asking} exactly {verb}"
        for asking in ("how", "when", "where", "why", "what", "who")
        for verb in ("is are was were do does did can could will would should has have had am must may might".split())
    },
    "what's": "what exactly is",
}
"""The beginnings of questions with "exactly"."""
