"""Files of rows, as their authors publish them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from llmrobust.operators import Sample

Row = tuple[str, Sample]
"""Where a row comes from ("gsm8k/12"), and its prompt."""
POOL = 4
"""How many other rows an operator sees beside its own."""


def pooled(rows: list[Row]) -> list[Row]:
    """The rows, each with the next ones as the other examples of its suite."""
    full = []
    for n, (name, sample) in enumerate(rows):
        others = [rows[(n + k) % len(rows)] for k in range(POOL + 1)]
        full.append((name, replace(sample, pool=tuple((other, one.fields) for other, one in others))))
    return full


def originals(file: Path) -> list[dict[str, Any]]:
    """The rows of a FLUKE file with each original text once."""
    return list({row["original_text"]: row for row in reversed(list(jsonl(file)))}.values())[::-1]


def jsonl(file: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    yield from (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line)


def csv_rows(file: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def raw(text: str) -> str:
    """An instruction block of a text that is no template."""
    return "{% instruction %}{% raw %}" + text + "{% endraw %}{% endinstruction %}"
