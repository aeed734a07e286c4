"""Negation: added in eight ways, taken away, doubled. What the answer must become is said by a map.

A clause is read from the sentence's analysis and negated at its finite verb. Questions are negated only where no map
promises what becomes of the answer. Anything that would not be English is not applicable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from llmrobust.english import Analysis
from llmrobust.english.clauses import statement as clause_of
from llmrobust.operators.builtin.logic.affirming import affirmed
from llmrobust.operators.builtin.logic.negating import Word, denied, failing, negated, opposite, prefixed
from llmrobust.operators.builtin.sentences.parsed import ParsedRewrite, rewritten_text, whole_sentences
from llmrobust.operators.editing.text_edits import texts_of
from llmrobust.operators.operator import AtMost, Draw, Params, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): negation"


class NegationParams(Params):
    """Parameters of negation operators."""

    target: str = Field(default="input", description="What is negated: input, context, or a variable's name.")
    map: dict[str, str] | None = Field(
        default=None,
        description="What answers must become, {true: false, false: true}. Without it nothing is promised.",
    )


class SameParams(Params):
    """Parameters of `negation.double`."""

    target: str = Field(default="input", description="What is negated twice: input, context, or a variable's name.")


_DECLARED: dict[str, Any] = {
    "level": "logic",
    "params": NegationParams,
    "relation": Relation.NO_PROMISE,
    "at_most": AtMost(1, 60),
    "needs": ("english",),
    "version": 4,
}


@operator("negation.verbal", source=f"{FLUKE}, verbal", **{**_DECLARED, "version": 5})
def verbal(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Negates the verb of a sentence: did not like, is not good."""
    yield from _negated_by(prompt, params, draw, "not")


@operator("negation.absolute", source=f"{FLUKE}, absolute", **{**_DECLARED, "version": 5})
def absolute(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Negates the verb with never."""
    yield from _negated_by(prompt, params, draw, "never")


@operator("negation.approximate", source=f"{FLUKE}, approximate", **{**_DECLARED, "version": 5})
def approximate(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Weakens the verb with hardly, in questions with rarely."""
    yield from _negated_by(prompt, params, draw, "hardly")


@operator("negation.affixal", source=f"{FLUKE}, affixal (prompted, not released)", **{**_DECLARED, "version": 5})
def affixal(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Turns an adjective, an adverb or a verb round with a prefix: unhappy, impossible, disconnect."""
    yield from _negated(prompt, params, draw, prefixed, "prefix")


@operator("negation.lexical", source=f"{FLUKE}, lexical", **{**_DECLARED, "version": 5})
def lexical(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Negates by a word: failed to, or the opposite of a word (sold for bought)."""
    yield from _negated(prompt, params, draw, lambda text: failing(text, questions=params.map is None), "fail")
    yield from _negated(prompt, params, draw, opposite, "opposite")


@operator(
    "negation.statement",
    source="RobustLR (Sanyal et al. 2022, arXiv 2205.12598); IrrQA's negated claims",
    **{**_DECLARED, "version": 5},
)
def statement(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Says that a statement is not the case: "It is not true that ..."."""
    yield from _negated(prompt, params, draw, lambda text: denied(text, "It is not true that"), "not-true")


@operator("negation.remove", source=f"{FLUKE}, removal; CheckList's remove_negation", **_DECLARED)
def remove(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Takes a negation away: is good for is not good, liked for did not like."""
    yield from _negated(prompt, params, draw, affirmed, "affirmed")


@operator(
    "negation.double",
    level="logic",
    params=SameParams,
    at_most=AtMost(1, 60),
    source=f"{FLUKE}, double negation",
    needs=("english",),
    version=6,
)
def double(prompt: Prompt, params: SameParams, draw: Draw) -> Iterator[Variant]:
    """Negates a statement twice: "It is not false that ...". The answer stays."""
    said = (prompt.span(place).text for places in texts_of(prompt, (params.target,)) for place in places)
    if any(_SPEAKER.search(text) for text in said):
        return

    def twice(text: Analysis) -> str | None:
        return None if _reports(text) else denied(text, "It is not false that", twice=True)

    yield from _rewritten(prompt, params.target, draw, twice, "not-false", None)


def _reports(text: Analysis) -> bool:
    """Whether somebody talks, says what is not so, or begins with more than the subject: nobody calls that false."""
    first, clause = text[0], clause_of(text)
    talks = any((t.lower in ("you", "your", "'s", "’s") and t.dep != "case") or t.dep == "neg" for t in text.tokens)
    led = (
        clause is not None and clause.subject_range[0] > 0 and first.pos in ("VERB", "DET", "NOUN") and not first.entity
    )
    alone = first.tag == "NN" and first.dep == "nsubj" and first.left == first.right  # "Gene" may be a name
    return talks or led or (alone and not first.lower.endswith(("body", "one", "thing")))


_SPEAKER = re.compile(r"\b(?:[Ii](?!\.)|[Mm]e|[Mm]y|[Ww]e|us|[Oo]ur)\b")
"""Words of who reports what happened to them."""


def _negated_by(prompt: Prompt, params: NegationParams, draw: Draw, word: Word) -> Iterator[Variant]:
    yield from _negated(prompt, params, draw, lambda text: negated(text, word, questions=params.map is None), word)


def _negated(prompt: Prompt, params: NegationParams, draw: Draw, change: ParsedRewrite, name: str) -> Iterator[Variant]:
    yield from _rewritten(prompt, params.target, draw, change, name, params.map or {})


def _rewritten(
    prompt: Prompt, target: str, draw: Draw, change: ParsedRewrite, name: str, answer_map: Mapping[str, str] | None
) -> Iterator[Variant]:
    """The first sentence of the target that can be changed, changed. answer_map None: the answer stays."""
    for place, parts, whole in whole_sentences(prompt, (target,)):
        text = rewritten_text(parts, whole, draw, change)
        if text is not None:
            relation = None if answer_map is None else Relation.FOLLOWS if answer_map else Relation.NO_PROMISE
            yield Variant(prompt.with_texts({place: text}), name, answer_map=answer_map or {}, relation=relation)
            return
