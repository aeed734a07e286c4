"""Where a word of quantity may be replaced: before numbers, before what is counted, before what is measured."""

from __future__ import annotations

import re

from llmrobust.operators.builtin.words.fitting import AFTER_A_NOUN, counts_things, is_measured, word_after, word_before
from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.builtin.words.parts_of_speech import AUXILIARIES, DETERMINERS, PREPOSITIONS, is_base

_APPROXIMATED = frozenset(
    "for of in at by with within after before every than from to and or only just already that there's it's was is are "
    "were be been costs cost takes took take weighs weighed weigh has have had spends spent earns earned makes made "
    "contains holds held needs needed uses used eats ate receives gets got lasts lasted pays paid drives walks runs "
    "sold sells read reads saved".split()
)
"""What a number that is rounded follows: not "a film about 2 friends", nor "walk around 2 corners"."""
_AROUND = frozenset("for of in at is are was were costs cost takes took has have had only just than".split())
_NOT_MORE = frozenset("no not any n't much many far".split())
_PLURALS = frozenset("people children men women teeth feet mice geese fish sheep".split())
_MASSES = frozenset(
    "money time fun water work trouble effort help information food energy space homework research traffic stress "
    "attention experience sense patience damage noise pressure support potential charm humor cash".split()
)
_OWNERS = frozenset("my your his her its our their whose of".split())
_ADDED = re.compile(r"\s+((?:[a-z]+ )?[a-z]+s)\b(?![^.?!]*\b(?:than|times)\b)")
"""More things, not compared with others."""
_SUMS = re.compile(r"\s+(?:number|amount|cost|sum|value|balance|weight|profit|income|revenue)\b")
_NOT_SPENT = re.compile(
    r"\b(?:how (?:much|many)|amounts? of|sums? of|what amount of|piles? of|lots? of)\s+\Z", re.IGNORECASE
)
_REPEATED = re.compile(r"(?:\b(?:once|twice|times)|\d\s+\w+)\s+\Z", re.IGNORECASE)
_EATEN_UP = 5
"""As many are enough to get through."""
_HEAPS = re.compile(
    r"\s+(?:of\s+)?(?:\w+\s+)?(?:money|cash|books?|clothes|toys?|laundry|dishes|papers?|trash|garbage|food|sand|snow|"
    r"stones?|rocks?|leaves|apples|oranges|potatoes|coins?|letters|blocks|boxes|presents|gifts|shoes|bricks|wood|"
    r"homework|paperwork|legos?|candy|cookies)\b"
)
"""What may be heaped up."""
_RATE = re.compile(
    r"\b(?:once|twice|times|(?:\d+|two|three|four|five|six|seven|eight|nine|ten) \w+s|\$\d+(?:\.\d+)?)\s+\Z"
)
"""What a share of time is said of: "twice a day", "5 hours a week"."""
_LENGTHS = frozenset("day days night nights week weeks month months".split())
"""What is not said to be so many daily or weekly: \"3 days a week\"."""


def number_follows(text: str, start: int, end: int) -> bool:
    """Whether a number follows that an "about", "nearly" or "more than" is said of."""
    after, last = word_after(text, end).lower(), word_before(text, start)
    word = text[start:end].lower()
    if last == "the" and word in ("only", "just"):
        return False
    money = re.match(r"\s+[$£€]\d", text[end:]) is not None
    if word.endswith(" than") or last in ("more", "less"):
        compared = re.search(r"\d[\w\s]*\Z|\b(?:many|much|far)\s+\Z", text[:start])
        if compared or last in _NOT_MORE or re.match(r"\s+\S+\s+(?:times|percent|%)", text[end:]):
            return False
    if word == "about" and last and last not in _APPROXIMATED and not money:
        return False
    if word == "around" and last and last not in _AROUND:
        return False
    return (money or after[:1].isdigit() or after in VALUES) and not re.match(r"\s+\d{4}\b", text[end:])


def exceeds(text: str, start: int, end: int) -> bool:
    """Whether "more than" is said of a large number or of money: "in excess of 500"."""
    large = re.match(r"\s+(?:[$£€]\d|\d{2})", text[end:]) is not None
    return large and number_follows(text, start, end)


def large_number(text: str, start: int, end: int) -> bool:
    """Before a number that nobody calls small: gets through 20 eggs."""
    found = re.match(r"\s+(\d[\d,]*|[a-z]+)\b", text[end:])
    if found is None:
        return False
    said = found[1].replace(",", "")
    return (int(said) if said.isdigit() else VALUES.get(said, 0)) >= _EATEN_UP and number_follows(text, start, end)


def plural_follows(text: str, start: int, end: int) -> bool:
    """Whether several things follow, none of them compared: "a lot of red apples", not "a lot of time"."""
    if is_measured(text, start, end) or word_before(text, start) in _OWNERS | DETERMINERS:
        return False
    rest = re.match(r"(?: of)?((?: [a-z-]+){1,3})", text[end:])
    for word in rest[1].split() if rest is not None else []:
        if word in AFTER_A_NOUN or word in DETERMINERS or word in ("time", "times"):
            return False
        if word in _PLURALS or re.search(r"[^sui]s\Z", word):
            return True
    return False


def several_of_follow(text: str, start: int, end: int) -> bool:
    """Whether several things follow, or "of" and those that are known: "many of the rules"."""
    known = re.match(r" of (?:the|these|those|my|your|his|her|our|their) (?:[a-z-]+ )?[a-z]*[^sui]s\b", text[end:])
    free = not is_measured(text, start, end) and word_before(text, start) not in _OWNERS | DETERMINERS
    return plural_follows(text, start, end) or (free and known is not None)


def mass_follows(text: str, start: int, end: int) -> bool:
    """Whether something follows that is not counted: "a lot of money"."""
    if is_measured(text, start, end) or word_before(text, start) in DETERMINERS:
        return False
    found = re.match(r"(?: of)? ([a-z]+)\b(?: ([a-z]+)|\s*[.,;!?]|\s*\Z)", text[end:])
    return found is not None and found[1] in _MASSES and (found[2] is None or found[2] in AFTER_A_NOUN)


def heaped(text: str, start: int, end: int) -> bool:
    """Whether what follows may lie in a heap: no time, people or ideas."""
    return not is_measured(text, start, end) and counts_things(text, end) and _HEAPS.match(text, end) is not None


def more_of_them(text: str, start: int, end: int) -> bool:
    """A "more" between a number and things that are not compared: "5 more apples"."""
    last = word_before(text, start)
    found = _ADDED.match(text, end)
    if found is None or not (last.isdigit() or (last in VALUES and last != "zero") or last == "some"):
        return False
    return not set(found[1].split()) & (PREPOSITIONS | DETERMINERS | AUXILIARIES | {"times", "as"})


def summed(text: str, start: int, end: int) -> bool:
    """A "total" before a word for what sums come to: "the total cost"."""
    return word_before(text, start) in DETERMINERS - {"a", "an"} and _SUMS.match(text, end) is not None


def is_an_amount(text: str, start: int) -> bool:
    """Whether "how much" or "an amount of" stands before a word."""
    return _NOT_SPENT.search(text[:start]) is not None


def is_owned_money(text: str, start: int, end: int) -> bool:
    """Money that is somebody's or that was spoken of, and no amount of it."""
    last = word_before(text, start)
    if is_an_amount(text, start) or last not in ("my", "our", "your", "the", "this", "that"):
        return False
    after = word_after(text, end).lower()
    singular = after in ("is", "was", "has", "does", "isn't", "wasn't", "isn’t", "wasn’t", "back")
    return (not after or after in AFTER_A_NOUN or is_base(after)) and not singular


def is_rated(text: str, start: int) -> bool:
    """Whether a number or "twice" stands before "every day", which then says how often."""
    return _REPEATED.search(text[:start]) is not None


def is_rate(text: str, start: int, end: int) -> bool:
    """Whether a share of time follows what is so often or so much in it: "twice a day", "5 hours a week"."""
    return _RATE.search(text[:start]) is not None


def is_so_often(text: str, start: int, end: int) -> bool:
    """The same, not of days or weeks: "twice a day", not "3 days a week"."""
    return is_rate(text, start, end) and word_before(text, start) not in _LENGTHS
