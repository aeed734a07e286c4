"""Whether texts may name an organisation in a second way, which would stay beside its new name."""

from __future__ import annotations

import re
from collections.abc import Collection

_ALIAS = re.compile(
    r"\b(?:(?:also|later|formerly|previously|originally|now|then|once|better|commonly|first|hereafter) "
    r"(?:known|named|called)|formerly|renamed|rebranded|abbreviated|nicknamed|short for|"
    r"changed (?:its|their) names?|merged (?:with|into)|a\.?k\.?a\b)",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"(?<![\w.])(?:[A-Z]\.?){2,6}(?!\w)")
_CAPITAL = re.compile(r"(?<![\w'’])[A-Z][a-zA-Z]+")
_INITIAL = re.compile(r"(?<![a-z'’])[A-Z]")
_GOES_ON = re.compile(r"\s*[([]|, [A-Z]\w+(?=[\s.;:!?]|\Z)(?! (?:and|or)\b)|,? (?:at|in) [A-Z]\w+")
"""What may belong to the name itself: "(Bolsheviks)", ", Northridge", "at Northridge"."""
_KINDS = frozenset(
    "The University College Academy Institute School High Middle Junior Elementary Primary Secondary Law Business Bank "
    "Company Corporation Group Club Football Press Hospital".split()
)
"""Words that many names share."""
_LARGE = re.compile(r"\b(?:University|College|Party|Union|Institute)\b")
"""A word of what has several seats, or factions."""


def has_second_name(name: str, whole: str, others: Collection[str]) -> bool:
    """Whether a text has a word of an organisation's name in another name, or an acronym of it, or tells of renaming.

    others: the organisations beside it, which go by names of their own.
    """
    if _ALIAS.search(whole) is not None:
        return True
    mentions = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    ends = [found.end() for found in mentions.finditer(whole)]
    if any(re.match(r"\s*[([]", whole[end:]) or (_LARGE.search(name) and _GOES_ON.match(whole, end)) for end in ends):
        return True
    rest = mentions.sub(" ", whole)
    initials = "".join(_INITIAL.findall(name))
    acronyms = [found[0].replace(".", "") for found in _ACRONYM.finditer(rest)]
    if len(initials) > 1 and any(initials in one or one in initials for one in acronyms):
        return True
    words = _CAPITAL.findall(name)
    own = set(words if " of " in name or len(words) < 2 else words[:-1]) - _KINDS
    for other in others:
        if other != name and own.isdisjoint(other.split()):
            rest = rest.replace(other, " ")
    return not own.isdisjoint(_CAPITAL.findall(rest))
