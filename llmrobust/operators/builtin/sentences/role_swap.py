"""The swap of subject and object, on the parse."""

from __future__ import annotations

from collections.abc import Iterator

from llmrobust.english import Analysis
from llmrobust.english.clauses import Question, agreement, finite_form, main_clause, question, statement
from llmrobust.english.noun_phrases import as_object, as_subject, inner, like
from llmrobust.operators.builtin.sentences.parsed import ParsedParams, edited_at, joined, rewritten_by_parse
from llmrobust.operators.operator import AtMost, Draw, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt


@operator(
    "syntax.role_swap",
    relation=Relation.NO_PROMISE,
    level="sentence",
    params=ParsedParams,
    at_most=AtMost(1.2, 80),
    source="FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): grammatical role",
    needs=("english",),
    version=5,
)
def role_swap(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Swaps subject and object: it changes who did what, so nothing is promised."""
    yield from rewritten_by_parse(prompt, params, draw, _swapped, "swapped")


def _swapped(text: Analysis) -> str | None:
    asked = question(text)
    clausal = _swapped_question(text, asked) if asked is not None else _swapped_statement(text)
    return clausal or _compared(text) or _objects_swapped(text) or _nouns_swapped(text)


def _swapped_question(text: Analysis, asked: Question) -> str | None:
    """ "How does my card locate me?" of "How do I locate my card?"."""
    finite, verb = text[asked.finite], asked.verb
    if asked.subject is None or verb == asked.finite or not (finite.tag == "MD" or finite.lemma == "do"):
        return None
    first, last = asked.subject
    subject = next((i for i in range(first, last + 1) if not first <= text[i].head <= last), first)
    thing, below = text.first(verb, "dobj"), text.first(verb, "xcomp")
    thing = text.first(below, "dobj") if thing is None and below is not None else thing
    thing = _beside(text, verb) if thing is None else thing
    if thing is None or text[thing].left <= verb or any(t.dep == "conj" for t in text.tokens[last:thing]):
        return None
    if _cannot_swap(text, subject) or _cannot_swap(text, thing):
        return None
    agree, new_subject, new_object = agreement(text, thing), as_subject(text, thing), as_object(text, subject)
    if agree is None or new_subject is None or new_object is None:
        return None
    helper = finite.text
    if finite.lemma == "do" and finite.lower != "did":
        helper = finite_form("do", "present", plural=agree[0], first_person=agree[1])
        helper = helper.capitalize() if finite.text[:1].isupper() else helper
    edits = ((asked.finite, asked.finite, helper), (first, last, new_subject))
    return edited_at(text, *edits, (text[thing].left, text[thing].right, new_object))


def _beside(text: Analysis, verb: int) -> int | None:
    """What stands in place of an object: what somebody is, or the noun of a preposition; None if there is neither."""
    prepositions = [i for i in text.dependents(verb, "prep") if i > verb]
    below = text.first(verb, "xcomp")
    prepositions += [] if below is None else text.dependents(below, "prep")
    nouns = [text.first(verb, "attr"), *(text.first(i, "pobj") for i in prepositions)]
    return next((i for i in nouns if i is not None and i > verb and text[i].tag.startswith(("NN", "PRP"))), None)


def _compared(text: Analysis) -> str | None:
    """ "Ben has more eggs than Ann." of "Ann has more eggs than Ben.", where both are alike in number."""
    clause = main_clause(text)
    if clause is None or clause.is_inverted:
        return None
    first, last = clause.subject_range
    for token in text.tokens[clause.verb + 1 :]:
        other = text.first(token.index, "pobj") if token.lower in ("than", "as") else None
        if other is None or text[other].left != token.index + 1 or text[other].tag[:2] not in ("NN", "PR"):
            continue
        new_subject, new_other = as_subject(text, other), as_object(text, clause.subject)
        alike = agreement(text, other) == agreement(text, clause.subject)
        if new_subject is None or new_other is None or not alike or _cannot_swap(text, clause.subject):
            return None
        said = like(new_subject, text) if first == 0 else new_subject
        return edited_at(text, (first, last, said), (text[other].left, text[other].right, new_other))
    return None


def _objects_swapped(text: Analysis) -> str | None:
    """ "open a child for an account" of "open an account for a child"."""
    for verb in text.tokens:
        thing = text.first(verb.index, "dobj")
        later = [i for i in text.dependents(verb.index, "prep") if thing is not None and i > thing]
        by = next((i for i in later if text[i].lower not in ("as", "than")), None)
        other = text.first(by, "pobj") if by is not None else None
        if thing is not None and other is not None and thing > verb.index:
            new = _exchanged(text, thing, other)
            if new is not None:
                return new
    return None


def _nouns_swapped(text: Analysis) -> str | None:
    """ "the bank of the card" of "the card of the bank", alike in number."""
    for by in text.tokens:
        noun, other = text[by.head], text.first(by.index, "pobj")
        beside = by.dep == "prep" and noun.index == by.index - 1 and other is not None
        if not beside or other is None or agreement(text, other) != agreement(text, noun.index):
            continue
        bare = noun.dep == "compound" or text[other].right != other or any(i > by.index for i in noun.children)
        if noun.lemma in ("number", "amount", "lot", "total"):
            continue
        if noun.tag not in ("NN", "NNS") or text[other].tag not in ("NN", "NNS") or bare:
            continue
        first, last = inner(text, noun.left, noun.index), text.said(text[other].left, other)
        if first is not None:
            said = like(last, text) if noun.left == 0 else last
            return edited_at(text, (noun.left, noun.index, said), (text[other].left, other, first))
    return None


def _exchanged(text: Analysis, one: int, other: int) -> str | None:
    """The text with two things in each other's place; None where a phrase would break apart."""
    plain = all(text[i].tag in ("NN", "NNS", "NNP") and len(list(text.within(i))) < 6 for i in (one, other))
    if not plain or _cannot_swap(text, one) or _cannot_swap(text, other) or text[one].right >= text[other].left:
        return None
    (first, last), (start, end) = ((text[i].left, text[i].right) for i in (one, other))
    return edited_at(text, (first, last, text.said(start, end)), (start, end, text.said(first, last)))


def _cannot_swap(text: Analysis, head: int) -> bool:
    """Whether a phrase would break apart, or point to nothing, on the other side of the verb."""
    if any(t.lower in ("times", "as", "than", "more", "fewer", "less", "twice") for t in text.within(head)):
        return True
    return any(t.tag in ("WP", "WDT", "WRB", "EX") or t.dep in ("relcl", "cc") for t in text.within(head))


def _swapped_statement(text: Analysis) -> str | None:
    clause = statement(text)
    if clause is None:
        return None
    thing, below = clause.object, text.first(clause.verb, "xcomp")
    if text.dependents(clause.verb, "conj"):
        return None
    if thing is None and below is not None and text[below].tag == "VB":
        thing = text.first(below, "dobj")
    thing = _beside(text, clause.verb) if thing is None else thing
    if thing is None or text[thing].left < clause.verb or text.dependents(clause.verb, "dative"):
        return None
    if _cannot_swap(text, thing) or _cannot_swap(text, clause.subject) or text[clause.subject].lower == "it":
        return None
    if text[thing].tag in ("WP", "WDT") or text[thing].lower.endswith(("self", "selves")):
        return None
    first, last = clause.subject_range
    agree = agreement(text, thing)
    new_subject, new_object = as_subject(text, thing), as_object(text, clause.subject)
    middle = text.said(last + 1, text[thing].left - 1)
    if agree is None or new_subject is None or new_object is None or last + 1 > text[thing].left - 1:
        return None
    finite = text[clause.finite]
    if clause.tense != "modal" and (clause.tense == "present" or finite.lemma == "be"):
        form = finite_form(finite.lemma, clause.tense, plural=agree[0], first_person=agree[1])
        at = finite.start - text[last + 1].start
        middle = middle[:at] + form + middle[at + len(finite.text) :]
    said = joined(new_subject, middle, new_object)
    return edited_at(text, (first, text[thing].right, like(said, text) if first == 0 else said))
