"""What models write before an answer: reasoning, and a chain of thought that ends with a marker."""

from __future__ import annotations

import re

_TAGS = r"think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis"
_OPENS = re.compile(rf"<({_TAGS})>|\[(THINK)\]|◁(think)▷|<\|channel\|>(?:analysis|commentary)", re.IGNORECASE)
_CLOSES = re.compile(
    rf"</(?:{_TAGS})>|\[/THINK\]|◁/think▷|<\|channel\|>final(?:<\|message\|>)?|<\|start\|>assistant<\|channel\|>final"
    r"(?:<\|message\|>)?",
    re.IGNORECASE,
)
UNFINISHED = "the reasoning does not end, so there is no answer"


def without_thoughts(text: str) -> str:
    """What follows the reasoning that some models put before their answer (`<think> ... </think>`, `[THINK]`, ...).

    Empty where reasoning begins and does not end: whatever it names on the way is not the answer. An end without a
    beginning counts, since chat templates may write the beginning into the prompt.
    """
    end = 0
    for close in _CLOSES.finditer(text):
        end = close.end()
    return "" if _OPENS.search(text, end) else text[end:]


def after_marker(text: str, marker: str) -> str | None:
    """What follows the last occurrence of the marker, whatever its casing; None where it does not occur."""
    places = list(re.finditer(re.escape(marker), text, re.IGNORECASE))
    return text[places[-1].end() :] if places else None


def final_text(text: str, marker: str = "") -> str | None:
    """What a reply says after its thinking and after the marker, if there is one to look for; None without it."""
    text = without_thoughts(text)
    return after_marker(text, marker) if marker else text


def end_of_lead(text: str, reasoning: bool, marker: str) -> int | None:
    """Where the answer begins in what a model wrote: after its thinking, and after the marker of the final answer.

    reasoning: whether it may think first. None where the thinking does not end, or the marker does not come.
    """
    start = len(text) - len(without_thoughts(text)) if reasoning else 0
    if reasoning and thoughts_unfinished(text):
        return None
    if marker:
        rest = after_marker(text[start:], marker)
        return None if rest is None else len(text) - len(rest)
    return len(text) - len(text[start:].lstrip()) if start else 0


def thoughts_length(text: str) -> int:
    """How many characters of what a model wrote are its thinking, tags included."""
    return len(text) if thoughts_unfinished(text) else len(text) - len(without_thoughts(text))


def thoughts_unfinished(text: str) -> bool:
    """True if reasoning begins and does not end."""
    return bool(text.strip()) and not without_thoughts(text) and _OPENS.search(text) is not None
