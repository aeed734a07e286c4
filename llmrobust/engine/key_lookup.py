"""Rows of a SQLite table by many keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

LOOKUP_SIZE = 500
"""Keys a SELECT; SQLite's oldest limit on parameters is 999."""


def rows_of(
    database: sqlite3.Connection, table: str, keys: Sequence[bytes], column: str = "body"
) -> Iterator[tuple[bytes, Any]]:
    """(key, value of a column) of those of the keys that a table holds, a limited number of keys at a time."""
    for start in range(0, len(keys), LOOKUP_SIZE):
        part = keys[start : start + LOOKUP_SIZE]
        marks = ",".join("?" * len(part))
        yield from database.execute(f"SELECT key, {column} FROM {table} WHERE key IN ({marks})", part)
