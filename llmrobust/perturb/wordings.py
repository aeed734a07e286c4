"""Rewordings of instruction language that keep the meaning, each a name, a pattern and a replacement.

Read and kept only where the result is correct English in every instruction that the pattern fits.
"""

from __future__ import annotations

import re

_RULES = (
    ("determine", r"\bdecide (whether|if)\b", r"determine \1"),
    ("figure-out", r"\b(?:decide|determine) (whether|if)\b", r"figure out \1"),
    ("whether-if", r"\b(decide|determine|check|say|tell me|judge) whether\b", r"\1 if"),
    ("if-whether", r"\b(decide|determine|check|say|tell me|judge) if\b", r"\1 whether"),
    ("categorize", r"\bclassify\b", "categorize"),
    ("label", r"\bclassify (the|this|each|a) ", r"label \1 "),
    ("classify", r"\b(?:categorize|categorise) (the|this|each|a) ", r"classify \1 "),
    ("respond-to", r"\banswer the (following )?question", r"respond to the \1question"),
    ("reply-with", r"\b(?:answer|respond) with\b", "reply with"),
    ("answer-with", r"\breply with\b", "answer with"),
    ("select", r"\bchoose\b", "select"),
    ("pick", r"\b(?:choose|select) (the|one|an?)\b", r"pick \1"),
    ("based-on", r"\baccording to\b", "based on"),
    ("use-to", r"\banswer the question from the context\b", "use the context to answer the question"),
    ("given-below", r"\bthe following ([a-z]+)(?=[.,:]| is| as| and)", r"the \1 below"),
    ("go-through", r"\bread the\b", "go through the"),
    ("state", r"\bsay whether\b", "state whether"),
    ("this", r"\b(classify|label|categorize|rate|review|summarize|translate) the (?=[a-z])", r"\1 this "),
    ("one-of", r"\bas one of the following\b", "as one of these"),
    ("use-only", r"\buse only\b", "only use"),
    ("do-not", r"\bdon['’]t\b", "do not"),
    ("dont", r"\bdo not\b", "don't"),
)
REWORDINGS = tuple((name, re.compile(pattern, re.IGNORECASE), new) for name, pattern, new in _RULES)
