"""Which language a text is in: English by its own commonest words, all others by py3langid, loaded only for these."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

SURE = 0.95
"""Probability from which a language is taken to be found; below, texts may be code, names, or several languages."""
MOST = 5_000
"""Characters that are looked at."""
_LETTERS, _IDEOGRAPHS = 60, 12
"""Letters, or Chinese and Japanese characters, below which nothing is found."""
_COMMON = frozenset(
    "the and to that for are with this have from by not but what were your there which how about they been would you "
    "my these their could because should".split()
)
"""Common English words that other languages written in Latin letters do not have."""
_ENGLISH = 0.12
"""Their share of the words from which a text is English: prose has a quarter, other languages hardly any."""
_LANGUAGES = (
    "ar bg bn ca cs da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mk ml mr ms nl no pl pt ro ru sk sl "
    "sq sr sv ta te th tl tr uk ur vi zh"
).split()
"""What is told apart: languages with many speakers in print, without their dialects."""
_WORD = re.compile(r"[^\W\d_]+")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def language_of(texts: Iterable[str]) -> str:
    """The ISO 639-1 code of the language of several texts together; empty where there is too little to tell by."""
    text = "\n".join(texts)[:MOST]
    words = _WORD.findall(text.lower())
    if sum(map(len, words)) < _LETTERS and len(_IDEOGRAPH.findall(text)) < _IDEOGRAPHS:
        return ""
    if sum(word in _COMMON for word in words) >= _ENGLISH * len(words):
        return "en"
    language, probability = _identifier().classify(text)
    return str(language) if probability >= SURE else ""


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES)
    return identifier
