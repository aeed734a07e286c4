"""What models put around an answer: LaTeX and tags."""

from __future__ import annotations

import re

_LATEX_TEXT = re.compile(
    r"\\(?:text(?:bf|it|rm|tt|sf)?|math(?:bf|it|rm|tt|sf|bb|cal)|mbox|emph|operatorname)\s*\{([^{}]*)\}"
)
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|([^\s{}\\]))")
_ANSWER_TAG = re.compile(r"<(answer|final_answer|final|result|solution)>(.*?)</\1>", re.IGNORECASE | re.DOTALL)


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
