"""Numbers read from free text."""

from __future__ import annotations

import re
from decimal import Decimal

from llmrobust.score.normalise import Reading

_TOKEN = re.compile(r"(?<![A-Za-z0-9_.])(?P<sign>[-+−]?)[$€£¥]?(?P<body>\.?\d[\d.,:/']*(?:[eE][-+]?\d+)?)")
_BODY = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?|\.\d+(?:[eE][-+]?\d{1,3})?")
_DECLARED = re.compile(r"####|\\boxed\{|\banswer\s*(?:is|:|=)\s*", re.IGNORECASE)
_GOES_ON = re.compile(r"\s*[-+*/=×÷^]\s*[-(\d]")
_PLAIN_EXPONENT = 30


def read_number(text: str) -> Reading:
    """The number that a text gives as its answer, in a canonical form ("1234.5", "-3", "0.25").

    After the last "####", "\\boxed{" or "answer is" the first number counts; without these the last number of the
    text, as is usual for answers that show their work. Thousands separators are commas ("1,234.5"); a sign counts
    when it touches the number and does not stand behind a digit or a letter ("5-3"). What could be something else
    (1/2, 10:30, 3,5, 1.2.3, a sum after "answer is") is not read, and neither is a text whose deciding number is such.
    """
    declarations = list(_DECLARED.finditer(text))
    if declarations:
        found = _TOKEN.search(text, declarations[-1].end())
        if found is not None:
            if _GOES_ON.match(text, found.end()):
                return Reading(None, "the announced answer is followed by a sum")
            return _value(found)
    tokens = list(_TOKEN.finditer(text))
    return _value(tokens[-1]) if tokens else Reading(None, "the answer contains no number")


def same_number(first: str, second: str, tolerance: float) -> bool:
    """True if two canonical numbers differ by at most the tolerance (and by nothing if that is 0)."""
    return abs(Decimal(first) - Decimal(second)) <= Decimal(repr(tolerance))


def canonical_number(value: Decimal) -> str:
    """The number's shortest plain form; with an exponent where it has very many digits."""
    if value == 0:
        return "0"
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or abs(exponent) > _PLAIN_EXPONENT or len(digits) > _PLAIN_EXPONENT:
        return str(value.normalize())
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _value(found: re.Match[str]) -> Reading:
    body = found["body"].rstrip(".,:/'")
    if _BODY.fullmatch(body) is None:
        return Reading(None, f"{body[:40]!r} is not a number: use digits, commas for thousands and a decimal point")
    value = Decimal(body.replace(",", ""))
    return Reading(canonical_number(-value if found["sign"] in ("-", "−") else value))
