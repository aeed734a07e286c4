"""Pasts and participles of irregular verbs, and where the parse shows that a form is one: not "rose bushes"."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.english import Analysis, Token, analyse
from llmrobust.operators.builtin.words.fitting import is_single_past
from llmrobust.operators.builtin.words.hypernyms_and_idioms import REGULARISED
from llmrobust.operators.builtin.words.morphology import base, regular_past
from llmrobust.operators.editing.analysed_sentences import LONGEST
from llmrobust.operators.editing.text_edits import sentences
from llmrobust.operators.lexicons import LazyMapping

_DOUBTFUL = {"found": "find", "felt": "feel", "left": "leave", "fell": "fall", "bit": "bite"}
_SAME = frozenset("hit put cut let set shut hurt spread split beat".split())
"""Verbs whose base is their past."""
_DOUBLED = frozenset("hit put cut let set shut split".split())
REGULAR_PASTS: Mapping[str, str] = LazyMapping(
    lambda: {
        **{form: regular_past(verb) for form, verb in _DOUBTFUL.items()},
        **{verb: f"{verb}{verb[-1]}ed" if verb in _DOUBLED else f"{verb}ed" for verb in _SAME},
        **REGULARISED,
    }
)
"""From an irregular past or participle to what a learner or child would say: "goed", "finded", "hitted"."""
_CLAUSES = frozenset(("ROOT", "ccomp", "advcl", "relcl", "acl", "parataxis", "csubj", "pcomp", "xcomp"))
"""What a verb is to its head."""
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "expl")


def is_a_past(text: str, start: int, end: int) -> bool:
    """Whether the parse shows a finite past of the verb that is meant, or a participle with its auxiliary or "by"."""
    if text[start:end].lower() in _SAME and not is_single_past(text, start):
        return False
    at = 0
    for part in sentences(text):
        if at <= start < at + len(part):
            lead = len(part) - len(part.lstrip())
            said = part.strip()
            return said.isprintable() and len(said.split()) <= LONGEST and _is_past_at(analyse(said), start - at - lead)
        at += len(part)
    return False


def _is_past_at(said: Analysis, start: int) -> bool:
    token = next((one for one in said.tokens if one.start == start), None)
    if token is None or token.lemma != base(token.lower) or token.entity or _follows_an_owner(said, token):
        return False
    if token.tag == "VBD":
        return _is_verbal(said, token) and _has_subject(said, token)
    helping = {said[one].lemma for one in said.dependents(token.index, "aux", "auxpass")}
    held = token.lower == "got" and "have" in helping
    by_somebody = token.dep == "acl" and said.first(token.index, "agent", "prep") is not None
    done = (bool(helping) or by_somebody) and not helping & {"get", "got"}
    return token.tag == "VBN" and done and not held and _is_verbal(said, token)


def _is_verbal(said: Analysis, token: Token) -> bool:
    """Whether a word heads a clause, itself or by the first of those that "and" joins it to."""
    while token.dep == "conj" and token.head != token.index:
        token = said[token.head]
    return token.dep in _CLAUSES and token.pos in ("VERB", "AUX")


def _has_subject(said: Analysis, token: Token) -> bool:
    """Whether a subject that is no number comes before a verb, its own or that of the verb it is joined to."""
    while said.first(token.index, *_SUBJECTS) is None and token.dep == "conj" and token.head != token.index:
        token = said[token.head]
    subject = said.first(token.index, *_SUBJECTS)
    return subject is not None and subject < token.index and said[subject].pos != "NUM"


def _follows_an_owner(said: Analysis, token: Token) -> bool:
    """Whether an "'s" stands before, which may belong to an owner: only after a pronoun it surely does not."""
    if token.index < 1 or said[token.index - 1].lower not in ("'s", "’s", "'", "’"):
        return False
    return token.index < 2 or said[token.index - 2].pos != "PRON"
