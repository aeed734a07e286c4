"""Stored runs below some paths: found, summed up once, and read again when their page is opened."""

from __future__ import annotations

import gzip
import hashlib
import threading
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from llmrobust.errors import LlmRobustError
from llmrobust.report.html.runs_view import RunSummary
from llmrobust.results.json_reader import read_run
from llmrobust.results.json_writer import FORMAT
from llmrobust.results.run_result import RunResult
from llmrobust.watch.files import Stamp, files_below, stamp_of

KEPT = 6
"""Whole runs that stay in memory."""
PEEK_BYTES = 4096
"""Of a file, what is read to tell a stored run from other JSON."""
SUFFIXES = (".json", ".json.gz")


@dataclass(frozen=True, slots=True)
class Found:
    """A stored run. name: how it is shown."""

    path: Path
    name: str

    @property
    def id(self) -> str:
        """What it is called in addresses: nothing of a path, and the same next time."""
        return hashlib.sha256(str(self.path).encode("utf-8", "surrogateescape")).hexdigest()[:12]


class Library:
    """The runs below some files and folders. Thread-safe; files are only ever read."""

    def __init__(self, paths: Sequence[Path]):
        self._paths = [path.resolve() for path in paths]
        self._lock = threading.Lock()
        self._summaries: dict[Path, tuple[Stamp | None, RunSummary]] = {}
        self._other: dict[Path, Stamp | None] = {}
        """JSON files that are no stored runs."""
        self._runs: OrderedDict[tuple[Path, Stamp | None], RunResult] = OrderedDict()

    def found(self) -> list[Found]:
        """The stored runs that there are now, in the order of their names."""
        found: dict[Path, str] = {}
        for path in self._paths:
            if not path.is_dir():
                found.setdefault(path, path.name)
                continue
            for file in files_below(path):
                if file.name.endswith(SUFFIXES) and file.resolve().is_relative_to(path) and self._is_run(file):
                    found.setdefault(file, file.relative_to(path).as_posix())
        return [Found(path, name) for path, name in found.items()]

    def summaries(self, most: int | None = None) -> tuple[list[RunSummary], int]:
        """The runs in short, the newest first, and how many are still to be read. most: how many to read now."""
        known, left = [], []
        for one in self.found():
            stamp = stamp_of(one.path)
            with self._lock:
                kept = self._summaries.get(one.path)
            if kept is not None and kept[0] == stamp:
                known.append(kept[1])
            elif stamp is not None:
                left.append((stamp, one))
        left.sort(key=lambda pair: (-pair[0][0], pair[1].name))
        for stamp, one in left[:most]:
            known.append(self._summed_up(one, stamp))
        known.sort(key=lambda one: (-one.saved_s, one.name))
        return known, 0 if most is None else max(0, len(left) - most)

    def run(self, id: str) -> RunResult | None:
        """The run of this id, None where there is none. Raises ReportError."""
        one = next((one for one in self.found() if one.id == id), None)
        return None if one is None else self._read(one.path)

    def _summed_up(self, one: Found, stamp: Stamp) -> RunSummary:
        saved_s = stamp[0] / 1e9
        try:
            summary = RunSummary.of(self._read(one.path), one.id, one.name, saved_s)
        except (LlmRobustError, OSError) as error:
            summary = RunSummary(one.id, one.name, saved_s, problem=str(error).removeprefix(f"{one.path}: "))
        with self._lock:
            self._summaries[one.path] = stamp, summary
        return summary

    def _read(self, path: Path) -> RunResult:
        key = path, stamp_of(path)
        with self._lock:
            if key in self._runs:
                self._runs.move_to_end(key)
                return self._runs[key]
        run = read_run(path)
        with self._lock:
            self._runs[key] = run
            while len(self._runs) > KEPT:
                self._runs.popitem(last=False)
        return run

    def _is_run(self, path: Path) -> bool:
        """Whether a JSON file says that it is a stored run, in its first bytes."""
        stamp = stamp_of(path)
        with self._lock:
            if path in self._summaries:
                return True
            if path in self._other and self._other[path] == stamp:
                return False
        if says_run(path):
            return True
        with self._lock:
            self._other[path] = stamp
        return False


def says_run(path: Path) -> bool:
    """Whether a file begins as stored runs do."""
    try:
        with path.open("rb") as file:
            head = file.read(PEEK_BYTES)
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(path) as file:
                head = file.read(PEEK_BYTES)
    except (OSError, EOFError, zlib.error):
        return False
    return f'"{FORMAT}"'.encode() in head
