"""Appraisal: what the speaker thinks of it, added to a statement. Nothing is promised unless a map says more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field

from llmrobust.operators.builtin.sentences.register_lexicon import (
    NEGATIVE_PHRASES,
    NEGATIVE_WORDS,
    POSITIVE_PHRASES,
    POSITIVE_WORDS,
)
from llmrobust.operators.builtin.sentences.rewriting import SentenceParams, rewritten_sentence
from llmrobust.operators.builtin.sentences.simple_clauses import is_statement
from llmrobust.operators.builtin.words.fitting import is_a_noun
from llmrobust.operators.builtin.words.morphology import article
from llmrobust.operators.builtin.words.parts_of_speech import past_of
from llmrobust.operators.editing.random_edits import cased_like
from llmrobust.operators.operator import AtMost, Draw, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
_DETERMINER = re.compile(r"(?<![\w'’-])(my|your|our|his|her|their|this|these|the|an?)(?= [A-Za-z]{3,})", re.IGNORECASE)
_OWNERS = frozenset("my your our his their".split())
_WORD = re.compile(r" ([A-Za-z]+)(?![\w'’-])")

_NOT_DESCRIBED = frozenset(
    "own first second third fourth fifth last next only very same other entire whole best worst most least one two "
    "three four five six seven eight nine ten lot few couple number way total amount".split()
)
"""Words that nothing comes before: "my own card"."""
_LIVED_THROUGH = re.compile(
    r"(?:[A-Z][\w ]{2,24}, )?(?:I|We) (?:(?:also|just|finally|recently) )?(?P<verb>[a-z]+)\b[^,]*"
)
"""A statement of what the speaker did."""
_NO_DEED = frozenset(
    "was were had wanted needed thought knew felt lost forgot missed failed liked loved hated hoped believed seemed "
    "died broke hurt could would should might did paid owed tried got meant saw".split()
)
"""Pasts that nobody praises or would do again."""


class AppraisalParams(SentenceParams):
    """Parameters of operators that add an appraisal."""

    map: dict[str, str] | None = Field(
        default=None, description="What answers must become, {negative: positive}. Without it nothing is promised."
    )


@operator(
    "appraisal.positive",
    level="semantics",
    params=AppraisalParams,
    relation=Relation.NO_PROMISE,
    version=3,
    at_most=AtMost(1, 60),
    source=f"{FLUKE}: appraisal",
)
def positive(prompt: Prompt, params: AppraisalParams, draw: Draw) -> Iterator[Variant]:
    """Adds praise to a statement, "..., which I loved.", or to a thing: "my wonderful card"."""
    yield from _appraised(prompt, params, draw, (POSITIVE_PHRASES, POSITIVE_WORDS), "positive")


@operator(
    "appraisal.negative",
    level="semantics",
    params=AppraisalParams,
    relation=Relation.NO_PROMISE,
    version=3,
    at_most=AtMost(1, 60),
    source=f"{FLUKE}: appraisal",
)
def negative(prompt: Prompt, params: AppraisalParams, draw: Draw) -> Iterator[Variant]:
    """Adds blame to a statement, "..., which I hated.", or to a thing: "my awful card"."""
    yield from _appraised(prompt, params, draw, (NEGATIVE_PHRASES, NEGATIVE_WORDS), "negative")


def _appraised(
    prompt: Prompt,
    params: AppraisalParams,
    draw: Draw,
    said: tuple[tuple[str, ...], tuple[str, ...]],
    name: str,
) -> Iterator[Variant]:
    phrase, word = (draw.stream(*where).choice(one) for where, one in zip(((name,), (name, "word")), said, strict=True))
    labels = {label.lower() for label in draw.labels}
    if labels & {*phrase.lower().split(), word}:
        return

    def added(sentence: str) -> str | None:
        states = re.fullmatch(r"[^?!,]{6,}\w\.", sentence) and is_statement(sentence) and _is_ones_own_deed(sentence)
        return f"{sentence[:-1]}, {phrase}." if states else None

    def described(sentence: str) -> str | None:
        return _with_word(sentence, word)

    made = next(rewritten_sentence(prompt, params, draw, added, name), None)
    found = made or next(rewritten_sentence(prompt, params, draw, described, f"{name}-thing"), None)
    if found is not None:
        relation = Relation.FOLLOWS if params.map else None
        yield Variant(found.prompt, found.name, answer_map=params.map or {}, relation=relation)


def _is_ones_own_deed(sentence: str) -> bool:
    """Whether a sentence says what the speaker did and could do again."""
    told = _LIVED_THROUGH.match(sentence)
    if told is None or re.search(r"\b(?:not|never|no|because|but)\b|n['’]t\b", sentence):
        return False
    return told["verb"] not in _NO_DEED and past_of(told["verb"]) is not None


def _with_word(sentence: str, word: str) -> str | None:
    """The sentence with the word before its first noun that somebody owns or points at; None if there is none."""
    for found in _DETERMINER.finditer(sentence):
        noun, said = _WORD.match(sentence, found.end()), found[1]
        if noun is None or noun[1].lower() in _NOT_DESCRIBED:
            continue
        if said.lower() in _OWNERS or is_a_noun(sentence, *noun.span(1)):
            new = cased_like(article(word), said) if said.lower() in ("a", "an") else said
            return f"{sentence[: found.start()]}{new} {word}{sentence[found.end() :]}"
    return None
