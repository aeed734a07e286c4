"""Analyses of English come back from their file as they were, and a file that cannot be used changes nothing."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from llmrobust.engine import analysis_store, reply_store
from llmrobust.engine.analysis_store import NAME, AnalysisStore, keep_beside
from llmrobust.english import analyse, analyse_all, pipeline

TEXTS = (
    "Natalia sold clips to 48 of her friends in April.",
    "Don't  stop: it's $5 — really!  Go on.",
    "",
    "Wo ist 東京 \U0001f642?",
)


@pytest.fixture
def store(tmp_path):
    (tmp_path / ".llmrobust").mkdir()
    return AnalysisStore(tmp_path / ".llmrobust" / NAME)


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A file of analyses that is in use, with nothing in memory."""
    monkeypatch.setattr(pipeline, "_shelf", None)
    monkeypatch.setattr(pipeline, "_known", {})
    (tmp_path / ".llmrobust").mkdir()
    keep_beside(tmp_path / ".llmrobust" / "replies.sqlite")
    return tmp_path / ".llmrobust" / NAME


def test_what_was_kept_is_found_and_equal(store):
    analyses = {text: analyse(text) for text in TEXTS}
    store.keep("a pipeline 1.0", analyses)
    assert store.find("a pipeline 1.0", [*TEXTS, "Another one."]) == analyses


def test_another_pipeline_finds_nothing(store):
    store.keep("a pipeline 1.0", {TEXTS[0]: analyse(TEXTS[0])})
    assert store.find("a pipeline 1.1", TEXTS) == {}


def test_more_than_one_select(store, monkeypatch):
    monkeypatch.setattr(reply_store, "LOOKUP_SIZE", 2)
    analyses = {text: analyse(text) for text in TEXTS}
    store.keep("p", analyses)
    assert store.find("p", TEXTS) == analyses


def test_the_oldest_go_when_there_are_too_many(store, monkeypatch):
    monkeypatch.setattr(analysis_store, "KEPT", 2)
    for text in TEXTS:
        store.keep("p", {text: analyse(text)})
    assert set(store.find("p", TEXTS)) == set(TEXTS[-2:])


def test_a_damaged_row_counts_as_absent(store):
    store.keep("p", {text: analyse(text) for text in TEXTS})
    with sqlite3.connect(store.path) as database:
        database.execute("UPDATE analyses SET body = ? WHERE number = 1", (b"nonsense",))
    assert len(store.find("p", TEXTS)) == len(TEXTS) - 1


def test_a_file_that_is_no_database_changes_nothing(store):
    store.path.write_text("not a database, and long enough that SQLite reads a header of it" * 9)
    store.keep("p", {TEXTS[0]: analyse(TEXTS[0])})
    assert store.find("p", TEXTS) == {}


def test_a_folder_that_is_not_there_is_not_made(tmp_path):
    store = AnalysisStore(tmp_path / ".llmrobust" / NAME)
    store.keep("p", {TEXTS[0]: analyse(TEXTS[0])})
    assert not (tmp_path / ".llmrobust").exists()


def test_several_may_keep_at_a_time(store):
    analyses = {text: analyse(text) for text in TEXTS}
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.keep("p", analyses), range(24)))
    assert store.find("p", TEXTS) == analyses


def test_a_second_run_parses_nothing(shelf, monkeypatch):
    analyse_all(TEXTS)
    first = dict(pipeline._known)
    pipeline._known.clear()

    def must_not_load():
        raise AssertionError("the pipeline was loaded")

    monkeypatch.setattr(pipeline, "_loaded", must_not_load)
    analyse_all(TEXTS[1:])
    assert analyse(TEXTS[0]) == first[TEXTS[0]]
    assert pipeline._known == first
    assert shelf.is_file()


def test_without_a_reply_store_nothing_is_written(shelf, tmp_path):
    keep_beside(None)
    analyse_all(TEXTS)
    assert not shelf.exists()
