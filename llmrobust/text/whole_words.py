"""Whole words in any script: where words are not written apart, as in Chinese, a word may stand within a line."""

from __future__ import annotations

import re

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Thai, Lao, Burmese, Khmer, kana and Chinese characters."""
_INSIDE = rf"[^\W{_UNSPACED}]"
_OPEN = re.compile(f"[{_UNSPACED}]")


def whole_word(word: str) -> str:
    """A pattern that matches the word as a whole: not in the middle of a longer one."""
    left = "" if not word or _OPEN.match(word[0]) else rf"(?<!{_INSIDE})"
    right = "" if not word or _OPEN.match(word[-1]) else rf"(?!{_INSIDE})"
    return f"{left}{re.escape(word)}{right}"


def holds_word(text: str, word: str) -> bool:
    """Whether a text holds the word as a whole, in any case of letters."""
    if word.lower() not in text.lower():
        return False  # a pattern of so many ranges takes milliseconds to compile
    return re.search(whole_word(word), text, re.IGNORECASE) is not None


def unspaced(text: str) -> bool:
    """Whether the text holds characters of a script that is written without spaces between words."""
    return _OPEN.search(text) is not None
