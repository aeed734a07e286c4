"""Passives of questions for a number or an amount: "How many eggs were bought by Ann?", "How much was spent?".

They are read by their words, which the pipeline often takes for other parts of speech.
"""

from __future__ import annotations

from llmrobust.english import Analysis, Token, inflected
from llmrobust.english.inflection import is_verb
from llmrobust.operators.builtin.sentences.noun_kinds import UNITS
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined
from llmrobust.operators.builtin.sentences.unnamed_agents import DEEDS, PAID, acts_alone
from llmrobust.operators.builtin.values.people import GIVEN

_TENSE = {"did": "past", "do": "present", "does": "present"}
_MODALS = frozenset("will can could would should must might may".split())
_BE = {("past", True): "were", ("past", False): "was", ("present", True): "are", ("present", False): "is"}
_NEEDING = {
    "need": {("past", True): "needed", ("past", False): "needed", ("present", True): "need",
             ("present", False): "needs"},
    "have": {("past", True): "had", ("past", False): "had", ("present", True): "have", ("present", False): "has"},
}  # fmt: skip
_AFTER = frozenset(
    "in on if last at during altogether total from for over per after before when while until this yesterday today "
    "tomorrow now so each every a so".split()
)
"""Words after the verb that may follow its participle."""


def counted_passive(text: Analysis, before: str) -> str | None:
    """The question for a number or an amount in the passive; None for others. before: the text before it."""
    small = [t.lower for t in text.tokens]
    at = next((i for i in range(len(text) - 4) if small[i] == "how" and small[i + 1] in ("many", "much")), None)
    if at is None or not text.text.endswith("?") or (at and text[at - 1].text != ","):
        return None
    helper = next((i for i in range(at + 2, min(at + 9, text.end)) if small[i] in _TENSE or small[i] in _MODALS), None)
    counted = text.tokens[at + 2 : helper] if helper is not None else ()
    if helper is None or not _is_counted(counted):
        return None
    who, agent = _agent(text, helper + 1, before)
    if who is None:
        return None
    plural = small[at + 1] == "many"
    verb = who + 1
    needs = small[verb : verb + 2] in (["need", "to"], ["have", "to"])
    done = verb + 2 if needs else verb
    if done > text.end or not _is_deed(small[done], counted, bare=not counted and small[at + 1] == "much"):
        return None
    rest = text.tokens[done + 1 : text.end + 1]
    if not _can_follow(rest, small[done], named=bool(agent)):
        return None
    said = joined(
        _helped(small[helper], small[verb] if needs else "", plural=plural), inflected(small[done], "VBN"), agent
    )
    return edited_at(text, (helper, done, said))


def _is_counted(words: tuple[Token, ...]) -> bool:
    """Whether what is between "how many" and the first helper is what is counted, and no clause."""
    return not any(t.tag in ("VBD", "VBZ", "MD", "IN", "WDT") and t.lower not in ("of", "in") for t in words)


def _agent(text: Analysis, first: int, before: str) -> tuple[int | None, str]:
    """(the last token of the subject, the agent that it becomes); (None, "") where it should stay a subject."""
    if acts_alone(text, first, before):
        return first, ""
    if text[first].text not in GIVEN:
        return None, ""
    last = first + 2 if text[first + 1].lower == "and" and text[first + 2].text in GIVEN else first
    return last, f"by {text.said(first, last)}"


def _is_deed(verb: str, counted: tuple[Token, ...], *, bare: bool) -> bool:
    """Whether a verb says what is done to what is counted; of measures, and of "how much" alone, what is paid."""
    measured = bare or (bool(counted) and counted[-1].lemma.lower() in UNITS and verb != "score")
    return verb in DEEDS and is_verb(verb) and (not measured or verb in PAID)


def _can_follow(rest: tuple[Token, ...], verb: str, *, named: bool) -> bool:
    """Whether what follows the verb may follow its participle, and the agent."""
    if not rest:
        return True
    first = rest[0].lower
    doing = (first == "to" and (verb == "use" or not named)) or (verb == "spend" and rest[0].tag == "VBG")
    if not (doing or first in _AFTER) or rest[-1].pos == "ADP":
        return False
    return not any(t.lower in ("than", "himself", "herself", "themselves", "with") or t.text == "," for t in rest)


def _helped(helper: str, needing: str, *, plural: bool) -> str:
    """The helpers of the passive: "were", "can be", "need to be"."""
    if helper in _MODALS:
        return joined(helper, needing, "to" if needing else "", "be")
    key = (_TENSE[helper], plural)
    return f"{_NEEDING[needing][key]} to be" if needing else _BE[key]
