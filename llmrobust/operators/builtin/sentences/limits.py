"""Words that keep a sentence in its order: "only" and what it limits, a time of two parts, a clause that is told."""

from __future__ import annotations

import re

from llmrobust.english import Analysis
from llmrobust.english.clauses import SUBJECTS, negation_at

_LIMITING = frozenset("only even just merely solely".split())
_SUBORDINATE = frozenset("advcl relcl acl ccomp csubj pcomp".split())
_KNOWING = frozenset(
    "check know see tell ask wonder confirm explain understand say find sure let verify clarify forget remember recall "
    "hear learn decide discuss predict guess discover reveal announce specify indicate determine show mention".split()
)
"""Verbs of which a clause with "when" may be the object."""
_TIMED = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|june|july|august|september"
    r"|october|november|december|days?|weeks?|months?|years?|hours?|minutes?|mornings?|afternoons?|evenings?|nights?"
    r"|today|tomorrow|yesterday|then|later|next|afterwards?|first|second|third|last|finally|again|after|before|meanwhile"
    r"|soon|eventually|noon|midnight|(?:1\d|20)\d\d)\b",
    re.IGNORECASE,
)
_CUT_OFF = frozenset("late early shortly soon right long just about around almost".split())
"""Words that belong to a time after them."""
_TIMING = frozenset("in on at after before between during by from when until".split())
_KEPT = frozenset("also actually really too both same".split())
"""Words that do not stand well in a cleft with "what"."""
_CAN = frozenset("can could ca".split())


def is_limited(text: Analysis) -> bool:
    """Whether the main clause has an "only", or the like, whose reach another order would change.

    One right before a number, or "just" before a place, limits that alone: "only 4 cakes", "just across the river".
    """
    return any(t.lower in _LIMITING and not _is_local(text, t.index) for t in text.tokens[: text.end])


def _is_local(text: Analysis, index: int) -> bool:
    """Whether a limiting word limits no more than the words after it, or stands in a clause of its own."""
    token, follows = text[index], text[index + 1]
    if token.dep == "amod" or follows.tag == "CD" or not _is_in_main(text, index):
        return True
    thing = text.first(follows.index, "pobj") if token.lower == "just" and follows.dep == "prep" else None
    return thing is not None and text[thing].entity not in ("DATE", "TIME")


def is_kept(text: Analysis) -> bool:
    """Whether a statement has words that no cleft with "what" takes: limits, remarks, "both", "and so did she"."""
    after = [(a.lower, b.lemma) for a, b in zip(text.tokens, text.tokens[1:], strict=False)]
    echoed = any(a in ("so", "neither", "nor") and b in ("do", "be", "have", "can", "will") for a, b in after)
    main = [t for t in text.tokens if t.lower in _KEPT and _is_in_main(text, t.index)]
    along = any(t.lower != "too" or text[t.head].pos in ("VERB", "AUX") for t in main)
    return is_limited(text) or echoed or along


def _is_in_main(text: Analysis, index: int) -> bool:
    """Whether a token belongs to no subordinate clause, and to none that is joined with a subject of its own."""
    at = index
    while text[at].head != at and not _is_apart(text, at):
        at = text[at].head
    return not _is_apart(text, at)


def _is_apart(text: Analysis, verb: int) -> bool:
    joined = text[verb].dep == "conj" and text.first(verb, *SUBJECTS) is not None
    return joined or text[verb].dep in _SUBORDINATE


def may_be_told(text: Analysis, verb: int, opening: str) -> bool:
    """Whether a clause with "when" or "if" may be what the verb before it tells of: "He forgot when it left."."""
    return opening in ("when", "if", "where") and text[verb].lemma in _KNOWING


def denies_the_reason(text: Analysis, verb: int, start: int) -> bool:
    """Whether a clause with "because" may be what a negation denies: "I did not marry him because he was rich."."""
    if text[start].lower != "because" or (start > 0 and text[start - 1].text == ","):
        return False
    main = [text[i].lower for i in (*text[verb].children, verb)]
    denied = negation_at(text, verb) is not None or "never" in main
    return denied and not _CAN & set(main)


def cuts_a_time(text: Analysis, first: int) -> bool:
    """Whether the words before a phrase of time belong to it: "late | on Sunday", "between one and two | at night"."""
    before = text[first - 1] if first > 0 else None
    if before is None or not (text[first].lower in _TIMING or text[first].entity in ("TIME", "DATE")):
        return False
    return before.lower in _CUT_OFF or (
        before.entity in ("TIME", "DATE")
        and (before.tag == "CD" or before.lower in ("noon", "midnight", "o'clock", "a.m.", "p.m.", "am", "pm"))
    )


def has_other_time(text: Analysis, first: int, last: int, subject: tuple[int, int]) -> bool:
    """Whether a sentence tells, outside its subject, another time than the words from one token to another."""
    others = [t for t in text.tokens if not first <= t.index <= last and not subject[0] <= t.index <= subject[1]]
    return any(t.entity in ("DATE", "TIME") or _is_hour(text, t.index) for t in others)


def _is_hour(text: Analysis, index: int) -> bool:
    """Whether a bare number after "at" or "between" is a time of day."""
    token = text[index]
    return token.tag == "CD" and token.dep == "pobj" and text[token.head].lower in ("at", "between", "until", "by")


def tells_times(said: str) -> bool:
    """Whether sentences around one tell in what order, or when, other things were."""
    return _TIMED.search(said) is not None


def suggests(text: Analysis) -> bool:
    """ "Why don't you ask her?", "Why not go by bus?": what sounds like a question and is a suggestion."""
    small = [t.lower for t in text.tokens[:4]]
    return small[:2] == ["why", "not"] or (
        small[:2] == ["why", "do"] and small[2:3] in (["n't"], ["n’t"]) and small[3:] in (["you"], ["we"])
    )
