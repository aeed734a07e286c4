"""Where a verb of a plain statement may be replaced: by whom it is done to, what is thought, said or done next."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.fitting import is_last, word_after, word_before
from llmrobust.operators.builtin.words.parts_of_speech import KNOWN_ADJECTIVES, gerund_of, is_base

_CONTENT = re.compile(
    r"\s+(?:that\s+(?!(?:is|was|would|might|\w+ed)\b)[\w'’]+|(?:he|she|they|we|it|there)\s+"
    r"(?:is|was|were|are|has|had|have|will|would|can|could|should|might|did|does|[a-z]+(?:ed|s))\b)"
)
"""What is thought or said: "that he left", "it would be easy"."""
_THAT = re.compile(r"\s+that\s+(?!(?:is|was|would|might|of|one|way)\b)[\w'’]+")
_TOLD_THAT = re.compile(r"\s+(?:him|her|them|me|us|you|[A-Z][a-z]+|(?:the|his|her|their|my)\s+[a-z]+)\s+that\b")
HER = (
    r"her(?!\s+(?!(?:and|but|because|when|for|in|on|at|to|with|by|from|as|so|after|before|until|while|that|if|again)\b)"
    r"\w)"
)
"""A "her" that is no owner."""
_SOMEBODY_AT_END = re.compile(
    r"\s+(?:him|her|them|me|us|[A-Z][a-z]+|(?:the|his|her|their|my)\s+(?:[a-z]+))(?:\s+with\b|\s*[.,;!?]|\s*\Z)"
)
_PERSON = re.compile(
    rf"\s+(?:him|{HER}|them|me|us|[A-Z][a-z]+|(?:the|his|her|their|my|its)\s+(?:workers?|employees?|managers?|servants?|"
    r"secretar(?:y|ies)|assistants?|coach|teachers?|cooks?|chef|drivers?|staff|nurses?|clerks?|director))\b"
    r"(?!\s+(?:at|up|back|a|an|the|off|out)\b)"
)
"""Who is dismissed; guns and questions are fired."""
RIVAL = re.compile(rf"\s+(?:him|{HER}|them|us|[A-Z][a-z]+)\b(?!\s+(?:up|with|down|to death|out|until|over)\b)")
COMPARED = re.compile(
    r"\s+(?:(?:the|a|an|his|her|their|its|any|most|many|other|all)\s+(?:[a-z-]+\s+){0,2}[a-z]+|"
    r"[A-Z][\w]+(?:\s+[A-Z0-9][\w]*)*)(?:\s*[.,;!?]|\s*\Z|\s+because\b)"
)
"""One thing, and no clause: "than the rest", "like a robot"."""
_KIN = re.compile(
    rf"\s+(?:him|{HER}|them|us|(?:his|her|their|my|our)\s+(?:\w+\s+)?(?:friends?|neighbou?rs?|uncles?|aunts?|grandmother|"
    r"grandfather|grandparents|grandma|grandpa|parents|mother|father|mom|dad|sisters?|brothers?|cousins?|sons?|"
    r"daughters?|family|colleagues?))\b(?!\s+(?:in|at|on|every|for|from)\b)"
)
"""On whom one drops in."""
_BECOMES = frozenset(
    "tired angry bored old older sick worse better cold colder warm warmer hot hotter wet dark darker rich richer "
    "famous jealous nervous confused upset excited bigger smaller stronger weak weaker harder difficult easier "
    "serious worried ill impatient suspicious anxious frustrated lonely poor poorer frightened scared".split()
)
_WISHED = re.compile(
    r"\s+(?:the|a|an|his|her|their|our|my|more|some|no|it|\d+)\b(?![^.,;!?]*\s(?:to|for|in|back|out)\b)"
)
"""What one wants, and wants nothing done with."""
_AT_REST = re.compile(
    r"\s+(?:(?:in|at|with|on)\b|(?:a|an|the)\s|(?:loyal|silent|calm|quiet|single|friends|together|close|alive|awake|true|"
    r"strong|popular|faithful)\b)"
)
_FOUNDED = re.compile(
    r"\s+(?:an?|the|its|his|her|their)\s+(?:[a-z-]+\s+){0,2}(?:company|fund|school|committee|system|organi[sz]ation|business|"
    r"charity|base|office|commission|association|club|programme?|foundation|government|colony|council|university)\b"
)
_WATCHED = re.compile(
    r"\s+(?:the|this|a|that|his|her)\s+(?:[a-z]+\s+)?(?:films?|movies?|shows?|videos?|performances?)\b"
)


def _becomes(text: str, start: int, end: int) -> bool:
    """A "get" before what somebody becomes: "gets bored"; not "has got tired"."""
    last = word_before(text, start)
    return word_after(text, end).lower() in _BECOMES and last not in ("has", "have", "had", "'ve", "'s", "not")


def is_done_next(text: str, start: int, end: int) -> bool:
    """Before what is done: "before leaving", "stopped working"."""
    return gerund_of(word_after(text, end).lower()) is not None


def is_to_do(text: str, start: int, end: int) -> bool:
    """Before a base form: "agreed to marry"."""
    after = word_after(text, end).lower()
    return is_base(after) or after == "be"


def _not_like(text: str, start: int, end: int) -> bool:
    """Before an adjective, "to" or "that": "seems strange", not "seems like"."""
    after = word_after(text, end).lower()
    able = word_before(text, start) not in ("can't", "cannot", "couldn't", "n't", "can", "could", "not")
    return able and (after in KNOWN_ADJECTIVES or after in ("to", "that", "unable"))


def _pursued(text: str, start: int, end: int) -> bool:
    """A "fled" of one who ran away: not "flee the country"."""
    return is_last(text, end) or word_after(text, end).lower() in ("from", "and", "but", "when", "because", "after")


def _assisted(text: str, start: int, end: int) -> bool:
    return _SOMEBODY_AT_END.match(text, end) is not None


def _gives_up(text: str, start: int, end: int) -> bool:
    """A "give up" of everything: not "give up smoking"."""
    return is_last(text, end) or word_after(text, end).lower() in ("and", "because", "when", "after")


def followed_by(pattern: re.Pattern[str]) -> Allowed:
    return lambda text, start, end: pattern.match(text, end) is not None


STATEMENT_VERBS: Mapping[str, Allowed] = {
    "opinion": followed_by(_CONTENT),
    "said-that": followed_by(_THAT),
    "told-that": followed_by(_TOLD_THAT),
    "assisted": _assisted,
    "dismissed": followed_by(_PERSON),
    "rival": followed_by(RIVAL),
    "dropped-in": followed_by(_KIN),
    "becoming": _becomes,
    "doing": is_done_next,
    "to-do": is_to_do,
    "seeming": _not_like,
    "at-rest": followed_by(_AT_REST),
    "founded": followed_by(_FOUNDED),
    "watched": followed_by(_WATCHED),
    "pursued": _pursued,
    "desired": lambda text, start, end: _WISHED.match(text, end) is not None,
    "to-place": followed_by(re.compile(r"\s+(?:the\s+)?[A-Z]")),
    "surrender": _gives_up,
    "under-way": followed_by(re.compile(r"\s+(?:on|in)\s+(?:\d{4}|[A-Z])|\s*[.;]|\s*\Z")),
    "like-one": followed_by(COMPARED),
    "prevented": followed_by(re.compile(r"[^.,;!?]*\sfrom\s+\w+ing\b")),
}
"""By kind of verb, what must follow it."""
