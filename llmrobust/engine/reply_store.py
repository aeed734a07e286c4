"""Replies kept in SQLite, so that a run with nothing changed sends nothing and an interrupted one resumes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from sys import intern
from typing import Any

from llmrobust.engine.claims import Claims
from llmrobust.errors import LlmRobustError
from llmrobust.request import Request, Response

SCHEMA_VERSION = 1
_SHORT = 32
"""Characters up to which a response's text is probably that of many others: a label, a number."""
LOOKUP_SIZE = 500
"""Keys a SELECT; SQLite's oldest limit on parameters is 999."""
_FIELDS = tuple(one.name for one in fields(Response))
_AS_JSON = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class StoreError(LlmRobustError):
    """The store's file cannot be used."""


LABEL_SCORES = 2
"""The way in which labels are scored; scores of another way are not read back. 2: all forms, with the label mass."""


def store_key(fingerprint: str, request: Request) -> bytes:
    """The identity under which a reply is kept: model fingerprint and everything that decides the answer."""
    scored = request.labels and request.scoring in ("auto", "logprobs")
    way = f"\nlabels-{LABEL_SCORES}{'' if request.ignore_case else '-cased'}" if scored else ""
    return hashlib.sha256(f"{fingerprint}\n{request.content_hash()}{way}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of the keys that a session wanted to claim; it holds those that are in neither."""

    answered: Mapping[bytes, Response] = field(default_factory=dict)
    """Those with a response."""
    taken: frozenset[bytes] = frozenset()
    """Those that other sessions are asking."""
    number: int = 0
    """The claim's; 0 without one."""

    def grants(self, key: bytes) -> bool:
        """Whether the session holds this key."""
        return key not in self.answered and key not in self.taken


NO_CLAIM = Claim()


class Store:
    """Responses by key. Failures are never stored. Used by one thread; several processes may share the file.

    Sessions that share it claim what they are about to send, so that no two of them send the same.
    """

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time):
        """Open or create the file; None keeps replies in memory only. clock: as for `Claims`. Raises StoreError."""
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
            self._claims = Claims(self._db, clock)
            self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            self._unchanged = self._version()
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"cannot use the reply store {path}: {error}. Delete it, or name another file with --robust-store."
            ) from error

    def find(self, keys: Sequence[bytes]) -> dict[bytes, Response]:
        """The stored responses among the keys; a damaged row counts as absent."""
        decoded = ((key, _decode(body)) for key, body in rows_of(self._db, "responses", keys))
        return {key: response for key, response in decoded if response is not None}

    def keep(self, rows: Iterable[tuple[bytes, Response]], claim: Claim = NO_CLAIM) -> None:
        """Store responses, and release the claim under which they were asked for, in one transaction.

        Raises StoreError, for example when the disk is full.
        """
        encoded = [(key, _encode(response)) for key, response in rows]
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO responses VALUES (?, ?)", encoded)
            self._claims.remove(claim.number)

    def claim(self, keys: Sequence[bytes]) -> Claim:
        """Claim those of the keys that have no response and that no other session is asking. Raises StoreError.

        The keys were looked up before, so that responses are looked up only if somebody else has written since.
        """
        with self._transaction():
            taken = self._claims.of_others(keys)
            free = [key for key in keys if key not in taken]
            answered = {} if self._version() == self._unchanged else self.find(free)
            mine = [key for key in free if key not in answered]
            number = self._claims.add(mine) if mine else 0
        return Claim(answered, frozenset(taken), number)

    def claimed_by_others(self, keys: Sequence[bytes]) -> set[bytes]:
        """Those of the keys that other sessions are asking."""
        return self._claims.of_others(keys)

    def renew_claims(self) -> None:
        """Keep claims from lapsing. Raises StoreError."""
        with self._transaction():
            self._claims.renew()

    def release_claims(self) -> None:
        """Release all claims of this session. Raises StoreError."""
        with self._transaction():
            self._claims.clear()

    def find_vectors(self, keys: Sequence[bytes]) -> dict[bytes, array[float]]:
        """The stored vectors of texts among the keys; a damaged row counts as absent."""
        rows = rows_of(self._db, "vectors", keys)
        return {key: array("d", body) for key, body in rows if body and len(body) % 8 == 0}

    def keep_vectors(self, rows: Iterable[tuple[bytes, Sequence[float]]]) -> None:
        """Store vectors of texts in one transaction. Raises StoreError."""
        encoded = [(key, array("d", vector).tobytes()) for key, vector in rows]
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", encoded)

    def records(self) -> dict[str, str]:
        """What was kept of the last whole run of each suite, by the suite's key."""
        return dict(self._db.execute("SELECT key, body FROM records"))

    def keep_records(self, records: Mapping[str, str]) -> None:
        """Store the records of complete runs, each replacing the suite's last one. Raises StoreError."""
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO records VALUES (?, ?)", list(records.items()))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _version(self) -> int:
        """A number that changes whenever another connection has written to the file."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """What is written in here is written at once, or not at all. Raises StoreError."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(f"cannot write to the reply store {self.path}: {error}") from error
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")


def rows_of(database: sqlite3.Connection, table: str, keys: Sequence[bytes]) -> Iterator[tuple[bytes, Any]]:
    """(key, body) of those of the keys that a table holds, a limited number of keys at a time."""
    for start in range(0, len(keys), LOOKUP_SIZE):
        part = keys[start : start + LOOKUP_SIZE]
        marks = ",".join("?" * len(part))
        yield from database.execute(f"SELECT key, body FROM {table} WHERE key IN ({marks})", part)


def make_folder(store: Path) -> None:
    """Make a store's folder, and keep one of ours out of version control, as pytest does with its cache.

    Raises OSError.
    """
    folder = store.parent
    folder.mkdir(parents=True, exist_ok=True)
    if folder.name == ".llmrobust" and not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text("# Made by llmrobust.\n*\n", encoding="utf-8")


def _encode(response: Response) -> str:
    return _AS_JSON({name: getattr(response, name) for name in _FIELDS})


def _decode(body: str) -> Response | None:
    try:
        raw = json.loads(body)
        if raw["label_logprobs"] is not None:
            raw["label_logprobs"] = tuple(raw["label_logprobs"])
        for name in ("finish_reason", "scored_by"):  # one string for all responses
            raw[name] = intern(raw[name])
        if len(raw["text"]) <= _SHORT:
            raw["text"] = intern(raw["text"])
        return Response(**raw)
    except (ValueError, TypeError, KeyError):
        return None
