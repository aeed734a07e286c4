"""The kinds of words that lexicons mark their entries with, and where a word is used as one of a kind."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words import clause_places as clauses
from llmrobust.operators.builtin.words import outlays
from llmrobust.operators.builtin.words import quantity_places as quantities
from llmrobust.operators.builtin.words import verb_places as verbs
from llmrobust.operators.builtin.words.adjective_places import ADJECTIVE_PLACES, COPULA
from llmrobust.operators.builtin.words.adverb_places import ADVERBS
from llmrobust.operators.builtin.words.asking_places import ASKING
from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.clause_places import CLAUSE_END
from llmrobust.operators.builtin.words.fitting import (
    agrees,
    counts_things,
    is_a_noun,
    is_last,
    is_measured,
    word_after,
    word_before,
)
from llmrobust.operators.builtin.words.idiom_places import IDIOM_PLACES
from llmrobust.operators.builtin.words.noun_places import NOUNS
from llmrobust.operators.builtin.words.parts_of_speech import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    OBJECT_PRONOUNS,
    PREPOSITIONS,
    is_base,
    past_of,
    third_person_of,
)
from llmrobust.operators.builtin.words.perfects import is_perfect
from llmrobust.operators.builtin.words.register_places import REGISTER_PLACES
from llmrobust.operators.builtin.words.sense_places import SENSES
from llmrobust.operators.builtin.words.statement_places import STATEMENTS
from llmrobust.operators.builtin.words.usage_places import USAGES

_SINGULAR_LATER = re.compile(r"\s+(?:that|which) (?:is|was|has|does)\b")
"""What "funds" does not go with."""
_TOLD = re.compile(r"[^.?!]* to (?:me|us|him|her|them)\b")
_OWNERS = frozenset("my your his her our their whose".split())
_CHANGED_LATER = re.compile(
    r"(?:\s+\w+){1,3}?\s+(?:back|to|\w{2,}ed|working|done|out|in|off|on|through|together|cut|sent|up)\b|"
    r"\s+(?:way|hair|head|hands|act|point|pin)\b",
    re.IGNORECASE,
)
_PAID_WITH = re.compile(r"\b(?:card|payment|purchase|transaction)(?: that I \w+)? \Z", re.IGNORECASE)
_NOUNS_TOO = frozenset("work school bed walk dance lunch dinner".split())


def _clueless(text: str, start: int, end: int) -> bool:
    """Not knowing that is all, or that is about a question."""
    asks = re.match(r"\s+(?:why|how|what|where|when|who|which|if|whether)\b", text[end:]) is not None
    return clauses.opens_a_clause(text, start) and (asks or is_last(text, end))


def _mass(text: str, start: int, end: int) -> bool:
    last = word_before(text, start)
    named = last in DETERMINERS or last in PREPOSITIONS or last.endswith(("'s", "s'")) or last in ("get", "got", "and")
    after = word_after(text, end).lower()
    alone = not after or after in PREPOSITIONS | CONJUNCTIONS | AUXILIARIES | OBJECT_PRONOUNS.keys()
    return named and alone and agrees(text, end)


def _verb_follows(text: str, start: int, end: int) -> bool:
    after = word_after(text, end)
    return (after == "be" or is_base(after)) and after not in _NOUNS_TOO


def _owned(text: str, start: int, end: int) -> bool:
    """Somebody's: "his house"."""
    last = word_before(text, start)
    return is_a_noun(text, start, end) and (last in _OWNERS or last.endswith(("'s", "s'")))


def _taken_down(text: str, start: int, end: int) -> bool:
    """A "get my" of what one receives: not "get my money back" or "get my card to work"."""
    return _CHANGED_LATER.match(text, end) is None and bool(word_after(text, end))


def _seller(text: str, start: int, end: int) -> bool:
    """A merchant who does not buy."""
    return is_a_noun(text, start, end) and re.search(r"\b(?:buys?|bought|buying|purchas)", text) is None


def _obliged(text: str, start: int, end: int) -> bool:
    """A "has to" before what is done: not "has to offer", nor "there has to be"."""
    after = word_after(text, end).lower()
    told = word_before(text, start) not in ("there", "it", "what", "only", "all")
    return told and is_base(after) and after not in ("do", "offer", "say", "be", "know", "see", "deal", "go")


def _taken(text: str, start: int, end: int) -> bool:
    """An "it takes" before a number."""
    return clauses.opens_a_clause(text, start) and quantities.number_follows(text, start, end)


def _moves_on(text: str, start: int, end: int) -> bool:
    """An "and then" before what is done next."""
    after = word_after(text, end).lower()
    return bool(third_person_of(after) or past_of(after)) and clauses.SENTENCE_START.search(text[:start]) is None


def _film(text: str, start: int, end: int) -> bool:
    """A film that one sees, and not the cinema: "go to the movies"."""
    return is_a_noun(text, start, end) and re.search(r"\b(?:to the|little) \Z", text[:start]) is None


def _priced_at(text: str, start: int, end: int) -> bool:
    """Said of one thing's price, right after it: not of "packs that costs", nor compared."""
    compared = re.match(r"[^.?!]*\b(?:more|less|as|than)\b", text[end:]) is not None
    apart = compared or word_before(text, start) in ("that", "which", "also")
    return not apart and outlays.is_a_price(text, start, end)


def _paid_with(text: str, start: int, end: int) -> bool:
    """Of a card, or of what is paid by one."""
    return _PAID_WITH.search(text[:start]) is not None


def _helped(text: str, start: int, end: int) -> bool:
    """A "help me" that says no more, or with what: not "help me find it"."""
    return is_last(text, end) or word_after(text, end).lower() == "with"


def _told_how(text: str, start: int, end: int) -> bool:
    """A "tell me" before what is asked: "tell me why"."""
    return word_after(text, end).lower() in ("why", "how", "when", "where", "if", "whether", "what")


def _besides(text: str, start: int, end: int) -> bool:
    """An "as well as" between things: not "plays as well as she does"."""
    after = word_after(text, end).lower()
    added = after in DETERMINERS or after.isdigit()
    return added and third_person_of(word_before(text, start)) is None and re.search(r"\w \Z", text[:start]) is not None


FITS: Mapping[str, Allowed] = {
    **dict(verbs.verb_fits()),
    **NOUNS,
    **ASKING,
    **SENSES,
    **ADJECTIVE_PLACES,
    **ADVERBS,
    **STATEMENTS,
    **USAGES,
    **IDIOM_PLACES,
    **REGISTER_PLACES,
    "noun": is_a_noun,
    "mass": _mass,
    "means-of-pay": lambda text, start, end: (
        _mass(text, start, end) and not quantities.is_an_amount(text, start) and not _SINGULAR_LATER.match(text, end)
    ),
    "lit": lambda text, start, end: FITS["transitive"](text, start, end) and _TOLD.match(text, end) is None,
    "whole": lambda text, start, end: clauses.starts(text, start) and is_last(text, end),
    "base-transitive": verbs.both(verbs.is_base_form, verbs.has_object),
    "affirmed": lambda text, start, end: re.search(r"(?:\bnot|n['’]t)\s+\Z", text[:start]) is None,
    "quantity": lambda text, start, end: not is_measured(text, start, end) and counts_things(text, end),
    "most": lambda text, start, end: (
        word_after(text, end).lower() == "of" and word_before(text, start) not in ("at", "the")
    ),
    "number": quantities.number_follows,
    "connective": lambda text, start, end: word_after(text, end).lower() not in ("of", "to"),
    "opener": lambda text, start, end: clauses.opens_a_clause(text, start),
    "start": lambda text, start, end: clauses.starts(text, start),
    "event": clauses.is_an_event,
    "given": clauses.is_given,
    "open": clauses.is_open,
    "cause": clauses.is_a_cause,
    "clause": clauses.clause_follows,
    "negated": clauses.is_negated,
    "is": clauses.is_is,
    "aim": clauses.is_aim,
    "unable": clauses.is_unknowing,
    "doable": clauses.verb_follows,
    "favour": clauses.asks_a_favour,
    "steps": clauses.asks_for_steps,
    "request": clauses.says_please,
    "says": clauses.subject_follows,
    "but": clauses.alone_or_before_a_clause,
    "greeting": clauses.greets_nobody,
    "why": clauses.asks_why,
    "what-to-do": clauses.asks_what_to_do,
    "thinking": clauses.thinks,
    "thanks": clauses.thanks_somebody,
    "asked-left": clauses.asked_how_many,
    "exceeds": quantities.exceeds,
    "large": quantities.large_number,
    "several": quantities.plural_follows,
    "several-of": quantities.several_of_follow,
    "much": quantities.mass_follows,
    "heap": quantities.heaped,
    "more": quantities.more_of_them,
    "summed": quantities.summed,
    "owned": quantities.is_owned_money,
    "own": _owned,
    "received": _taken_down,
    "seller": _seller,
    "obliged": _obliged,
    "takes": _taken,
    "next": _moves_on,
    "besides": _besides,
    "shown-film": _film,
    "priced-at": _priced_at,
    "procedure": clauses.asks_for_a_procedure,
    "must": clauses.must_do,
    "lasting": clauses.asks_how_long,
    "believed": clauses.believes,
    "permitted": clauses.permits,
    "help-ends": lambda text, start, end: clauses.opens_a_clause(text, start) and is_last(text, end),
    "extra": lambda text, start, end: word_after(text, end).lower() in ("", "when", "for", "on", "by"),
    "authorized": _paid_with,
    "helped": _helped,
    "told": _told_how,
    "comma": lambda text, start, end: clauses.starts(text, start) and text[end : end + 1] == ",",
    "shelled": outlays.is_asked_for,
    "refused": outlays.is_a_refusal,
    "priced": outlays.is_price_asked,
    "clueless": _clueless,
    "to-verb": _verb_follows,
    "hedge": lambda text, start, end: (
        word_before(text, start) in COPULA or word_before(text, start) in ("i", "we", "they", "you")
    ),
    "rate": quantities.is_rate,
    "so-often": quantities.is_so_often,
    "price": lambda text, start, end: outlays.is_of_a_price(text, start) and CLAUSE_END.match(text, end) is not None,
    "spent": lambda text, start, end: outlays.is_given(text, end),
    "outlay": lambda text, start, end: outlays.is_given(text, end) or outlays.is_asked_for(text, start, end),
    "base": verbs.is_base_form,
    "asked": clauses.asks_something,
    "tagged": outlays.is_a_price,
    "contract": lambda text, start, end: word_after(text, end).isalpha(),
    "perfect": lambda text, start, end: is_perfect(text, end),
    "free": verbs.always,
}
"""By kind, whether a word is used as one at a place."""
