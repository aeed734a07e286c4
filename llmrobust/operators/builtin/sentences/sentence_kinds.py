"""What a sentence does: ask, command, rule, judge, tell of the speaker, or state a fact of a story or a problem."""

from __future__ import annotations

import re

from llmrobust.english import Analysis
from llmrobust.english.clauses import is_command, question, question_start, statement
from llmrobust.operators.builtin.sentences.markers import SentenceKind

_JUDGING = frozenset(
    "good bad great terrible awful wonderful horrible excellent poor nice lovely amazing boring dull beautiful ugly "
    "best worst better worse delicious disgusting disappointing brilliant stupid silly fantastic perfect superb "
    "annoying rude friendly helpful useless ridiculous unacceptable charming pleasant unpleasant fair unfair wrong "
    "overpriced mediocre interesting funny touching clever weak strong impressive enjoyable slow noisy dirty cold "
    "rotten tasty".split()
)
_THINKING = frozenset("think believe love hate like dislike feel enjoy prefer regret recommend adore doubt".split())
ENCYCLOPAEDIC = re.compile(r"\b(?:1\d|20)\d\d\b|\d[–-]\d")
"""Years and scores: of prose that neither chats nor leaves out who did it for want of a name."""
_RULING = frozenset("shall must".split())
STATES = frozenset(
    "be have cost weigh own contain hold know need want like live belong last love hate owe seem measure".split()
)
"""Verbs that tell what is so, not what somebody does."""


def kind_of(text: Analysis) -> SentenceKind | None:
    """What kind of sentence it is; None for anything else, such as a title."""
    if question(text) is not None:
        return "question"
    if question_start(text) is not None or text.text.endswith(("?", "!")):
        return None
    if is_command(text):
        return "command"
    clause = statement(text)
    if clause is None or not (text.text.endswith(".") or text[len(text) - 1].pos not in ("PUNCT", "SYM", "CCONJ")):
        return None
    speaks = text[clause.subject].lower in ("i", "we") or text[clause.subject_range[0]].lower in ("my", "our")
    judges = any(
        t.lemma.lower() in _JUDGING and t.dep in ("acomp", "amod", "advmod", "attr", "ROOT") for t in text.tokens
    )
    if text[clause.verb].lemma in _THINKING and text[clause.subject].lower in ("i", "we"):
        return "opinion"
    modal = text[clause.finite].lower if clause.tense == "modal" else ""
    allows = modal == "may" and text[clause.finite + 1].lower in ("not", "only")
    if (modal in _RULING or allows) and len(clause.auxiliaries) == 1 + clause.is_passive and not speaks:
        return "rule"
    if judges:
        return "opinion"
    return "account" if speaks else "premise"
