"""Longer words for the same: "due to the fact that" for "because", "in the year 2002", "this is" before a piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from llmrobust.english import Analysis
from llmrobust.english.clauses import agreement, clause_at
from llmrobust.english.noun_phrases import inner, like, raised
from llmrobust.operators.builtin.sentences.judged_sentences import fragment_of
from llmrobust.operators.builtin.sentences.links import cause_and_result
from llmrobust.operators.builtin.sentences.longer_phrases import said_in_full
from llmrobust.operators.builtin.sentences.other_markers import other_purpose
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.sentences.plain_statements import PlainKind, begins_elsewhere, plain_kind
from llmrobust.operators.builtin.words.clause_places import HALF_CAUSES
from llmrobust.operators.operator import Draw

_OPENERS: Mapping[PlainKind, tuple[str, ...]] = MappingProxyType(
    {
        "judged": ("the truth is that", "I have to say that"),
        "setting": ("it should be noted that", "it is worth noting that"),
        "rule": ("it should be noted that",),
        "compared": ("it is worth noting that",),
        "fact": ("it is worth noting that", "it should be noted that"),
        "account": ("I should mention that",),
    }
)
"""What may come before a statement; it weakens nothing."""
_PIECES = {"thing": ("this is", "what we have here is"), "quality": ("it is",), "doing": ("this one",)}
_BECAUSE = ("due to the fact that", "owing to the fact that")
_ALTHOUGH = ("despite the fact that", "in spite of the fact that")
_HELPLESS = frozenset("help wait think believe imagine tell stand be see say afford".split())
"""What "cannot" makes a phrase of its own with."""


def longer_form(text: Analysis, draw: Draw, *, alone: bool) -> str | None:
    """The sentence with one thing said in two to five words more; None where nothing can be.

    alone: whether it is the whole text.
    """
    ways: tuple[Callable[[], str | None], ...] = (
        lambda: _reasoned(text, draw),
        lambda: said_in_full(text, draw),
        lambda: other_purpose(text),
        lambda: _able(text),
        lambda: _opened(text, draw, alone=alone),
    )
    return next((new for way in ways if (new := way()) is not None), None)


def longer_piece(text: Analysis, draw: Draw) -> str | None:
    """ "this is a dull film." of "a dull film."; None of what is no piece of a review."""
    kind = fragment_of(text)
    choices = _PIECES.get(kind) if kind is not None else None
    said = inner(text, 0, len(text) - 1)
    if choices is None or said is None:
        return None
    return like(f"{draw.stream('piece').choice(choices)} {said}", text)


def _reasoned(text: Analysis, draw: Draw) -> str | None:
    """ "due to the fact that it rained" of "because it rained", "despite the fact that" of "although", and "and for
    that reason" of "so"."""
    if text.text.endswith("?"):
        return None
    for token in text.tokens:
        clause = clause_at(text, token.head) if token.dep == "mark" and token.head > token.index else None
        if clause is None or clause.subject_range[0] != token.index + 1:
            continue
        choices = _BECAUSE if token.lower == "because" else _ALTHOUGH if token.lower in ("although", "though") else ()
        before = text[token.index - 1].lower if token.index else ""
        if choices and before not in HALF_CAUSES and before not in ("and", "but", "as", "even"):
            new = draw.stream("reason").choice(choices)
            return edited_at(text, (token.index, token.index, raised(new) if token.text[:1].isupper() else new))
    found = cause_and_result(text)
    if found is None:
        return None
    return f"{text.text[: text[found[0]].end]}, and for that reason {text.text[text[found[1]].start :]}"


def _able(text: Analysis) -> str | None:
    """ "is able to beat him" of "can beat him", "was not able to" of "could not"."""
    for token in text.tokens:
        clause = clause_at(text, token.head) if token.tag == "MD" and token.dep == "aux" else None
        if clause is None or clause.is_inverted or clause.is_passive or text.text.endswith("?"):
            continue
        can, negated = token.lower in ("can", "ca"), clause.negation is not None
        verb, number = text[clause.verb], agreement(text, clause.subject)
        if not (can or (token.lower == "could" and negated)) or number is None or verb.lemma in _HELPLESS:
            continue
        last = clause.negation if clause.negation is not None else token.index
        able = is_person(text, clause.subject) and text[clause.subject].lower != "you"
        if sum(t.lower in ("can", "ca", "could", "cannot") for t in text.tokens) > 1:
            return None  # one of two that are parallel
        if len(clause.auxiliaries) > 1 or last + 1 != verb.index or not able or verb.tag != "VB":
            continue
        plural, first = number
        be = ("are" if plural else "am" if first else "is") if can else ("were" if plural else "was")
        return edited_at(text, (token.index, last, f"{be}{' not' if negated else ''} able to"))
    return None


def _opened(text: Analysis, draw: Draw, *, alone: bool) -> str | None:
    """ "It is worth noting that the river floods." of "The river floods."."""
    kind, said = plain_kind(text, alone=alone), inner(text, 0, len(text) - 1)
    choices = _OPENERS.get(kind) if kind is not None else None
    if choices is None or said is None or (kind != "setting" and begins_elsewhere(text)):
        return None
    opener = draw.stream("opener").choice(choices)
    return like(f"{opener.lower() if text.text[:1].islower() else opener} {said}", text)
