"""Two short sentences for two clauses that "but", "so" or "and" joins: "He called. But she was out."."""

from __future__ import annotations

import re
from collections.abc import Callable

from llmrobust.operators.builtin.words.parts_of_speech import AUXILIARIES, is_base, past_of, third_person_of

_JOINED = re.compile(
    r"(?P<space>\s?),\s+(?:(?P<word>but|so|and)\s+(?P<subject>he|she|it|they|we|you|I|i)|"
    r"(?P<contrast>but|so)\s+(?P<named>[A-Z][a-z]+|(?:the|this|his|her|its|their|my|our)\s+(?:[a-z-]+\s+)?[a-z-]+))\s+"
    r"(?:(?:also|still|never|only|then|just|soon|later|[a-z]+ly)\s+)?(?P<verb>[a-z]+(?:n['’]t)?)\b"
)
"""A comma, what joins a clause after it, and the clause's subject and verb."""
_SENTENCE = re.compile(r"(?:[^.!?\n]|\.(?=\w))+[.!?]?")
_DEPENDS = re.compile(
    r"\b(?:that|whether|if|unless|when|while|because|since|although|though|until|says?|said|thinks?|thought|knows?|knew|"
    r"tells?|told|believes?|believed|hopes?|hoped|feels?|felt|claims?|claimed|not only|either|both|which|who|what|how|"
    r"why|instead of|rather than)\b",
    re.IGNORECASE,
)
"""What may govern the second clause too, which then cannot stand alone."""
_APART = re.compile(r"[\"“”`()\[\]{};:?—]|--|''")
"""Quotations, brackets and marks, within which nothing is set apart."""
_SHORTEST = 4
"""So many words make a clause that stands alone."""


def in_short_sentences(text: str, free: Callable[[int, int], bool]) -> str:
    """The text with its sentences of two main clauses in two, where the second one begins with a plain subject.

    free: whether the text may be edited from one place to another.
    """

    def divided(sentence: re.Match[str]) -> str:
        found = _JOINED.search(sentence[0])
        if found is None or not _may_divide(sentence[0], found):
            return sentence[0]
        subject = found.start("subject") if found["subject"] else found.start("named")
        if not free(sentence.start() + found.start(), sentence.start() + subject):
            return sentence[0]
        return _in_two(sentence[0], found, subject)

    return _SENTENCE.sub(divided, text)


def _in_two(sentence: str, found: re.Match[str], subject: int) -> str:
    first, joins = sentence[: found.start()], found["word"] or found["contrast"]
    second = sentence[subject:] if joins == "and" else f"{joins} {sentence[subject:]}"
    written = first.lstrip()[:1].isupper()
    return f"{first}{found['space']}. {second[:1].upper() + second[1:] if written else second}"


def _may_divide(sentence: str, found: re.Match[str]) -> bool:
    first, second = sentence[: found.start()], sentence[found.start() + 2 :]
    if _APART.search(sentence) or _DEPENDS.search(first) or "," in first:
        return False
    alone = len(first.split()) >= _SHORTEST and len(second.split()) > _SHORTEST
    subject = (found["subject"] or "it").lower()
    return alone and _is_finite(subject, found["verb"]) and found["verb"] not in ("seems", "goes")


def _is_finite(subject: str, verb: str) -> bool:
    """Whether a word is a verb that goes with a pronoun."""
    base = subject in ("they", "we", "you", "i") and is_base(verb)
    negated = verb.endswith(("n't", "n’t"))
    return base or negated or verb in AUXILIARIES or bool(third_person_of(verb) or past_of(verb)) or verb.endswith("ed")
