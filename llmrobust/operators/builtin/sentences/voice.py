"""The passive of clauses, on the parse. Not applicable rather than broken English."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, clause_at, question
from llmrobust.english.noun_phrases import like
from llmrobust.operators.builtin.sentences.asked_passives import asked_passive
from llmrobust.operators.builtin.sentences.asked_pronouns import keeping_asked
from llmrobust.operators.builtin.sentences.needing import needing, to_be_done
from llmrobust.operators.builtin.sentences.noun_kinds import kind_of_noun
from llmrobust.operators.builtin.sentences.owned_passives import given_parts, owned_parts, related_parts
from llmrobust.operators.builtin.sentences.parsed import Around, ParsedParams, edited_at, joined, rewritten_in_text
from llmrobust.operators.builtin.sentences.passive_forms import participle
from llmrobust.operators.builtin.sentences.passive_parts import (
    PassiveParts,
    chain_of,
    is_habit,
    negated,
    parts_of,
)
from llmrobust.operators.builtin.sentences.passive_reference import is_misread
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.sentences.told_passives import told_parts
from llmrobust.operators.builtin.values.people import GIVEN
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"


@operator(
    "syntax.passive",
    level="sentence",
    params=ParsedParams,
    at_most=AtMost(1.2, 80),
    source=f"{FLUKE}: active to passive",
    needs=("english",),
    version=13,
)
def passive(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Puts a clause or a question into the passive: "The soup was brought by the waiter.", "Can it be changed?"."""
    tells = not any("?" in message.text for message in prompt.messages)

    rule = keeping_asked(prompt, partial(to_passive, tells=tells))
    yield from rewritten_in_text(prompt, params, draw, rule, "passive")


def to_passive(text: Analysis, *, around: Around, tells: bool) -> str | None:
    """The sentence with its first clause in the passive that has one; None if none has. tells: whether nothing asks."""
    told = to_be_done(text) or asked_passive(text, around.before) or needing(text)
    if told is not None:
        return told
    asks = question(text) is not None
    for token in text.tokens:
        if token.dep not in ("ROOT", "conj", "advcl", "ccomp", "relcl") or token.pos != "VERB":
            continue
        clause = clause_at(text, token.index)
        if clause is None or clause.is_inverted or (asks and not _is_supposed(text, token.index)):
            continue
        if token.dep in ("advcl", "ccomp") and _is_asking(text, token.left, clause):
            continue
        if token.dep == "conj" and _runs_on(text, clause.subject_range[0]):
            continue
        new = _passive_clause(clause, around, tells=tells)
        if new is not None:
            return new
    return None


def _is_supposed(text: Analysis, verb: int) -> bool:
    """Whether a clause is what a question supposes: "If Tom sells ten cars"."""
    return text[verb].dep == "advcl" and text[text[verb].left].lower == "if"


def _ends_clause(text: Analysis, end: int) -> bool:
    """Whether a clause ends there: no further thing after a comma."""
    return end >= text.end or text[end + 1].text != "," or text[end + 2].tag not in ("CD", "NN", "NNS")


def _runs_on(text: Analysis, first: int) -> bool:
    """Whether a second clause follows "and" without a comma: its object would be read with the first clause."""
    return first > 1 and text[first - 1].pos == "CCONJ" and text[first - 2].text != ","


def _is_asking(text: Analysis, first: int, clause: Clause) -> bool:
    """Whether a clause within another one asks, begins with more than its subject, or tells again of who was named."""
    start = clause.subject_range[0]
    opening = text.tokens[first:start]
    asks = any(t.tag in ("WP", "WDT") or t.lower in ("how", "than", "as") for t in opening)
    speaks = text[clause.subject].lower in ("i", "we") and first == 0
    return asks or len(opening) > 2 or (text[clause.subject].tag == "PRP" and not speaks)


def _passive_clause(clause: Clause, around: Around, *, tells: bool) -> str | None:
    """The sentence with a clause in the passive. He or she stays the subject: a question may ask who it was."""
    text, verb = clause.text, clause.verb
    kind = clause.tense == "modal" and text[clause.subject_range[0]].lower in ("a", "an")
    if kind or text[clause.subject].lower == "you":
        return None  # nobody says "will be eaten by a child" of any child
    if text[verb].dep == "relcl":
        return _passive_relative(clause)
    if any(t.tag == "VBG" for t in text.tokens[: clause.subject_range[0]]):
        return None  # "After walking home, the soup was eaten": nobody walks any more
    parts = _parts(clause)
    verbal = None if parts is None else _verbal(clause, parts)
    if parts is None or verbal is None or _is_stilted(clause, parts, around, tells=tells):
        return None
    first, end = clause.subject_range[0], max(parts.rest[1], text[parts.object].right, verb)
    if text[verb].dep == "advcl" and not _ends_clause(text, end):
        return None
    later = text.tokens[end + 1 : end + 3]
    if len(later) == 2 and later[0].pos == "CCONJ" and later[1].pos in ("NOUN", "ADJ", "VERB", "NUM"):
        return None  # what may be a second object
    said = joined(parts.thing, verbal)
    return edited_at(text, (first, end, like(said, text) if first == 0 else said))


def _is_stilted(clause: Clause, parts: PassiveParts, around: Around, *, tells: bool) -> bool:
    """Whether nobody tells it so: "A tree is planted by Carlos." as an opening, "Two men were met." of our story."""
    text, who, thing = clause.text, clause.text[clause.subject], clause.text[parts.object]
    if parts.agent:
        bare = who.left == who.right and who.text in GIVEN
        going_on = not around.alone or text[clause.verb].tag == "VBG"  # alone, "A cake was made by Claire." will do
        return around.opens and going_on and bare and who.left == 0 and text[thing.left].lower in ("a", "an", "some")
    if who.lower not in ("i", "we"):
        return False
    met = is_person(text, parts.object) or kind_of_noun(text, parts.object) == "person"
    return met or (who.lower == "we" and clause.tense == "past" and tells and not around.alone)


def _parts(clause: Clause) -> PassiveParts | None:
    """What the passive is made of: the first kind of object that fits."""
    text, verb, who, thing = clause.text, clause.verb, clause.subject, clause.object
    told = told_parts(text, verb, who)
    if told is not None or thing is None or text[thing].left < verb:
        return told
    found = (read(text, verb, who, thing) for read in (given_parts, owned_parts, parts_of))
    return next((parts for parts in found if parts is not None), None)


def _passive_relative(clause: Clause) -> str | None:
    """ "the book that was bought by the queen" of "the book that the queen bought"."""
    found = related_parts(clause.text, clause.verb, clause.subject)
    verbal = _verbal(clause, found[1]) if found is not None else None
    if found is None or verbal is None:
        return None
    pronoun, parts = found
    return edited_at(clause.text, (pronoun + 1, max(parts.rest[1], clause.verb), verbal))


def _verbal(clause: Clause, parts: PassiveParts) -> str | None:
    """The passive of a verb with its auxiliaries, and what follows it; None where it would be misread, or no good."""
    text, verb = clause.text, clause.verb
    below = tuple(text.dependents(verb, "advcl"))
    if is_habit(clause, parts.object) or (parts.agent and is_misread(text, clause.subject, parts.object, below)):
        return None
    middle = text.tokens[clause.subject_range[1] + 1 : verb]
    between = [t for t in middle if t.index not in clause.auxiliaries and t.index != clause.negation]
    chain = chain_of(clause, parts)
    if chain is None or any(t.dep != "advmod" or t.left != t.right for t in between):
        return None
    before, after = chain
    negation = text[clause.negation].text if clause.negation is not None else ""
    early = [t.text for t in between if clause.auxiliaries and t.index < clause.finite]
    late = [t.text for t in between if not (clause.auxiliaries and t.index < clause.finite)]
    return joined(
        " ".join(early), negated(before, negation), " ".join(late), after, participle(text[verb]),
        parts.ending(text, parts.agent),
    )  # fmt: skip
