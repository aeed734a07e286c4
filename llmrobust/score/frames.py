"""What models put around an answer: reasoning before it, LaTeX and tags about it."""

from __future__ import annotations

import re

_TAGS = r"think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis"
_OPENS = re.compile(rf"<({_TAGS})>|\[(THINK)\]|◁(think)▷|<\|channel\|>(?:analysis|commentary)", re.IGNORECASE)
_CLOSES = re.compile(
    rf"</(?:{_TAGS})>|\[/THINK\]|◁/think▷|<\|channel\|>final(?:<\|message\|>)?|<\|start\|>assistant<\|channel\|>final"
    r"(?:<\|message\|>)?",
    re.IGNORECASE,
)
_LATEX_TEXT = re.compile(
    r"\\(?:text(?:bf|it|rm|tt|sf)?|math(?:bf|it|rm|tt|sf|bb|cal)|mbox|emph|operatorname)\s*\{([^{}]*)\}"
)
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|([^\s{}\\]))")
_ANSWER_TAG = re.compile(r"<(answer|final_answer|final|result|solution)>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
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


def thoughts_unfinished(text: str) -> bool:
    """True if reasoning begins and does not end."""
    return bool(text.strip()) and not without_thoughts(text) and _OPENS.search(text) is not None


def without_latex_text(text: str) -> str:
    """The text with `\\text{B}`, `\\textbf{B}` and the like replaced by what they hold, however deeply nested."""
    for _ in range(8):
        plain = _LATEX_TEXT.sub(r"\1", text)
        if plain == text:
            return text
        text = plain
    return text


def framed(text: str) -> list[str]:
    """The content of each `\\boxed{...}` and `<answer>...</answer>` of a text, in order."""
    found = [(m.start(), m[1] if m[1] is not None else m[2]) for m in _BOXED.finditer(text)]
    found += [(m.start(), m[2]) for m in _ANSWER_TAG.finditer(text)]
    return [content.strip() for _, content in sorted(found)]
