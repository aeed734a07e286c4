"""The language of instructions: how commands begin, and rewordings that keep the meaning.

A rewording is a name, a pattern and a replacement; it is kept only where the result is correct English in every
instruction that the pattern fits.
"""

from __future__ import annotations

import re

_PLAIN_VERBS = (
    "analyze|analyse|assess|assign|categorize|categorise|choose|classify|compare|complete|compute|consider|convert|"
    "correct|decide|describe|detect|determine|evaluate|examine|explain|extract|fill|find|generate|give|identify|"
    "indicate|inspect|judge|pick|predict|provide|read|recognize|reply|respond|return|rewrite|say|select|solve|specify|"
    "summarize|summarise|tell|think|translate|write"
)
_NOUNS_TOO = "answer|check|count|label|list|look|mark|match|name|output|rank|rate|report|review|sort|state|use"
_OBJECT = (
    "the|a|an|this|that|these|those|each|every|all|any|both|one|whether|if|which|what|how|where|who|with|to|at|from|it|"
    "its|in|only|exactly|as|my|your|only|using|either|yes|no|following"
)
COMMAND = re.compile(rf"\A(?:(?:{_PLAIN_VERBS}) (?=[\w'\"])|(?:{_NOUNS_TOO}) (?=(?:{_OBJECT})\b|\W))", re.IGNORECASE)
"""How a text begins that is a command: with a verb, and not with a noun that looks like one."""

_INPUT = "review|sentence|text|tweet|comment|message|ticket|passage|statement|question|email|article|headline|post"
_RULES = (
    ("determine", r"\bdecide (whether|if)\b", r"determine \1"),
    ("figure-out", r"\b(?:decide|determine) (whether|if)\b", r"figure out \1"),
    ("whether-if", r"\b(decide|determine|check|say|tell me|judge) whether\b(?! or )", r"\1 if"),
    ("if-whether", r"\b(decide|determine|check|say|tell me|judge) if\b", r"\1 whether"),
    ("categorize", r"\bclassify (?=\w)", "categorize "),
    ("label", r"\bclassify (the|this|each|a) (?=[^.]* as\b)", r"label \1 "),
    ("classify", r"\b(?:categorize|categorise) (the|this|each|a) ", r"classify \1 "),
    ("respond-to", r"\banswer the (following )?question", r"respond to the \1question"),
    ("reply-with", r"\b(?:answer|respond) with\b", "reply with"),
    ("answer-with", r"\breply with\b", "answer with"),
    ("select", r"\bchoose (?=\w)", "select "),
    ("pick", r"\b(?:choose|select) (the|one|an?)\b", r"pick \1"),
    ("assess", r"\b(evaluate|examine) the\b", "assess the"),
    ("analyze", r"\b(examine|inspect) the\b", "analyze the"),
    ("identify", r"\brecognize the\b", "identify the"),
    ("based-on", r"\baccording to\b", "based on"),
    ("context-first", r"\banswer the question (?:from|based on|according to) the context\b",
     "use the context to answer the question"),
    ("given-below", r"\bthe following ([a-z]+)(?=[.,:]| is| as| and)", r"the \1 below"),
    ("given", rf"\bthe following (?=(?:{_INPUT})s?\b)", "the given "),
    ("go-through", r"\bread the (?=\w+ and\b)", "go through the "),
    ("state", r"\b(?:say|output|indicate) (whether|if)\b", r"state \1"),
    ("this", rf"\b(classify|categorize|rate|summarize|translate) the (?=(?:{_INPUT})(?:[.,:]| as\b| into\b))",
     r"\1 this "),
    ("one-of", r"\bas one of the following\b", "as one of these"),
    ("only", r"\buse only\b", "only use"),
    ("do-not", r"\bdon['’]t\b", "do not"),
    ("dont", r"\bdo not\b", "don't"),
    ("is-not", r"\b(is|are|does|was|were|has|have|should)n['’]t\b", r"\1 not"),
    ("isnt", r"\b(is|are|does|was|were|has|have|should) not\b", r"\1n't"),
    ("cannot", r"\bcan['’]t\b", "cannot"),
    ("cant", r"\bcannot\b", "can't"),
    ("it-is", r"\bit['’]s (?=\w)(?!been|got|had)", "it is "),
    ("its", r"\b(if|whether|that) it is (?=\w)", r"\1 it's "),
    ("you-are", r"\byou['’]re\b", "you are"),
    ("youre", r"\byou are (?=(?:given|provided|shown|presented)\b)", "you're "),
    ("no-task", r"\bin this task, you (?:will be|are) (?:given|shown|presented with)\b", "you are given"),
    ("have-to", r"\byou need to\b", "you have to"),
    ("need-to", r"\byou have to\b", "you need to"),
    ("your-job", r"\byour task is to\b", "your job is to"),
)  # fmt: skip
REWORDINGS = tuple((name, re.compile(pattern, re.IGNORECASE), new) for name, pattern, new in _RULES)
