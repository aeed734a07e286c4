"""Where a question's first words may be replaced: by how it is asked, of whom, and in what mood."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words import clause_places as clauses
from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.fitting import word_after, word_before
from llmrobust.operators.builtin.words.outlays import is_a_price, is_income_asked, is_price_asked
from llmrobust.operators.builtin.words.parts_of_speech import AUXILIARIES, past_of, third_person_of
from llmrobust.operators.builtin.words.verb_places import is_done_for

_COLLOQUIAL = re.compile(
    r"['’]|\b(?:get|gets|got|getting|gotten|gonna|wanna|gotta|guys?|stuff|ok|okay|u|ur|pls|plz|thx|apps?|online|wont|cant|"
    r"dont|didnt|isnt|doesnt|hasnt|havent|top|topped|extra|weird|keeps?|mad|lousy|showing|working|work)\b",
    re.IGNORECASE,
)
"""What an old or lofty word does not go with."""
_COMPLAINT = re.compile(
    r"!|\b(?:ridiculous|unacceptable|annoy\w+|frustrat\w+|angry|furious|upset|mad|terrible|awful|horrible|"
    r"outrageous|absurd|fed up|sick of|tired of|crazy|insane|unfair|not fair|rip\w*|scam|disappoint\w+|"
    r"not happy|unhappy|keeps?|still|never|forever|so long|too long|too high|so high|for (?:ages|weeks|days)|"
    r"over a week|supposed to|promised|no reason|should(?: not|n['’]t)|doesn['’]t make sense|makes no sense|"
    r"thought (?:it|this|that|they|there|you|\w+ \w+) (?:was|were|would)|"
    r"not right|third time|several times|already)\b",
    re.IGNORECASE,
)
"""What only those say who complain."""
_IMPOSED = re.compile(
    r"[^.?!]*\b(?:charged|charging|declined|rejected|refused|denied|cancelled|canceled|blocked|blocking|frozen|reverted|"
    r"reversed|fees?|disabled|deducted|suspended|closed|locked|charges?)\b",
    re.IGNORECASE,
)
"""What is done to a customer, for which there are grounds."""
_SOMEBODY = re.compile(
    r"\b(?:he|she|they|him|her|them|his|their|I|me|my|we|us|our|who|whose)\b|(?<=[a-z,;] )[A-Z][a-z]"
)
_NAMED_FIRST = re.compile(r"(?:\A|[.!?]\s+)([A-Z][a-z]+)(?:['’]s)?\s+([a-z]+)")


def _sober(text: str, start: int, end: int) -> bool:
    """A "why" before an auxiliary, in a clause that is not colloquial: not "why hasn't", "why did it get"."""
    asks = word_after(text, end).lower() in AUXILIARIES and clauses.starts(text, start)
    return asks and _COLLOQUIAL.search(clauses.rest_of(text, end)) is None


def _grounds(text: str, start: int, end: int) -> bool:
    """A "why" before an auxiliary, asking of what somebody decided: "why was I charged"."""
    asks = word_after(text, end).lower() in AUXILIARIES and clauses.starts(text, start)
    loose = re.search(r"['’]|\b(?:get|gets|got|getting)\b", clauses.rest_of(text, end)) is not None
    return asks and _IMPOSED.match(text, end) is not None and not loose


def _complains(text: str, start: int, end: int) -> bool:
    """A question that its asker complains with, who says so."""
    return clauses.starts(text, start) and _COMPLAINT.search(text) is not None


def _of_nobody(text: str) -> bool:
    """Whether a text speaks of nobody who might be the buyer."""
    if _SOMEBODY.search(text):
        return False
    return not any(
        third_person_of(verb) or past_of(verb) or verb in AUXILIARIES | {"and"}
        for name, verb in _NAMED_FIRST.findall(text)
        if name not in ("The", "A", "An", "It", "This", "That", "There", "What", "How", "Each", "One", "Every")
    )


ASKING: Mapping[str, Allowed] = {
    "sober": _sober,
    "grounds": _grounds,
    "complains": _complains,
    "tagged-anyone": lambda text, start, end: is_a_price(text, start, end) and _of_nobody(text),
    "priced-anyone": lambda text, start, end: is_price_asked(text, start, end) and _of_nobody(text),
    "income": is_income_asked,
    "cry": lambda text, start, end: clauses.starts(text, start) and word_after(text, end).lower() != "please",
    "obtained": lambda text, start, end: clauses.starts(text, start) and not is_done_for(text, end),
    "not-known": lambda text, start, end: (
        clauses.opens_a_clause(text, start)
        and word_after(text, end).lower() in ("why", "how", "what", "where", "when", "who", "which")
    ),
    "degree": lambda text, start, end: (
        word_before(text, start) not in ("the", "not", "this", "that", "his", "her", "n't")
        and re.match(
            r"\s+[a-z]{3,}\b(?<! few)(?<!much)(?<!many)(?<!first)(?<!last)(?<!same)(?<!best)(?<!special)", text[end:]
        )
        is not None
        and re.search(r"n['’]t \Z", text[:start]) is None
    ),
}
"""By kind, whether words open a question at a place, or are said of a buyer, in the way that is meant."""
