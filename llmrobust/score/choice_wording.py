"""The wordings with which texts give, deny and hedge one of a set of labels."""

from __future__ import annotations

import re

from llmrobust.text.late_patterns import late_pattern

NOUN = (
    r"(?:answer|choice|option|label|category|class|classification|sentiment|response|verdict|prediction|letter|ans"
    r"|best\s+guess|(?:right|correct|best)\s+one"
    r"|antwort|antwoord|respuesta|resposta|risposta|r[ée]ponse|svaret|odpowied[źz]|ответ)"
)
_SURELY = r"(?:(?:probably|(?:most\s+)?likely|definitely|certainly|clearly|obviously|surely|therefore|thus|indeed)\s+)?"
_IS = (
    r"(?:[\"'*_`]*\s+(?:is|was|would\s+be|should\s+be|must\s+be|has\s+to\s+be|ist|es|est|é|è)\s*:?"
    r"|[\"'*_`)\]]*\s*[:=：]|\s*(?:->|→|=>)|\s+[-–—]\s)"
)
_OPEN = r"[\s\"'“‘(\[{<*_`$]*"
MARKER = late_pattern(rf"(?:\b{NOUN}s?|\bnumber)\s*$", re.IGNORECASE)
_TAGGED = r"<\s*(?:final_)?(?:answer|choice|label|category|output|result|response|prediction)\s*>\s*[\"'(\[*]*"
_CHOSEN = (
    r"\b(?:it(?:['’]s|\s+is|\s+must\s+be|\s+has\s+to\s+be)|that(?:['’]s|\s+is|\s+would\s+be)"
    r"|i(?:\s+would|['’]d|\s+will|['’]ll)?\s+(?:choose|pick|select|say|go\s+with|answer|opt\s+for)"
    r"|that\s+leaves|i\s+lean\s+towards?|i(?:['’]m|\s+am)\s+going\s+with|i(?:\s+have|['’]ve)?\s+(?:chose|picked|selected))\s*:?"
)
CHOSEN = late_pattern(rf"{_CHOSEN}{_OPEN}(?:{NOUN}\s+)?{_OPEN}$", re.IGNORECASE)
"""Words that choose; what follows them may be an answer or go on as a sentence ("it is A good day")."""
DECLARES = late_pattern(
    rf"(?:\b{NOUN}(?:\s+\w+){{0,4}}?(?:\s*\([^()\n]{{0,80}}\))?{_IS}{_OPEN}{_SURELY}(?:the\s+)?(?:{NOUN}\s+)?{_OPEN}|{_TAGGED}"
    rf"|(?:答案|答え|正解|回答)\s*(?:[是は为為:：])\s*{_OPEN}|\\(?:boxed|fbox)\s*\{{[\s\"'(*]*)$",
    re.IGNORECASE,
)
_NO = (
    r"\b(?:not|never|no|nothing|none|neither|nor|cannot|without|than|instead\s+of|except|unlikely|doubt|wrong|incorrect"
    r"|false|(?:anything|all)\s+but|rules?\s+out|ruled\s+out|eliminates?|eliminated|excludes?|excluded|hardly|barely"
    r"|scarcely|far\s+from|nobody|unable|lacks?|refuse[sd]?|fail(?:s|ed)?|nicht|keine?|pas|não|niet|nie|не)\b|n['’]t\b"
    r"|[不没沒]|ない|ません"
)
DENIES = late_pattern(_NO, re.IGNORECASE)
UNCERTAIN = late_pattern(
    r"\b(?:hard|difficult|impossible|if|whether|assum(?:e|ed|ing)|suppos(?:e|ing)"
    r"|(?:some|others|many|most|people|they|you|one)\s+(?:\w+\s+)?(?:say|think|believe|argue|claim|might|may|could))\b",
    re.IGNORECASE,
)
"""What makes a declaration somebody else's, or one that may not hold."""
CONDITIONAL = late_pattern(r"[\s\"'”’)\]}>,]*(?:but\s+)?(?:only\s+)?(?:if|unless|provided|depending)\b", re.IGNORECASE)
CORRECTED = late_pattern(
    r"\b(?:wait|correction|scratch\s+that|on\s+second\s+thoughts?|let\s+me\s+correct|i\s+mean)\b", re.IGNORECASE
)
"""What takes back the answer before it."""
COULD_ALSO = late_pattern(
    r"\b(?:could|might|may)\s+(?:(?:also|equally|well)\s+)+be\s+(?:(?:an?|the)\s+)?[\s\"'“‘(*]*$", re.IGNORECASE
)
BRACKETS = late_pattern(r"\([^()\n]*\)")
NOT_THIS = late_pattern(r"\b(?:is|was|['’]s)?\s*(?:not|n['’]t)\s+(?:(?:an?|the)\s+)?[\"'“‘]?$", re.IGNORECASE)
"""What denies the label right after it."""
HEDGES = late_pattern(
    r"\b(?:not|never|no|none|neither|nor|cannot|unsure|uncertain|unclear|unknown|maybe|perhaps|possibly|might|may|could"
    r"|either|or|if|whether|depends|hard|difficult|impossible|doubt|unlikely|wrong|incorrect|false|(?:anything|all)\s+but"
    r"|less\s+than|hardly|barely|scarcely|far\s+from|nobody|unable|lacks?|refuse[sd]?|fail(?:s|ed)?|nicht|keine?|pas|não"
    r"|niet|nie|не)\b|n['’]t\b|\?|[不没沒]|ない|ません",
    re.IGNORECASE,
)
GOES_ON = late_pattern(
    r"[\s\"'”’)\]}>.]*(?:\?|/|&|\+|,?\s*(?:or|and|and/or|nor|but\s+also|as\s+well\s+as|along\s+with|plus)\b)",
    re.IGNORECASE,
)
ONLY_WITH_A_LABEL = {"and", "&", "+", "as well as", "along with", "plus"}
"""What joins a label to another one, or begins something else ("B and that is final")."""
TAKEN_BACK = late_pattern(
    r"[\s\"'”’)\]}>]*(?:is|was|seems|are|would\s+be|can)\s*(?:not\b|n['’]t|wrong|incorrect|false|out\b|ruled\s+out"
    r"|eliminated|(?:clearly|also|too|obviously)\s+(?:wrong|incorrect|false))|\s*[:–-]\s*(?:wrong|incorrect)\b",
    re.IGNORECASE,
)
CONFIRMED = late_pattern(
    r"[\s\"'”’)\]}>]*(?:is|was)\s+(?:my\s+(?:final\s+)?(?:answer|choice)|(?:the\s+)?(?:most\s+)?(?:correct|right|best|appropriate"
    r"|likely))\b|\s+it\s+is\b|\s*[:–-]\s*(?:correct|right)\b",
    re.IGNORECASE,
)
EXPLAINS = late_pattern(
    r"[\s.,:;)\]}>*–—-]*\b(?:because|since|as|due\s+to|for\s+the\s+reason|explanation|reason(?:ing)?|rationale"
    r"|justification)\b",
    re.IGNORECASE,
)
"""What begins an explanation, which may name other labels without choosing them."""
OPTION_LINE = late_pattern(r"\(?(?P<label>\w{1,5})[.):]\s+(?P<words>\S.*)")
"""A line with one option of a question: its letter, and its text."""
STATES = late_pattern(
    r"\s*(?:this|that|the|my|your)\s+(?:[\w'’-]+\s+){0,3}?(?:is|was|seems|appears)\s+(?:to\s+be\s+)?(?:an?\s+)?[\"'“‘*]*",
    re.IGNORECASE,
)
"""How a text starts that says what something is."""
BECAUSE = late_pattern(r"[\s\"'”’*]*,?\s*(?:because|since|as)\b(?!\s+(?:well|in|a\s+whole|of)\b)", re.IGNORECASE)
LEADS_IN = late_pattern(
    rf"[\s.,()\-><\"'“‘\[\]{{}}#:*]*(?:(?:so|thus|therefore|hence|sure|okay|ok)[,:!]\s*|(?:definitely|certainly|clearly)\s+)?(?:(?:the\s+)?{NOUN}\s*:?\s*)?"
    r"[\s(\[\"'“‘*]*",
    re.IGNORECASE,
)
"""What may precede the label that a text starts with."""
MARKED_AFTER = late_pattern(
    r"[.)\]}>:,;!\n]|\s*$|\s+[-–—]|\s*\n|\s+(?:because|since|as|rather\s+than|instead\s+of|not|it\s+is"
    r"|is\s+(?:my|(?:the\s+)?(?:correct|right|best)))\b",
    re.IGNORECASE,
)
ENUMERATOR = late_pattern(r"[A-Za-z]|\d{1,2}|[ivx]{1,5}|[IVX]{1,5}|[\u2160-\u217f]|\W")
COUNTED = late_pattern(r"\s*1[.)]\s+(?P<only>\S[^\n]*)\s*")
"""A list of one item."""
ALSO_DETERMINERS = {"no", "not", "none", "one"}
"""Labels that often start a sentence that is not an answer ("No one knows")."""
ARTICLE = late_pattern(
    r"\s+(?!(?:which|that|in|for|on|at|by|with|from|to|of|is|was|and|or|but|because|since|as|so|if|when|while|rather|not"
    r"|instead|this|it|the|we|you|according|based|given|due)\b)[a-z]"
)
"""What follows the letter "a" where it is an article."""
CONCLUDES = late_pattern(
    r"(?:[:;–—]|\b(?:so|thus|therefore|hence|but|rather|instead|leaves|leaving)\b)[\s,]*"
    r"(?:(?:it|this|that)(?:['’]s|\s+is|\s+must\s+be)\s+)?(?:(?:an?|the)\s+)?[\s\"'“‘(*]*$",
    re.IGNORECASE,
)
"""What comes before the label that is left when all others are turned down."""
TAG = late_pattern(
    r"(<\s*/?\s*(?:final_)?(?:answer|choice|label|category|output|result|response|prediction)\s*>)\s+", re.IGNORECASE
)
BETWEEN_DOLLARS = late_pattern(r"\$\s*([A-Za-z(\\][^$\n]*?)\s*\$")
ENDS_LIST = late_pattern(r"[\s\"'”’)\]}>]*(?:[.,;!\n]|$|(?:and|or)\b)", re.IGNORECASE)
SENTENCE_END = late_pattern(r"[.!?;\n]")
CLAUSE_END = late_pattern(r"[.!?;,\n]")
