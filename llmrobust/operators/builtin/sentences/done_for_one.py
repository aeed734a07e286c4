"""Passives below another verb in the active: "Can you refund it?" of "Can I have it refunded?", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined
from llmrobust.operators.builtin.words.parts_of_speech import participle_of

_SPEAKING = ("i", "we")
_MODALS = ("can", "could")


def asked_of_you(text: Analysis) -> str | None:
    """The sentence with what the speaker wants done, or what is to be done, in the active; None for others."""
    return _had_done(text) or _wanted_done(text) or _left_to_be_done(text) or _can_be_done(text)


def _had_done(text: Analysis) -> str | None:
    """ "if you could refund an item" of "if I could get an item refunded"."""
    for first, last in text.noun_phrases:
        have, done = text[first - 1], last + 1
        if first < 3 or have.lower not in ("have", "get") or not _is_participle(text, done):
            continue
        before, opening = text[first - 2], text[first - 3]
        if before.lower in _SPEAKING and opening.lower in _MODALS:
            start, lead = first - 2, "you"
        elif before.lower in _MODALS and opening.lower in _SPEAKING:
            start, lead = first - 3, f"you {before.text}"
        else:
            continue
        return edited_at(text, (start, done, joined(lead, _base_of(text, done), text.said(first, last))))
    return None


def _wanted_done(text: Analysis) -> str | None:
    """ "I want you to reverse it." of "I want it reversed."."""
    for first, last in text.noun_phrases:
        want, done = text[first - 1], last + 1
        if first < 2 or want.lower not in ("want", "need") or text[first - 2].lower not in _SPEAKING:
            continue
        if _is_participle(text, done):
            return edited_at(text, (first, done, joined("you to", _base_of(text, done), text.said(first, last))))
    return None


def _base_of(text: Analysis, index: int) -> str | None:
    """The base form of a participle, which the pipeline may take for a noun; None for other words."""
    token = text[index]
    if token.tag == "VBN" and token.lemma.isalpha():
        return token.lemma
    return participle_of(token.lower) if token.tag in ("NN", "VBD") else None


def _is_participle(text: Analysis, index: int) -> bool:
    """Whether a word is a participle that says what is done to the noun before, at the end of the noun's phrase."""
    if index >= len(text) or _base_of(text, index) is None:
        return False
    return not any(text[i].dep in ("agent", "conj", "prt") for i in text[index].children)


def _left_to_be_done(text: Analysis) -> str | None:
    """ "How many pieces are left to place?" of "How many pieces are left to be placed?"."""
    for left, to, be, done in zip(text.tokens, text.tokens[1:], text.tokens[2:], text.tokens[3:], strict=False):
        if left.lower in ("left", "remaining") and (to.lower, be.lower) == ("to", "be") and done.tag == "VBN":
            return edited_at(text, (be.index, done.index, done.lemma)) if done.index >= text.end else None
    return None


def _can_be_done(text: Analysis) -> str | None:
    """ "the boxes that you can load onto a truck" of "the boxes that can be loaded onto a truck"."""
    for who, can, be, done in zip(text.tokens, text.tokens[1:], text.tokens[2:], text.tokens[3:], strict=False):
        shape = who.lower in ("that", "which") and can.lower in _MODALS and be.lower == "be" and done.tag == "VBN"
        if not shape or done.dep != "relcl" or text.dependents(done.index, "agent", "conj"):
            continue
        return edited_at(text, (who.index, done.index, joined(who.text, "you", can.text, done.lemma)))
    return None
