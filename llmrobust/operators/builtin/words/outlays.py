"""Where a word of a lexicon is said of money: a price, a sum that somebody parts with, or the question for one."""

from __future__ import annotations

import re

from llmrobust.operators.builtin.words.fitting import is_last, word_before

_PRICE = re.compile(r"[$£€]\d+(?:[.,]\d+)*\s+\Z")
"""What "each" is said of: "$5 each"."""
_SPENT = re.compile(
    r"\s+(?:[$£€]\d+(?:[.,]\d+)*(?![.,]?\w)|\d+ dollars\b)(?!\s+\w+ing\b)"
    r"(?![^.!?]*\b(?:on|more|less|fewer|than|as|times)\b)"
)
"""Money that one parts with: not said of what it is spent on or doing, nor compared."""
_SUM_ASKED = re.compile(
    r"\bhow much\b(?! (?:time|attention))[^.?!]*?\b(?:do|does|did|will|would|can|should|must|has|have|had)\b[^.?!]*\Z",
    re.IGNORECASE,
)
_WAS_PAID = re.compile(r"(?:\b(?:be|been|is|are|was|were|get|gets|got|getting)|['’]s) \Z", re.IGNORECASE)
_WISHED = re.compile(r"\b(?:want|wish|like|love|plan|hope|prefer|offer)(?:s|ed|ing)? to \Z", re.IGNORECASE)
_REFUSED = re.compile(r"\baccounts?\b[^.?!]*\Z", re.IGNORECASE)
_AFTER_A_SUM = re.compile(r"\s*[.,?!]|\s*\Z|\s+(?:for|in|on|altogether|each)\b")
_INCOME_ASKED = re.compile(
    r"\bhow (?:much|many dollars)(?: money| total| in total| in dollars)*,? (?:do|does|did|will|would|can) "
    r"(?:[\w'’-]+ ){1,4}\Z",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$£€]|\b(?:dollars?|cents?|money)\b")
_AFTER_AN_INCOME = re.compile(r"\s*[?]|\s+(?:per|a|an|each|every|for|from|on|after|if|over|during|altogether)\b")
_PRICE_ASKED = re.compile(r"\bhow much (?:money )?(?:do|does|will|would) [^.?!]{2,60}\Z", re.IGNORECASE)


def is_of_a_price(text: str, start: int) -> bool:
    """Whether a sum of money stands before a word: "$5 each"."""
    return _PRICE.search(text[:start]) is not None


def is_given(text: str, end: int) -> bool:
    """Whether a verb says that somebody parts with the sum that follows: "spent $5"."""
    return _SPENT.match(text, end) is not None


def is_asked_for(text: str, start: int, end: int) -> bool:
    """Whether it is asked how much money somebody parts with: "How much did he pay?"."""
    paid = (
        _WAS_PAID.search(text[:start]) is None
        and _WISHED.search(text[:start]) is None
        and _SUM_ASKED.search(text[:start]) is not None
    )
    return paid and _AFTER_A_SUM.match(text, end) is not None


def is_price_asked(text: str, start: int, end: int) -> bool:
    """Whether it is asked what a thing costs: "How much does a cup cost?"."""
    return _PRICE_ASKED.search(text[:start]) is not None and is_last(text, end)


def is_a_price(text: str, start: int, end: int) -> bool:
    """Whether a verb says what a thing costs, and not what it costs to do something: "a cup costs $3"."""
    said = re.match(r"\s+[$£€]\d[^.?!]*", text[end:])
    return said is not None and " to " not in said[0] and word_before(text, start) != "it"


def is_income_asked(text: str, start: int, end: int) -> bool:
    """Whether it is asked how much money somebody makes: "How much does she make per day?"."""
    asked = _INCOME_ASKED.search(text[:start]) is not None and _MONEY.search(text) is not None
    return asked and _AFTER_AN_INCOME.match(text, end) is not None


def is_a_refusal(text: str, start: int, end: int) -> bool:
    """Whether what was declined can be turned down: a card or a payment, and no account."""
    return _REFUSED.search(text[:start]) is None
