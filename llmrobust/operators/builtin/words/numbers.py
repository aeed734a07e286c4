"""Number words: from digits and back."""

from __future__ import annotations

import re

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
LARGEST = 10**12 - 1
VALUES = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * tens for tens, word in enumerate(_TENS) if word != "_"
}


def cardinal(number: int) -> str:
    """A number written out: "one hundred and five". Raises ValueError below 0 or above 999,999,999,999."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"no words for {number}")
    if number < 20:
        return _SMALL[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_SMALL[number % 10]}" if number % 10 else "")
    for scale, name in _SCALES:
        if number >= scale:
            rest = number % scale
            link = " and " if rest and rest < 100 else " " if rest else ""
            return f"{cardinal(number // scale)} {name}{link}{cardinal(rest) if rest else ''}"
    raise AssertionError(number)


def number_words(written: str) -> str | None:
    """A number as it is written ("1,250", "3.5") spelled out; None for anything else, such as a year.

    Four digits without a comma are left alone: they may be a year.
    """
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d{1,3}", written) and not re.fullmatch(r"0\d+", written):
        value = int(written.replace(",", ""))
        return cardinal(value) if value <= LARGEST else None
    decimal = re.fullmatch(r"(\d{1,3})\.(\d{1,4})", written)
    if decimal:
        return f"{cardinal(int(decimal[1]))} point {' '.join(_SMALL[int(digit)] for digit in decimal[2])}"
    return None


def number_value(words: str) -> int | None:
    """The value of a number word up to ninety-nine, "twenty-one" or "seven"; None for other words."""
    parts = words.lower().split("-")
    if len(parts) == 1:
        return VALUES.get(parts[0])
    if len(parts) == 2 and VALUES.get(parts[0], 0) >= 20 and 1 <= VALUES.get(parts[1], 0) <= 9:
        return VALUES[parts[0]] + VALUES[parts[1]]
    return None
