"""What opens a statement, at its end: a time without a comma, a cause, a "midway through the season", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, statement
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.adverbials_first import EVENTS, opens_with_cause
from llmrobust.operators.builtin.sentences.names_swapped import clauses_turned, leans_on

_SETTING = frozenset("in on at after before during by for within throughout from since until".split())
_CLAUSAL = frozenset("advcl relcl ccomp pcomp acl parataxis mark".split())
_LINKING = frozenset(
    "fact addition contrast turn general conclusion end meantime least most best average total all other course way "
    "moment hand that this these which particular case cases short view opinion result example instance times once "
    "effect practice theory reality return response order beginning start".split()
)
_APART = ("unlike", "thanks")
"""What a comma parts from the clause before it."""
_BEGINNING = frozenset("begin start continue force allow manage oblige need used help come cease fail".split())
"""Verbs whose time is that of the verb after them."""
_LOOSE = frozenset("midway early late".split())


def opener_last(text: Analysis) -> str | None:
    """ "He moved to Rome in 1990." of "In 1990 he moved to Rome."; None for other sentences."""
    clause = statement(text)
    if clause is None or not text.text.endswith((".", "!")) or clause.subject_range[0] < 2:
        return None
    start = clause.subject_range[0]
    last = start - 1 - (text[start - 1].text == ",")
    if last < 1 or last > 14 or any(t.text == "," for t in text.tokens[:last]) or not _opens(text, last, clause):
        return None
    main = text.tokens[start : text.end + 1]
    if not _is_single(text, clause, start):
        return None
    if any(t.lower in ("than", "then", "also", "but", "despite", "because", "due") for t in main) or any(
        t.entity in ("DATE", "TIME") for t in main
    ):
        return None
    opening, rest = (0, last), (start, text.end)
    comma = text.text.lower().startswith(_APART)
    if leans_on(text, rest, opening):
        return clauses_turned(text, rest, opening, comma=comma) if text[0].lower in _SETTING else None
    said = inner(text, 0, last)
    return (
        None if said is None else like(f"{text.said(start, text.end)}{',' if comma else ''} {said}{_tail(text)}", text)
    )


def _tail(text: Analysis) -> str:
    return text.text[text[text.end].end :]


def _is_single(text: Analysis, clause: Clause, start: int) -> bool:
    """Whether the main clause is alone, and nothing in it would draw what follows to itself."""
    main = text.tokens[start : text.end + 1]
    verb = text[clause.verb]
    if clause.tense == "modal" or any(t.dep in _CLAUSAL for t in main if not _within_subject(t.index, clause)):
        return False
    below = [t for t in main if t.dep == "xcomp"]
    if below and verb.lemma not in _BEGINNING:
        return False
    joint = any(t.dep == "conj" and t.pos in ("VERB", "AUX") for t in main)
    return not joint and all(t.text != "," or text[t.head].pos in ("NOUN", "PROPN", "ADJ") for t in main)


def _within_subject(index: int, clause: Clause) -> bool:
    return clause.subject_range[0] <= index <= clause.subject_range[1]


def _opens(text: Analysis, last: int, clause: Clause) -> bool:
    """Whether a phrase that may come last too ends at a token: a time, an event, a cause."""
    if opens_with_cause(text, 0):
        return text[0].lower not in ("given", "according", "following")
    first = int(text[0].lower in ("even", "only") or text[0].lower in _LOOSE)
    head = text[first]
    thing = text.first(head.index, "pobj")
    if head.lower not in (*_SETTING, "through") or thing is None or text[thing].right > last:
        return _is_ago(text, last)
    if {text[thing].lower, text[thing].lemma.lower()} & _LINKING or text[thing].tag in (
        "VBG",
        "PRP",
        "WP",
        "WDT",
        "EX",
    ):
        return False
    timed = text[thing].entity in ("DATE", "TIME", "EVENT") or text[thing].lemma.lower() in EVENTS
    placed = head.lower in ("in", "at") and text[thing].entity in ("GPE", "LOC", "FAC") and clause.object is not None
    bare = not text.dependents(thing, "det", "poss", "nummod", "amod") and text[thing].tag in ("NN", "NNS")
    return (timed or placed or first > 0) and not bare and text[thing].right == last


def _is_ago(text: Analysis, last: int) -> bool:
    """ "Six years later", "Two days ago"."""
    return text[last].lower in ("later", "ago", "earlier") and last in (1, 2, 3) and text[last - 1].lemma in _UNITS


_UNITS = frozenset("second minute hour day night week month year decade century".split())
