"""The numbers that a text names, each with its place and what it is; which of them is the answer, `number` decides."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Set
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from llmrobust.score.frames import without_latex_text
from llmrobust.score.normalise import before_of
from llmrobust.score.number_wording import REFERENCE
from llmrobust.score.number_words import PHRASE, PRECISE, SCALES, words_value
from llmrobust.text.late_patterns import late_pattern

_SIGN = r"(?P<sign>(?<![A-Za-z0-9)\]])[-+−–](?=[$€£¥.\d\\])|(?<![A-Za-z])(?:minus|negative)\s+)?"
_TOKEN = late_pattern(
    rf"""{_SIGN}(?:
    (?P<latex>(?P<whole>\d+\s*)?\\[dtc]?frac\s*(?:\{{\s*(?P<above>[-−]?[\d.,]+)\s*\}}|(?P<a>\d))\s*
        (?:\{{\s*(?P<below>[\d.,]+)\s*\}}|(?P<b>\d)))
  | (?<![\w.])[$€£¥]?(?P<minus>[-−])?(?P<mixed>\d+[ ])?(?P<top>\d+)[/⁄](?P<bottom>\d+)(?![\d/⁄])(?![.,]\d)
  | (?<![A-Za-z0-9_.])[$€£¥]?(?P<inner>[-−])?(?P<body>\.?\d[\d.,:/'_]*(?:[eE][-+]?\d+)?)(?P<vulgar>[¼½¾⅐-⅞])?
  | (?<![\w.])(?P<only>[¼½¾⅐-⅞])
  | (?P<words>{PHRASE})
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_BODY = late_pattern(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?|\.\d+(?:[eE][-+]?\d{1,3})?")
_SCALED = late_pattern(rf"\s*(?P<scale>hundred|{'|'.join(SCALES)})\b(?!\s*\d)", re.IGNORECASE)
_LETTER_SCALE = late_pattern(r"[kKmMbB](?![A-Za-z])|[xXoObB][0-9a-fA-F]+\b")
_DECADE = late_pattern(r"(?:1\d|20)\d0s\b")
_POWER = late_pattern(r"[⁰¹²³⁴-⁹₀-₉]|\s*(?:\^|\*\*)|\s*(?:\\pi\b|π|\\sqrt\b|√)|!(?=\s*[-+*/=×÷)\d])")
_ROOT = late_pattern(r"(?:√|\\sqrt\s*(?:\[\d+\])?\s*\{?|\blog_?|±|\\pm)\s*$")
_SPACED = late_pattern(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?![\d.,]*\d)")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_BEFORE_MONTH = late_pattern(rf"(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?!\s+\w+ed\b)", re.IGNORECASE)
_AFTER_MONTH = late_pattern(rf"\b{_MONTH}\.?\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?$", re.IGNORECASE)
_ENUMERATOR = late_pattern(r"^[ \t>*_#-]*\(?(\d{1,2})[.)][ \t*_]+(?=[^\s\d=])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class NumberToken:
    """A number in a text: start and end of what was read, its value, or None and why it has none.

    written: "digits", "fraction" ("1/2" in a sentence may be a date or a score), or "words".
    """

    start: int
    end: int
    value: Decimal | None
    reason: str = ""
    written: str = "digits"


def plain_mathematics(text: str) -> str:
    """The text without the LaTeX that only sets type: spacing commands, `\\text{}`, `\\left`, thousands as `{,}`."""
    text = without_latex_text(text)
    text = text.replace("{,}", ",").replace("\\%", "%").replace("\\$", "$")
    text = re.sub(r"(?<=\d)\\[,!;:]\s?(?=\d{3}(?!\d))", ",", text)
    text = re.sub(r"\\(?:left|right|displaystyle|quad|qquad|[,!;:])(?![A-Za-z])", " ", text)
    text = re.sub(r"\\(?:times|cdot)(?![A-Za-z])", "×", text)
    text = re.sub(r"\\div(?![A-Za-z])", "÷", text)
    text = re.sub(r"(?<!\w)[*_]{1,3}(?=[-+−$€£¥]?\.?\d)|(?<=[\d.%])[*_]{2,3}(?!\s*[-\d(])", "", text)
    return re.sub(r"<<[^<>\n]*>>", "", text)


def number_tokens(text: str) -> list[NumberToken]:
    """Every number of a text, in order; the numbers of a numbered list ("1. ... 2. ...") are none."""
    counted = set(_enumerators(text))
    spaced = {place for m in _SPACED.finditer(text) for place in range(*m.span())}
    tokens = []
    at = 0
    while (found := _TOKEN.search(text, at)) is not None:
        at = max(found.end(), at + 1)
        if found.end() == found.start() or found.start() in counted:
            continue
        token = _token(text, found, spaced)
        tokens.append(token)
        at = max(at, token.end)
    return tokens


def _enumerators(text: str) -> Iterable[int]:
    """Where the numbers of numbered lists are: lines that begin with 1, 2, ... in order."""
    places = [(m.start(1), int(m[1])) for m in _ENUMERATOR.finditer(text)]
    if len(places) > 1 and [number for _, number in places] == list(range(1, len(places) + 1)):
        return [place for place, _ in places]
    return []


def _token(text: str, found: re.Match[str], spaced: Set[int]) -> NumberToken:
    start, end = found.span()
    before, after = before_of(text, start), text[end : end + 40]
    if found["words"] is not None:
        return _of_words(found, start, end)
    if found["latex"] is not None:
        above, below = found["above"] or found["a"], found["below"] or found["b"]
        value, reason, written = *_fraction(above, below, found["whole"]), "latex"
    elif found["top"] is not None:
        value, reason, written = *_fraction(found["top"], found["bottom"], found["mixed"]), "fraction"
    elif found["only"] is not None:
        value, reason, written = _vulgar(found["only"]), "", "digits"
    else:
        body = found["body"].rstrip(".,:/'_")
        end = found.start("body") + len(body) + len(found["vulgar"] or "")
        after = text[end : end + 40]
        value, reason, written = *_of_body(body), "digits"
        if value is not None and found["vulgar"]:
            value = PRECISE.add(value, _vulgar(found["vulgar"]))
    scaled = _SCALED.match(after)
    if value is not None and scaled and written == "digits":
        factor = 100 if scaled["scale"].casefold() == "hundred" else SCALES[scaled["scale"].casefold()]
        value, end = PRECISE.multiply(value, Decimal(factor)), end + scaled.end()
        after = text[end : end + 40]
    reason = reason or _company(before, after, start in spaced)
    if not reason and _DECADE.match(text, start):
        reason = "a decade is not a number"
    if reason:
        value = None
    elif value is not None and (found["sign"] or found["minus"] or found["inner"] or "").strip() not in ("", "+"):
        value = -value
    return NumberToken(start, end, value, reason, written)


def _of_words(found: re.Match[str], start: int, end: int) -> NumberToken:
    value = words_value(found["words"])
    if value is None:
        return NumberToken(start, end, None, f"{found['words'][:40]!r} is not one number", "words")
    negative = (found["sign"] or "").strip() not in ("", "+")
    return NumberToken(start, end, -value if negative else value, "", "words")


def _of_body(body: str) -> tuple[Decimal | None, str]:
    if _BODY.fullmatch(body) is None:
        return None, f"{body[:40]!r} is not a number: use digits, commas for thousands and a decimal point"
    return Decimal(body.replace(",", "")), ""


def _fraction(above: str, below: str, whole: str | None) -> tuple[Decimal | None, str]:
    top, bottom = _of_body(above.replace("−", "-").lstrip("-")), _of_body(below)
    if top[0] is None or not bottom[0]:
        return None, f"{above[:20]}/{below[:20]} is not a fraction"
    try:
        value = PRECISE.divide(-top[0] if above[0] in "-−" else top[0], bottom[0])
    except InvalidOperation:
        return None, f"{above[:20]}/{below[:20]} is not a fraction"
    return PRECISE.add(Decimal(whole.strip()), value) if whole else value, ""


def _vulgar(character: str) -> Decimal:
    part = Fraction(unicodedata.numeric(character)).limit_denominator(10)
    return PRECISE.divide(Decimal(part.numerator), Decimal(part.denominator))


def _company(before: str, after: str, spaced: bool) -> str:
    """Why a number is part of something else, or nothing."""
    if _LETTER_SCALE.match(after):
        return "a number with a letter after it (2k, 0x1F) can mean several things"
    if _POWER.match(after) or _ROOT.search(before):
        return "the number is part of a power, a root or the like"
    if REFERENCE.search(before):
        return "the number names a place, such as a step or a figure"
    if _AFTER_MONTH.search(before[-40:]) or _BEFORE_MONTH.match(after):
        return "a date is not a number"
    if spaced:
        return "digits in groups with spaces can be one number or several"
    return ""
