"""Requests of questions in the order of a statement, of what the speaker does not know, and of sums after "if"."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.noun_phrases import like

_SOLVING = frozenset("calculate find determine compute".split())


def requested_plainly(text: Analysis) -> str | None:
    """The sentence as a request or as a question; None for sentences of other shapes."""
    return _how_come(text) or _how_long_until(text) or _unknown(text) or _sum(text)


def _how_come(text: Analysis) -> str | None:
    """ "Tell me how come you charge for it." of "How come you charge for it?"."""
    if [t.lower for t in text.tokens[:2]] != ["how", "come"] or text.end < 4 or not text.text.endswith("?"):
        return None
    return like(f"tell me how come {text.said(2, text.end)}.", text)


def _how_long_until(text: Analysis) -> str | None:
    """ "Tell me how long it will be until it arrives." of "How long until it arrives?"."""
    asks = [t.lower for t in text.tokens[:3]] == ["how", "long", "until"] and text.end > 3
    return like(f"tell me how long it will be until {text.said(3, text.end)}.", text) if asks else None


def _unknown(text: Analysis) -> str | None:
    """ "Can you tell me why it failed?" of "I don't know why it failed."."""
    opening, asks = [t.lower.replace("’", "'") for t in text.tokens[:5]], text.tokens[4:5]
    if opening[:4] != ["i", "do", "n't", "know"] or not asks or asks[0].tag not in ("WRB", "WP") or text.end < 6:
        return None
    if any(t.text == "," or t.lower in ("but", "and") or t.dep == "parataxis" for t in text.tokens):
        return None
    return None if asks[0].head == asks[0].index or text[5].tag == "TO" else like(
        f"can you tell me {text.said(4, text.end)}?", text
    )  # fmt: skip


def _sum(text: Analysis) -> str | None:
    """ "If he is 9, could you calculate her age?" of "If he is 9, calculate her age.", and of "Calculate her age."."""
    if text[0].lower in _SOLVING and text.text.endswith(".") and text.end > 2:
        return like(f"could you {text[0].lower} {text.said(1, text.end)}?", text)
    if text[0].lower not in ("if", "assuming", "suppose") or not text.text.endswith((".", "?")):
        return None
    for comma, verb in zip(text.tokens, text.tokens[1:], strict=False):
        if comma.text == "," and verb.lower in _SOLVING:
            return f"{text.said(0, comma.index)} could you {text.said(verb.index, text.end)}?"
    return None
