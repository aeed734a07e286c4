"""Number words: from digits and back."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_DIGITS = re.compile(
    r"(?<![\w.,:/$€£¥%#^*+=<>(\[{~-])\d{1,3}(?:,\d{3})*(?![\w,:/%^*+=<>)\]}°²³-]|\.\d|,\d|\s?[-+*/=<>^×÷]\s?\d)"
)
_WORDS = re.compile(
    r"(?<![\w-])(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|"
    r"nine))?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen)(?![\w-])",
    re.IGNORECASE,
)
_COUNTS_AFTER = re.compile(
    r"\s(?:more |other |new |old |such |different |full |whole )?([a-z]{3,})|\s?[.,;!?](?=\s|\Z)|\Z|"
    r"\s(?:of|in|on|at|to|a|an)\b"
)
"""What follows a number of things: a noun, or the end of a clause after "she ate 3"."""
_UNITS = frozenset(
    "kg mg km cm mm ml mph kmh kmph rpm hz khz mhz ghz kwh mbps gb mb kb ppm psi atm mol lbs cal".split()
)
_NAMED_BEFORE = re.compile(
    rf"(?:\b(?:{_MONTHS})\.?|\b(?:number|no\.|code|error|status|page|chapter|step|section|"
    r"room|flight|gate|line|route|platform|version|figure|table|question|problem|exercise|article|part|level|grade|day|"
    r"week|year|class|unit|item|option|answer|document|source|bus|channel|highway|route|interstate|apartment|suite|a|an|"
    r"http|port|id|pin|type|model|season|episode|round|stage|phase|lesson|verse|psalm|act|scene|zone|track|bed|seat|row|"
    r"by|divided|multiplied|plus|minus|times|equals|x))\s\Z",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s(?:hundred|thousand|million|billion|dozen|point|times|hundredths?|tenths?|thirds?|fourths?|fifths?|quarters?)\b"
)
_NAME_BEFORE = re.compile(
    r"(?<!\w)(?!(?:The|All|Those|These|Some|Another|Only|Just|Over|After|Before|In|At|For|With|From|By|Of|If|When|Each|Every|"
    r"And|But|Or|Then|So|About|Around|Nearly|Almost|His|Her|Their|My|Our|Your|Its|First|Last|Next|Since|Within|I)\s)"
    r"[A-Z][\w.-]*\s\Z"
)
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


def counted_numbers(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The (start, end) of numbers of things in a stretch of text: "3 cats", "two dogs", "she ate 5."

    Not dates, times, prices, shares, codes ("error 404"), units ("2 m/s^2"), terms of a sum, or numbers in brackets,
    in a list, or in a name ("Apollo 13"), nor number words in a name or a fixed phrase ("one or two", "a ten").
    """
    for found in _DIGITS.finditer(text, start, end):
        before, after = text[: found.start()], _COUNTS_AFTER.match(text, found.end())
        counts = after is not None and (after[1] or "") not in _UNITS
        dated = re.match(rf"\s(?:{_MONTHS})\b|\s(?:a|p)\.?m\b|\s?(?:and|or|to|of)\s\d", text[found.end() :])
        alone = not before.strip() and not text[found.end() :].strip()
        bullet = re.search(r"(?:\A|\n)\s*\Z", before) and re.match(r"[.)]\s", text[found.end() :])
        named = _NAMED_BEFORE.search(before) or _NAME_BEFORE.search(before)
        ranged = re.search(r"\d\s?(?:-|–|to|and|or|of|,)\s?\Z", before)
        if counts and not (dated or alone or bullet or named or ranged):
            yield found.span()
    for found in _WORDS.finditer(text, start, end):
        before, after_text = text[: found.start()], text[found.end() :]
        word = found[0]
        capital = word[:1].isupper()
        fixed = re.search(r"\b(?:one or|a|an|all|on|by|the|of|number|-)\s\Z", before, re.IGNORECASE)
        follows = re.match(r"\s[a-z]{3,}(?!\w)|\s?[.,;!?](?=\s|\Z)|\Z", after_text)
        if not capital and not fixed and follows and not _GOES_ON.match(after_text):
            yield found.span()
