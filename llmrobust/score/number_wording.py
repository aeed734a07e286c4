"""The wordings with which texts announce, deny, bound and join numbers."""

from __future__ import annotations

import re

from llmrobust.text.late_patterns import late_pattern

DECLARED = late_pattern(
    r"####|\\boxed\s*\{|<\s*(?:final_)?answer\s*>"
    r"|^[ \t>*_]*A:\s|\banswer[\"'*_]*\s*(?:is|was|would\s+be|must\s+be|should\s+be|=|:|->|→)\s*",
    re.IGNORECASE | re.MULTILINE,
)
NEXT_QUESTION = late_pattern(r"^[ \t>*_#]*(?:Q|Question)(?:\s*\d+)?\s*[:.]", re.IGNORECASE | re.MULTILINE)
"""Where a text goes on with a question of its own."""
ABOUT = late_pattern(
    r"\b(?:with|multiple|factor|divisor|divisible|denominator|numerator|digits?|even|odd|prime)\b", re.IGNORECASE
)
"""Between "the answer is" and a number: the number says something about the answer, and is not it."""
SUBJECT = late_pattern(
    r"\s*[%°]?\s*(?:[a-z]+\s+)?(?:is|are|was)\s+(?:the|how|what|your|his|her|their|its)\b", re.IGNORECASE
)
SENTENCE_END = late_pattern(r"[!?;\n]|\.(?=\s|$)")
DENIED = late_pattern(
    r"(?:\b(?:not|never|neither|nor|than|rather\s+than|instead\s+of|except|isn['’]t|wasn['’]t|aren['’]t|cannot\s+be"
    r"|can['’]t\s+be)|n['’]t\s+be)\s+(?:[a-z]+\s+)?[\"'(*$€£¥]*$",
    re.IGNORECASE,
)
BOUNDED = late_pattern(
    r"(?:\b(?:more|less|fewer|greater|larger|smaller|higher|lower)\s+than|\bat\s+(?:least|most)|\bup\s+to|\bunder|\babove"
    r"|\bbelow|\bbetween|[<>≤≥]=?|\bfrom)\s*[\"'(*$€£¥]*$",
    re.IGNORECASE,
)
TAG = late_pattern(r"</?[A-Za-z_][\w-]*>\s*$")
ASSIGNED = late_pattern(r"(?<![A-Za-z])([A-Za-z])\s*=\s*[-$€£¥(]*$")
OPEN_END = late_pattern(r"\s*(?:\+(?!\s*[\d(])|or\s+(?:more|less|fewer|so)\b)", re.IGNORECASE)
HEDGED = late_pattern(
    r"\b(?:cannot\s+(?:be|tell|say|determine|answer|know)|can['’]t\s+(?:be|tell|say|determine|answer|know)|not\s+enough"
    r"|insufficient|unclear|unknown|undetermined|impossible|don['’]t\s+know|do\s+not\s+know|not\s+sure|unsure|no\s+idea"
    r"|not\s+possible|unable\s+to|depends\s+on|i\s+(?:cannot|can['’]t|won['’]t|refuse\s+to)\s+(?:\w+\s+)?"
    r"(?:help|assist|calculate|compute|solve|provide|give|count))\b",
    re.IGNORECASE,
)
GUESSED = late_pattern(r"\b(?:maybe|perhaps|possibly|(?:could|might|may)\s+(?:well\s+)?be)\b", re.IGNORECASE)
"""What makes the number of a sentence a guess."""
JOINS = late_pattern(
    r"[\"')*$€£¥%\s]*(?:[a-z]+\s+)?(?P<how>or|to|and|and/or|through|[-–—~/]|(?:[a-z]+\s+)?or\s+[a-z]\s*=)\s*[\"'(*$€£¥]*",
    re.IGNORECASE,
)
OPERATOR = late_pattern(
    r"[\s)\]}$%]*(?:[-+*/×÷^·−–]|\*\*|\bx\b|\bplus\b|\btimes\b|\bdivided\s+by\b)[\s(\[{$]*", re.IGNORECASE
)
EXPLAINS = late_pattern(
    r"[\s)\]}\"'*%$€£¥]*(?:[a-z]+\s*){0,2}?[\s,.:;–—-]*(?:\("
    r"|\b(?:because|since|as|given\s+that|due\s+to|for\s+the\s+reason)\b)",
    re.IGNORECASE,
)
ANNOUNCED = late_pattern(
    r"(?:=|:|\b(?:is|are|was|were|be|so|thus|hence|therefore|makes?|made|equals?|totals?|total"
    r"|(?:total|profit|sum|amount|number|cost|price|distance|average)\s+of|gets?|got|gives"
    r"|leaves?|left|has|have|had|needs?|needed|(?:is|are)\s+equal\s+to|costs?|pays?|paid|earns?|answer|result|sum|comes?\s+to|takes?|spends?|spent"
    r"|remaining|remain))\s*(?:(?:only|exactly|about|approximately|roughly|a|an|the|just|therefore|thus|then)\s+)*"
    r"[\"'(*$€£¥\[{\\]*$",
    re.IGNORECASE,
)
CHANGED = late_pattern(
    r"\b(?:increas\w+|r[io]ses?|gr[eo]ws?|f[ea]lls?|drop\w*|decreas\w+|reduc\w+|went|goes|changed)\b[^.!?\n]{0,40}\bto\s+[$€£¥]*$",
    re.IGNORECASE,
)
"""Before the value that something has reached."""
REFERENCE = late_pattern(
    r"\b(?:fig(?:ure|\.)|tables?|equations?|eq\.|steps?|chapters?|sections?|questions?|problems?|exercises?|examples?"
    r"|footnote|appendix)\s+(?:no\.?\s*|#)?$",
    re.IGNORECASE,
)
"""What names a place by its number ("step 2")."""
PART_OF = late_pattern(r"\s*%?\s+of\s+(?:the\s+)?[$€£¥]?\d", re.IGNORECASE)
"""After a fraction or a percentage: a part of another number, which is not worked out ("2/3 of 18")."""
COMPARED = late_pattern(
    r"\s+(?:\w+\s+)?(?:more|fewer|less|higher|lower|greater|larger|smaller|taller|shorter|older|younger)\s+than\b",
    re.IGNORECASE,
)
WHICH = late_pattern(r"\b(?:which|that)\s+(?:is|are|makes?)\s+(?:only\s+|just\s+)?[$€£¥]?$", re.IGNORECASE)
UNSOLVED = late_pattern(
    r"(?:(?<![\w.])\d+(?:\.\d+)?[a-z](?:\s*[-+]\s*\d+)?|(?:^|[\n(:])\s*[a-z]\s*[-+*/]\s*\d+(?:\.\d+)?)\s*=\s*[$(]*[-−]?$"
)
"""An equation whose left side is not the unknown alone ("2x = ", "x + 3 = ")."""
LISTED = late_pattern(r"\s*[,;]\s*[$€£¥]?")
CONCLUDES = late_pattern(
    r"\b(?:so|thus|hence|therefore|in\s+total|altogether|actually|wait|correction)\b", re.IGNORECASE
)
UNIT = late_pattern(r"[\s\"'”’)\]}*_~%°$€£¥]*(?:[A-Za-z²³/°]+)?[\s\"'”’)\]}*_~.,;:!$€£¥]*")
UNIT_OF_WORDS = late_pattern(
    r"[\s\"'”’)\]}*_~]*(?:[a-z]+(?:\s+(?:per|a|an|each)\s+[a-z]+)?)?[\s\"'”’)\]}*_~.,;:!]*", re.IGNORECASE
)
LABELLED_LINE = late_pattern(r"[\s>*_#•-]{0,20}(?:\d{1,2}[.)]\s{1,8})?[^\d:=\n]{0,60}:?[\s*_$€£¥]{0,20}")
"""What a line of a list of quantities has before its number."""
COUNTED = late_pattern(r"\s*\(?\d{1,2}[.)]\s+")
DASHED = late_pattern(r"\s*[-–−]\s+[\d.,]+\s*")
TOTALS = late_pattern(
    r"\b(?:total|sum|altogether|result|answer|final|left|remain(?:s|ing|der)?|profit|difference|average|mean|overall|all)\b",
    re.IGNORECASE,
)
BARE = late_pattern(r"[\s\"'“‘(\[{*_~=#$€£¥-]*|[\s$(*]*[a-z]\s*=[\s$]*")
ENDS = late_pattern(r"[\s\"'”’)\]}*_<]*(?:[.!,;\n/]|$)")
EQUALS = late_pattern(r"[\s)\]}$%]*=[\s(\[{$]*")
