"""Whether a passage supports an answer to a question: it holds the answer, and it is about what is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from llmrobust.prompt.spans import Prompt
from llmrobust.text.whole_words import holds_word

QUESTIONS = ("question", "query", "q", "user_question", "user_query", "ask", "prompt", "input")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_STOP = frozenset(
    "a an the of in on at by for with from to into as is are was were be been being do does did has have had can could "
    "will would shall should may might must what which who whom whose when where why how many much that this these "
    "those there it its he she they his her their and or not no than then any some name give tell find say according "
    "please answer question about also following".split()
)


def question_of(prompt: Prompt, fields: Mapping[str, Any], name: str = "") -> str:
    """The question that an example asks: its field, else the last value that is a question; empty without one."""
    for field in (name, *QUESTIONS) if name else QUESTIONS:
        value = fields.get(field)
        if isinstance(value, str) and value.strip():
            return value
    asked = [span.text for _, span in prompt.places(lambda span: span.text.rstrip().endswith("?"))]
    return asked[-1] if asked else ""


def holds(text: str, answer: str) -> bool:
    """Whether a text has the answer's words, as whole words, in whatever case."""
    return bool(answer) and holds_word(text, answer)


def supports(passage: str, question: str, answer: str) -> bool:
    """Whether the passage gives this answer to this question, as far as words can tell.

    It must hold the answer, name one of the names in the question, and share at least half of the question's other
    content words, or one where it has two. On the safe side: a passage that says "she" for the name does not count.
    """
    if not question or not holds(passage, answer):
        return False
    own = {word.casefold() for word in _WORD.findall(answer)}
    names, words = _asked(question)
    names, words = names - own, words - own
    said = {_stem(word.casefold()) for word in _WORD.findall(passage)}
    if names and not any(_stem(name) in said for name in names):
        return False
    rest = [word for word in words if word not in names]
    shared = sum(_stem(word) in said for word in rest)
    if not rest:
        return bool(names)
    return shared >= len(rest) // 2 if names else shared >= max(1, (len(rest) + 1) // 2)


def breaks_a_link(question: str, removed: Sequence[str], kept: Sequence[str]) -> bool:
    """Whether a word of the question is said in the removed passages and in none of those kept.

    Then they may be what links the question to the passage with the answer ("choanocytes are collar cells").
    """
    left, gone = _stems(kept), _stems(removed)
    return any(_stem(word) in gone - left for word in _asked(question)[1])


def _stems(passages: Sequence[str]) -> set[str]:
    return {_stem(word.casefold()) for passage in passages for word in _WORD.findall(passage)}


@lru_cache(maxsize=1024)
def _asked(question: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names in a question, and all of its content words."""
    found = list(_WORD.finditer(question))
    words = [one[0] for one in found if one[0].casefold() not in _STOP]
    names = {one[0].casefold() for one in found[1:] if one[0][:1].isupper() and one[0].casefold() not in _STOP}
    return frozenset(names), frozenset(word.casefold() for word in words)


def _stem(word: str) -> str:
    """The beginning of a word, which its forms share."""
    return word[:5] if len(word) > 5 else word.rstrip("s") if len(word) > 3 else word
