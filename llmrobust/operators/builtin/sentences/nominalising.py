"""Nominalisation: a noun for a verb or an adjective ("made a payment of" for "paid"), on the parse."""

from __future__ import annotations

from collections.abc import Iterator

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, question
from llmrobust.english.noun_phrases import raised
from llmrobust.operators.builtin.sentences.asked_nouns import asked_with_noun
from llmrobust.operators.builtin.sentences.claims_as_nouns import claim_as_noun, interest_as_noun
from llmrobust.operators.builtin.sentences.events_as_nouns import event_as_noun
from llmrobust.operators.builtin.sentences.named_measures import named_measure
from llmrobust.operators.builtin.sentences.parsed import (
    ParsedParams,
    edited_at,
    first_rewritten,
    parsed,
    rewritten_by_parse,
)
from llmrobust.operators.builtin.sentences.qualities_as_nouns import (
    asked_quality,
    asked_speed,
    compared_number,
    compared_quality,
    measured_quality,
)
from llmrobust.operators.builtin.sentences.question_shapes import possibility, procedure, reason
from llmrobust.operators.builtin.sentences.reasons import reason_within
from llmrobust.operators.builtin.sentences.verbs_as_nouns import verb_as_noun
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt


@operator(
    "syntax.nominalisation",
    version=11,
    level="sentence",
    params=ParsedParams,
    at_most=AtMost(1, 60),
    needs=("english",),
    source="Biber et al. 1999, Longman Grammar, 4.2: nominalisation as a mark of formal prose; kind made for llmrobust",
)
def nominalisation(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Says with a noun what a verb or an adjective says: "made a payment of", "What is the age of"."""
    yield from rewritten_by_parse(prompt, params, draw, nominalised, "noun")


def nominalised(text: Analysis) -> str | None:
    """The sentence with its first verb or adjective as a noun that can be; None if it has none."""
    asked = (
        asked_quality(text)
        or asked_with_noun(text)
        or asked_speed(text)
        or procedure(text)
        or _procedure_then(text)
        or reason(text)
        or possibility(text)
        or reason_within(text)
    )
    if asked is not None:
        return asked
    return first_rewritten(text, _RULES) or first_rewritten(text, (event_as_noun, claim_as_noun, interest_as_noun))


def _procedure_then(text: Analysis) -> str | None:
    """ "If I am abroad, what is the procedure for changing my PIN?" of "If I am abroad, how do I change my PIN?"."""
    asked = question(text)
    if asked is None or not asked.start:
        return None
    alone = parsed(raised(text.text[text[asked.start].start :]))
    new = procedure(alone) if alone is not None else None
    return None if new is None else f"{text.text[: text[asked.start].start]}{new[0].lower()}{new[1:]}"


def _got(text: Analysis, index: int) -> str | None:
    """ "get a refund" of "get refunded", and "gets a payment of $20" of "gets paid $20"."""
    token = text[index]
    if token.tag != "VBN" or index == 0 or text[index - 1].lemma != "get":
        return None
    follows = text[index + 1] if index + 1 < len(text) else None
    if token.lower == "paid" and follows is not None and follows.text == "$":
        return edited_at(text, (index, index, "a payment of"))
    ends = follows is None or follows.pos == "PUNCT"
    return edited_at(text, (index, index, "a refund")) if token.lower == "refunded" and ends else None


_ASKED_FOR = frozenset("request application offer claim proposal plan idea suggestion appeal".split())
"""What somebody refuses."""
_REFUSED = {"decline": "a refusal", "refuse": "a refusal", "reject": "a rejection"}


def _met_with(text: Analysis, index: int) -> str | None:
    """ "My request met with a refusal." of "My request was declined."."""
    token = text[index]
    noun = _REFUSED.get(token.lemma) if token.tag == "VBN" and index else None
    be = text[index - 1]
    if noun is None or be.lower not in ("was", "were") or be.dep != "auxpass" or be.head != index:
        return None
    clause = clause_at(text, index)
    if clause is None or clause.is_inverted or text.dependents(index, "agent", "neg", "conj", "advmod"):
        return None
    if text[clause.subject].lemma not in _ASKED_FOR or any(t.lower in ("times", "twice") for t in text.tokens):
        return None
    return edited_at(text, (be.index, index, f"met with {noun}"))


_RULES = (named_measure, _got, _met_with, measured_quality, compared_quality, compared_number, verb_as_noun)
"""In the order in which they are tried at each word of a sentence."""
