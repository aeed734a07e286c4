"""Code and tables among words: what speech has no form for, and what no operator on words should cut into."""

from __future__ import annotations

import re

_FILE = re.compile(
    r"(?<![\w/.-])(?:[\w.-]*[\w-]/)*[\w-]+(?:\.[\w-]+)*\.[A-Za-z]\w{0,4}(?![\w/])|(?<!\w)\w+_\w+(?!\w)|(?<!\w)~?/[\w./-]+"
)
"""A file name, a path, or an identifier with an underscore."""
_SQL = re.compile(
    r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|ALTER TABLE|DROP TABLE)\b.*?(?=[?;]|\.(?:\s|\Z)|\Z)",
    re.DOTALL,
)
_STATEMENT = re.compile(
    r"[{}=<>]{1,2}(?=\s|\Z)|;[ \t]*\n|\w\(\w*\)|->|=>|::|\+\+|&&|\|\||#include|\bdef \w+\(|\breturn \w+;|\$\w+\s*="
)
_ROW = re.compile(r"^\s*\|.*\|\s*$|\w\s\|\s\w|^[^\n\t]+\t[^\n\t]+\t", re.MULTILINE)


def holds_code(text: str) -> bool:
    """Whether a text holds a statement of code or of a query language."""
    return "```" in text or _SQL.search(text) is not None or _STATEMENT.search(text) is not None


def holds_table(text: str) -> bool:
    """Whether a text holds a row of a table, in Markdown or separated by tabs."""
    return _ROW.search(text) is not None


def code_stretches(text: str) -> list[tuple[int, int]]:
    """The (start, end) of file names, paths, identifiers and queries."""
    return [found.span() for pattern in (_SQL, _FILE) for found in pattern.finditer(text)]


def outside_code(text: str, start: int, end: int) -> bool:
    """Whether a piece of a text overlaps no file name, path, identifier or query."""
    return all(end <= first or start >= last for first, last in code_stretches(text))
