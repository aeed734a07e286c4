"""Which of two is more, or wins, stressed: "It is Ann who is older than Bob.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.noun_phrases import like
from llmrobust.operators.builtin.sentences.first_clauses import is_or_was, subject_told
from llmrobust.operators.builtin.sentences.person_phrases import GROUPS, is_person
from llmrobust.operators.builtin.values.people import GIVEN

_CONTESTS = frozenset(
    "beat defeat outperform surpass outsell overtake outrank outscore outlast succeed replace win".split()
)
"""Verbs of what one of two does to the other."""


def rival_cleft(text: Analysis) -> str | None:
    """ "It was Ann who beat Bob." of "Ann beat Bob."; None for other sentences."""
    found = subject_told(text)
    if found is None:
        return None
    clause, subject = found
    head, be = text[clause.subject], is_or_was(clause)
    compared = any(_is_more(text, t.index, clause.verb) for t in text.tokens) and _other(text, "than")
    contest = text[clause.verb].lemma in _CONTESTS and not clause.is_passive and _is_other(text, clause.object)
    if be is None or clause.negation is not None or not (compared or contest):
        return None
    if not head.tag.startswith("NN") or any(t.dep in ("cc", "relcl") for t in text.within(head.index)):
        return None
    if any(t.tag == "CD" for t in text.tokens) or text[head.left].lower in ("this", "that", "these", "those"):
        return None
    named = head.tag in ("NNP", "NNPS")
    who = text[head.left].text in GIVEN if named else is_person(text, head.index) and head.lemma.lower() not in GROUPS
    link = "who" if who else "that"
    return like(f"it {be} {subject} {link} {text.text[text[clause.subject_range[1] + 1].start :]}", text)


def _is_more(text: Analysis, index: int, verb: int) -> bool:
    """Whether a comparative says how something is, or does, more: no more things."""
    token = text[index]
    if token.tag not in ("JJR", "RBR") or index < verb:
        return False
    below = (verb, *text.dependents(verb, "acomp", "advmod"))
    return token.dep in ("acomp", "advmod") and token.head in below and token.head != token.index


def _other(text: Analysis, link: str) -> bool:
    """Whether a name, or a known thing, follows this word."""
    at = next((t.index for t in text.tokens if t.lower == link), None)
    return at is not None and _is_other(text, text.first(at, "pobj"))


def _is_other(text: Analysis, thing: int | None) -> bool:
    if thing is None:
        return False
    opening = text[text[thing].left].lower
    return text[thing].tag in ("NNP", "NNPS") or (text[thing].tag in ("NN", "NNS") and opening in _KNOWN) or (
        text[thing].tag == "NNS" and text[thing].left == thing
    )  # fmt: skip


_KNOWN = frozenset("the my your his her its our their".split())
