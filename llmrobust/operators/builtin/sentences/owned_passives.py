"""Passives of what is the subject's own, of what somebody is given, and of what a relative clause is about."""

from __future__ import annotations

from dataclasses import replace

from llmrobust.english import Analysis
from llmrobust.english.noun_phrases import as_subject
from llmrobust.operators.builtin.sentences.noun_kinds import kind_of_noun, pronouns_for
from llmrobust.operators.builtin.sentences.passive_forms import agent_said, number_of
from llmrobust.operators.builtin.sentences.passive_objects import without_place
from llmrobust.operators.builtin.sentences.passive_parts import PassiveParts, parts_of
from llmrobust.operators.builtin.sentences.passive_reference import is_in_doubt

_GIVING = frozenset("give send show tell offer teach lend pay hand award grant promise".split())
_OWNERS = {"his": "he", "her": "she", "its": "it", "their": "they"}
_WORKS = frozenset("release publish record complete launch unveil".split())
"""What somebody does with a work of his own, or hers, which goes without saying."""
_OWN_DEEDS = _WORKS | frozenset("open issue introduce close expand reduce increase raise cut double announce".split())
"""What a group does with what is its own."""
_WASTING = frozenset("waste squander".split())
"""What anything may do with what is its own."""
_HANDLING = frozenset("fire switch turn light load ring park".split())
"""Verbs of using a thing, of which it hardly matters whose it is."""
_LONGEST_GIFT = 8


def owned_parts(text: Analysis, verb: int, subject: int, thing: int) -> PassiveParts | None:
    """ "The company's first shop was opened", "The flashlights were turned on by the campers"; None for others."""
    first, who, lemma = text[text[thing].left], text[subject], text[verb].lemma
    owner = _OWNERS.get(first.lower) if first.tag == "PRP$" and first.head == thing else None
    whose = [t for t in text.within(thing) if t.tag in ("PRP$", "POS")]
    if owner is None or len(whose) != 1 or who.tag == "PRP" or owner not in pronouns_for(text, subject):
        return None
    kind = kind_of_noun(text, subject)
    whole, last = without_place(text, thing)
    rest = whole[len(first.text) :].lstrip()
    deeds = _OWN_DEEDS if kind == "group" else _WORKS if kind == "person" else _WASTING
    if lemma in deeds | _WASTING and who.right == subject:
        phrase = agent_said(text, subject)
        mark = "'" if who.tag in ("NNS", "NNPS") and who.lower.endswith("s") else "'s"
        said = (f"{phrase}{mark} {rest}", last)
        parts = parts_of(text, verb, subject, thing, said=said) if phrase is not None else None
        return None if parts is None else replace(parts, agent="")
    if lemma in _HANDLING and kind == "person" and kind_of_noun(text, thing) == "artefact":
        return parts_of(text, verb, subject, thing, said=(f"the {rest}", last))
    return None


def given_parts(text: Analysis, verb: int, subject: int, thing: int) -> PassiveParts | None:
    """ "Amber was given a hug by Lily" of "Lily gave Amber a hug."; None for others."""
    receiver = text.first(verb, "dative")
    if receiver is None or text[verb].lemma not in _GIVING or text[receiver].pos not in ("NOUN", "PROPN", "PRON"):
        return None
    if text[receiver].left != verb + 1 or text[thing].left != text[receiver].right + 1 or text[subject].tag == "PRP":
        return None
    words = list(text.within(thing))
    pointing = text[receiver].lower in ("him", "her", "them", "it")
    if len(words) > _LONGEST_GIFT or (pointing and is_in_doubt(text, subject, receiver)):
        return None
    if any(t.lower == "by" for t in words) or any(
        (t.tag == "PRP$" and t.lower in _OWNERS) or t.text == "," for t in (*words, *text.within(receiver))
    ):
        return None
    parts = parts_of(text, verb, subject, thing, said=(text.phrase(thing), text[thing].right), given=True)
    said, agree = as_subject(text, receiver), number_of(text, receiver)
    if parts is None or not parts.agent or said is None or agree is None:
        return None
    return replace(
        parts, object=receiver, thing=said, complement=(text[thing].left, text[thing].right),
        rest=(text[thing].right + 1, parts.rest[1]), plural=agree[0], first_person=agree[1],
    )  # fmt: skip


def related_parts(text: Analysis, verb: int, subject: int) -> tuple[int, PassiveParts] | None:
    """(the relative pronoun, the parts) of a relative clause on its object: "the book that the queen bought"."""
    pronoun, head = text.first(verb, "dobj"), text[verb].head
    if text[verb].dep != "relcl" or pronoun is None or text[pronoun].lower not in ("that", "which"):
        return None
    if pronoun != text[verb].left or text[subject].left != pronoun + 1:
        return None
    parts = parts_of(text, verb, subject, head, fronted=True)
    return (pronoun, parts) if parts is not None and parts.agent else None
