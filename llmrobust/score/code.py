"""Python code in answers, compared by its syntax tree; nothing is ever run."""

from __future__ import annotations

import ast
import re
import warnings

from llmrobust.score.normalise import Reading
from llmrobust.suitefile.suite import AnswerSpec

_FENCE = re.compile(r"(?:```|~~~)([a-zA-Z0-9+#-]*)[ \t]*\n(.*?)(?:```|~~~)", re.DOTALL)
_INLINE = re.compile(r"\s*`([^`\n]+)`\s*")
_PYTHON = ("python", "py", "python3")
LONGEST = 100_000
"""Characters of code that are parsed."""


def read_code(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """The code of an answer as its syntax tree writes it: without comments, in one layout.

    The only fenced block, or the only one in Python; without fences the whole text, unless that may be words.
    """
    fenced = _FENCE.findall(text)
    if len(fenced) > 1:
        fenced = [block for block in fenced if block[0].lower() in _PYTHON]
    if len(fenced) > 1 or (not fenced and "```" in text):
        return Reading(None, "the answer contains several blocks of code, or none that is whole")
    if fenced and fenced[0][0] and fenced[0][0].lower() not in _PYTHON:
        return Reading(None, f"the block of code is {fenced[0][0]}, not Python")
    if not fenced and (inline := _INLINE.fullmatch(text)):
        text = inline[1]
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
    if not fenced and all(map(_may_be_prose, tree.body)):
        return Reading(None, "words or values without a fence are not code")
    return Reading(written)


def _may_be_prose(statement: ast.stmt) -> bool:
    """True for what a sentence can be too: words, also with commas, a colon, "and", "not", "/" or "-" between them."""
    if isinstance(statement, ast.AnnAssign):
        return statement.value is None
    return isinstance(statement, ast.Expr) and _words(statement.value)


def _words(value: ast.expr) -> bool:
    if isinstance(value, ast.Tuple | ast.BoolOp):
        return all(map(_words, value.elts if isinstance(value, ast.Tuple) else value.values))
    if isinstance(value, ast.UnaryOp):
        return isinstance(value.op, ast.Not) and _words(value.operand)
    if isinstance(value, ast.BinOp):
        names = isinstance(value.left, ast.Name) and isinstance(value.right, ast.Name)
        return names and isinstance(value.op, ast.Div | ast.Sub)
    return isinstance(value, ast.Name | ast.Constant)
