"""Phrases said in full: "in the year 2002", "during the course of the war", "a number of" for "several"."""

from __future__ import annotations

import re

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, clause_at, finite_form
from llmrobust.english.noun_phrases import is_plural, raised
from llmrobust.operators.builtin.sentences.parsed import edited_at, first_rewritten
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.operator import Draw

_MONTHS = frozenset("january february march april june july august september october november december".split())
_YEAR = re.compile(r"1[0-9]\d\d|20\d\d")
_LASTING = frozenset(
    "day week month year season war meeting night summer winter spring autumn game match trip visit investigation "
    "century career lifetime show film movie race reign voyage journey operation project evening morning afternoon "
    "lesson lecture trial campaign conversation interview holiday decade".split()
)
_NO_MANY_AFTER = frozenset("how so too as not very great a the these those his her its their my our your".split())
_NO_EVERY_AFTER = frozenset("almost nearly not practically virtually each and".split())
_NO_EVERY_BEFORE = frozenset(
    "sense way respect case time other now once so few two three four five six day's single".split()
)

_LEAVING = frozenset("leave find keep get have make see hear want need call consider watch feel like prefer".split())
"""Verbs that say of a thing what becomes of it."""


def said_in_full(text: Analysis, draw: Draw) -> str | None:
    """The sentence with its first phrase that has a longer form in it; None where none has."""
    return first_rewritten(text, (_dated, _during, _counted, _every, _described, _going_to))


def _dated(text: Analysis, index: int) -> str | None:
    """ "in the year 2002" of "in 2002", "in the month of March" of "in March"."""
    token = text[index]
    if token.lower not in ("in", "since", "until") or index + 1 >= len(text):
        return None
    when = text[index + 1]
    after = text[index + 2] if index + 2 < len(text) else None
    joined = after is not None and (
        after.lower in ("and", "or", "to", "-", "–", "/") or after.pos in ("NUM", "PROPN", "NOUN")
    )
    listed = after is not None and after.text == "," and index + 3 < len(text) and text[index + 3].pos == "NUM"
    if when.head != index or joined or listed or when.dep != "pobj":
        return None
    if _YEAR.fullmatch(when.text):
        return edited_at(text, (index + 1, index, "the year "))
    if when.lower in _MONTHS and token.lower == "in" and when.text[:1].isupper():
        return edited_at(text, (index + 1, index, "the month of "))
    return None


def _during(text: Analysis, index: int) -> str | None:
    thing = text.first(index, "pobj") if text[index].lower == "during" else None
    if thing is None or text[thing].lemma.lower() not in _LASTING or not text.dependents(thing, "det", "poss"):
        return None
    return edited_at(text, (index + 1, index, "the course of "))


def _counted(text: Analysis, index: int) -> str | None:
    """ "a large number of people" of "many people", "a number of" of "several"."""
    token = text[index]
    before = text[index - 1].lower if index else ""
    new = {"many": "a large number of", "several": "a number of"}.get(token.lower)
    if new is None or before in _NO_MANY_AFTER or index + 1 >= len(text):
        return None
    noun = text[token.head]
    counts = token.dep == "amod" and noun.tag == "NNS" and noun.left == index and noun.index > index
    if token.lower == "several":
        counts = counts and token.head == index + 1
    if not counts:
        return None
    return edited_at(text, (index, index, raised(new) if token.text[:1].isupper() else new))


def _every(text: Analysis, index: int) -> str | None:
    """ "each and every day" of "every day"."""
    token = text[index]
    following = text[index + 1].lower if index + 1 < len(text) else ""
    before = text[index - 1].lower if index else ""
    if token.lower != "every" or token.dep != "det" or text[token.head].tag != "NN":
        return None
    if following in _NO_EVERY_BEFORE or before in _NO_EVERY_AFTER or text[index + 1].tag == "CD":
        return None
    return edited_at(text, (index, index, "Each and every" if token.text[:1].isupper() else "each and every"))


def _described(text: Analysis, index: int) -> str | None:
    """ "a house that was built by her" of "a house built by her", "Ann, who is a nurse, ..."."""
    token = text[index]
    noun = text[token.head]
    if token.dep == "acl" and token.tag == "VBN" and token.left == index and noun.index == index - 1:
        after = text[index + 1] if index + 1 < len(text) else None
        if noun.dep == "dobj" and text[noun.head].lemma in _LEAVING:
            return None  # "leaves the viewer haunted by": what becomes of it
        if after is None or after.lower != "by" or noun.pos not in ("NOUN", "PROPN"):
            return None
        who = "who" if is_person(text, noun.index) else "that"
        be = _be(text, noun.index)
        return (
            None if be is None or text[noun.left].lower == "of" else edited_at(text, (index, index - 1, f"{who} {be} "))
        )
    if (
        token.dep != "appos"
        or noun.tag != "NNP"
        or noun.entity != "PERSON"
        or text[token.left].lower not in ("a", "an")
    ):
        return None
    start, ends = token.left, token.right + 1 >= len(text) or text[token.right + 1].text in (",", ".")
    be = _be(text, noun.index)
    if text[start - 1].text != "," or noun.index != start - 2 or not ends or be is None:
        return None
    return edited_at(text, (start, start - 1, f"who {be} "))


def _be(text: Analysis, noun: int) -> str | None:
    """The form of be for a noun, in the tense of the main clause; None where number or tense cannot be told."""
    root = text.root
    clause = clause_at(text, root.index) if root is not None else None
    plural = is_plural(text, noun)
    if clause is None or clause.tense == "modal" or plural is None:
        return None
    return finite_form("be", clause.tense, plural=plural)


def _going_to(text: Analysis, index: int) -> str | None:
    """ "Ann is going to travel" of "Ann will travel"."""
    token = text[index]
    clause: Clause | None = clause_at(text, token.head) if token.lower == "will" and token.tag == "MD" else None
    if clause is None or clause.is_inverted or clause.negation is not None or clause.auxiliaries != (index,):
        return None
    verb, subject = text[clause.verb], text[clause.subject]
    named = subject.entity == "PERSON" and subject.tag == "NNP"
    if (
        not named
        or verb.tag != "VB"
        or verb.index != index + 1
        or text.text.endswith("?")
        or verb.lemma in ("be", "go")
    ):
        return None
    return edited_at(text, (index, index, "is going to"))
