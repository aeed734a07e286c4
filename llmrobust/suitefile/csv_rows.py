"""CSV files as they come: with commas, the semicolons of European spreadsheets, tabs or bars between the cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from llmrobust.errors import Diagnostic, Location, SuiteError

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LOOKED_AT = 50
"""Rows that name the delimiter."""
_DECLARED = re.compile(r"sep=(.)\r?\n")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row of cells by name, with the line where it begins."""

    line: int
    cells: dict[str, Any]


def csv_rows(path: Path, text: str, delimiter: str | None = None) -> Iterator[CsvRow]:
    """The rows of a CSV file with a header. Raises SuiteError with the line.

    delimiter: between cells; None finds out, from a first line such as `sep=;` that spreadsheets write, the
    name's ending (.tsv), or the rows themselves.
    """
    declared = _DECLARED.match(text)
    skipped = 0
    if declared:
        text, skipped = text[declared.end() :], 1
    between = delimiter or (declared[1] if declared else "\t" if path.suffix.lower() == ".tsv" else delimiter_of(text))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    first = skipped + 1
    try:
        header = next(reader, [])
        if not any(name.strip() for name in header):
            raise SuiteError([Diagnostic("a CSV file begins with a line of field names", Location(path, first, 1))])
        if len(set(header)) < len(header):
            twice = next(name for name in header if header.count(name) > 1)
            message = f'the field "{twice}" appears twice in the header'
            raise SuiteError([Diagnostic(message, Location(path, first, 1))])
        line = skipped + reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(header):
                raise SuiteError([_wrong_width(path, line, cells, header, between)])
            if cells:
                yield CsvRow(line, dict(zip(header, cells, strict=True)))
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        at = Location(path, skipped + reader.line_num, 1)
        raise SuiteError([Diagnostic(f"not valid CSV: {error}", at, _read_as(between))]) from None


def delimiter_of(text: str) -> str:
    """The delimiter: what cuts the header and the first rows into equally many, and into the most.

    Where nothing cuts all rows evenly, what cuts the header into the most cells, so that a message speaks of the file
    as its author sees it. A comma where nothing cuts at all.
    """
    return max(DELIMITERS, key=lambda one: (*_evenness(text, one), one == ","))


def _evenness(text: str, delimiter: str) -> tuple[bool, int]:
    """Whether all of the first rows have as many cells as the header, of which there are several; and how many."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    widths: list[int] = []
    try:
        for row in islice(reader, LOOKED_AT):
            widths += [len(row)] if row else []
    except csv.Error:
        return False, widths[0] if widths else 0
    width = widths[0] if widths else 0
    return width > 1 and set(widths) == {width}, width


def _wrong_width(path: Path, line: int, cells: list[str], header: list[str], between: str) -> Diagnostic:
    found = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
    message = f"the row has {found}, and the header names {len(header)}"
    named = DELIMITERS.get(between, f'"{between}"')
    hint = f"{_read_as(between)}; quote cells that contain {named}"
    return Diagnostic(message, Location(path, line, 1), hint)


def _read_as(between: str) -> str:
    named = DELIMITERS.get(between, f'"{between}"')
    return f"the file was read with {named} between its cells (to change it: examples: {{delimiter: ...}})"
