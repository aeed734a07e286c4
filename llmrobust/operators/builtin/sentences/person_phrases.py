"""Which noun phrases name people, as far as grammar asks: who or that, and what somebody does."""

from __future__ import annotations

import re

from llmrobust.english import Analysis, Token
from llmrobust.english.clauses import SUBJECTS
from llmrobust.operators.builtin.values.people import pronoun_of

SPEAKERS = frozenset("i me my we us our".split())
THIRD = frozenset("he she it they him her them his its their".split())
"""Pronouns of whom or what a text names."""
_PRONOUNS = frozenset("he she we they you i him her us them me everyone somebody someone everybody nobody".split())
GROUPS = frozenset("people police family couple team class crew group company store shop bank school".split())
"""Nouns for several people together, or for a body of them."""
PEOPLE = GROUPS | frozenset(
    "man woman boy girl child kid baby waiter waitress teacher doctor nurse friend mother father mom dad mum parent "
    "sister brother sibling twin cousin aunt uncle nephew niece grandmother grandfather grandma grandpa son "
    "daughter wife husband spouse partner guest actor actress director writer author customer client manager "
    "neighbor neighbour player student pupil classmate person chef cook driver guide lawyer officer "
    "king queen president captain farmer baker worker employee employer boss owner seller buyer shopkeeper cashier "
    "carpenter builder painter artist singer musician dancer runner swimmer coach athlete tourist traveler "
    "traveller passenger pilot soldier scientist engineer programmer accountant dentist librarian gardener plumber "
    "electrician mechanic tailor hairdresser barber photographer journalist reporter editor judge tenant landlord "
    "roommate colleague coworker leader member volunteer visitor reader gamer girlfriend boyfriend fireman "
    "firefighter policeman fisherman salesman saleswoman businessman postman mailman developer researcher professor "
    "principal patient stranger thief winner loser fan viewer audience merchant".split()
)
"""Nouns for people, and for groups of people that do things together."""


def is_person(text: Analysis, head: int) -> bool:
    """Whether a noun phrase names a person, or people."""
    token = text[head]
    return token.lower in _PRONOUNS or token.entity == "PERSON" or token.lemma.lower() in PEOPLE


def who_or_that(text: Analysis, head: int) -> str:
    """The word that opens a relative clause after a noun: "who" for a person, not for a firm, a team or a thing."""
    token = text[head]
    if token.lemma.lower() in _BODIES:
        return "that"
    beside = token.dep == "appos" and text[token.head].entity == "PERSON"
    person = beside or token.lower in _ANYBODY or token.lemma.lower() in _PROFESSIONS
    return "who" if person or is_person(text, head) else "that"


_BODIES = (GROUPS - {"people", "couple", "police"}) | {"group", "band", "committee", "audience"}
_ANYBODY = frozenset("those anyone everyone someone anybody everybody somebody".split())
_PROFESSIONS = frozenset(
    "surgeon composer politician minister poet novelist historian physician servant diplomat architect singer mayor "
    "senator governor general priest bishop criminal refugee immigrant survivor victim witness supporter".split()
)
"""Nouns for people who are described by what was done to them more often than by what they do."""


def acts(text: Analysis, head: int) -> bool:
    """Whether a subject can do things on purpose: a person, a group, or a name of something."""
    token = text[head]
    named = token.tag in ("NNP", "NNPS") and token.entity not in ("DATE", "TIME", "MONEY", "CARDINAL", "QUANTITY")
    return is_person(text, head) or named


def may_stand_for(text: Analysis, pronoun: int, first: int, last: int) -> bool:
    """Whether a pronoun may stand for something that is named between two tokens."""
    return may_mean(text[pronoun], text, first, last)


def may_mean(token: Token, text: Analysis, first: int, last: int) -> bool:
    """Whether a word, maybe of another sentence, is a pronoun for something that is named between two tokens."""
    kind = _STANDING_FOR.get(token.lower) if token.tag in ("PRP", "PRP$") else None
    if kind is None:
        return False
    nouns = [t for t in text.tokens[first : last + 1] if t.tag in ("NN", "NNS", "NNP", "NNPS")]
    nouns = [t for t in nouns if t.dep != "compound" and t.entity not in ("DATE", "TIME", "MONEY", "PERCENT")]
    if kind == "they":
        several = any(t.dep == "conj" for t in nouns) or any(t.tag == "NNP" and t.entity != "PERSON" for t in nouns)
        return several or any(t.tag in ("NNS", "NNPS") or t.lemma.lower() in PEOPLE for t in nouns)
    named = [t for t in nouns if t.tag in ("NNP", "NNPS")]
    people = [t for t in nouns if is_person(text, t.index) or _PERSONAL.search(t.lemma.lower())]
    if kind == "he":
        return bool(named or people)
    return any(t not in people and t.tag in ("NN", "NNP") for t in nouns)


def misleads_first(text: Analysis, first: int, last: int, before: int) -> bool:
    """Whether "she" or "he" between two tokens would be taken for somebody else if it came before all up to another
    one: "Every time she babysits, Sandra's neighbor gives her $10."."""
    moved, main = text.tokens[first : last + 1], text.tokens[: before + 1]
    start = next((t.index for t in moved if t.tag == "NNP"), last + 1)
    said = {_SEX[t.lower] for t in moved if t.lower in _SEX and t.index < start}
    subject = next((t for t in main if t.dep in SUBJECTS), None)
    if not said or (subject is not None and said == {_SEX.get(subject.lower)}):
        return False
    sexes = {t.index: pronoun_of(t.text) for t in main if _is_somebody(text, t)}
    meant = [index for index, sex in sexes.items() if sex is None or sex in said]
    done = any(t.tag == "PRP" and _SEX.get(t.lower) in said for t in main)
    return bool(meant) and (done or subject is None or meant != [subject.index])


def _is_somebody(text: Analysis, token: Token) -> bool:
    """Whether a noun names one person."""
    if token.dep == "compound" or token.tag not in ("NN", "NNP"):
        return False
    known = token.tag == "NNP" and (token.entity == "PERSON" or pronoun_of(token.text) is not None)
    return known or (is_person(text, token.index) and token.lemma.lower() not in GROUPS)


_SEX = {**dict.fromkeys("he him his".split(), "he"), **dict.fromkeys("she her hers".split(), "she")}
_PERSONAL = re.compile(r"(?:[^aeiou][eo]r|ist|ian|man|woman)\Z")
"""How nouns for people mostly end: trader, artist."""
_STANDING_FOR = {
    **dict.fromkeys("he she him her his hers".split(), "he"),
    **dict.fromkeys("they them their theirs".split(), "they"),
    **dict.fromkeys(("it", "its"), "it"),
}
