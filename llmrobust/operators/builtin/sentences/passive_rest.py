"""What follows an object in the active: what stays before the agent of the passive, and the clauses behind it."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at
from llmrobust.operators.builtin.sentences.noun_kinds import acts_of_itself, kind_of_noun
from llmrobust.operators.builtin.sentences.passive_reference import speaks_of_third

_OPENING = frozenset(
    "because since as when while until till after before although though if unless whereas once so even".split()
)
"""What a finite clause behind a verb begins with."""
_GOING = frozenset("as with from into onto off out away to along across throughout over".split())
"""What begins where an object goes, comes from, or what it becomes: said before who does it."""
_STAYING = frozenset("in on at under over behind beside between against".split())
_WHERE = frozenset("underground outside indoors upstairs abroad inside back down up forward ashore away nearby".split())
_TAKING = frozenset(
    "send move give bring carry invite take deliver add attach tie transfer show sell offer lend pay hand present "
    "award introduce return link connect compare limit reduce appoint elect promote sentence refer submit write read "
    "lead drag pull push expose extend convert change restore report explain describe post feed drive rent lease "
    "assign apply bind welcome entrust admit address throw pass release export update upgrade set switch".split()
)
"""Verbs that go with "to": whom something is sent, or what it becomes."""
_PLACING = frozenset("put place set lay store hang throw park keep hide drop plant pour bury mount locate".split())
"""Verbs of which a place is a part."""
_ONLY_BEFORE = frozenset("as with away into onto off out from".split())
_NEAR = frozenset("in on at inside outside".split())
"""What begins a place, which would be read with an agent that came before it."""
_SHORT, _LONGEST = 4, 6
_OWN = frozenset("his her their its".split())


def stays_behind(text: Analysis, verb: int, below: int, subject: int) -> bool:
    """Whether a clause below a verb may stay where it is in the passive: what somebody does it for, when, or why."""
    opening = text[text[below].left]
    if opening.tag == "TO":
        alive = acts_of_itself(text, subject) and text[subject].tag != "PRP"
        return alive and opening.index > verb and kind_of_noun(text, subject) != "animal"
    if opening.lower not in _OPENING or clause_at(text, below) is None:
        return False
    return opening.index > verb or not speaks_of_third(text, below)


def start_of_tail(text: Analysis, verb: int, last: int) -> int:
    """The first token of the finite clauses behind a verb, with the comma before them; last + 1 if there are none."""
    lefts = [
        text[i].left
        for i in text.dependents(verb, "advcl")
        if text[i].left > verb and text[text[i].left].lower in _OPENING
    ]
    start = min((i for i in lefts if i <= last), default=last + 1)
    return start - 1 if start <= last and text[start - 1].text == "," else start


def _end_of_manner(text: Analysis, verb: int, start: int) -> int | None:
    """The last token of how or where something is done, in a word or two from a token on; None where nothing says."""
    found = [i for i in text.dependents(verb, "advmod") if text[i].left == start]
    if not found or text[found[0]].right != found[0] or found[0] > start + 1 or text[start].lower in ("so", "too"):
        return None
    word = text[found[0]].lower
    return found[0] if word.endswith("ly") or word in _WHERE or word in ("well", "hard") else None


def end_of_complement(text: Analysis, verb: int, start: int, end: int) -> int | None:
    """The last token of what follows an object from a token on and belongs before the agent: start - 1 if nothing does.

    None where it can stand neither before the agent nor behind it.
    """
    if start > end:
        return start - 1
    token = text[start]
    noun = text.first(token.index, "pobj")
    timed = noun is not None and (text[noun].entity in ("DATE", "TIME", "CARDINAL") or text[noun].tag == "CD")
    placed = token.lower in _STAYING and text[verb].lemma in _PLACING
    near = token.lower in _NEAR and not timed and token.right - start < _SHORT
    if token.lower == "to" and token.tag == "IN" and text[verb].lemma not in _TAKING and token.dep != "dative":
        return None
    manner = _end_of_manner(text, verb, start)
    if manner is not None:
        return manner
    known = token.lower in _GOING or placed or near
    goes_on = token.right < end and text[token.right + 1].lower in ("to", "until", "till")
    if token.lower == "from" and (timed or goes_on):
        return start - 1 if timed else None
    if not known or token.head != verb:
        return None if token.lower in _ONLY_BEFORE else start - 1
    short = token.right <= end and token.right - start < _LONGEST and (noun is not None or token.left == token.right)
    whose = any(t.tag == "PRP$" and t.lower in _OWN for t in text.within(start))
    company = token.lower == "with" and noun is not None and acts_of_itself(text, noun)
    if short and not whose and not company and token.left == start:
        return token.right
    return None if token.lower in _ONLY_BEFORE else start - 1
