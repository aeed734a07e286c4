"""Where a word is used in the one sense that its replacement has: a machine's work, a pace."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.clause_places import rest_of, starts
from llmrobust.operators.builtin.words.fitting import is_measured, word_before
from llmrobust.operators.builtin.words.parts_of_speech import is_base, past_of, third_person_of

_MOVES = frozenset(
    "run ran walk go went gone move ride rode come came swim swam fly flew travel travelled march hurry gallop "
    "sail flow fall fell rise rose grow grew spread increase multiply expand approach advance progress "
    "proceed pass decline develop".split()
)
_MACHINES = re.compile(
    r"\b(?:machines?|devices?|systems?|phones?|apps?|websites?|sites?|computers?|laptops?|printers?|engines?|motors?|cars?|"
    r"atms?|clocks?|watch(?:es)?|cameras?|lights?|lamps?|pumps?|elevators?|ovens?|fridges?|heaters?|radios?|terminals?|"
    r"readers?|chips?|servers?|networks?|software|hearts?|kidneys?|lungs?|livers?|eyes?|brains?|cards?|contactless)"
    r"(?: (?:is|are|was|were|has|have|had|just|still|really|that))*\s+\Z",
    re.IGNORECASE,
)
_STATE_BEFORE = re.compile(
    r"\b(?:is|are|was|were|be|been|am|has|have|had|needs?|needed|wants?|wanted|must|should|takes?|took|required?|"
    r"necessary|enough|much|many|important|costs?)\b|['’](?:s|re|m)\b",
    re.IGNORECASE,
)
_NO_SLEEP = re.compile(r"[^.?!]*\b(?:reads?|reading|watch\w*|and then)\b", re.IGNORECASE)
_PLEASE = re.compile(r"\b(?:please|kindly|pls)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[^.,;:?!\n]*\Z")


def is_a_fixed_big(text: str, end: int) -> bool:
    """Whether a "big" is part of a set phrase: "the big time"."""
    return (
        re.match(
            r"[ -](?:time|deal|fat|screen|name|brother|sister|apple|bang|fan|shot|league|break|picture)\b", text[end:]
        )
        is not None
    )


def _apace(text: str, start: int, end: int) -> bool:
    """Right after what moves or grows: "grew quickly"."""
    last = word_before(text, start)
    moving = (
        last in _MOVES or (past_of(last) or third_person_of(last) or "") in _MOVES or last.removesuffix("ing") in _MOVES
    )
    return moving and not is_measured(text, start, end) and re.match(r"\s*[.,;?!]|\s*\Z", text[end:]) is not None


def _functions(text: str, start: int, end: int) -> bool:
    """Of a machine, a device, a system or an organ that does not work."""
    ends = re.match(r"\s*(?:[.,;!?]|\Z)", text[end:]) is not None
    return ends and _MACHINES.search(text[:start]) is not None


def _after_an_action(text: str, start: int, end: int) -> bool:
    """After a clause whose verb is an action: "He ran in order to", not "He had to be there in order to"."""
    clause = _CLAUSE.search(text[:start])
    words = clause[0].lower().split() if clause is not None else []
    acts = any(past_of(word) or third_person_of(word) for word in words[1:]) or (len(words) > 1 and is_base(words[1]))
    return acts and clause is not None and _STATE_BEFORE.search(clause[0]) is None


def _asleep(text: str, start: int, end: int) -> bool:
    """Going to bed to sleep, not to read."""
    return _NO_SLEEP.match(text, end) is None


def _without_please(text: str, start: int, end: int) -> bool:
    """At the start of a sentence that says no "please", which "pray" would double."""
    return starts(text, start) and _PLEASE.search(rest_of(text, end)) is None


def _asked_outright(text: str, start: int, end: int) -> bool:
    """At the start of a question: not "What is missing is a plot."."""
    return starts(text, start) and rest_of(text, end).endswith("?")


SENSES: Mapping[str, Allowed] = {
    "apace": _apace,
    "functioning": _functions,
    "after-action": _after_an_action,
    "asleep": _asleep,
    "asked-outright": _asked_outright,
    "no-please": _without_please,
}
"""By kind, whether a word is used in that sense at a place."""
