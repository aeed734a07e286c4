"""Replies kept in SQLite, so that a run with nothing changed sends nothing and an interrupted one resumes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from llmrobust.errors import LlmRobustError
from llmrobust.request import Request, Response

SCHEMA_VERSION = 1
LOOKUP_SIZE = 500
"""Keys a SELECT; SQLite's oldest limit on parameters is 999."""


class StoreError(LlmRobustError):
    """The store's file cannot be used."""


LABEL_SCORES = 2
"""The way in which labels are scored; scores of another way are not read back. 2: all forms, with the label mass."""


def store_key(fingerprint: str, request: Request) -> bytes:
    """The identity under which a reply is kept: model fingerprint and everything that decides the answer."""
    scored = request.labels and request.scoring in ("auto", "logprobs")
    way = f"\nlabels-{LABEL_SCORES}{'' if request.ignore_case else '-cased'}" if scored else ""
    return hashlib.sha256(f"{fingerprint}\n{request.content_hash()}{way}".encode()).digest()


class Store:
    """Responses by key. Failures are never stored. Used by one thread; several processes may share the file."""

    def __init__(self, path: Path | None):
        """Open or create the file; None keeps replies in memory only. Raises StoreError."""
        self.path = path
        try:
            if path is not None:
                make_folder(path)
            self._db = sqlite3.connect(path or ":memory:", timeout=30, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            found = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            if found not in (0, SCHEMA_VERSION):
                raise StoreError(
                    f"{path} was written by another version of llmrobust (format {found}, this one reads "
                    f"{SCHEMA_VERSION}). Delete it, or name another file with --robust-store."
                )
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS responses (key BLOB PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID"
            )
            self._db.execute("CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, body TEXT NOT NULL)")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID"
            )
            self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"cannot use the reply store {path}: {error}. Delete it, or name another file with --robust-store."
            ) from error

    def find(self, keys: Sequence[bytes]) -> dict[bytes, Response]:
        """The stored responses among the keys; a damaged row counts as absent."""
        found: dict[bytes, Response] = {}
        for start in range(0, len(keys), LOOKUP_SIZE):
            part = keys[start : start + LOOKUP_SIZE]
            marks = ",".join("?" * len(part))
            rows = self._db.execute(f"SELECT key, body FROM responses WHERE key IN ({marks})", part)
            for key, body in rows:
                response = _decode(body)
                if response is not None:
                    found[key] = response
        return found

    def keep(self, rows: Iterable[tuple[bytes, Response]]) -> None:
        """Store responses in one transaction. Raises StoreError, for example when the disk is full."""
        encoded = [(key, _encode(response)) for key, response in rows]
        if not encoded:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR REPLACE INTO responses VALUES (?, ?)", encoded)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise StoreError(f"cannot write to the reply store {self.path}: {error}") from error

    def find_vectors(self, keys: Sequence[bytes]) -> dict[bytes, array[float]]:
        """The stored vectors of texts among the keys; a damaged row counts as absent."""
        found: dict[bytes, array[float]] = {}
        for start in range(0, len(keys), LOOKUP_SIZE):
            part = keys[start : start + LOOKUP_SIZE]
            marks = ",".join("?" * len(part))
            for key, body in self._db.execute(f"SELECT key, body FROM vectors WHERE key IN ({marks})", part):
                if body and len(body) % 8 == 0:
                    found[key] = array("d", body)
        return found

    def keep_vectors(self, rows: Iterable[tuple[bytes, Sequence[float]]]) -> None:
        """Store vectors of texts in one transaction. Raises StoreError."""
        encoded = [(key, array("d", vector).tobytes()) for key, vector in rows]
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", encoded)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise StoreError(f"cannot write to the reply store {self.path}: {error}") from error

    def records(self) -> dict[str, str]:
        """What was kept of the last whole run of each suite, by the suite's key."""
        return dict(self._db.execute("SELECT key, body FROM records"))

    def keep_records(self, records: Mapping[str, str]) -> None:
        """Store the records of complete runs, each replacing the suite's last one. Raises StoreError."""
        try:
            self._db.executemany("INSERT OR REPLACE INTO records VALUES (?, ?)", list(records.items()))
        except sqlite3.Error as error:
            raise StoreError(f"cannot write to the reply store {self.path}: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def make_folder(store: Path) -> None:
    """Make a store's folder, and keep one of ours out of version control, as pytest does with its cache.

    Raises OSError.
    """
    folder = store.parent
    folder.mkdir(parents=True, exist_ok=True)
    if folder.name == ".llmrobust" and not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text("# Made by llmrobust.\n*\n", encoding="utf-8")


def _encode(response: Response) -> str:
    return json.dumps(asdict(response), ensure_ascii=True, separators=(",", ":"))


def _decode(body: str) -> Response | None:
    try:
        raw = json.loads(body)
        if raw["label_logprobs"] is not None:
            raw["label_logprobs"] = tuple(raw["label_logprobs"])
        return Response(**raw)
    except (ValueError, TypeError, KeyError):
        return None
