"""Text as people mean it: without invisible characters, odd spaces, styled letters and shouting.

Only the standard library is used, and nothing of this package: what `llmrobust fix` writes may carry a copy.
"""

import re
import unicodedata

SAFE_FORMS = ("<wide>", "<narrow>", "<font>", "<noBreak>", "<isolated>", "<initial>", "<medial>", "<final>")
"""Compatibility forms that NFKC may resolve without changing what is said; not powers, fractions or circled digits,
which it would turn into other numbers (10² into 102)."""
JOINERS = "\u200c\u200d"
ARABIC_OR_INDIC = re.compile(
    "[\u0590-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]"
)
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE_START = re.compile(r"(?:\A|(?<=[.!?…])\s+|\n\s*)([^\W\d_])")
LEAST_SHOUTED = 3
"""Words from which a text in capital letters is shouted, and not an abbreviation or a heading."""


def tidied(text: str) -> str:
    """The text in NFC with safe compatibility forms resolved, invisible characters removed, whitespace in order and
    shouting in sentence case. Tidying twice is tidying once."""
    return unshouted(ordered_spaces(visible_only(plain_forms(text))))


def plain_forms(text: str) -> str:
    """NFKC where it is safe: wide, styled and ligature letters become plain ones; everything else is in NFC."""
    return unicodedata.normalize("NFC", "".join(map(_plain, text)))


def visible_only(text: str) -> str:
    """The text without characters that show nothing: zero-width ones, soft hyphens, direction marks in left-to-right
    text, tags, and control characters but tab and newline. Joiners stay where a script or an emoji needs them."""
    right_to_left = any(unicodedata.bidirectional(one) in ("R", "AL") for one in text)
    return "".join(one for at, one in enumerate(text) if _shown(text, at, right_to_left))


def ordered_spaces(text: str) -> str:
    """Every kind of space is one space, runs of them too; lines have none at their ends; at most one empty line."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)
    text = re.sub(r"[^\S\n]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def unshouted(text: str) -> str:
    """Sentence case for a text of several words that are all in capital letters; others stay."""
    words = WORD.findall(text)
    if len(words) < LEAST_SHOUTED or not all(word.isupper() for word in words):
        return text
    small = SENTENCE_START.sub(lambda found: found[0][:-1] + found[1].upper(), text.lower())
    return re.sub(r"\bi\b(?=['’\s]|\Z)", "I", small)


def _plain(one: str) -> str:
    if one.isascii():
        return one
    form = unicodedata.decomposition(one)
    resolved = unicodedata.normalize("NFKC", one)
    letters = unicodedata.category(one)[0] == "L" and resolved.isalpha()
    if form.startswith(SAFE_FORMS) or (form.startswith("<compat>") and (letters or one == "…")):
        return resolved
    return one


def _shown(text: str, at: int, right_to_left: bool) -> bool:
    one = text[at]
    kind = unicodedata.category(one)
    if kind == "Cc":
        return one in "\t\n\r\x0b\x0c\x85"
    if kind != "Cf":
        return True
    if one in JOINERS:
        beside = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
        return len(beside) == 2 and all(map(ARABIC_OR_INDIC.match, beside))
    return right_to_left and one in "\u200e\u200f\u061c"
