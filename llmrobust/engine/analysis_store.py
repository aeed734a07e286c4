"""Analyses of English sentences kept in SQLite, so that a suite is parsed once and not in every run.

Only a memory of what the pipeline says anyway: whatever is wrong with the file, texts are analysed again.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from llmrobust.engine.reply_store import rows_of
from llmrobust.english import Analysis, Token, keep_analyses

NAME = "analyses.sqlite"
FORMAT = 1
"""The way in which analyses are made of what the pipeline says, and encoded; others are not read back."""
KEPT = 100_000
"""Analyses in a file, a few hundred bytes each; beyond, the oldest go."""
_WAIT_S = 2.0
_ERRORS = (sqlite3.Error, OSError)


def keep_beside(replies: Path | None) -> None:
    """Keep analyses beside the reply store from now on; in memory only where there is none, or no folder for it yet."""
    keep_analyses(None if replies is None else AnalysisStore(replies.with_name(NAME)))


class AnalysisStore:
    """Analyses by pipeline and text. The first that is kept makes the file; several processes may share it."""

    def __init__(self, path: Path):
        self.path = path

    def find(self, pipeline: str, texts: Sequence[str]) -> dict[str, Analysis]:
        """The stored analyses among the texts; a damaged row counts as absent, and so does a file that is none."""
        by_key = {_key(pipeline, text): text for text in texts}
        found: dict[str, Analysis] = {}
        if not self.path.is_file():
            return found
        try:
            with closing(self._open()) as database:
                for key, body in rows_of(database, "analyses", list(by_key)):
                    analysis = _decoded(by_key[key], body)
                    if analysis is not None:
                        found[by_key[key]] = analysis
        except _ERRORS:
            return found
        return found

    def keep(self, pipeline: str, analyses: Mapping[str, Analysis]) -> None:
        """Store analyses in one transaction; where that cannot be done now, or the folder is not there, nothing."""
        rows = [(_key(pipeline, text), _encoded(analysis)) for text, analysis in analyses.items()]
        try:
            with closing(self._open()) as database, database:
                database.executemany("INSERT OR IGNORE INTO analyses (key, body) VALUES (?, ?)", rows)
                database.execute("DELETE FROM analyses WHERE number <= (SELECT max(number) FROM analyses) - ?", (KEPT,))
        except _ERRORS:
            return

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=_WAIT_S)
        database.execute("PRAGMA synchronous=OFF")
        database.execute(
            "CREATE TABLE IF NOT EXISTS analyses "
            "(number INTEGER PRIMARY KEY, key BLOB UNIQUE NOT NULL, body BLOB NOT NULL)"
        )
        return database


def _key(pipeline: str, text: str) -> bytes:
    return hashlib.sha256(f"{FORMAT}\n{pipeline}\n{text}".encode("utf-8", "surrogatepass")).digest()


def _encoded(analysis: Analysis) -> bytes:
    tokens = [
        (
            one.start,
            one.end,
            one.lemma,
            one.tag,
            one.pos,
            one.dep,
            one.head,
            one.entity,
            one.children,
            one.left,
            one.right,
        )
        for one in analysis.tokens
    ]
    body = json.dumps([tokens, analysis.sentences, analysis.noun_phrases], separators=(",", ":"))
    return zlib.compress(body.encode(), 1)


def _decoded(text: str, body: bytes) -> Analysis | None:
    try:
        tokens, sentences, phrases = json.loads(zlib.decompress(body))
        return Analysis(
            text,
            tuple(
                Token(
                    index=index,
                    text=text[start:end],
                    start=start,
                    end=end,
                    lemma=lemma,
                    tag=tag,
                    pos=pos,
                    dep=dep,
                    head=head,
                    entity=entity,
                    children=tuple(children),
                    left=left,
                    right=right,
                )
                for index, (start, end, lemma, tag, pos, dep, head, entity, children, left, right) in enumerate(tokens)
            ),
            tuple((first, last) for first, last in sentences),
            tuple((first, last) for first, last in phrases),
        )
    except (ValueError, TypeError, zlib.error):
        return None
