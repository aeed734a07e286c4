"""What nouns name: people, animals, groups or artefacts; and which pronouns may stand for a noun phrase."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.english import Analysis
from llmrobust.english.noun_phrases import is_plural
from llmrobust.operators.builtin.sentences.person_phrases import PEOPLE
from llmrobust.operators.builtin.values.people import GIVEN
from llmrobust.operators.lexicons import LazyMapping, read_lexicon

_KINDS: Mapping[str, str] = LazyMapping(lambda: {row[0]: row[1] for row in read_lexicon(__package__, "noun_kinds")})
_BODIES = frozenset("board council court bank union agency department office party staff company band label".split())
"""Groups that WordNet has more senses of."""
ALIKE = frozenset("deer sheep fish moose salmon trout swine aircraft offspring".split())
"""Nouns whose number nothing tells."""
_WOMEN = frozenset(
    "woman girl mother mom mum sister aunt niece grandmother grandma daughter wife lady queen actress waitress "
    "girlfriend princess".split()
)
_MEN = frozenset(
    "man boy father dad brother uncle nephew grandfather grandpa son husband king waiter boyfriend prince gentleman "
    "fisherman policeman fireman salesman businessman postman".split()
)
_PLACES_AND_FIRMS = ("ORG", "GPE", "NORP", "FAC", "LOC")
_THINGS = ("PRODUCT", "WORK_OF_ART", "FAC", "EVENT", "LAW", "LANGUAGE", "DATE", "TIME", "MONEY")
SEXES = frozenset(("he", "she"))
UNITS = frozenset(
    "dollar cent year month week day hour minute second mile foot inch pound ounce meter kilometer time percent dozen "
    "point degree calorie gram liter gallon kilogram yard way euro lb lbs oz kg km cm mph".split()
)
"""Nouns of measures."""

EITHER = frozenset(("it", "they"))


def is_name(text: Analysis, head: int) -> bool:
    """Whether a noun is a name, of which the pipeline may take a rare one for another noun."""
    token = text[head]
    rare = token.tag == "NN" and token.text[:1].isupper() and (bool(token.entity) or head > 0)
    return token.tag in ("NNP", "NNPS") or rare


def kind_of_noun(text: Analysis, head: int) -> str:
    """What a noun names: "person", "animal", "group", "artefact", or "maybe" a person; "" for others."""
    token = text[head]
    if is_name(text, head):
        given = token.text in GIVEN or any(text[i].text in GIVEN for i in text.dependents(head, "compound"))
        if given or token.entity == "PERSON":
            return "person"
        sure = token.left < head or token.text.isupper()  # a single name may be anybody's, whatever the pipeline says
        return "group" if token.entity in _PLACES_AND_FIRMS and sure else ""
    lemma = token.lemma.lower()
    if lemma in _BODIES:
        return "group"
    kind = _KINDS.get(lemma, "")
    return "person" if lemma in PEOPLE and kind != "group" else kind


def acts_of_itself(text: Analysis, head: int) -> bool:
    """Whether a noun phrase names somebody, a group of people, or an animal."""
    token = text[head]
    if token.tag == "PRP":
        return token.lower not in ("it", "itself")
    return kind_of_noun(text, head) in ("person", "animal", "group") or (
        is_name(text, head) and token.entity not in _THINGS
    )


def pronouns_for(text: Analysis, head: int) -> frozenset[str]:
    """Which of he, she, it and they may stand for a noun phrase."""
    token = text[head]
    if token.tag == "PRP":
        same = {"him": "he", "her": "she", "them": "they"}.get(token.lower, token.lower)
        return frozenset((same,)) & (SEXES | EITHER)
    if is_plural(text, head):
        several = [pronouns_for(text, i) for i in text.dependents(head, "conj")]
        return frozenset(("they",)).union(*several, _of_one(text, head) if several else ())
    return _of_one(text, head)


def _of_one(text: Analysis, head: int) -> frozenset[str]:
    token, kind = text[head], kind_of_noun(text, head)
    if kind == "group":
        return EITHER
    if token.lemma.lower() in ALIKE:
        return EITHER
    if kind in ("maybe", "animal"):
        return SEXES | {"it"}
    if kind != "person":
        return SEXES | EITHER if is_name(text, head) and not kind else frozenset(("it",))
    first = next((t.text for t in text.within(head) if t.text in GIVEN), "")
    known = {"f": "she", "m": "he"}.get(GIVEN[first][0]) if first else None
    if token.lemma.lower() in _WOMEN | _MEN:
        known = "she" if token.lemma.lower() in _WOMEN else "he"
    return frozenset((known,)) if known else SEXES
