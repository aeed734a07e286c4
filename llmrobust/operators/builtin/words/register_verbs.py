"""Verbs that official, plain and casual words replace only of some things: a contract is ended, but not a man."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from llmrobust.operators.builtin.words.parts_of_speech import DETERMINERS

_LEAD = rf"\s+(?:(?:{'|'.join(sorted(DETERMINERS))})\s+)?(?:[a-z]+\s+){{0,2}}?"
_ENDED = re.compile(
    rf"{_LEAD}(?:contracts?|agreements?|accounts?|services?|programs?|programmes?|leases?|deals?|subscriptions?|treat(?:y|ies)|"
    r"projects?|partnerships?|relationships?|alliances?|talks?|calls?|sessions?|policy|policies|membership)\b"
)
"""What one ends by terminating it."""
_RID_OF = re.compile(
    rf"{_LEAD}(?:stains?|viruses|virus|malware|ads?|rust|mould|mold|weeds?|dirt|dust|rubbish|trash|junk|fees?|restrictions?|"
    r"limits?|obstacles?|barriers?|bugs|errors?)\b(?![^.?!]*\bfrom\b)"
)
"""What one removes for good, because nobody wants it."""
_SOUGHT = re.compile(
    rf"{_LEAD}(?:jobs?|work|employment|advice|help|assistance|information|solutions?|alternatives?|answers?|revenge|"
    r"approval|support|shelter|refuge|opportunity|opportunities|rides?|compensation|candidates?|partners?|investors?)\b"
)
"""What one seeks without a search on foot."""
_FILLED_IN = re.compile(
    r"\b(?:forms?|questionnaires?|surveys?|applications?|documents?|registrations?|verifications?|fields?|purchases?|"
    r"payments?|transactions?|transfers?|top-?ups?|process|checks?|steps?|details|profiles?|ident\w+|paperwork)\b",
    re.IGNORECASE,
)
"""What is filled in or carried through when it is completed."""
_THAT = re.compile(r"\s+that\s+(?:the|a|an|his|her|its|their|it|he|she|they|there|this|these|no|some|many|[A-Z]\w+)\b")
_REPORTS = re.compile(
    r"\b(?:reports?|studies|study|company|compan(?:y|ies)|firms?|police|spokes\w+|ministers?|officials?|courts?|government|"
    r"statement|letter|council|minist\w+|office|authorit\w+|lawyers?|witness(?:es)?|experts?|scientists?|researchers?|judges?|"
    r"president|mayor|bank|agency|board|law|rules?|notice|article|paper|contract|book|survey|department)\s+\Z",
    re.IGNORECASE,
)
"""Who states what others only say."""
_BY_POST = re.compile(
    r"\b(?:e-?mail\w*|post|posted|mail\w*|couriers?|parcels?|packages?|send|sent|shipp\w+|sender|address)\b",
    re.IGNORECASE,
)
"""Where what is returned is sent, not handed over."""


def is_by_post(text: str) -> bool:
    """Whether a text speaks of what is sent."""
    return _BY_POST.search(text) is not None


def _followed_by(pattern: re.Pattern[str]) -> Callable[[str, int, int], bool]:
    return lambda text, start, end: pattern.match(text, end) is not None


def _stated(text: str, start: int, end: int) -> bool:
    """What a report or an office says: not what people say."""
    finite = text[start:end].lower() in ("says", "said")
    return finite and _THAT.match(text, end) is not None and _REPORTS.search(text[:start]) is not None


def _finished(text: str, start: int, end: int) -> bool:
    """A "complete" of work: not of forms and of what is carried through."""
    return _FILLED_IN.search(text) is None


def _alike(text: str, start: int, end: int) -> bool:
    """A finite "resembles": not "anything resembling acting"."""
    return not text[start:end].lower().endswith("ing")


REGISTER_VERBS: Mapping[str, Callable[[str, int, int], bool]] = {
    "ended": _followed_by(_ENDED),
    "rid": _followed_by(_RID_OF),
    "sought": _followed_by(_SOUGHT),
    "stated": _stated,
    "finished-work": _finished,
    "alike": _alike,
    "handed-back": lambda text, start, end: (
        not is_by_post(text) and re.match(r"\s+(?:my|the|it|them)\b", text[end:]) is not None
    ),
}
"""By kind of verb, what must hold of its place."""
