"""Pronouns that a prompt asks about: a sentence may not lose them, or have them in another case."""

from __future__ import annotations

import re
from collections import Counter

from llmrobust.english import Analysis
from llmrobust.operators.builtin.sentences.parsed import Around, RewriteInText
from llmrobust.prompt.spans import Prompt

_PRONOUNS = "he|she|it|they|him|her|them|his|its|their|hers|theirs"
_ALONE = re.compile(
    rf"(?:[:\"“‘'`*(]\s*|^\s*|\b(?:pronouns?|words?)\s+)(?P<pronoun>{_PRONOUNS})\s*(?=[\"”’'`*).?!]|$|\b(?:in|mean|refer|stand)s?\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""A pronoun as a word on its own: after a label, in quotation marks, alone on a line, after "the pronoun"."""
_WORD = re.compile(r"[A-Za-z]+")


def asked_pronouns(prompt: Prompt) -> frozenset[str]:
    """The pronouns that stand as a word on their own somewhere in a prompt, in small letters."""
    found = (match["pronoun"] for message in prompt.messages for match in _ALONE.finditer(message.text))
    return frozenset(pronoun.lower() for pronoun in found)


def are_kept(pronouns: frozenset[str], before: str, after: str) -> bool:
    """Whether a rewritten sentence has each of the pronouns as often as it had before."""
    if not pronouns:
        return True
    had, has = (Counter(word.lower() for word in _WORD.findall(said)) for said in (before, after))
    return all(had[pronoun] == has[pronoun] for pronoun in pronouns)


def keeping_asked(prompt: Prompt, rewrite: RewriteInText) -> RewriteInText:
    """The rule, which leaves a sentence alone where it would not keep a pronoun that the prompt asks about."""
    asked = asked_pronouns(prompt)

    def kept(text: Analysis, /, *, around: Around) -> str | None:
        new = rewrite(text, around=around)
        return new if new is None or are_kept(asked, text.text, new) else None

    return kept
