"""Whether "and" may join a sentence to the one before it: it goes on in time, or adds of the same kind, on parses."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, statement

_NEXT = frozenset("then later next afterwards afterward soon finally eventually subsequently".split())
_AMOUNTS = frozenset("have own cost weigh contain hold earn sell make buy charge measure score get take".split())
"""Verbs of how much one thing has, and another one too."""
_HANDLING = frozenset(
    "sell give put take send eat drink share bake cook wash paint cut donate return rent cover divide split place use "
    "bring show open read hand post deliver".split()
)
"""What somebody does with a thing after having come by it."""
_COMING_BY = frozenset(
    "buy get find make bake pick collect build write receive win cook draw order take bring catch open rent".split()
)
_TAKEN_UP = frozenset("it them".split())
_DENYING = frozenset("not n't n’t never no nobody nothing none hardly".split())


def adds_in_kind(one: Analysis, two: Analysis) -> bool:
    """Whether the second sentence is no reason for the first one: "He bought a car. Then he sold it." goes on, "Ann has
    two cats. Bo has a dog." adds; "I stayed in. I was ill." explains."""
    first, second = statement(one), statement(two)
    if first is None or second is None or any(t.lower in _DENYING for t in (*one.tokens, *two.tokens)):
        return False
    if first.is_copular or second.is_copular or first.tense != second.tense:
        return False
    return _goes_on(one, two, first, second) or _adds(one, two, first, second)


def _goes_on(one: Analysis, two: Analysis, first: Clause, second: Clause) -> bool:
    """Whether the second sentence says what happened next: by a word for it, or with what the first one brings."""
    if any(t.lower in _NEXT for t in two.tokens[:2]):
        return first.tense == "past"
    after = two.said(0, len(two) - 1).lower()
    if "the next day" in after or "the following" in after:
        return first.tense == "past"
    things = {two[i].lower for i in two.dependents(second.verb, "dobj")}
    handled = two[second.verb].lemma in _HANDLING and bool(things & _TAKEN_UP)
    return handled and one[first.verb].lemma in _COMING_BY and two[second.subject].tag == "PRP"


def _adds(one: Analysis, two: Analysis, first: Clause, second: Clause) -> bool:
    """Whether both say how much of something somebody has, gets or makes."""
    verb, other = one[first.verb], two[second.verb]
    counted = all(any(t.tag == "CD" or t.lower in ("a", "an") for t in text.tokens) for text in (one, two))
    return counted and verb.lemma == other.lemma and verb.lemma in _AMOUNTS
