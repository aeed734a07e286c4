"""The wordings with which texts announce, deny, bound and join numbers."""

from __future__ import annotations

import re

DECLARED = re.compile(
    r"####|\\boxed\s*\{|<\s*(?:final_)?answer\s*>"
    r"|\banswer[\"'*_]*\s*(?:is|was|would\s+be|must\s+be|should\s+be|=|:|->|→)\s*",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"\b(?:with|multiple|factor|divisor|divisible|denominator|numerator|digits?|even|odd|prime)\b", re.IGNORECASE
)
"""Between "the answer is" and a number: the number says something about the answer, and is not it."""
SUBJECT = re.compile(
    r"\s*[%°]?\s*(?:[a-z]+\s+)?(?:is|are|was)\s+(?:the|how|what|your|his|her|their|its)\b", re.IGNORECASE
)
SENTENCE_END = re.compile(r"[!?;\n]|\.(?=\s|$)")
DENIED = re.compile(
    r"(?:\b(?:not|never|neither|nor|than|rather\s+than|instead\s+of|except|isn['’]t|wasn['’]t|aren['’]t|cannot\s+be"
    r"|can['’]t\s+be)|n['’]t\s+be)\s+(?:[a-z]+\s+)?[\"'(*$€£¥]*$",
    re.IGNORECASE,
)
BOUNDED = re.compile(
    r"(?:\b(?:more|less|fewer|greater|larger|smaller|higher|lower)\s+than|\bat\s+(?:least|most)|\bup\s+to|\bunder|\babove"
    r"|\bbelow|\bbetween|[<>≤≥]=?|\bfrom)\s*[\"'(*$€£¥]*$",
    re.IGNORECASE,
)
TAG = re.compile(r"</?[A-Za-z_][\w-]*>\s*$")
ASSIGNED = re.compile(r"(?<![A-Za-z])([A-Za-z])\s*=\s*[-$€£¥(]*$")
OPEN_END = re.compile(r"\s*(?:\+(?!\s*[\d(])|or\s+(?:more|less|fewer|so)\b)", re.IGNORECASE)
HEDGED = re.compile(
    r"\b(?:cannot\s+(?:be|tell|say|determine|answer|know)|can['’]t\s+(?:be|tell|say|determine|answer|know)|not\s+enough"
    r"|insufficient|unclear|unknown|undetermined|impossible|don['’]t\s+know|do\s+not\s+know|not\s+sure|unsure|no\s+idea"
    r"|not\s+possible|unable\s+to|depends\s+on)\b",
    re.IGNORECASE,
)
JOINS = re.compile(
    r"[\"')*$€£¥%\s]*(?:[a-z]+\s+)?(?P<how>or|to|and|and/or|through|[-–—~/]|(?:[a-z]+\s+)?or\s+[a-z]\s*=)\s*[\"'(*$€£¥]*",
    re.IGNORECASE,
)
OPERATOR = re.compile(
    r"[\s)\]}$%]*(?:[-+*/×÷^·−–]|\*\*|\bx\b|\bplus\b|\btimes\b|\bdivided\s+by\b)[\s(\[{$]*", re.IGNORECASE
)
EXPLAINS = re.compile(
    r"[\s)\]}\"'*%$€£¥]*(?:[a-z]+\s*){0,2}?[\s,.:;–—-]*(?:\("
    r"|\b(?:because|since|as|given\s+that|due\s+to|for\s+the\s+reason)\b)",
    re.IGNORECASE,
)
ANNOUNCED = re.compile(
    r"(?:=|:|\b(?:is|are|was|were|be|so|thus|hence|therefore|makes?|made|equals?|totals?|total"
    r"|(?:total|profit|sum|amount|number|cost|price|distance|average)\s+of|gets?|got|gives"
    r"|leaves?|left|has|have|had|needs?|needed|(?:is|are)\s+equal\s+to|costs?|pays?|paid|earns?|answer|result|sum|comes?\s+to|takes?|spends?|spent"
    r"|remaining|remain))\s*(?:(?:only|exactly|about|approximately|roughly|a|an|the|just|therefore|thus|then)\s+)*"
    r"[\"'(*$€£¥\[{\\]*$",
    re.IGNORECASE,
)
CONCLUDES = re.compile(r"\b(?:so|thus|hence|therefore|in\s+total|altogether|actually|wait|correction)\b", re.IGNORECASE)
UNIT = re.compile(r"[\s\"'”’)\]}*_~%°$€£¥]*(?:[A-Za-z²³/°]+)?[\s\"'”’)\]}*_~.,;:!$€£¥]*")
UNIT_OF_WORDS = re.compile(
    r"[\s\"'”’)\]}*_~]*(?:[a-z]+(?:\s+(?:per|a|an|each)\s+[a-z]+)?)?[\s\"'”’)\]}*_~.,;:!]*", re.IGNORECASE
)
BARE = re.compile(r"[\s\"'“‘(\[{*_~=#$€£¥-]*|[\s$(*]*[a-z]\s*=[\s$]*")
ENDS = re.compile(r"[\s\"'”’)\]}*_<]*(?:[.!,;\n/]|$)")
EQUALS = re.compile(r"[\s)\]}$%]*=[\s(\[{$]*")
