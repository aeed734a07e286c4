"""What a speech recogniser writes down: words only, numbers and codes as they are read aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from llmrobust.operators.builtin.words.numbers import cardinal, number_words
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.text.fixed_pieces import fixed_pieces

_SPOKEN: Mapping[str, str] = MappingProxyType(
    {"going to": "gonna", "want to": "wanna", "got to": "gotta", "kind of": "kinda", "out of": "outta",
     "should have": "shoulda", "would have": "woulda", "could have": "coulda", "don't know": "dunno", "let me": "lemme",
     "give me": "gimme"}
)  # fmt: skip
_UNSPEAKABLE = frozenset(("code", "statement", "formula", "block", "comparison", "table", "JSON", "tag", "key"))
_HEADS = re.compile(r"^[ \t]*[A-Z][\w ]{0,20}:(?=\s)", re.MULTILINE)
_DIGITS = "zero one two three four five six seven eight nine".split()
_CURRENCIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"$": ("dollar", "cents"), "£": ("pound", "pence"), "€": ("euro", "cents")}
)
_MONEY = re.compile(
    r"(-?)([$£€])\s?(\d+(?:,\d{3})*)(?:\.(\d\d))?(?![\d.,]*\d)(\s(?:hundred|thousand|million|billion|trillion)\b)?"
)
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):([0-5]\d)(?![\d:])")
_ORDINAL = re.compile(r"(?<!\w)(\d{1,2})(?:st|nd|rd|th)(?!\w)")
_SHARE = re.compile(r"(?<=\d)\s?%")
_YEAR = re.compile(r"(?<![\w.,])(1[1-9]|20)(\d\d)(?![\w%]|[.,]\d)")
_DECADE = re.compile(r"(?<![\w.,])(1[1-9]|20)([2-9])0s(?!\w)")
_CODE = re.compile(r"(?<![\w'’])(?=\w*\d)(?=\w*[^\W\d_])\w+(?:[.-]\d+)*(?!\w)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_VERSION = re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}(?![\w.]*\d)")
_MATHS = re.compile(r"[=<>^*×÷√±]|\d\s?[-+/]\s?\d|(?<=\d)\s[-+]\s(?=\d)")
_ORDINALS: Mapping[str, str] = MappingProxyType(
    {
        "one": "first",
        "two": "second",
        "three": "third",
        "five": "fifth",
        "eight": "eighth",
        "nine": "ninth",
        "twelve": "twelfth",
    }
)


def is_unspeakable(text: str) -> bool:
    """Whether a text holds code, a query, a formula, a table, or lines with heads of their own ("Option A: ...")."""
    return len(_HEADS.findall(text)) > 1 or any(kind in _UNSPEAKABLE for _, _, kind in fixed_pieces(text))


def transcribed(text: str, labels: tuple[str, ...]) -> str | None:
    """The text as speech recognition writes it; None for code, formulas and tables, which are not read aloud.

    Labels, addresses, file names and identifiers stay.
    """
    if is_unspeakable(text) or _MATHS.search(text):
        return None
    new, end = [], 0
    for start, stop in free_stretches(text, labels, numbers=True):
        new += [text[end:start], _spoken(text[start:stop])]
        end = stop
    whole = re.sub(r" +", " ", "".join([*new, text[end:]]))
    whole = re.sub(r"^ (?! )|(?<! ) $", "", whole) if text == text.strip() else whole
    return whole if whole != text else None


def _spoken(text: str) -> str:
    text = _MONEY.sub(_money, text)
    text = _CLOCK.sub(_time, text)
    text = _ORDINAL.sub(lambda found: f" {_ordinal(int(found[1]))} ", text)
    text = _SHARE.sub(" percent", text)
    text = _VERSION.sub(lambda found: " point ".join(map(_plain, found[0].split("."))), text)
    text = _DECADE.sub(lambda found: f"{cardinal(int(found[1]))} {cardinal(10 * int(found[2]))[:-1]}ies", text)
    text = _YEAR.sub(_year, text)
    text = _CODE.sub(lambda found: _spelled(found[0]), text)
    text = _NUMBER.sub(lambda found: number_words(found[0]) or _digit_by_digit(found[0]), text)
    text = re.sub(r"(?<=\w)&(?=\w)|(?<=\s)&(?=\s)", " and ", text)
    text = re.sub(r"(?<=\w)-(?=\w)", " ", text)
    text = re.sub(r"[^\w\s'’]|(?<!\w)['’]|['’](?!\w)", " ", text.lower())
    for words, short in _SPOKEN.items():
        text = re.sub(rf"(?<!\w){words}(?!\w)", short, text)
    return text


def _money(found: re.Match[str]) -> str:
    minus, sign, whole, part, scale = found.groups()
    one, parts = _CURRENCIES[sign]
    count = int(whole.replace(",", ""))
    said = _plain(whole) + (scale or "")
    named = f"{said} {one if count == 1 and not scale else one + 's'}"
    if part and int(part):
        cents = cardinal(int(part))
        named = (
            f"{named} and {cents} {parts if int(part) > 1 else parts.removesuffix('s')}"
            if count
            else f"{cents} {parts}"
        )
    return f"{'minus ' if minus else ''}{named}"


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    said = cardinal(hour)
    if not minute:
        return f"{said} hundred" if found[1].startswith("0") or hour > 12 else f"{said} o'clock"
    return f"{said} {'oh ' if minute < 10 else ''}{cardinal(minute)}"


def _year(found: re.Match[str]) -> str:
    century, rest = int(found[1]), int(found[2])
    if found[1] == "20" and rest < 10:
        return cardinal(2000 + rest) if not rest else f"two thousand and {cardinal(rest)}"
    return f"{cardinal(century)} {'hundred' if not rest else ('oh ' if rest < 10 else '') + cardinal(rest)}"


def _ordinal(number: int) -> str:
    words = cardinal(number)
    head, hyphen, last = words.rpartition("-")
    last = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return head + hyphen + last


def _spelled(code: str) -> str:
    """Letters and digits of a code one by one, words in it whole: "l h one two three", "covid nineteen"."""
    said = []
    for piece in re.findall(r"[^\W\d_]+|\d+(?:\.\d+)*|[.-]", code):
        if piece[0].isdigit():
            said += [" point ".join(map(_plain, piece.split("."))) if "." in piece else _plain_or_digits(piece)]
        elif piece in ".-":
            continue
        else:
            said += [piece if piece.islower() and len(piece) > 1 and re.search("[aeiou]", piece) else " ".join(piece)]
    return f" {' '.join(said)} "


def _plain_or_digits(piece: str) -> str:
    return _digit_by_digit(piece) if len(piece) > 2 or piece.startswith("0") else cardinal(int(piece))


def _plain(number: str) -> str:
    digits = number.replace(",", "")
    return cardinal(int(digits)) if len(digits) <= 12 and not re.match(r"0\d", digits) else _digit_by_digit(digits)


def _digit_by_digit(number: str) -> str:
    if re.fullmatch(r"[1-9]\d{3,11}", number):
        return cardinal(int(number))
    return " ".join(_DIGITS[int(digit)] for digit in number if digit.isdigit() and digit.isascii())
