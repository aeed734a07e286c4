"""What stands before or beside a noun, as a relative clause: "a film that is very long", "Leeds, which is a city"."""

from __future__ import annotations

import re

from llmrobust.english import Analysis, Token
from llmrobust.english.clauses import finite_form
from llmrobust.english.noun_phrases import is_plural
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import PEOPLE, is_person
from llmrobust.operators.builtin.sentences.told_tense import PlainTense, told_tense
from llmrobust.operators.builtin.values.people import pronoun_of

_PLACES = ("GPE", "LOC", "FAC")
_THINGS = (*_PLACES, "ORG", "WORK_OF_ART", "PRODUCT", "EVENT", "LAW")
_MAY_BE_PERSON = re.compile(r"(?:[^aeiou][eo]r|ist|ian|man|woman|ee)\Z")
"""How nouns for people mostly end."""
_NO_PERSON = frozenset(
    "thriller chiller shocker tree coffee fee committee paper letter chapter matter water river tower flower dinner "
    "computer printer error order offer answer color flavor corner number center theater disaster weather winter "
    "summer silver sugar butter power layer border cluster filter folder router adapter charger".split()
)
"""Nouns that end so and name things."""
_ORGANISED = frozenset("company store shop bank school team crew group police family couple class".split())
"""Groups of people, which are things where they are described."""
_NO_DEGREE = frozenset(
    "so such too as how that this most least not recently newly previously formerly once now already just long early "
    "late currently still only even also rather quite never ever almost nearly no more less".split()
)
"""Adverbs before an adjective that need something after the noun, or say when it became so."""
_HOW_OFTEN = frozenset("very sometimes often always".split())
_NO_QUALITY = frozenset(
    "same first last next own best worst other only few many much little several main whole entire mere sheer utter "
    "former latter big hard heavy strong old good bad close great early late real true complete total".split()
)
"""Adjectives that mean something else after "is", or of somebody's doing: "an old friend", "a heavy smoker"."""
_NO_CLAUSE = frozenset(
    "way time day night week year month hour moment friend fan lot bit deal number amount extent degree distance "
    "period sort kind type piece part look chance effort attempt place point case rate thing job work".split()
)
"""Nouns of set phrases: "a very long time", "a surprisingly large number"."""
_LIGHT = frozenset("be do take give make get have pay play become remain seem call consider put".split())
"""Verbs whose object or complement says what they mean, or whose adjective is what is told."""
_RELATIONAL = re.compile(r"(?:al|ic|ary|ese|ish|an|wide|-\w+)\Z")
"""How adjectives mostly end that say of what kind a thing is, not how it is."""
COLOURS = frozenset("red blue green yellow white black brown grey gray pink purple orange".split())


def beside_as_clause(text: Analysis, index: int) -> str | None:
    """ "Leeds, which is a city in Yorkshire, grew." of "Leeds, a city in Yorkshire, grew."."""
    found, opening = what_it_is(text, index), text[index].left
    return None if found is None else edited_at(text, (opening, opening - 1, f"{found[0]} {found[1]} "))


def what_it_is(text: Analysis, index: int) -> tuple[str, str] | None:
    """("which", "is") for a noun beside another one, as in "Leeds, a city,"; None where it says another thing."""
    token = text[index]
    if token.dep != "appos" or token.tag != "NN" or text[token.left - 1].text != ",":
        return None
    noun, opening = text[token.head], text[token.left]
    after = text[token.right + 1] if token.right + 1 < len(text) else None
    closes = after is None or after.text in (",", ".", "!", "?", ";")
    if not closes or noun.right < token.right or opening.lower not in ("a", "an", "the"):
        return None
    titled = opening.lower == "the" and noun.tag == "NN"  # "his masterpiece, the importance of being earnest"
    if noun.tag not in ("NN", "NNP") or titled or not _is_alone(text, noun, token):
        return None
    if told_tense(text, noun.index) == "past" and _stands(text, token):
        return None
    who = _who(text, noun, token)
    be = None if who is None else _was_or_is(text, noun, opening, who)
    return None if who is None or be is None else (who, be)


def _stands(text: Analysis, beside: Token) -> bool:
    """Whether a noun beside another one says what is so still, as "an institution known for" and "a firm in" do."""
    inside = text.tokens[beside.left : beside.right + 1]
    known = any(t.dep == "acl" and t.lower in ("known", "based", "located", "headquartered") for t in inside)
    return known or beside.lemma in FIRMS


FIRMS = frozenset(
    "company firm bank charity carmaker airline retailer supplier agency organisation organization institution".split()
)
"""Bodies that last."""


def standing_tense(text: Analysis, noun: Token, tense: PlainTense) -> PlainTense | None:
    """The tense of where a thing is, or is known for: the present of a firm, None in a story of other things."""
    if tense == "present":
        return tense
    dated = any(t.entity == "DATE" and t.text.isdigit() for t in text.tokens)
    return "present" if noun.lemma in FIRMS and noun.dep != "attr" and not dated else None


def _is_alone(text: Analysis, noun: Token, beside: Token) -> bool:
    """Whether a noun and what stands beside it are no members of a list, and nothing else stands between them."""
    end = beside.left - 2
    listed = any(text[i].dep in ("cc", "conj", "appos") and i != beside.index for i in noun.children)
    following = text.tokens[beside.right + 1 : beside.right + 3]
    if listed or noun.dep in ("conj", "appos", "compound", "ROOT") or text.dependents(beside.index, "conj", "cc"):
        return False
    if any(t.pos == "CCONJ" and t.lower != "but" for t in following[1:]):
        return False
    return end == noun.index or all(
        t.head == noun.index or t.tag == "CD" for t in text.tokens[noun.index + 1 : end + 1]
    )


def _who(text: Analysis, noun: Token, beside: Token) -> str | None:
    """Who or which, as what a noun names is a person or a thing; None where it may be either."""
    if beside.lemma in _ORGANISED:
        return "which"
    if beside.lemma in PEOPLE:
        return "who" if noun.entity in ("PERSON", "") else None
    named = noun.entity == "PERSON" or pronoun_of(noun.text) is not None or is_person(text, noun.index)
    if may_be_person(beside):
        return "who" if named and noun.entity in ("PERSON", "") else None
    known = noun.entity in _THINGS or (noun.tag == "NN" and not named and not may_be_person(noun))
    return "which" if known else None


def may_be_person(noun: Token) -> bool:
    """Whether a noun may name a person, by its ending."""
    word = noun.lemma.lower()
    return word in PEOPLE - _ORGANISED or (bool(_MAY_BE_PERSON.search(word)) and word not in _NO_PERSON)


def _was_or_is(text: Analysis, noun: Token, opening: Token, who: str) -> str | None:
    """The form of be that says as much as a noun beside another one; None where it would tell when."""
    tense = told_tense(text, noun.index)
    if tense is None or tense == "present":
        return None if tense is None else "is"
    if noun.entity in _PLACES or noun.entity == "WORK_OF_ART":
        return "is"
    unknown = opening.lower == "the" or (who == "which" and noun.tag == "NNP")
    return None if unknown else "was"


def degree_as_clause(text: Analysis, index: int) -> str | None:
    """ "a film that is surprisingly funny" of "a surprisingly funny film"."""
    token = text[index]
    adverb = text[index - 1] if index else token
    if adverb.head != index or adverb.dep != "advmod" or token.left != adverb.index or text.dependents(index, "cc"):
        return None
    if adverb.lower in _NO_DEGREE or not (adverb.lower in _HOW_OFTEN or adverb.lower.endswith("ly")):
        return None
    if token.lower in _NO_QUALITY or token.tag not in ("JJ", "VBN") or (token.tag == "VBN" and adverb.lower == "very"):
        return None
    return _after_noun(text, index, adverb.index, text.said(adverb.index, index))


def pair_as_clause(text: Analysis, index: int) -> str | None:
    """ "a comedy that is coarse and stupid" of "a coarse and stupid comedy", or of "a coarse, stupid comedy"."""
    token = text[index]
    if token.left != index or index + 3 >= len(text):
        return None
    link, second = text[index + 1], text[index + 2]
    joined = second.dep == "conj" and second.head == index and link.lower in ("and", "but")
    listed = second.dep == "amod" and second.head == token.head and link.text == "," and token.right == index
    pair = (token, second)
    if not (joined or listed) or second.left != second.index or second.right != second.index:
        return None
    if any(t.tag != "JJ" or t.lower in _NO_QUALITY | COLOURS or _RELATIONAL.search(t.lower) for t in pair):
        return None
    if any(t.entity for t in pair) or (joined and token.right != second.index):
        return None
    return _after_noun(text, second.index, index, f"{token.text} {link.text if joined else 'and'} {second.text}")


def _after_noun(text: Analysis, index: int, first: int, said: str) -> str | None:
    """The sentence with an adjective and what belongs to it, from a token on, in a clause after its noun."""
    token = text[index]
    noun, article = text[text[first].head if text[first].dep == "amod" else token.head], text[first - 1]
    if first == 0 or "amod" not in (token.dep, text[first].dep) or noun.tag != "NN" or noun.index != index + 1:
        return None
    if article.lower not in ("a", "an") or noun.left != article.index or noun.lemma in _NO_CLAUSE:
        return None
    verb = text[noun.head]
    if noun.dep not in ("nsubj", "nsubjpass", "dobj", "pobj", "ROOT", "conj") or not _ends(text, noun):
        return None
    if noun.dep in ("dobj", "conj", "pobj") and (verb.lemma in _LIGHT or verb.lower in ("with", "as", "like")):
        return None
    tense = told_tense(text, noun.index)
    twice = noun.dep.startswith("nsubj") and text[noun.index + 1].lemma == "be"  # "a room that was dark was free"
    if tense is None or twice or may_be_person(noun):
        return None
    new = f"{_article(article, noun.text)} {noun.text} that {finite_form('be', tense, plural=False)} {said}"
    return edited_at(text, (article.index, noun.index, new))


def _ends(text: Analysis, noun: Token) -> bool:
    """Whether nothing follows a noun that a clause after it would swallow, or that belongs to the noun too."""
    if any(i > noun.index and text[i].dep != "punct" for i in noun.children):
        return False
    after = text[noun.index + 1] if noun.index + 1 < len(text) else None
    if after is None or after.text in (".", "!", "?", ",", ";"):
        return True
    return (
        noun.dep in ("nsubj", "nsubjpass")
        and after.tag in ("VBD", "VBZ", "MD")
        and is_plural(text, noun.index) is False
    )


def _article(article: Token, word: str) -> str:
    """The article "a" or "an" before another word."""
    new = "an" if word[:1].lower() in "aeiou" else "a"
    return new.capitalize() if article.text[0].isupper() else new
