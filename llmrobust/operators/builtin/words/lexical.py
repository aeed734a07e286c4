"""Words replaced by others of the same sense, a near sense, or none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pydantic import Field

from llmrobust.english import analyse
from llmrobust.operators.builtin.words.broader_and_narrower import broader, narrower
from llmrobust.operators.builtin.words.by_lexicon import LexiconParams, by_lexicon
from llmrobust.operators.builtin.words.contractions import ABBREVIATIONS
from llmrobust.operators.builtin.words.derived_places import is_derivable
from llmrobust.operators.builtin.words.hypernyms_and_idioms import (
    DERIVATIONS,
    HYPERNYMS,
    HYPONYMS,
    IDIOMS,
    INTENSIFIABLE,
    INTENSIFIED_QUESTIONS,
    INTENSIFIED_VERBS,
)
from llmrobust.operators.builtin.words.irregular_pasts import REGULAR_PASTS, is_a_past
from llmrobust.operators.builtin.words.morphology import base, singular
from llmrobust.operators.builtin.words.nonce_words import NonceWords, noun_of
from llmrobust.operators.builtin.words.numbers import VALUES, counted_numbers, number_value, number_words
from llmrobust.operators.builtin.words.sentence_edits import Edit, placed_edits
from llmrobust.operators.builtin.words.stresses import stresses
from llmrobust.operators.builtin.words.substitutes import substituted
from llmrobust.operators.builtin.words.synonyms import RARER, SYNONYMS
from llmrobust.operators.builtin.words.transcript import is_unspeakable
from llmrobust.operators.editing.analysed_sentences import LONGEST
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots, cased_like
from llmrobust.operators.operator import AtMost, Draw, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

CHECKLIST = "CheckList (Ribeiro et al. 2020, arXiv 2005.04118)"
FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
_CLAUSE_START = re.compile(r"(?:\A|[.!?\n]\s+|, (?:(?:and|so|then|but) )?)\Z", re.IGNORECASE)
_ASKS = re.compile(r"[^.!\n?]*\?")
"""The rest of a sentence that asks."""

_COUNTS = re.compile(
    r"\bhow (?:many|much|old|tall|long|far)\b|\b(?:calculate|determine|compute)\b|\d.*\?|\?.*\d",
    re.IGNORECASE | re.DOTALL,
)
"""What shows that a text is a problem, in which sizes and amounts decide."""
_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(VALUES)}|half|twice|dozen)\b", re.IGNORECASE)
"""What a count can be worked out from."""
_MEASURES = frozenset("many long old far fast often tall heavy big high large".split())
_CONDITION = re.compile(
    r"\b(?:if|unless|when|whenever|whether|until|once|in case|as long as|provided)\b[^.!?,;:\n]*\Z", re.IGNORECASE
)
"""A condition, which a stress would narrow."""
_DEGREE_AFTER = re.compile(
    r"\s+(?:enough|to be|as)\b|(?:,? and| or|,) (?!(?:i|we|you|he|she|it|they|the|a|my|our|his|her|there|so|but|and|"
    r"which|who|nobody)\b)\w",
    re.IGNORECASE,
)
"""A degree, or another quality of the same thing, which a stress would leave out."""
_NO_SUBJECTS = frozenset("The A An This How What Which Nobody None Few Neither".split())
_COUNTED_UNITS = frozenset(
    "hours minutes seconds kilograms kilometres kilometers centimetres centimeters pounds inches percent "
    "weeks months years hour week minute pound gallons gallon feet miles meters metres grams ounces liters "
    "litres inch kilometer mile teaspoons tablespoons quarts yards dollars".split()
)
"""Units that are abbreviated only after a number in digits."""
_PHRASES = AtMost(5, 200)
"""For operators that put phrases for words: "under the weather" for "ill"."""


class MostParams(LexiconParams):
    """Parameters of lexical operators that by default edit everything they can."""

    rate: float = Field(default=1.0, gt=0, le=1, description="Share of the words that the lexicon holds; at least one.")


class HalfParams(LexiconParams):
    """Parameters of lexical operators that by default edit half of what they can."""

    rate: float = Field(default=0.5, gt=0, le=1, description="Share of the words that the lexicon holds; at least one.")


@operator(
    "word.synonym",
    version=13,
    level="word",
    params=HalfParams,
    source=f"{FLUKE}: concept replacement; HELM; TextAttack",
    at_most=_PHRASES,
)
def synonym(prompt: Prompt, params: HalfParams, draw: Draw) -> Iterator[Variant]:
    """Replaces words by synonyms of the same form that neither strengthen nor colour them."""
    yield from substituted(prompt, params, draw, SYNONYMS, quoted_stay=True)


@operator(
    "word.rare",
    version=12,
    level="word",
    params=HalfParams,
    source=f"{FLUKE}: word frequency; lexicon made for llmrobust",
    at_most=_PHRASES,
)
def rare(prompt: Prompt, params: HalfParams, draw: Draw) -> Iterator[Variant]:
    """Replaces usual words by rarer ones of the same sense."""
    yield from substituted(prompt, params, draw, RARER, quoted_stay=True)


@operator(
    "word.hypernym",
    version=4,
    level="semantics",
    params=HalfParams,
    relation=Relation.NO_PROMISE,
    source=f"{FLUKE}: concept replacement; NL-Augmenter's replace_with_hyponyms_hypernyms",
    at_most=_PHRASES,
)
def hypernym(prompt: Prompt, params: HalfParams, draw: Draw) -> Iterator[Variant]:
    """Replaces nouns by broader ones: vehicle for car. What depends on the narrower word may change."""
    fits = broader(prompt, HYPERNYMS)
    yield from by_lexicon(prompt, params, draw, HYPERNYMS, fits, fit_article=True, thing=singular, owners=True)


@operator(
    "word.hyponym",
    version=4,
    level="semantics",
    params=HalfParams,
    relation=Relation.NO_PROMISE,
    source=f"{FLUKE}: concept replacement; NL-Augmenter's replace_with_hyponyms_hypernyms",
    at_most=_PHRASES,
)
def hyponym(prompt: Prompt, params: HalfParams, draw: Draw) -> Iterator[Variant]:
    """Replaces nouns by narrower ones: poodle for dog. What depends on the broader word may change."""
    fits = narrower(prompt, HYPONYMS)
    yield from by_lexicon(prompt, params, draw, HYPONYMS, fits, fit_article=True, thing=singular, owners=True)


@operator(
    "word.nonce",
    version=4,
    level="semantics",
    params=HalfParams,
    relation=Relation.NO_PROMISE,
    source=f"{FLUKE}: concept replacement by a nonce word",
    at_most=_PHRASES,
)
def nonce(prompt: Prompt, params: HalfParams, draw: Draw) -> Iterator[Variant]:
    """Replaces a noun by a word that means nothing, the same one everywhere."""
    words = NonceWords(draw, prompt)
    yield from by_lexicon(prompt, params, draw, words, words.fits, fit_article=True, thing=noun_of, owners=True)


@operator(
    "word.idiom",
    version=16,
    level="word",
    params=MostParams,
    source=f"{FLUKE}: concept replacement by an idiom",
    at_most=_PHRASES,
)
def idiom(prompt: Prompt, params: MostParams, draw: Draw) -> Iterator[Variant]:
    """Says a plain phrase by an idiom: once in a blue moon for rarely."""
    yield from substituted(prompt, params, draw, IDIOMS, quoted_stay=True)


@operator(
    "word.abbreviate",
    version=4,
    level="word",
    params=MostParams,
    source="LangTest's add_abbreviation; NL-Augmenter's insert_abbreviation",
)
def abbreviate(prompt: Prompt, params: MostParams, draw: Draw) -> Iterator[Variant]:
    """Abbreviates: dept. for department, info for information, TV for television."""

    def fits(text: str, start: int, end: int) -> bool:
        unit = text[start:end].lower() in _COUNTED_UNITS
        return _not_twice_dotted(text, start, end) and (not unit or re.search(r"\d\s\Z", text[:start]) is not None)

    yield from by_lexicon(prompt, params, draw, ABBREVIATIONS, fits, keep_case="start")


@operator("word.derivation", version=11, level="word", params=HalfParams, source=f"{FLUKE}: derivation")
def derivation(prompt: Prompt, params: HalfParams, draw: Draw) -> Iterator[Variant]:
    """Says a derived word by a phrase with its stem: with care for carefully, not happy for unhappy."""

    def allowed(text: str, start: int, end: int) -> bool:
        old = text[start:end].lower().replace("’", "'")
        return DERIVATIONS.fits(text, start, end) and is_derivable(old, DERIVATIONS.words[old], text, start, end)

    words = DERIVATIONS.words
    yield from by_lexicon(prompt, params, draw, words, allowed, fit_article=True, thing=DERIVATIONS.thing)


@operator(
    "word.irregular_verb",
    version=3,
    level="word",
    params=HalfParams,
    needs=("english",),
    source=f"{FLUKE}: irregular verbs (prompted, not released)",
)
def irregular_verb(prompt: Prompt, params: HalfParams, draw: Draw) -> Iterator[Variant]:
    """Forms the past and participle of irregular verbs as if they were regular: goed, catched, taked.

    All of a verb's forms in a text or none.
    """
    yield from by_lexicon(prompt, params, draw, REGULAR_PASTS, is_a_past, thing=base)


@operator(
    "word.intensify",
    version=4,
    level="word",
    params=HalfParams,
    needs=("english",),
    source="TextFlint and FLUKE: length; kind made for llmrobust",
    at_most=_PHRASES,
)
def intensify(prompt: Prompt, params: HalfParams, draw: Draw) -> Iterator[Variant]:
    """Stresses what has degrees: "really good", "exactly how many", "a very kind man", "far too shy"."""
    whole = " ".join(span.text for _, span in prompt.places())

    def predicative(text: str, start: int, end: int) -> bool:
        if _CONDITION.search(text[:start]):
            return False
        asked = text[start:end].lower().replace("’", "'")
        if asked in INTENSIFIED_QUESTIONS:
            if _asks_for_a_finer_answer(asked, whole):
                return False
            asks = _ASKS.match(text, end) is not None and " exactly " not in f" {text[start:].lower()}"
            return asks and _CLAUSE_START.search(text[:start]) is not None
        if text[start:end].lower() in INTENSIFIED_VERBS:
            subject = re.search(
                r"(?<!do )(?<!does )(?<!did )\b(?:I|we|you|they|he|she|just|[A-Z][a-z]+)\s+\Z", text[:start]
            )
            return subject is not None and subject[0].strip() not in _NO_SUBJECTS
        be = re.search(r"\b(?:is|are|was|were|am)\s+\Z|['’](?:re|m)\s+\Z", text[:start], re.IGNORECASE)
        return be is not None and not _DEGREE_AFTER.match(text, end)

    speaks = re.search(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|[Yy]ou|[Mm]e)\b", whole) is not None
    plain = INTENSIFIABLE if speaks else {word: f"very {word}" for word in INTENSIFIABLE if word != "great"}
    lexicon = {**plain, **INTENSIFIED_VERBS, **INTENSIFIED_QUESTIONS}
    made = tuple(by_lexicon(prompt, params, draw, lexicon, predicative))
    yield from made or _stressed(prompt, params, draw)


def _asks_for_a_finer_answer(asked: str, whole: str) -> bool:
    """Whether "exactly" asks for more than a question does: a street for a town, a head count for a round number."""
    counts = asked.startswith("how ") and asked.split()[1] in _MEASURES
    return asked.split()[0] in ("where", "when", "who") or (counts and _NUMBER.search(whole) is None)


def _stressed(prompt: Prompt, params: RateParams, draw: Draw) -> Iterator[Variant]:
    """Variants with a share of what the analysis finds stressed."""
    whole = " ".join(span.text for _, span in prompt.places())
    words = Counter(re.findall(r"[a-z]+", whole.lower()))
    repeated = frozenset(word for word, count in words.items() if count > 1)
    edits: dict[tuple[str, int, int], str] = {}

    def stresses_of(sentence: str) -> Iterator[Edit]:
        if sentence.isprintable() and 1 < len(sentence.split()) <= LONGEST:
            yield from stresses(analyse(sentence), counted=_COUNTS.search(whole) is not None, repeated=repeated)

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for start, end, new in placed_edits(text, draw, stresses_of):
            edits[text, start, end] = new
            yield start, end

    yield from at_spots(prompt, params, draw, spots, lambda text, a, b, stream: edits[text, a, b], "word")


@operator(
    "word.number",
    version=2,
    level="word",
    params=MostParams,
    owns=("label",),
    at_most=AtMost(4, 200),
    source="LangTest's number_to_word; NL-Augmenter's number-to-word; Noise-LLM: numbers in speech",
)
def number(prompt: Prompt, params: MostParams, draw: Draw) -> Iterator[Variant]:
    """Spells out numbers of things, and writes number words as digits.

    Years, dates, times, prices, codes, units, numbers of documents and numbers in code stay.
    """

    def spots(text: str) -> Iterator[tuple[int, int]]:
        if is_unspeakable(text):
            return
        for start, end in free_stretches(text, draw.labels, numbers=True):
            yield from counted_numbers(text, start, end)

    def other(text: str, start: int, end: int, stream: Stream) -> str | None:
        old = text[start:end]
        if old[0].isdigit():
            words = number_words(old)
            return words if words is None or start > 0 else cased_like(words, "A")
        value = number_value(old)
        return None if value is None else str(value)

    yield from at_spots(prompt, params, draw, spots, other, "word")


def _not_twice_dotted(text: str, start: int, end: int) -> bool:
    """Not before a full stop, which would make it "dept.."."""
    return text[end : end + 1] != "."
