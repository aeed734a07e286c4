"""Where somebody comes from, and what was done to something, as a relative clause: "a man who comes from Leeds", "the
documents that are required", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import finite_form
from llmrobust.english.noun_phrases import is_plural
from llmrobust.operators.builtin.sentences.described_things import may_be_person, standing_tense
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import PEOPLE, who_or_that
from llmrobust.operators.builtin.sentences.told_tense import told_tense

_STATES = frozenset("attached enclosed required affected missing".split())
_DONE = frozenset("requested proposed delayed cancelled canceled rejected promised selected".split())
"""Participles before a noun that say what was done to it, once."""
_POINTING = frozenset("the these those all".split())
_GROUPS = frozenset("people family couple team class crew group company store shop bank school police".split())


def from_as_clause(text: Analysis, index: int) -> str | None:
    """ "a man who comes from Leeds" of "a man from Leeds"; None for other words."""
    token, place = text[index], text.first(index, "pobj")
    if token.lower != "from" or token.dep != "prep" or token.head != index - 1 or place is None:
        return None
    noun = text[token.head]
    person = noun.lemma in (PEOPLE - _GROUPS) | {"people"} and noun.tag in ("NN", "NNS")
    if not person or text[place].tag != "NNP" or text[place].right != token.right or noun.left == noun.index:
        return None
    plural, tense = is_plural(text, noun.index), told_tense(text, noun.index)
    if plural is None or tense is None:
        return None
    come = inflected("come", "VBD") if tense == "past" else finite_form("come", "present", plural=plural)
    return edited_at(text, (index, index, f"who {come} from"))


def based_as_clause(text: Analysis, index: int) -> str | None:
    """ "a company that is based in Leeds" of "a Leeds-based company"."""
    token = text[index]
    if token.lower != "based" or token.dep != "amod" or index < 3 or text[index - 1].text != "-":
        return None
    place, noun, article = text[index - 2], text[token.head], text[index - 3]
    if place.tag != "NNP" or token.left != place.index or article.lower not in ("a", "an"):
        return None
    plural, tense = is_plural(text, noun.index), told_tense(text, noun.index)
    if noun.left != article.index or noun.tag != "NN" or plural is None or tense is None:
        return None
    if noun.right > noun.index and any(i > noun.index and text[i].dep != "punct" for i in noun.children):
        return None
    who = who_or_that(text, noun.index)
    told = standing_tense(text, noun, tense)
    if told is None or (who == "that" and may_be_person(noun)):
        return None
    what = text.said(index + 1, noun.index)
    opening = "an" if what[:1].lower() in "aeiou" else "a"
    opening = opening.capitalize() if article.text[0].isupper() else opening
    new = f"{opening} {what} {who} {finite_form('be', told, plural=plural)} based in {place.text}"
    return edited_at(text, (article.index, noun.index, new))


def state_as_clause(text: Analysis, index: int) -> str | None:
    """ "the documents that are required" of "the required documents"."""
    token = text[index]
    noun, before = text[token.head], text[index - 1] if index else token
    if token.lower not in _STATES | _DONE or token.dep != "amod" or noun.index != index + 1 or token.left != index:
        return None
    only_one = before.lower == "the" and noun.tag == "NN"
    if before.lower not in _POINTING or only_one or noun.left != before.index or noun.tag not in ("NN", "NNS"):
        return None
    if any(text[i].dep in ("relcl", "acl", "cc", "conj") for i in noun.children) or token.right != index:
        return None
    plural, tense = is_plural(text, noun.index), told_tense(text, noun.index)
    if plural is None or tense is None:
        return None
    be = finite_form("be", "past" if token.lower in _DONE else tense, plural=plural)
    who = who_or_that(text, noun.index)
    return edited_at(text, (index, noun.index, f"{noun.text} {who} {be} {token.lower}"))
