"""Engines of several sessions on one store: each prompt is asked once, whatever becomes of the others."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from llmrobust.engine import Engine, Store, sender
from llmrobust.engine.claims import LEASE_S
from llmrobust.engine.reply_store import store_key
from llmrobust.engine.sender import CLAIM_SIZE
from llmrobust.request import Failure, Reply, Request, Response
from tests.engine.scripted import ScriptedModel, ask

DEADLINE_S = 30.0
REQUESTS = [ask(f"prompt {number:03}") for number in range(200)]
TEXTS = [request.messages[0][1] for request in REQUESTS]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "replies.sqlite"


def asked(*models: ScriptedModel) -> Counter[str]:
    """How often each prompt was sent, to all of the models together."""
    return Counter(request.messages[0][1] for model in models for batch in model.lists for request in batch)


def within_the_deadline(condition: Callable[[], bool]) -> None:
    """Wait for a condition."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "waited for too long"
        time.sleep(0.005)


def texts_of(engine: Engine) -> list[str]:
    """What was answered to each prompt, or the kind of failure, by the deadline."""
    within_the_deadline(lambda: None not in engine.ready(REQUESTS))
    return [reply.text if isinstance(reply, Response) else reply.kind for reply in engine.replies(REQUESTS)]


def lapse_at(store: Path) -> float:
    """When the claims of the store's only session lapse."""
    with contextlib.closing(sqlite3.connect(store)) as database:
        until: float = database.execute("SELECT min(until) FROM claims").fetchone()[0]
    return until


@pytest.fixture
def held(engine: Callable[..., Engine], store: Path) -> Iterator[tuple[Engine, ScriptedModel]]:
    """A session with two lists of four on their way and more claimed, whose model does not answer yet."""
    model = ScriptedModel()
    model.hold = True
    session = engine(model, store)
    session.submit(REQUESTS)
    within_the_deadline(lambda: model.in_flight == 2)
    yield session, model
    model.hold = False


@pytest.mark.parametrize("most_in_a_list", [(4, 4), (4, 7), (1, 16)])
def test_sessions_at_once_ask_each_prompt_once_and_get_all_replies(engine, store, most_in_a_list):
    models = [ScriptedModel(max_batch=most) for most in most_in_a_list]
    sessions = [engine(model, store) for model in models]
    for session in sessions:
        session.submit(REQUESTS)
    assert [texts_of(session) for session in sessions] == [TEXTS, TEXTS]
    assert asked(*models) == Counter(TEXTS)
    assert sum(session.stats().sent for session in sessions) == len(REQUESTS)
    assert all(session.stats().sent + session.stats().from_store == len(REQUESTS) for session in sessions)


def test_what_another_session_is_asking_is_left_to_it_and_the_rest_is_sent_meanwhile(engine, store, held):
    first, first_model = held
    second_model = ScriptedModel()
    second = engine(second_model, store)
    second.submit(REQUESTS)
    within_the_deadline(lambda: second.stats().sent == len(REQUESTS) - CLAIM_SIZE)
    assert second.ready(REQUESTS).count(None) == CLAIM_SIZE
    first_model.hold = False
    assert texts_of(first) == texts_of(second) == TEXTS
    assert asked(first_model, second_model) == Counter(TEXTS)


def test_a_session_that_is_closed_leaves_what_it_was_asking_to_others(engine, store, held):
    first, _ = held
    second_model = ScriptedModel()
    second = engine(second_model, store)
    second.submit(REQUESTS)
    within_the_deadline(lambda: second.stats().sent == len(REQUESTS) - CLAIM_SIZE)
    first.close()
    assert texts_of(second) == TEXTS
    assert asked(second_model) == Counter(TEXTS)


def test_the_claims_of_a_killed_session_lapse(engine, store):
    now = [1_000_000.0]
    killed = Store(store, lambda: now[0])
    killed.claim([store_key("f1", request) for request in REQUESTS[:CLAIM_SIZE]])
    model = ScriptedModel()
    living = engine(model, store, clock=lambda: now[0])
    living.submit(REQUESTS)
    within_the_deadline(lambda: living.stats().sent == len(REQUESTS) - CLAIM_SIZE)
    now[0] += LEASE_S + 1
    assert texts_of(living) == TEXTS
    assert asked(model) == Counter(TEXTS)
    killed.close()


def test_a_session_keeps_its_claims_while_its_model_is_slow(engine, store, monkeypatch):
    monkeypatch.setattr(sender, "RENEW_S", 0.001)
    now = [1_000_000.0]
    slow_model, model = ScriptedModel(), ScriptedModel()
    slow_model.hold = True
    slow, other = (engine(one, store, clock=lambda: now[0]) for one in (slow_model, model))
    slow.submit(REQUESTS)
    within_the_deadline(lambda: slow_model.in_flight == 2)
    for _ in range(3):
        now[0] += LEASE_S - 1
        within_the_deadline(lambda: lapse_at(store) > now[0] + 1)
    other.submit(REQUESTS)
    within_the_deadline(lambda: other.stats().sent == len(REQUESTS) - CLAIM_SIZE)
    slow_model.hold = False
    assert texts_of(slow) == texts_of(other) == TEXTS
    assert asked(slow_model, model) == Counter(TEXTS)


def test_what_fails_in_one_session_is_tried_by_the_other(engine, store):
    def fails(request: Request) -> Reply:
        text = request.messages[0][1]
        return Failure("rejected", "not this one") if text == TEXTS[50] else Response(text, "stop")

    failing_model, model = ScriptedModel(fails), ScriptedModel()
    failing, other = engine(failing_model, store), engine(model, store)
    failing.submit(REQUESTS)
    expected = [*TEXTS[:50], "rejected", *TEXTS[51:]]
    assert texts_of(failing) == expected
    other.submit(REQUESTS)
    assert texts_of(other) == TEXTS
    assert asked(failing_model, model) == Counter([*TEXTS, TEXTS[50]])


def test_what_both_sessions_fail_at_is_a_failure_of_both(engine, store):
    models = [ScriptedModel(lambda request: Failure("rejected", "none of them")) for _ in range(2)]
    sessions = [engine(model, store) for model in models]
    for session in sessions:
        session.submit(REQUESTS)
    assert [texts_of(session) for session in sessions] == [["rejected"] * len(REQUESTS)] * 2
    assert [asked(model) for model in models] == [Counter(TEXTS)] * 2


def test_what_is_only_looked_up_waits_for_no_other_session(engine, store, held):
    other = engine(ScriptedModel(), store)
    other.submit(REQUESTS, stored_only=True)
    assert texts_of(other) == ["not-stored"] * len(REQUESTS)


def test_without_a_file_sessions_ask_by_themselves(engine):
    models = [ScriptedModel() for _ in range(2)]
    for model in models:
        session = engine(model)
        session.submit(REQUESTS)
        assert texts_of(session) == TEXTS
    assert [asked(model) for model in models] == [Counter(TEXTS)] * 2


def test_sessions_of_two_models_ask_by_themselves(engine, store):
    models = [ScriptedModel(fingerprint=name) for name in ("one", "two")]
    sessions = [engine(model, store) for model in models]
    for session in sessions:
        session.submit(REQUESTS)
    assert [texts_of(session) for session in sessions] == [TEXTS, TEXTS]
    assert [asked(model) for model in models] == [Counter(TEXTS)] * 2
