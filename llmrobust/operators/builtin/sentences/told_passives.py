"""Passives of who is told or asked something, and of what is called or found something, on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at
from llmrobust.english.noun_phrases import as_subject
from llmrobust.operators.builtin.sentences.passive_forms import agent_said, number_of
from llmrobust.operators.builtin.sentences.passive_parts import PassiveParts, can_be_agent, can_be_subject, last_of

_ADDRESSING = frozenset(
    "tell inform ask order persuade convince warn remind advise urge force allow invite encourage teach permit "
    "instruct forbid assure notify command".split()
)
"""Verbs of what somebody is told, or told to do."""
_OPENS = frozenset("that if whether to where when why how what".split())
_NAMING = frozenset("call name find consider elect appoint declare deem dub label nickname".split())
"""Verbs of what something is said to be."""
_LONGEST_NAME = 6


def told_parts(text: Analysis, verb: int, subject: int) -> PassiveParts | None:
    """ "The staff were told by the boss that ..." of "The boss told the staff that ..."; None for others."""
    thing, lemma = _addressed(text, verb), text[verb].lemma
    if thing is None or text[subject].tag == "PRP" or lemma not in _ADDRESSING | _NAMING:
        return None
    if not can_be_agent(text, verb, subject, alone=False) or not can_be_subject(text, verb, subject, thing):
        return None
    start, last = text[thing].right + 1, last_of(text, verb)
    if (
        last is None
        or any(t.text == "," for t in text.tokens[verb : last + 1])
        or text.dependents(verb, "prt", "advcl")
    ):
        return None
    end = start - 1
    if lemma in _NAMING:
        named = _name(text, verb, start)
        if named is None:
            return None
        end = named
    elif not _is_told(text, verb, start):
        return None
    said, agent, agree = as_subject(text, thing), agent_said(text, subject), number_of(text, thing)
    if said is None or agent is None or agree is None:
        return None
    return PassiveParts(subject, thing, said, "", (start, end), (end + 1, last), f"by {agent}", *agree)


def _addressed(text: Analysis, verb: int) -> int | None:
    """The noun right after a verb, which the pipeline takes for its object or for the subject of what follows."""
    thing = text.first(verb, "dobj")
    below = text.first(verb, "ccomp")
    if thing is None and below is not None and clause_at(text, below) is None:
        thing = text.first(below, "nsubj")
    return thing if thing is not None and text[thing].left == verb + 1 else None


def _is_told(text: Analysis, verb: int, start: int) -> bool:
    """Whether what somebody is told, or told to do, begins at a token."""
    below = [i for i in text.dependents(verb, "ccomp", "xcomp") if i >= start]
    first = text[start].lower if start < len(text) else ""
    return len(below) == 1 and first in _OPENS and text[below[0]].pos in ("VERB", "AUX")


def _name(text: Analysis, verb: int, start: int) -> int | None:
    """The last token of what a thing is called, which begins at a token; None where nothing short does."""
    found = [i for i in text.dependents(verb, "oprd", "ccomp", "acomp", "xcomp") if i >= start]
    if len(found) != 1 or text[found[0]].pos not in ("NOUN", "PROPN", "ADJ"):
        return None
    own = [i for i in text[found[0]].children if i >= start]
    first, last = min([found[0], *(text[i].left for i in own)]), text[found[0]].right
    plain = not any(t.pos in ("VERB", "PRON") for t in text.tokens[start : last + 1])
    return last if first == start and plain and last - start < _LONGEST_NAME else None
