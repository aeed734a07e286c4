"""Python code in answers, compared by its syntax tree; nothing is ever run."""

from __future__ import annotations

import ast
import re
import warnings

from llmrobust.score.normalise import Reading
from llmrobust.suitefile.suite import AnswerSpec

_FENCE = re.compile(r"```([a-zA-Z0-9+]*)[ \t]*\n(.*?)```", re.DOTALL)
_PYTHON = ("python", "py", "python3")
LONGEST = 100_000
"""Characters of code that are parsed."""


def read_code(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """The code of an answer as its syntax tree writes it: without comments, in one layout.

    The only fenced block, or the only one in Python; without fences the whole text, unless that is a single word.
    """
    fenced = _FENCE.findall(text)
    if len(fenced) > 1:
        fenced = [block for block in fenced if block[0].lower() in _PYTHON]
    if len(fenced) > 1 or (not fenced and "```" in text):
        return Reading(None, "the answer contains several blocks of code, or none that is whole")
    return _written(fenced[0][1] if fenced else text, fenced=bool(fenced))


def gold_code(text: str, spec: AnswerSpec) -> str | None:
    """Gold code in canonical form; None where it is not Python."""
    return _written(text, fenced=True).answer


def _written(code: str, fenced: bool) -> Reading:
    if len(code) > LONGEST:
        return Reading(None, f"the code is longer than {LONGEST:,} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code.strip("\n") if fenced else code.strip())
            written = ast.unparse(tree)
    except SyntaxError as error:
        return Reading(None, f"the answer is not Python: {error.msg}, line {error.lineno}")
    except (ValueError, RecursionError, MemoryError):
        return Reading(None, "the answer is not Python that can be parsed")
    if not tree.body:
        return Reading(None, "the answer contains no code")
    only = tree.body[0]
    word = len(tree.body) == 1 and isinstance(only, ast.Expr) and isinstance(only.value, ast.Name | ast.Constant)
    if word and not fenced:
        return Reading(None, "a single word or value without a fence is not code")
    return Reading(written)
