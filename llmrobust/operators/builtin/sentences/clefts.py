"""Clefts with what: "What the waiter did was ...", on the parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import Clause, question, statement
from llmrobust.english.inflection import is_verb
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.asked_things import asked_within
from llmrobust.operators.builtin.sentences.causing import caused_cleft
from llmrobust.operators.builtin.sentences.first_clauses import beside
from llmrobust.operators.builtin.sentences.happenings import event_cleft, thought_cleft
from llmrobust.operators.builtin.sentences.limits import is_kept, suggests
from llmrobust.operators.builtin.sentences.parsed import Around, ParsedParams, edited_at, joined, rewritten_in_text
from llmrobust.operators.builtin.sentences.person_phrases import acts, is_person
from llmrobust.operators.builtin.sentences.questions import indirect
from llmrobust.operators.builtin.sentences.stated_clefts import (
    NO_DEEDS,
    aim_cleft,
    lacking_cleft,
    reason_cleft,
    told_cleft,
)
from llmrobust.operators.builtin.sentences.told_stories import is_recorded
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

RUP = "RUPBench (Wang and Zhao 2024, arXiv 2406.11020), here as English"
POINTING = frozenset("the this that these those my your his her its our their".split())
OBJECT_FIRST = frozenset("need want like love hate prefer have own require".split())
"""Verbs of states: "What she needs is three eggs."."""
_HAVING = ("have", "own")
_SHORTEST = 3
"""Last token of questions too short for it: "What should I do?"."""
NOT_DONE = frozenset(
    "be know cost weigh contain hold belong seem appear mean see hear feel think believe hope remember forget "
    "understand claim suggest earn score lack owe live exist equal get receive become grow die happen remain stay "
    "fit last total notice find wish expect realize face include consist depend differ matter look sound smell "
    "taste deserve doubt fear worry wonder guess suppose say tell ask let begin start keep stop turn come end "
    "average go plan decide bet call finish calculate".split()
)
"""Verbs of which one does not say that somebody does it."""
FIXED = {
    "hit": ("skid", "skids", "road", "roof", "jackpot", "ground", "hay", "sack", "mark", "spot"),
    "make": ("sense", "mind", "way", "day", "mark", "friend"),
    "pay": ("attention", "respects", "respect"),
    "lose": ("mind", "way", "temper", "touch"),
    "change": ("mind",),
    "keep": ("word", "cool", "eye"),
    "break": ("ice", "news", "bank"),
    "catch": ("eye", "breath", "attention"),
    "steal": ("show",),
    "play": ("part", "role"),
}
"""Verbs and nouns that mean something only together."""
DECLARED: dict[str, Any] = {
    "level": "sentence", "params": ParsedParams, "at_most": AtMost(1.2, 80), "needs": ("english",), "version": 3,
}  # fmt: skip


@operator("syntax.wh_cleft", source=RUP, **{**DECLARED, "version": 7})
def wh_cleft(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Stresses what is asked, wanted or done: "What I would like to know is how it works."."""
    for rule in (_asked, _stated, told_cleft, reason_cleft, caused_cleft, aim_cleft, lacking_cleft):
        made = list(rewritten_in_text(prompt, params, draw, rule, "object"))
        if made:
            yield from made
            return


def _asked(text: Analysis, *, around: Around) -> str | None:
    """A question as what the speaker would like to know; None for statements and for the shortest questions."""
    asks = question(text)
    if suggests(text):
        return None
    if asks is not None and asks.start > 0 and (not text.text.endswith("?") or "..." in text.text):
        return None  # "So, too, is this comedy."
    said = indirect(text) if statement(text) is None and text.end > _SHORTEST else None
    within = None if said is None else asked_within(text, said.clause, stating=True)
    if said is None or within is None or said.for_me:
        return None
    return like(f"{within[0]}what I would like to know is {within[1]}{said.end}", text)


def _stated(text: Analysis, *, around: Around) -> str | None:
    """What happened, is wanted, or was done in a clause with what; None where that is not good English.

    "What she did" presupposes that she was told of: a text's first sentence does not say so.
    """
    clause = statement(text)
    if clause is None:
        return None
    told = event_cleft(clause) or thought_cleft(clause)
    if is_kept(text):
        return None
    if told is not None:
        return told
    if clause.is_passive or clause.is_copular or clause.negation is not None or not begins_plainly(clause):
        return None
    if text[clause.subject].dep == "expl" or text[clause.subject].lower in (
        "it",
        "this",
        "that",
        "who",
        "which",
        "one",
        "someone",
        "somebody",
    ):
        return None
    thing = clause.object
    if thing is not None and text[thing].lemma.lower() in FIXED.get(text[clause.verb].lemma, ()):
        return None  # "caught the attention"
    opening = text[text[clause.subject].left].lower
    if opening in ("a", "an", "each", "every") or any(t.tag == "CD" for t in text.within(clause.subject)):
        return None
    first, last = clause.subject_range
    subject = inner(text, first, last)
    if subject is None or text[last + 1].pos == "PUNCT" or len(list(text.within(clause.subject))) > 8:
        return None
    new = _wanted(clause, subject)
    if new is None and clause.tense == "past" and _asks_for_a_deed(text, around):
        new = _brought(clause, subject) or _done(clause, subject)
    return None if new is None else with_new_start(text, first, len(text) - 1, new)


def _asks_for_a_deed(text: Analysis, around: Around) -> bool:
    """Whether what was done is a matter already: by the speaker, or against what was asked, denied or hoped before.

    A further step of a story is none: "The manager saw him. What she did was thank him."
    """
    if around.opens:
        return False
    before = around.before.rstrip()
    last = re.split(r"(?<=[.?!])\s", before)[-1].lower()
    return text[0].lower in ("i", "we", "instead") or last.endswith("?") or _OPEN.search(last) is not None


_OPEN = re.compile(r"n't\b|n’t\b|\b(?:not|never|nobody|nothing|could|should|would|instead)\b")
"""What leaves open what was done."""


def _wanted(clause: Clause, subject: str) -> str | None:
    text, verb = clause.text, clause.verb
    if text[verb].lemma not in OBJECT_FIRST or text[verb].lemma in _HAVING:
        return None
    what = text.first(verb, "dobj", "xcomp")
    owned = text[clause.subject_range[0]].lower in POINTING and not is_person(text, clause.subject)
    if owned or not acts(text, clause.subject):
        return None
    if what is None or text[what].left != verb + 1 or is_person(text, what) or text[what].tag == "PRP":
        return None
    if any(text[i].dep in ("conj", "advcl", "ccomp") for i in text[verb].children):
        return None
    be = "was" if clause.tense == "past" else "is"
    head = text.said(clause.subject_range[1] + 1, verb)
    if text[verb].lemma == "need" and text[what].dep == "xcomp":
        return _needed(text, what, beside(subject, head), be)
    return f"what {beside(subject, head)} {be} {text.said(verb + 1, len(text) - 1)}"


def _needed(text: Analysis, what: int, needs: str, be: str) -> str | None:
    """ "what I need to do is change it", "what I need to know is why"; None of a state: "what she needs is to be"."""
    to = text[what - 1]
    known = text.first(what, "dobj", "ccomp", "xcomp") if text[what].lemma == "know" else None
    if known is not None and to.tag == "TO" and text[known].left == what + 1 and text[known].right == text.end:
        return f"what {needs} to know {be} {text.said(what + 1, len(text) - 1)}"
    passive = text.first(what, "auxpass") is not None
    if to.tag != "TO" or text[what].left != to.index or text[what].lemma in NO_DEEDS or passive:
        return None
    return f"what {needs} to do {be} {text.said(what, len(text) - 1)}"


def _brought(clause: Clause, subject: str) -> str | None:
    text, verb, thing = clause.text, clause.verb, clause.object
    if thing is None or text[verb].lemma in (*NOT_DONE, "do", "have", "make", "take") or text[thing].left != verb + 1:
        return None
    words = list(text.within(thing))
    if words[0].lower not in POINTING or is_person(text, thing) or len(words) > 5 or words[0].tag == "PRP":
        return None
    if any(t.pos in ("VERB", "AUX", "CCONJ", "PUNCT") for t in words) or text[thing].right < len(text) - 2:
        return None
    if text[len(text) - 1].pos != "PUNCT" and text[thing].right != len(text) - 1:
        return None
    return f"what {subject} {text.said(clause.subject_range[1] + 1, verb)} was {text.said(verb + 1, len(text) - 1)}"


def _done(clause: Clause, subject: str) -> str | None:
    text, verb = clause.text, clause.verb
    lemma = text[verb].lemma
    if lemma in (*NOT_DONE, "take") or lemma in OBJECT_FIRST or not acts(text, clause.subject) or is_recorded(text):
        return None
    if not is_verb(text[verb].lower):
        return None
    helpers = [text[i].lemma for i in clause.auxiliaries]
    before = joined(*(t.text for t in text.tokens[clause.subject_range[1] + 1 : verb]))
    between = text.tokens[clause.subject_range[1] + 1 : verb]
    if any(t.dep not in ("aux", "advmod") for t in between):
        return None
    tag = text[verb].tag
    if not helpers and tag == "VBD":
        lead, form = joined(before, "did"), lemma
    elif helpers == ["be"] and tag == "VBG" and text[verb].right > verb + 1:
        lead, form = joined(before, "doing"), text[verb].text
    elif helpers == ["have"] and tag in ("VBN", "VBD"):
        lead, form = joined(before, "done"), lemma
    else:
        return None
    rest = _plain_forms(text, verb, keep=form == text[verb].text)
    return None if rest is None else f"what {subject} {lead} was {form}{rest}"


def _plain_forms(text: Analysis, verb: int, *, keep: bool) -> str | None:
    """What follows a verb, with the verbs that are joined to it in the base form too; None where they have another
    tense, or a subject of their own."""
    edits = []
    at = verb
    while (joint := text.first(at, "conj")) is not None:
        token = text[joint]
        if token.pos != "VERB" or text.first(joint, "nsubj", "nsubjpass", "expl", "aux", "auxpass") is not None:
            return None
        if not keep:
            if token.tag != text[verb].tag:
                return None
            edits.append((joint, joint, inflected(token.lemma, "VB")))
        at = joint
    return edited_at(text, *edits)[text[verb].end :]


def begins_plainly(clause: Clause) -> bool:
    """Whether nothing comes before the subject, or only what a comma ends."""
    first = clause.subject_range[0]
    return first == 0 or clause.text[first - 1].text == ","


def with_new_start(text: Analysis, first: int, last: int, new: str) -> str:
    """The text with other words for the tokens from first to last, with a capital where they begin it."""
    return edited_at(text, (first, last, like(new, text) if first == 0 else new))
