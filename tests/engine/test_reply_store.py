"""The reply store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.engine.reply_store import SCHEMA_VERSION, Store, StoreError, store_key
from llmrobust.request import Response, Sampling
from tests.engine.scripted import ask

responses = st.builds(
    Response,
    text=st.text(),
    finish_reason=st.sampled_from(["stop", "length"]),
    scored_by=st.sampled_from(["logprobs", "constrained", "text"]),
    label_logprobs=st.none() | st.lists(st.floats(-50, 0), min_size=1, max_size=4).map(tuple),
    prompt_tokens=st.integers(0, 10**6),
    completion_tokens=st.integers(0, 10**6),
)


@given(responses)
def test_what_is_kept_comes_back_equal(response):
    store = Store(None)
    store.keep([(b"key", response)])
    assert store.find([b"key"]) == {b"key": response}


@pytest.mark.parametrize(
    "change",
    [
        {"messages": (("user", "other"),)},
        {"messages": (("system", "p"),)},
        {"mode": "completion"},
        {"sampling": Sampling(temperature=0.5)},
        {"sampling": Sampling(seed=1)},
        {"labels": ("a",)},
        {"scoring": "text"},
        {"repeat": 1},
    ],
)
def test_every_part_of_a_request_is_part_of_its_key(change):
    base = {"messages": (("user", "p"),)}
    from llmrobust.request import Request

    assert store_key("f", Request(**(base | change))) != store_key("f", Request(**base))
    assert store_key("other", Request(**base)) != store_key("f", Request(**base))


def test_parts_do_not_run_into_each_other():
    from llmrobust.request import Request

    one = Request(messages=(("user", "ab"), ("user", "c")))
    two = Request(messages=(("user", "a"), ("user", "bc")))
    assert store_key("f", one) != store_key("f", two)


def test_more_keys_than_one_statement_takes():
    store = Store(None)
    keys = [str(i).encode() for i in range(2500)]
    store.keep([(key, Response("x", "stop")) for key in keys])
    assert len(store.find([*keys, b"absent"])) == 2500


def test_a_damaged_row_counts_as_absent(tmp_path: Path):
    path = tmp_path / "s.sqlite"
    store = Store(path)
    store.keep([(b"k", Response("x", "stop"))])
    store.close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE responses SET body = '{\"text\": 1'")
    assert Store(path).find([b"k"]) == {}


def test_a_store_of_another_version_is_refused(tmp_path: Path):
    path = tmp_path / "s.sqlite"
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    with pytest.raises(StoreError, match=r"another version.*Delete it"):
        Store(path)


def test_the_folder_is_kept_out_of_git(tmp_path: Path):
    Store(tmp_path / ".llmrobust" / "s.sqlite").close()
    assert "*" in (tmp_path / ".llmrobust" / ".gitignore").read_text()


def test_keys_are_the_same_on_every_machine_and_version():
    assert store_key("f", ask("p")).hex() == "1faf467a0bfcc8cd68de9f9fa274f07e4215bf8c7d3764e43517801f4d819a94"
