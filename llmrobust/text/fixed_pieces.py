"""Finds what no rewording of a text may change: addresses, code, JSON, formulas, numbers of lists, tables.

Everything here is found by its form, in backticks or outside of them, in any language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache

Found = tuple[int, int, str]
"""A piece's start and end, and what it is in a word or two."""

_EXTENSIONS = (
    "py|pyi|ipynb|jsx?|tsx?|jsonl?|ya?ml|toml|ini|cfg|conf|md|rst|txt|csv|tsv|parquet|xlsx?|docx?|pptx?|pdf|png|jpe?g|"
    "gif|svg|html?|css|xml|sql|sh|bat|exe|dll|jar|java|kt|go|rs|rb|php|cpp|hpp|swift|zip|gz|tar|log"
)
_SQL_OPERAND = r"(?:'[^'\n]*'|\([^()\n]*\)|[\w.*]+(?:\([^()\n]*\))?)"
_SQL_EXPRESSION = (
    rf"{_SQL_OPERAND}(?:\s*(?:,|[=<>!]+|\bAND\b|\bOR\b|\bLIKE\b|\bIN\b|\bIS(?: NOT)?\b|\bAS\b|\bBETWEEN\b)\s*"
    rf"{_SQL_OPERAND})*(?:\s+(?:DESC|ASC|NULL))?"
)
_SQL = (
    rf"\b(?:SELECT\s+(?:DISTINCT\s+)?{_SQL_EXPRESSION}\s+FROM|INSERT\s+INTO|UPDATE|DELETE\s+FROM|"
    rf"(?:CREATE|ALTER|DROP)\s+TABLE)\s+{_SQL_EXPRESSION}"
    r"(?:\s+(?:WHERE|GROUP BY|ORDER BY|HAVING|LIMIT|SET|VALUES|ON|(?:(?:LEFT|RIGHT|INNER|OUTER|CROSS) )?JOIN)\s+"
    rf"{_SQL_EXPRESSION})*;?"
)
_PATTERNS = {
    "code": r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`",
    "address": r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "formula": r"\\\(.+?\\\)|\\\[.+?\\\]|\$[^$\n]*[\\^_][^$\n]*\$|\\[A-Za-z]+(?:\{[^{}\n]*\})+",
    "placeholder": r"\{[^{}\n]*\}",
    "tag": r"</?\w[^<>\n]*>",
    "key": r"\"[^\"\n]{1,60}\"(?=\s*:)|(?<!\w)'\w{1,40}'(?=\s*:)",
    "block": r"(?:\A|(?<=\n\n)|(?<=:\n))(?:(?: {4}|\t)[^\n]*\S[^\n]*(?:\n|\Z))+",
    "number of an item": r"(?m:^[ \t]*(?:\d{1,3}|[A-Za-z]|[ivx]{2,4})[.)](?=[ \t]\S))|\[\d{1,3}\]",
    "bullet": r"(?m:^[ \t]*[-*•–][ \t]+(?=\S)|^#{1,6}[ \t]+(?=\S))",
    "statement": _SQL,
    "path": (
        r"\b[A-Za-z]:\\[\w\\.-]+|(?<![\w/.<])(?:~|\.{1,2})?/\.?[A-Za-z][\w.-]+(?:/[\w.*-]+)*/?|"
        r"(?<![\w/.-])(?=[\w.-]*[A-Za-z])(?:[\w.-]+/)+[\w-]*\.[A-Za-z]\w{0,4}\b|"
        r"(?<![\w/.-])(?=[\w.-]*[A-Za-z])[\w.-]+(?:/[\w-]+){2,}(?!\w)"
    ),
    "file": rf"(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:{_EXTENSIONS})\b",
    "option": r"(?<!\S)--[A-Za-z][\w-]*(?:=\S+)?|(?<=\w )-[A-Za-z](?![\w-])",
    "name": (
        r"(?<![\w.])[A-Za-z_][\w.]*\((?!(?:e?s|e?d|e?r|ren|ies|en)\))[^()\n]*\)|(?<![\w.])\w*[A-Za-z]\w*_\w+|"
        r"(?<!\w)__?[A-Za-z]\w*|(?<![\w.])[A-Za-z_]\w+(?:\.[a-z_]\w+)+|"
        r"(?<![\w.])[a-z]{2,}[A-Z][a-z]\w*"
    ),
    "constant": r"(?<=[\w,;:)\]=] )(?:True|False|None|NULL|NaN)\b",
    "comparison": (
        r"(?<![\w.])[\w.()\[\]]*[\w)\]]"
        r"(?: ?(?:[=<>≤≥≠](?![A-Za-z/])|[=!<>]=|=(?!>)|:=|->|=>) ?[\w.()\[\]+*/^-]*\w[\w()\]]*)+|"
        r"(?<![\w/])[\w)/]+(?:\^[-+]?[\w(]+\)?)+|"
        r"(?<![\w.+*/-])(?:\d*[a-z]|\d+) ?[+*×÷] ?(?:\d*[a-z]|\d+)(?: ?[-+*/×÷] ?(?:\d*[a-z]|\d+))*(?![\w'’])"
    ),
    "unit": r"(?:(?<=\d )|(?<=\d))(?!and/or\b)[A-Za-zµΩ°]{1,4}/[A-Za-z]{1,4}(?:-?\d|[²³])?(?!\w)",
    "telephone number": (
        r"\+\d{1,3}[ \d().-]{6,16}\d|\(\d{2,5}\)[ -]?\d{3,}(?:[ -]\d{2,})*|"
        r"(?<![\w.,-])\d{3}[-. ]\d{3}[-. ]\d{4}(?!\w)|(?<![\w.,-])0\d{2,4}[ /-]\d{3,}(?:[ -]\d{2,})*(?!\w)"
    ),
}
_NAMES = tuple(_PATTERNS)
_ANY = re.compile("|".join(f"({pattern})" for pattern in _PATTERNS.values()), re.DOTALL)
_SIGN = re.compile(
    r"[`{<>@\[|/\\_=^~$#*+•–\t×÷≤≥≠]|\n|--| -\w|[a-z]\.[a-z]|\w\(|[a-z][A-Z]|\A\d{1,3}[.)]|\A[A-Za-z][.)] |\": |\A    |"
    r"(?:True|False|None|NULL|NaN)\b|\b(?:SELECT|INSERT|DELETE|UPDATE|CREATE|ALTER|DROP)\b|\(\d|\d{3}[-. ]\d{3}"
)
"""What every piece has at least one of; most texts have none."""
_JSON = re.compile(r"[{\[](?=\s*[\[{\"\d\-tfn])")
_ITEM = re.compile(r"\[\d{1,3}\]")
_DECODER = json.JSONDecoder()
_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_BORDER = re.compile(r"[ \t]*\|[ \t]*(?:\|[ \t]*)*")


@lru_cache(maxsize=1024)
def fixed_pieces(text: str) -> tuple[Found, ...]:
    """The pieces of a text that are more than words, in reading order; one may lie within another."""
    if not _SIGN.search(text):
        return ()
    return tuple(sorted(_found(text)))


def _found(text: str) -> Iterator[Found]:
    for found in _ANY.finditer(text):
        if found.end() > found.start():
            yield found.start(), found.end(), _NAMES[found.lastindex - 1 if found.lastindex else 0]
    yield from _json_values(text)
    if "|" in text:
        yield from _tables(text)


def _json_values(text: str) -> Iterator[Found]:
    """The JSON objects and arrays in a text; plain words in one pair of brackets do not count."""
    at = 0
    while (opening := _JSON.search(text, at)) is not None:
        try:
            _, end = _DECODER.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            at = opening.end()
        else:
            if not _ITEM.fullmatch(text, opening.start(), end):
                yield opening.start(), end, "JSON"
            at = end


def _tables(text: str) -> Iterator[Found]:
    """The borders between the cells of tables, and the lines under their heads."""
    for row in _ROW.finditer(text):
        if not re.search(r"[^\s|:+-]", row[0]):
            yield row.start(), row.end(), "table"
            continue
        yield from ((b.start(), b.end(), "table") for b in _BORDER.finditer(text, row.start(), row.end()))
