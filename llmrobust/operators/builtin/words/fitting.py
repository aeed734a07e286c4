"""Where a word may be replaced by another: judged from its neighbours, and "no" where they leave a doubt."""

from __future__ import annotations

import re

from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.builtin.words.parts_of_speech import (
    ADJECTIVES,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    KNOWN_ADJECTIVES,
    OBJECT_PRONOUNS,
    PREPOSITIONS,
    PRONOUNS,
    is_base,
    is_known_verb,
    participle_of,
    past_of,
    third_person_of,
)

_WORD_BEFORE = re.compile(r"([\w'’]+)\s+\Z")
_WORD_AFTER = re.compile(r"\s+([\w'’-]+)")
QUANTITIES = frozenset("many much few little most more less".split())
DEGREES = frozenset("how as so too that this very not twice half times such these those of a the at".split())
"""What a quantity after it is measured by: "how many", "half as many", "not much", "a few", "at most"."""
_SIZES = frozenset(
    "small medium large little big tiny huge mini extra-large xl short long tall grande sizable diminutive".split()
)
_BEFORE_A_VERB = frozenset(
    "to i you we they can could will would shall should may might must do does did don't doesn't didn't can't cannot "
    "couldn't won't wouldn't shouldn't i'll you'll we'll they'll he'll she'll i'd you'd we'd they'd please who and "
    "he'd she'd".split()
)
AFTER_A_NOUN = (
    (PREPOSITIONS - {"like"})
    | CONJUNCTIONS
    | AUXILIARIES
    | set(PRONOUNS)
    | set(OBJECT_PRONOUNS)
    | (DETERMINERS - {"one", "no"})
    | frozenset(
        "not also then there here now today yesterday tomorrow altogether together too again yet already each".split()
    )
)
_MASS = re.compile(r"\s+(?:is|isn['’]t|was|wasn['’]t|has|does|doesn['’]t|goes|comes)\b")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_COUNTED = (
    rf"(?:\S*\d\S*|[$£€¥%]\S*|(?i:{'|'.join(VALUES)}|hundreds?|thousands?|millions?|billions?|dozens?|half)|{_MONTHS})"
)
_COUNTED_BEFORE = re.compile(rf"(?<![^\s(]){_COUNTED}[\s,;:-]+\Z")
_COUNTED_AFTER = re.compile(rf"[\s,;:-]+{_COUNTED}(?!\w)")
_OWNS = re.compile(r"\s?['’]s(?![\w'’-])|(?<=s)\s?['’](?=\s+\w)")
_PLURAL = re.compile(r"[^sui]s\Z|\A(?:people|children|men|women|police)\Z")
_SEVERAL = frozenset(
    "two three four five six seven eight nine ten some several many few these those all both more".split()
)
_OPENING = re.compile(r"(?:\A|[.!?\n][\"”’)]*\s+)\Z")
_DETERMINED = re.compile(
    rf"(?:\b(?:{'|'.join(sorted(DETERMINERS))}|\d+)|\w['’]s|s['’])\s+(?:[\w-]+(?:,|\s+and|\s+but)?\s+){{0,2}}[\w-]+\s+\Z",
    re.IGNORECASE,
)
"""What stands before an adjective and its noun: a determiner, perhaps with more adjectives."""
_NOUNS_IN_LY = frozenset(
    "family assembly ally bully belly jelly fly reply supply butterfly monopoly anomaly lily july italy rally tally "
    "folly dolly holly firefly homily".split()
)
_SUBJECT = re.compile(
    r"(?:\A|[.,;]\s+|\b(?i:and|but|because|when|that|while|as|so|after|before|who)\s+)"
    r"(?:(?i:he|she|it)|(?!They|We|You|These|Those|Some|Many|Both|Do|Does|Did|All|If|I\b)[A-Z][a-z]+|"
    r"(?i:the|a|an|his|her|its|this|that)\s+(?:[a-z-]+\s+)?[a-z-]*[^s\W])\s+\Z"
)
"""A subject in the singular at the beginning of its clause, after which a form without -s is a past."""
_ASKED = re.compile(
    r"\b(?:do|does|did|can|could|will|would|shall|should|may|might|must|let|make|makes|made)\b[^.,;]*\Z", re.IGNORECASE
)
"""What a base form comes after."""
_BARE = frozenset("in at to by on of from for with into as".split())


def word_before(text: str, start: int) -> str:
    """The word before a place in small letters, with nothing but space between; "" where there is none."""
    found = _WORD_BEFORE.search(text[:start])
    return found[1].lower().replace("’", "'") if found else ""


def word_after(text: str, end: int) -> str:
    """The word after a place as it is written, with nothing but space between; "" where there is none."""
    found = _WORD_AFTER.match(text, end)
    return found[1] if found else ""


def is_last(text: str, end: int) -> bool:
    """Whether nothing but a mark of punctuation, or the end of the text, follows a place."""
    return re.match(r"\s*(?:[.,;!?]|\Z)", text[end:]) is not None


def is_named(text: str, start: int) -> bool:
    """Whether a word has a capital though no sentence begins with it."""
    return text[start].isupper() and re.search(r"(?:\A|[.!?:\n][\"'”’)]*\s*)\Z", text[:start]) is None


def is_a_noun(text: str, start: int, end: int) -> bool:
    """Whether the neighbours show that a word is a noun of its own.

    Not a part of a name or of a compound ("town hall"), and not a singular right after a preposition, which is one of
    a fixed phrase ("in town", "at home", "on foot").
    """
    if is_named(text, start) or text[start - 1 : start] in ("-", "'", "’"):
        return False
    plural = _PLURAL.search(text[start:end].lower()) is not None and third_person_of(text[start:end].lower()) is None
    if not owns(text, end) and not _ends_a_noun(text, end, plural=plural):
        return False
    last = word_before(text, start)
    if last in DETERMINERS or last.endswith(("'s", "s'")) or last.isdigit():
        return True
    if last in ADJECTIVES or last in KNOWN_ADJECTIVES:
        return plural or _DETERMINED.search(text[:start]) is not None
    return plural and (
        last in _BARE
        or last in ("and", "or")
        or past_of(last) is not None
        or is_base(last)
        or _OPENING.search(text[:start]) is not None
    )


def is_in_a_compound(text: str, start: int, end: int) -> bool:
    """Whether a singular stands between what counts several and what may be their noun: "five cell phones"."""
    last, after = word_before(text, start), word_after(text, end).lower()
    several = last in _SEVERAL or (last.isdigit() and last != "1")
    if _PLURAL.search(text[start:end].lower()) is not None:
        return False
    return after == "supplies" or (several and after.endswith("s") and third_person_of(after) is not None)


def owns(text: str, end: int) -> bool:
    """Whether an "'s" follows, or an apostrophe after a plural, at once or after a space: "the film 's plot"."""
    return _OWNS.match(text, end) is not None


def _ends_a_noun(text: str, end: int, *, plural: bool) -> bool:
    """Whether what follows a word goes on after its noun phrase: not a hyphen, nor the noun of a compound."""
    if text[end : end + 1] in ("-", "'", "’"):
        return False
    after = word_after(text, end)
    lower = after.lower()
    if not after or lower in AFTER_A_NOUN or _may_be_its_verb(after):
        return True
    if after != lower:
        return False
    if lower.endswith("ed") and len(lower) > 4:
        return True
    adverb = lower.endswith("ly") and lower not in _NOUNS_IN_LY
    return lower not in KNOWN_ADJECTIVES and (adverb or is_known_verb(lower, of_several=plural))


def is_a_verb(text: str, start: int) -> bool:
    """Whether the word before shows that a base form is a verb: to, a pronoun, a modal."""
    return word_before(text, start) in _BEFORE_A_VERB


def may_be_a_noun(text: str, start: int) -> bool:
    """Whether the word before may belong to a noun: "a help", "his need", "of use"."""
    last = word_before(text, start)
    owned = last.endswith(("'s", "s'")) or last == "'"
    return owned or last in DETERMINERS or last in PREPOSITIONS - {"to"} or last in ADJECTIVES


def is_measured(text: str, start: int, end: int) -> bool:
    """Whether a word of quantity is measured or compared, so that no other word can replace it: "how many"."""
    word = text[start:end].split()[0].lower()
    last = word_before(text, start)
    if word in QUANTITIES and (
        last in DEGREES or word_after(text, end).lower() in ("more", "fewer", "less", "a", "an", "as")
    ):
        return True
    return last in ("how", "as", "so", "too")


def counts_things(text: str, end: int) -> bool:
    """Whether something that is counted follows: "many clips", "many of the rules", not "there were many"."""
    after = word_after(text, end).lower()
    counted = after == "of" or not (after in AFTER_A_NOUN or is_known_verb(after, of_several=True))
    return bool(after) and after.isalpha() and counted


def on_a_scale(text: str, word: str) -> bool:
    """Whether a word of size is one step of a scale that the text names: "small, medium and large"."""
    if word.lower() not in _SIZES:
        return False
    named = {found.lower() for found in re.findall(r"[\w-]+", text)} & _SIZES
    return len(named) > 1


def is_single_past(text: str, start: int) -> bool:
    """Whether a form without -s is a past, as its subject is a singular one: "the bat hit", not "did he hit"."""
    said = text[:start]
    return _SUBJECT.search(said) is not None and _ASKED.search(said) is None


def near_a_number(text: str, start: int, end: int) -> bool:
    """Whether a number, a sum of money or a month is next to a word, which then must not be mistaken."""
    return _COUNTED_BEFORE.search(text[:start]) is not None or _COUNTED_AFTER.match(text, end) is not None


def agrees(text: str, end: int) -> bool:
    """Whether no singular verb follows, for a singular that a plural replaces: "money" by "funds"."""
    return _MASS.match(text, end) is None


def _may_be_its_verb(word: str) -> bool:
    lower = word.lower()
    return word == lower and (
        third_person_of(lower) is not None or past_of(lower) is not None or participle_of(lower) is not None
    )
