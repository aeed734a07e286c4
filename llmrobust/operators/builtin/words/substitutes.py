"""Lexicons of words that may replace others, each with its kind of word, which decides where it may.

A lexicon's columns are: word or phrase, replacement, kind. Nouns and verbs are in their base form; the other forms
are made here. The kinds are the keys of `_FITS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache

from llmrobust.operators.builtin.words.by_lexicon import Allowed, by_lexicon
from llmrobust.operators.builtin.words.fitting import (
    QUANTITIES,
    agrees,
    counts_things,
    is_a_noun,
    is_a_verb,
    is_last,
    is_measured,
    is_named,
    may_be_a_noun,
    on_a_scale,
    word_after,
    word_before,
)
from llmrobust.operators.builtin.words.morphology import gerund, participle, past, plural, third_person
from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.builtin.words.outlays import is_a_price, is_asked_for, is_given, is_of_a_price, is_price_asked
from llmrobust.operators.builtin.words.parts_of_speech import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    OBJECT_PRONOUNS,
    PREPOSITIONS,
    is_base,
)
from llmrobust.operators.editing.random_edits import RateParams
from llmrobust.operators.lexicons import read_lexicon
from llmrobust.operators.operator import Draw, Variant
from llmrobust.prompt.spans import Prompt

_QUOTED = re.compile(r"""(?<![\w'"])(?:'[^'\n]{2,}'|"[^"\n]{2,}"|“[^”\n]{2,}”|‘[^’\n]{2,}’)(?![\w'"])""")
_COPULA = frozenset(
    "am is are was were be been being seem seems seemed feel feels felt look looks looked become becomes became get "
    "gets got very really quite too it's that's i'm he's she's you're we're they're isn't aren't wasn't".split()
)
_SENTENCE_START = re.compile(r"(?:\A|[.!?\n][\"”’)]*\s+|\n\s*)\Z")
_CLAUSE_START = re.compile(r"(?:\A|[.!?,;\n][\"”’)]*\s+|\b(?:and|but|or|please|also)\s+)\Z", re.IGNORECASE)
_CLAUSE_END = re.compile(r"\s*(?:[.,;!?]|\Z)|\s+(?:and|or|but|at|in|on|for|with|from|to|when|if|because)\b")
_ASKS_LATER = re.compile(
    r"(?:[^.!?\n]|\.(?=\d))*(?:\?|, ?(?:please |then )?(?:calculate|find|determine|compute|tell|give|state|express|"
    r"work out|what|how|who|where|when|why|which|can|could|do|does|did|is|are|will|would|should)\b)",
    re.IGNORECASE,
)
"""What follows an "if" that a question or an instruction comes after."""
_RATE = re.compile(
    r"\b(?:once|twice|times|(?:\d+|two|three|four|five|six|seven|eight|nine|ten) \w+s|\$\d+(?:\.\d+)?)\s+\Z"
)
"""What a share of time is said of: "twice a day", "5 hours a week"."""
_WEEKDAY = re.compile(r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|week(?:days?|ends?))\b", re.IGNORECASE)
"""What "every day" then does not mean every one of."""
_WORK = re.compile(
    r"\s+(?:(?:the|this|that|his|her|their|my|our|your|all|of)\s+)+(?:\w+\s+)?"
    r"(?:work|job|jobs|projects?|homework|tasks?|chores|shift|report|assignments?|essay|meeting|reading)\b(?!\s+at\b)"
)
"""What one wraps up."""
_NO_SUBJECT = re.compile(r"\s+(?:\w+ing|\w+ed|not|so|only|possible|necessary|applicable|any|yes|no)\b")
"""What follows "if" where its clause has no subject."""
_BY_NOW = re.compile(r"[^.?!,]*\b(?:now|currently|already|today)\b")
_OFFSPRING = re.compile(r"\b(?:his|her|their|my|our|your|whose|has|have|had)\s+(?:\S+\s+)?\Z", re.IGNORECASE)
"""What makes children somebody's."""
_TOLD = re.compile(r"[^.?!]* to (?:me|us|him|her|them)\b")
_EACH_OF = re.compile(r"(?:\d|\b[a-z]+s)\s+\Z")
"""What so much of it is had, per hour: a number, or things."""
_COUNTED = re.compile(r"\bhow (?:many|much)\b[^.?!]*\Z", re.IGNORECASE)
_AFTER_A_PHRASE = frozenset(
    "a an the and or but because when while if that this to in on at for with by from of as so after before he she it "
    "they we you i his her their its my our your is was are were".split()
)
_PERFECT = re.compile(
    r"(?:\b(?:have|has|had|having|be|been|being|is|are|was|were|am|get|gets|got|getting)|n['’]t|['’](?:ve|s|d|re|m))"
    r"(?:\s+[\w'’]+){0,2}\s+\Z",
    re.IGNORECASE,
)
"""What a participle follows."""
_PASSIVE = re.compile(r"\b(?:be|been|being|is|are|was|were|am|get|gets|got|getting)\s+(?:\w+ly\s+)?\Z", re.IGNORECASE)
_NOUNS_TOO = frozenset("work school bed walk dance lunch dinner".split())


class Substitutes:
    """A lexicon that knows where each of its words may be replaced; read at first use."""

    def __init__(self, package: str, name: str):
        self._package, self._name = package, name

    @cached_property
    def _entries(self) -> dict[str, tuple[str, str, str]]:
        """From each form in small letters to its replacement, its kind and its base."""
        made: dict[str, tuple[str, str, str]] = {}
        for old, new, kind in read_lexicon(self._package, self._name):
            for form, instead, its_kind in _forms(old, new, kind):
                made.setdefault(form.lower(), (instead, its_kind, old.lower()))
        return made

    @cached_property
    def words(self) -> Mapping[str, str]:
        """From a word in small letters, in any form, to its replacement in the same form."""
        return {form: new for form, (new, _, _) in self._entries.items()}

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether the word at this place is used as the kind of word that the lexicon means."""
        _, kind, _ = self._entries[text[start:end].lower().replace("’", "'")]
        if is_named(text, start) or any(first < end and last > start for first, last in quoted(text)):
            return False
        return _FITS[kind](text, start, end)

    def thing(self, key: str) -> str | None:
        """The base of a noun, whose mentions stay together; None for other words."""
        _, kind, base = self._entries[key]
        return base if kind in ("noun", "young", "mass") else None


@lru_cache(maxsize=64)
def quoted(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text quotes: those words are not its own to choose."""
    return tuple(found.span() for found in _QUOTED.finditer(text))


def substituted(prompt: Prompt, params: RateParams, draw: Draw, lexicon: Substitutes) -> Iterator[Variant]:
    """Variants with a share of the lexicon's words replaced where they may be, each noun throughout the prompt."""
    yield from by_lexicon(prompt, params, draw, lexicon.words, lexicon.fits, fit_article=True, thing=lexicon.thing)


def reads_on(new: str, text: str, start: int, end: int) -> bool:
    """Whether the text goes on after a phrase: not "make an update to it to Ann", nor "is having plans to"."""
    last = new.rpartition(" ")[2]
    if last == "for" or (last == "to" and word_after(text, end).lower() in DETERMINERS | {"it", "them"}):
        return re.match(rf"[^.!?,;]*\b{last}\b", text[end:]) is None
    return not (new.startswith("having ") and _PASSIVE.search(text[:start]))


def _forms(old: str, new: str, kind: str) -> Iterator[tuple[str, str, str]]:
    yield old, new, kind
    if kind in ("noun", "young"):
        yield _last(plural, old), _last(plural, new), kind
    if kind in _VERBS:
        tail = _tail(kind)
        yield _first(third_person, old), _first(third_person, new), f"third{tail}"
        same = _first(past, new) == _first(participle, new)
        if same or _first(past, old) != _first(participle, old):
            yield _first(past, old), _first(past, new), f"past{tail}"
            yield _first(participle, old), _first(participle, new), f"past{tail}"
        else:
            yield _first(past, old), _first(past, new), f"simple-past{tail}"
        yield _first(gerund, old), _first(gerund, new), f"gerund{tail}"


def _tail(kind: str) -> str:
    """What the forms of a kind of verb are marked with."""
    return "" if kind == "verb" else f"-{kind}"


def _first(make: Callable[[str], str], phrase: str) -> str:
    head, space, rest = phrase.partition(" ")
    return make(head) + space + rest


def _last(make: Callable[[str], str], phrase: str) -> str:
    headed = re.fullmatch(r"(member|request)( (?:of|for) .+)", phrase)
    if headed is not None:
        return make(headed[1]) + headed[2]
    rest, space, head = phrase.rpartition(" ")
    return rest + space + make(head)


def _both(one: Allowed, other: Allowed) -> Allowed:
    return lambda text, start, end: one(text, start, end) and other(text, start, end)


def _always(text: str, start: int, end: int) -> bool:
    return True


def _base(text: str, start: int, end: int) -> bool:
    return is_a_verb(text, start)


def _nothing_after(text: str, start: int, end: int) -> bool:
    return not _goes_on(text, end)


def _passive_or_with_object(text: str, start: int, end: int) -> bool:
    return _PASSIVE.search(text[:start]) is not None or (_past(text, start, end) and _has_object(text, start, end))


def _third(text: str, start: int, end: int) -> bool:
    last = word_before(text, start)
    return bool(last) and not may_be_a_noun(text, start) and last not in CONJUNCTIONS - {"and", "who", "which", "that"}


def _past(text: str, start: int, end: int) -> bool:
    return not may_be_a_noun(text, start)


def _simple_past(text: str, start: int, end: int) -> bool:
    passive = word_after(text, end).lower() == "by"
    return _past(text, start, end) and not passive and _PERFECT.search(text[:start]) is None


def _active_past(text: str, start: int, end: int) -> bool:
    return _past(text, start, end) and _PASSIVE.search(text[:start]) is None


def _done(text: str, start: int, end: int) -> bool:
    """A past tense that somebody does: no participle of a passive, or after its noun ("the marks obtained by him")."""
    after = word_after(text, end).lower()
    return _active_past(text, start, end) and bool(after) and after not in PREPOSITIONS


def _opens_a_clause(text: str, start: int, end: int) -> bool:
    """Whether an "if" begins a clause that has a subject."""
    return _CLAUSE_START.search(text[:start]) is not None and _NO_SUBJECT.match(text, end) is None


def _condition(text: str, start: int, end: int) -> bool:
    """An "if" before a question or an instruction, and no conceding one."""
    return _opens_a_clause(text, start, end) and _ASKS_LATER.match(text, end) is not None


def _event(text: str, start: int, end: int) -> bool:
    """An "if" of what may happen, and not of what is so by now."""
    return _opens_a_clause(text, start, end) and _BY_NOW.match(text, end) is None


def _on_work(text: str, start: int, end: int) -> bool:
    return _WORK.match(text, end) is not None


def _clueless(text: str, start: int, end: int) -> bool:
    """Not knowing that is all, or that is about a question."""
    asks = re.match(r"\s+(?:why|how|what|where|when|who|which|if|whether)\b", text[end:]) is not None
    return _CLAUSE_START.search(text[:start]) is not None and (asks or is_last(text, end))


def _at_an_edge(text: str, start: int, end: int) -> bool:
    """At the start of a sentence or the end of a clause, not between a verb and what belongs to it."""
    return _SENTENCE_START.search(text[:start]) is not None or is_last(text, end)


def _goes_on(text: str, end: int) -> bool:
    """Whether a verb takes another one: "it happened to rain"."""
    return word_after(text, end).lower() in ("to", "that")


def _has_object(text: str, start: int, end: int) -> bool:
    after = word_after(text, end).lower()
    return (
        after in DETERMINERS - {"this", "that", "each"}
        or after in ("it", "them", "more")
        or after[:1].isdigit()
        or re.match(r"\s+[$£€]\d", text[end:]) is not None
    )


def _mass(text: str, start: int, end: int) -> bool:
    last = word_before(text, start)
    named = last in DETERMINERS or last in PREPOSITIONS or last.endswith(("'s", "s'")) or last in ("get", "got", "and")
    after = word_after(text, end).lower()
    alone = not after or after in PREPOSITIONS | CONJUNCTIONS | AUXILIARIES | OBJECT_PRONOUNS.keys()
    return named and alone and agrees(text, end)


def _adjective(text: str, start: int, end: int) -> bool:
    last = word_before(text, start)
    if is_measured(text, start, end) or on_a_scale(text, text[start:end]):
        return False
    return last in _COPULA or (last in DETERMINERS and bool(word_after(text, end).isalpha()))


def _number_follows(text: str, start: int, end: int) -> bool:
    after = word_after(text, end).lower()
    money = re.match(r"\s+[$£€]\d", text[end:]) is not None
    if text[start:end].lower().endswith(" than") or word_before(text, start) in ("more", "less"):
        compared = re.search(r"\d[\w\s]*\Z|\b(?:many|much|far)\s+\Z", text[:start])
        if compared or re.match(r"\s+\S+\s+(?:times|percent|%)", text[end:]):
            return False
    return (money or after[:1].isdigit() or after in VALUES) and not re.match(r"\s+\d{4}\b", text[end:])


def _roughly(text: str, start: int, end: int) -> bool:
    """Before a number that one rounds, which nothing limits: "about 200", not "only about 200" nor "about 3"."""
    number = re.match(r"\s+[$£€]?(\d[\d,]*)", text[end:])
    large = number is not None and int(number[1].replace(",", "")) >= 50
    last = word_before(text, start)
    return large and last not in ("only", "just") and _number_follows(text, start, end)


def _request_follows(text: str, start: int, end: int) -> bool:
    after = word_after(text, end).lower()
    return _SENTENCE_START.search(text[:start]) is not None and (after in ("be", "don't", "don’t") or is_base(after))


def _verb_follows(text: str, start: int, end: int) -> bool:
    after = word_after(text, end)
    return (after == "be" or is_base(after)) and after not in _NOUNS_TOO


def _alone(text: str, start: int, end: int) -> bool:
    """Not before the noun or adjective that it belongs to."""
    after = word_after(text, end).lower()
    return not after or after in _AFTER_A_PHRASE


def _predicate(text: str, start: int, end: int) -> bool:
    """After a form of be, at the end of its clause: "is not happy"."""
    ends = re.match(r"\s*[.,;!?]|\s*\Z|\s+(?:and|but|because|for|to|when)\b", text[end:]) is not None
    return ends and re.search(r"\b(?:is|are|was|were|be|been|am)\s+\Z", text[:start], re.IGNORECASE) is not None


def _manner(text: str, start: int, end: int) -> bool:
    """An adverb at the end of its clause: "drove with care"."""
    return is_last(text, end) and re.search(r"\w \Z", text[:start]) is not None


def _things(text: str, start: int, end: int) -> bool:
    """What "what number of" asks for: not how often, nor how long ago."""
    return _how_many(text, start, end) and re.match(r"\s+(?:times\b|dollars\b|\w+ (?:ago|times)\b)", text[end:]) is None


def _how_many(text: str, start: int, end: int) -> bool:
    compared = word_after(text, end).lower() in ("more", "fewer", "less", "other", "additional", "extra", "total")
    return not compared and _CLAUSE_START.search(text[:start]) is not None and counts_things(text, end)


_VERBS: Mapping[str, tuple[Allowed, Allowed]] = {
    "verb": (_always, _past),
    "transitive": (_has_object, _both(_active_past, _has_object)),
    "intransitive": (_nothing_after, _both(_past, _nothing_after)),
    "active": (_always, _done),
    "finite": (_always, _simple_past),
    "objective": (_has_object, _passive_or_with_object),
    "task": (_on_work, _both(_active_past, _on_work)),
}
"""Of each kind of verb what must hold of its forms but the past, and whether what may be a past tense fits."""


def _verb_fits() -> Iterator[tuple[str, Allowed]]:
    for kind, (needed, past_fits) in _VERBS.items():
        tail = _tail(kind)
        yield kind, _both(_base, needed)
        yield f"third{tail}", _both(_third, needed)
        yield f"past{tail}", past_fits
        yield f"simple-past{tail}", _both(_simple_past, needed)
        yield f"gerund{tail}", _both(_past, needed)


_FITS: Mapping[str, Allowed] = {
    **dict(_verb_fits()),
    "noun": is_a_noun,
    "mass": _mass,
    "young": lambda text, start, end: is_a_noun(text, start, end) and _OFFSPRING.search(text[:start]) is None,
    "lit": lambda text, start, end: _FITS["transitive"](text, start, end) and _TOLD.match(text, end) is None,
    "whole": lambda text, start, end: _SENTENCE_START.search(text[:start]) is not None and is_last(text, end),
    "base-transitive": _both(_base, _has_object),
    "asking-if": _condition,
    "edge": _at_an_edge,
    "adjective": _adjective,
    "total": lambda text, start, end: (
        _adjective(text, start, end) and word_before(text, start) not in QUANTITIES and word_after(text, end) != "of"
    ),
    "adverb": lambda text, start, end: not is_measured(text, start, end),
    "quantity": lambda text, start, end: not is_measured(text, start, end) and counts_things(text, end),
    "most": lambda text, start, end: (
        word_after(text, end).lower() == "of" and word_before(text, start) not in ("at", "the")
    ),
    "number": _number_follows,
    "connective": lambda text, start, end: word_after(text, end).lower() not in ("of", "to"),
    "opener": lambda text, start, end: _CLAUSE_START.search(text[:start]) is not None,
    "start": lambda text, start, end: _SENTENCE_START.search(text[:start]) is not None,
    "count": _how_many,
    "things": _things,
    "event": _event,
    "shelled": is_asked_for,
    "priced": is_price_asked,
    "last": lambda text, start, end: is_last(text, end),
    "clueless": _clueless,
    "to-verb": _verb_follows,
    "hedge": lambda text, start, end: (
        word_before(text, start) in _COPULA or word_before(text, start) in ("i", "we", "they", "you")
    ),
    "alone": _alone,
    "predicate": _predicate,
    "manner": _manner,
    "end": lambda text, start, end: (
        _CLAUSE_END.match(text, end) is not None and word_before(text, start) not in PREPOSITIONS | {"once"}
    ),
    "rate": lambda text, start, end: _RATE.search(text[:start]) is not None,
    "price": lambda text, start, end: is_of_a_price(text, start) and _CLAUSE_END.match(text, end) is not None,
    "spent": lambda text, start, end: is_given(text, end),
    "outlay": lambda text, start, end: is_given(text, end) or is_asked_for(text, start, end),
    "daily": lambda text, start, end: (
        _FITS["end"](text, start, end) and _WEEKDAY.search(text) is None and _COUNTED.search(text[:start]) is None
    ),
    "per": lambda text, start, end: _EACH_OF.search(text[:start]) is not None,
    "base": _base,
    "rough": _roughly,
    "asked": _request_follows,
    "tagged": is_a_price,
    "contract": lambda text, start, end: word_after(text, end).isalpha(),
    "free": _always,
}
"""By kind, whether a word is used as one at a place."""
