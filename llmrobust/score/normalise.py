"""Texts in the form used to compare answers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from llmrobust.text.thoughts import final_text


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer in canonical form, or None and the reason why there is none.

    unknown: whether there may be one, but what it is read with failed: nothing was measured.
    """

    answer: str | None
    reason: str = ""
    unknown: bool = False


def final_answer(text: str, marker: str) -> str | Reading:
    """What a reply says after its thinking and after the marker of the final answer; why there is nothing otherwise.

    marker: empty where none is to be looked for.
    """
    found = final_text(text, marker)
    return Reading(None, f'"{marker}" does not occur in the answer') if found is None else found


_OPENING = "\"'“”‘’«‹„「『【([{<*_`~#>"
_CLOSING = "\"'“”‘’»›」』】)]}>*_`~.,;:!?…。！？"


def normalised(text: str, ignore_case: bool = True) -> str:
    """The text in Unicode NFC, one space for each run of white space, without surrounding punctuation.

    Opening quotes, brackets and Markdown marks are taken off the front, closing ones and sentence ends off the back;
    a sign or a decimal point in front stays ("-5", ".5"). A text of nothing but such marks stays as it is.
    Folding case twice gives the same as once.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if ignore_case:
        text = folded(text)
    while True:
        bare = text.lstrip(_OPENING).rstrip(_CLOSING).strip()
        if bare in (text, ""):
            return text
        text = bare


def folded(text: str) -> str:
    """The text in a form that is equal for texts that differ only in case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def contains_words(text: str, words: str) -> bool:
    """True if `words` occurs in `text` and is not a part of a longer word or number there.

    In scripts without case (Chinese, Thai, Arabic) words are not distinguished from their parts.
    """
    if not words:
        return False
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        opens = start == 0 or not (_joins(text[start - 1]) and _joins(words[0]))
        closes = end == len(text) or not (_joins(text[end]) and _joins(words[-1]))
        if opens and closes:
            return True
        start = text.find(words, start + 1)
    return False


def before_of(text: str, place: int, reach: int = 160) -> str:
    """The text before a place, as far as whole words near it go."""
    if place <= reach:
        return text[:place]
    near = text[place - reach : place]
    space = re.search(r"\s", near)
    return near if space is None else near[space.start() :]


def _joins(character: str) -> bool:
    """True for the letters and digits that form words with the letters and digits beside them."""
    return character.isdigit() or character.lower() != character.upper()
