"""A guard on what is asked: a reason stays a reason, a time a time, and a question is not answered. English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from llmrobust.generate.guards.candidate import Candidate, compared_in_english, not_run
from llmrobust.operators.frozen_variants import GuardScore

MISTAKES = ("typo", "punctuation")
"""Kinds that may make a question word or mark unreadable."""
_ASIDE = r"(?:exactly |precisely |please |else |exact )?"
_UNITS = r"(?:seconds|minutes|hours|days|weeks|months|years)"
_KINDS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for name, words in {
        "why": r"whys?\b|how come\b|(?:for )?what (?:\w+ )?(?:reasons?|causes?|purpose)\b|what (?:is|was|are|were) the "
        r"(?:reasons?|causes?|purpose)|what (?:caused|made|makes)\b",
        "when": r"whens?\b|what (?:time|date|day|year|month)\b|which (?:date|day|year|month)\b|what (?:is|was) the "
        r"(?:\w+ )?(?:date|time|day|year)\b",
        "where": r"wheres?\b|(?:what|which) (?:place|country|city|town|location|address|site)\b|what (?:is|was) the "
        r"(?:\w+ )?(?:location|place|address)\b",
        "who": r"who(?:m|se|s)?\b|(?:what|which) (?:person|people|man|woman)\b",
        "how long": rf"how (?:much )?(?:long|time)\b|how many {_UNITS}\b|what (?:is|was) the (?:\w+ )?duration\b",
        "what it costs": r"how (?:expensive|much)\b[^?.]*\b(?:costs?|pay|charged?|price|fees?)\b|"
        r"what\b[^?.]*\b(?:costs?|price|fees?|charges?)\b|what (?:do|must|will|would) \w+ (?:have to )?pay\b",
        "how many": r"how many\b|what (?:is|was) the (?:\w+ )?(?:number|count|quantity) of\b|what number of\b",
        "how": r"how (?:do|does|did|can|could|should|would|will|may|might|is|are|was|were|to|exactly|best)\b|"
        r"in (?:what|which) way\b|what (?:is|are) the (?:\w+ )?(?:way|steps|procedure|process)\b",
    }.items()
}
_OPENINGS = re.compile(
    r"(?:\A|[.,;:!?)\n]\s*|\b(?:and|or|but|so|then|know|tell|say|ask|explain|wonder|wondering|idea|clear|sure|see|find|"
    r"understand|out|me|us|to|from|by|at|in|on|for|of|until|since|with)\s+)" + _ASIDE + r"(?=\w)",
    re.IGNORECASE,
)
"""After what a question word asks, and is no conjunction or relative pronoun in the middle of a clause."""
_AUXILIARY = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|may|might|will|would|should|shall|must|has|have|had|am)(?:n['’]t)?\b"
    r"(?! (?:you )?(?:please )?(?:tell|say|explain|name|give|let)\b)",
    re.IGNORECASE,
)
_CALLS = re.compile(r"\A(?:(?:hey|hi|hello|ok|okay|well|please|um|uh|yo|so|and|but|dude|man)\b[ ,]*)+", re.IGNORECASE)
"""What people say before they ask."""
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_GOES_WITH = (
    frozenset({"how", "yes or no"}),
    frozenset({"how", "why"}),
    frozenset({"how", "where"}),
    frozenset({"how many", "what it costs"}),
    frozenset({"how many", "how long"}),
    frozenset({"when", "how long"}),
)
"""Kinds that one question may be of in other words: "Can I ...?" and "How do I ...?"."""
_NAMED_BY: Mapping[str, re.Pattern[str]] = {
    "why": re.compile(r"\b(?:reasons?|causes?|purpose|because|why|explain|explanation)\b", re.IGNORECASE),
    "when": re.compile(
        r"\b(?:times?|dates?|day|year|month|hour|o'clock|deadline|schedule|when|moment|soon)\b", re.IGNORECASE
    ),
    "where": re.compile(
        r"\b(?:places?|locations?|country|city|town|address|site|spot|position|found|located|where)\b", re.IGNORECASE
    ),
    "what it costs": re.compile(
        r"\b(?:costs?|prices?|fees?|charges?|charged|pay|rate|amount|expensive|money|much|total)\b", re.IGNORECASE
    ),
    "how long": re.compile(rf"\b(?:long|time|duration|{_UNITS}|wait|lasts?|soon|when|takes?|delay)\b", re.IGNORECASE),
    "how many": re.compile(r"\b(?:many|number|count|quantity|amount|total|much|size|population)\b", re.IGNORECASE),
}
"""What a text in other words says of each kind, where no question word shows it."""
_REQUEST = re.compile(
    r"\b(?:tell|know|wonder\w*|ask\w*|explain|name|give|state|say|find|calculate|compute|determine|work out|figure out|"
    r"describe|identify|list|help|decide|need|want|would like|i['’]d like|let me|show|answer|choose|select|pick|"
    r"classify|sort|check|whether|question|please|unsure|unclear|understand|provide|indicate|specify|report|estimate)\b",
    re.IGNORECASE,
)
_ANSWERED = re.compile(r"\A\W*(?:yes|no|yeah|nope|correct|true|false|the answer is)\s*[,.:;!-]", re.IGNORECASE)


class QuestionKind:
    """What is asked (why, when, where, who, how many, what it costs, whether) is still asked, and not answered."""

    name = "question"

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """No figure; run on English texts with a question whose meaning must stay."""
        return [self._score(one) for one in candidates]

    def _score(self, one: Candidate) -> GuardScore:
        if one.kind.name in MISTAKES:
            return not_run("the kind makes mistakes on purpose")
        if "?" not in one.subject.text:
            return not_run("the original asks no question")
        return compared_in_english(one, _difference)


def _difference(old: str, new: str) -> str:
    """What is not asked any more; empty if nothing is seen."""
    if _ANSWERED.match(new) and not _ANSWERED.match(old):
        return "it begins with an answer"
    asked, asks = set(_asked(old)), set(_asked(new))
    if not asks and "?" not in new:
        return "" if _REQUEST.search(new) else "it asks nothing any more"
    gone, come = asked - asks, asks - asked
    if gone and come and not asked & asks:
        if any(frozenset({one, other}) in _GOES_WITH for one in gone for other in come):
            return ""
        named = [kind for kind in gone if kind in _NAMED_BY and _NAMED_BY[kind].search(new)]
        return "" if named == sorted(gone) else f'it asked "{min(gone)}", and now asks "{min(come)}"'
    if gone and not asks:
        lost = sorted(kind for kind in gone if kind in _NAMED_BY and not _NAMED_BY[kind].search(new))
        return f'it asked "{lost[0]}", and does not any more' if lost else ""
    return ""


def _asked(text: str) -> Iterator[str]:
    """The kinds of a text's questions; of what/which questions only those that say what they are after."""
    for sentence in _SENTENCE.findall(text):
        plain = _CALLS.sub("", sentence.strip())
        found = [
            kind
            for kind, pattern in _KINDS.items()
            if any(pattern.match(plain, at.end()) for at in _OPENINGS.finditer(plain))
        ]
        if "?" not in plain and not (found and _KINDS[found[0]].match(plain)):
            found = found if _REQUEST.search(plain) else []
        if "how long" in found or "what it costs" in found:
            found = [kind for kind in found if kind not in ("how many", "how")]
        if "?" in plain and not found and _AUXILIARY.match(plain) and not re.search(r"\b(?:what|which)\b", plain):
            found = ["yes or no"]
        yield from found
