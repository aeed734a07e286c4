"""What stores remember of whole runs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from llmrobust.changes.last_runs import Record, record_key, requests_digest
from llmrobust.engine import Store
from llmrobust.models.local.identity import identity

RECORD = Record(
    versions={"typo.drop": 2},
    requests="ab",
    spec="http://x/v1",
    name="x",
    backend="http",
    fingerprint="fp",
    max_model_len=1024,
    scoring=("logprobs", "text"),
)


def test_a_record_is_read_as_it_was_written():
    assert Record.read(RECORD.written()) == RECORD
    assert Record.read('{"versions": {}, "of another": "version"}') is None
    assert Record.read("no JSON") is None


def test_a_store_from_before_records_opens_and_keeps_them(tmp_path: Path):
    path = tmp_path / "replies.sqlite"
    old = sqlite3.connect(path)
    old.execute("CREATE TABLE responses (key BLOB PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID")
    old.execute("PRAGMA user_version=1")
    old.commit()
    old.close()
    store = Store(path)
    assert store.records() == {}
    store.keep_records({record_key("a.robust.yaml", "a"): "1"})
    store.keep_records({record_key("a.robust.yaml", "a"): "2", record_key("b.robust.yaml", "a"): "3"})
    store.close()
    again = Store(path)
    assert again.records() == {"a.robust.yaml\0a": "2", "b.robust.yaml\0a": "3"}
    again.close()


def test_requests_have_one_digest_in_any_order():
    assert requests_digest(["b", "a", "a"]) == requests_digest(["a", "b"]) != requests_digest(["a"])


def test_only_folders_have_an_identity_and_it_follows_their_files(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    before = identity([f"hf:{tmp_path}"])
    assert before
    assert before == identity([f"hf:{tmp_path}"])
    assert before != identity([f"hf:{tmp_path}?dtype=float16"])
    (tmp_path / "config.json").write_text("{ }")
    assert identity([f"hf:{tmp_path}"]) != before
    assert identity(["http://localhost:8000/v1"]) == identity(["hf:owner/name"]) == identity(["hf:"]) == ""
    assert identity([f"hf:{tmp_path}", "tiny"]) == ""
