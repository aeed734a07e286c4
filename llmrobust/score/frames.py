"""What models put around an answer: LaTeX, fences, tags."""

from __future__ import annotations

import json
import re

_LATEX_TEXT = re.compile(
    r"\\(?:text(?:bf|it|rm|tt|sf)?|math(?:bf|it|rm|tt|sf|bb|cal)|mbox|emph|operatorname)\s*\{([^{}]*)\}"
)

_FENCED = re.compile(r"\s*(?P<marks>```|~~~)\w*[ \t]*\n(?P<inside>.*?)\n?[ \t]*(?P=marks)\s*", re.DOTALL)
_FRAMED = re.compile(
    r"<(?P<tag>(?:final_)?answer)>(?P<tagged>(?:(?!<).|<(?!/?(?:final_)?answer>))*)</(?P=tag)>|\\(?:boxed|fbox)\s*\{(?P<boxed>[^{}]*)\}",
    re.IGNORECASE | re.DOTALL,
)
_KEYED = re.compile(
    r'\s*\{\s*"(?:final_)?answer"\s*:\s*(?P<value>"(?:[^"\\\n]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")\s*\}\s*'
)


def without_latex_text(text: str) -> str:
    """The text with `\\text{B}`, `\\textbf{B}` and the like replaced by what they hold, however deeply nested."""
    for _ in range(8):
        plain = _LATEX_TEXT.sub(r"\1", text)
        if plain == text:
            return text
        text = plain
    return text


def without_fence(text: str) -> str:
    """What a fence encloses that is all of the text; the text itself without one."""
    found = _FENCED.fullmatch(text)
    return text if found is None else found["inside"]


def unframed(text: str) -> str:
    """What the only `<answer>`, `\\boxed{}` or `{"answer": ...}` of a text holds; the text itself without one."""
    text = without_latex_text(text)
    found = [match["tagged"] or match["boxed"] or "" for match in _FRAMED.finditer(text)]
    if len(found) == 1:
        return found[0].strip()
    alone = _KEYED.fullmatch(without_fence(text))
    return text if alone is None else str(json.loads(alone["value"]))
