"""What models put around an answer: LaTeX."""

from __future__ import annotations

import re

_LATEX_TEXT = re.compile(
    r"\\(?:text(?:bf|it|rm|tt|sf)?|math(?:bf|it|rm|tt|sf|bb|cal)|mbox|emph|operatorname)\s*\{([^{}]*)\}"
)


def without_latex_text(text: str) -> str:
    """The text with `\\text{B}`, `\\textbf{B}` and the like replaced by what they hold, however deeply nested."""
    for _ in range(8):
        plain = _LATEX_TEXT.sub(r"\1", text)
        if plain == text:
            return text
        text = plain
    return text
