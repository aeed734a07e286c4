"""Where examples come from: JSONL, JSON, CSV (also with semicolons or tabs), Parquet, or a Hugging Face dataset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmrobust.errors import Diagnostic, Location, SuiteError
from llmrobust.seeds import Stream
from llmrobust.suitefile.csv_rows import csv_rows
from llmrobust.suitefile.schema import HubData
from llmrobust.suitefile.validation import kind_of
from llmrobust.suitefile.yaml_source import read_text

FORMATS = (".jsonl", ".json", ".csv", ".tsv", ".parquet")
LARGEST_DATA = 512 * 1024 * 1024
"""Bytes of a data file beyond which it is refused: all of it is read, even where a sample is taken."""
_BETWEEN_ITEMS = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Row:
    """An example as written in the data: its position (from 1), location, fields, and its line for messages."""

    position: int
    location: Location
    fields: dict[str, Any]
    shown: str = ""


def file_rows(path: Path, delimiter: str | None = None) -> list[Row]:
    """All rows of a data file. Raises SuiteError with the location in that file.

    delimiter: what separates the cells of a CSV file; None detects it.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return list(_parquet(path))
    if suffix not in FORMATS:
        hint = f"known are {', '.join(FORMATS)}"
        raise SuiteError([Diagnostic(f'a data file cannot end in "{suffix}"', Location(path, 1, 1), hint)])
    text = read_text(path, LARGEST_DATA)
    if suffix in (".csv", ".tsv"):
        return list(_csv(path, text, delimiter))
    return list((_jsonl if suffix == ".jsonl" else _json)(path, text))


def hub_rows(wanted: HubData, at: Location) -> list[Row]:
    """The rows of a dataset on the Hugging Face hub, in its cache, or in a folder. Raises SuiteError.

    Classes that the dataset keeps as numbers with names ("ClassLabel") are given by name.
    """
    try:
        import datasets
    except ImportError:
        message = "a Hugging Face dataset needs the package datasets"
        raise SuiteError([Diagnostic(message, at, "pip install 'llmrobust[datasets]'")]) from None
    datasets.disable_progress_bars()
    try:
        loaded = datasets.load_dataset(wanted.hf, wanted.config, split=wanted.split, revision=wanted.revision)
    except Exception as error:  # the library raises many kinds: absent, offline, no such split
        first_line = str(error).split("\n")[0]
        raise SuiteError([Diagnostic(f"cannot load the dataset {wanted.hf}: {first_line}", at)]) from None
    names = {column: feature.names for column, feature in loaded.features.items() if hasattr(feature, "names")}
    return [Row(i, at, {**row, **_named(row, names)}) for i, row in enumerate(loaded, 1)]


def _named(row: Mapping[str, Any], names: Mapping[str, Sequence[str]]) -> dict[str, str | None]:
    """The row's classes by name; None where the dataset hides them (as test splits do, with -1)."""
    numbers = {column: row[column] for column in names}
    return {c: names[c][n] if isinstance(n, int) and 0 <= n < len(names[c]) else None for c, n in numbers.items()}


def limited(rows: list[Row], limit: int | None, seed: int | None) -> list[Row]:
    """At most `limit` rows in the data's order: the first ones, or with a seed a random sample."""
    if limit is None or limit >= len(rows):
        return rows
    if seed is None:
        return rows[:limit]
    return sorted(Stream(seed, "examples").sample(rows, limit), key=lambda row: row.position)


def _jsonl(path: Path, text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            at = Location(path, number, 1, len(line.rstrip()))
            value = _parsed(path, line, number)
            yield Row(number, at, _object(value, at, line, "the line"), line)


def _json(path: Path, text: str) -> Iterator[Row]:
    items = _parsed(path, text, 1)
    if not isinstance(items, list):
        raise SuiteError([Diagnostic("a JSON data file must be a list of objects", Location(path, 1, 1))])
    lines = text.split("\n")
    for position, (item, at) in enumerate(zip(items, _item_places(path, text), strict=True), 1):
        line = lines[at.line - 1]
        yield Row(position, at, _object(item, at, line, f"item {position} of the list"), line)


def _item_places(path: Path, text: str) -> Iterator[Location]:
    """Where each item of a (valid) JSON list begins."""
    decoder = json.JSONDecoder()
    at = _after(_BETWEEN_ITEMS, text, text.index("[") + 1)
    line, line_start = 1, 0
    while text[at] != "]":
        line += text.count("\n", line_start, at)
        line_start = text.rfind("\n", 0, at) + 1
        yield Location(path, line, at - line_start + 1)
        at = _after(_BETWEEN_ITEMS, text, decoder.raw_decode(text, at)[1])


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _parsed(path: Path, text: str, first_line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = Location(path, first_line + error.lineno - 1, error.colno)
        shown = text.split("\n")[error.lineno - 1]
        raise SuiteError([Diagnostic(f"not valid JSON: {error.msg}", at, "", shown)]) from None
    except RecursionError:
        raise SuiteError([Diagnostic("the value is nested too deeply", Location(path, first_line, 1))]) from None
    except ValueError:
        message = "a number has too many digits"
        raise SuiteError([Diagnostic(message, Location(path, first_line, 1), "quote it to make it a string")]) from None


def _object(value: Any, at: Location, shown: str, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        message = f"{what} must be an object with named fields, not {kind_of(value)}"
        raise SuiteError([Diagnostic(message, at, "", shown)])
    return value


def _csv(path: Path, text: str, delimiter: str | None) -> Iterator[Row]:
    for position, row in enumerate(csv_rows(path, text, delimiter), 1):
        yield Row(position, Location(path, row.line, 1), row.cells)


def _parquet(path: Path) -> Iterator[Row]:
    at = Location(path, 1, 1)
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        message = "a Parquet file needs the package pyarrow"
        raise SuiteError([Diagnostic(message, at, "pip install 'llmrobust[parquet]'")]) from None
    try:
        table = pyarrow.parquet.read_table(path)
    except (OSError, pyarrow.ArrowException) as error:
        raise SuiteError([Diagnostic(f"cannot read the file: {str(error).splitlines()[0]}", at)]) from None
    for position, fields in enumerate(table.to_pylist(), 1):
        yield Row(position, at, fields)
