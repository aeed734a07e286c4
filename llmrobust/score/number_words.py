"""Numbers that are written in English words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Context, Decimal

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_UNITS += "seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: value for value, word in enumerate(_UNITS)}
_TEN = {word: 10 * value for value, word in enumerate(_TENS, 2)}
SMALL = {**_SMALL, **_TEN}
"""From the words of 0 to 19 and of the tens to their values."""
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_SEVERAL = {"halves": 2, **{word + "s": value for word, value in _PARTS.items() if word != "half"}}
_NUMBER = (*_UNITS, *_TENS, "hundred", *SCALES, "dozen")
_ANY = "|".join(sorted({*_NUMBER, *_PARTS, *_SEVERAL}, key=len, reverse=True))
PHRASE = (
    rf"(?<![\w'’-])(?:an?\s+(?=hundred|thousand|million|billion|trillion|dozen|half|third|quarter))?(?:{_ANY})"
    rf"(?:[\s-]+(?:and\s+(?:an?\s+(?=half|third|quarter))?|point\s+)?(?:{_ANY}))*(?![\w'’-])"
)
"""A run of number words; `words_value` decides whether it is one number."""
PRECISE = Context(prec=28)


def words_value(phrase: str) -> Decimal | None:
    """The number that a run of words is, or None where it is not one ("two three", "nineteen eighty-four")."""
    words = re.split(r"[\s-]+", phrase.casefold().strip())
    if "point" in words:
        at = words.index("point")
        whole, digits = _whole(words[:at]), [_SMALL.get(word, 10) for word in words[at + 1 :]]
        if whole is None or not digits or max(digits) > 9:
            return None
        return Decimal(f"{whole}.{''.join(map(str, digits))}")
    if words[-1] in _PARTS or words[-1] in _SEVERAL:
        return _with_part(words)
    whole = _whole(words)
    return None if whole is None else Decimal(whole)


def _with_part(words: Sequence[str]) -> Decimal | None:
    """A fraction in words: "three quarters", "a half", "two and a half"."""
    *front, last = words
    if not front:
        return Decimal("0.5") if last == "half" else None
    whole = 0
    if "and" in front:
        at = len(front) - 1 - front[::-1].index("and")
        found = _whole(front[:at])
        if found is None:
            return None
        whole, front = found, front[at + 1 :]
    several = last in _SEVERAL
    count = 1 if front in (["a"], ["an"], ["one"]) else _whole(front) if several else None
    if count is None or (count == 1) == several:
        return None
    below = _SEVERAL[last] if several else _PARTS[last]
    return PRECISE.add(Decimal(whole), PRECISE.divide(Decimal(count), Decimal(below)))


def _whole(words: Sequence[str]) -> int | None:
    """A whole number of well-formed words: groups below a thousand with falling scales."""
    if list(words) == ["zero"]:
        return 0
    total, at, ceiling = 0, 0, 10**15
    if words and words[-1] == "dozen":
        count = 1 if list(words[:-1]) in ([], ["a"]) else _whole(words[:-1])
        return None if count is None else 12 * count
    while at < len(words):
        if total and words[at] == "and":
            at += 1
        value, after = _below_thousand(words, at, starts=not total)
        if value is None:
            return None
        scale = SCALES.get(words[after], 1) if after < len(words) else 1
        if scale >= ceiling:
            return None
        total, ceiling = total + value * scale, scale
        at = after + (scale > 1)
        if scale == 1 and at < len(words):
            return None
    return total or None


def _below_thousand(words: Sequence[str], at: int, starts: bool) -> tuple[int | None, int]:
    """A number from 1 to 9900 ("nineteen hundred") that begins there, and where it ends."""
    if starts and words[at] in ("a", "an") and at + 1 < len(words):
        value: int | None = 1
        after = at + 1
        if words[after] in SCALES:
            return value, after
        if words[after] != "hundred":
            return None, at
    elif starts and words[at] in SCALES and len(words) == 1:
        return None, at
    else:
        value, after = _below_hundred(words, at)
    if value is None or after >= len(words) or words[after] != "hundred":
        return value, after
    total, after = value * 100, after + 1
    rest = after + (after < len(words) and words[after] == "and")
    more, end = _below_hundred(words, rest)
    if more is not None and (end >= len(words) or words[end] in SCALES):
        return total + more, end
    return total, after


def _below_hundred(words: Sequence[str], at: int) -> tuple[int | None, int]:
    if at >= len(words):
        return None, at
    if words[at] in _TEN:
        unit = _SMALL.get(words[at + 1], 0) if at + 1 < len(words) else 0
        return (_TEN[words[at]] + unit, at + 2) if 1 <= unit <= 9 else (_TEN[words[at]], at + 1)
    value = _SMALL.get(words[at])
    return (value, at + 1) if value else (None, at)
