"""The engine against a scripted model: order, deduplication, limits, and every way to end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from llmrobust.engine import Limits
from llmrobust.engine.sender import GIVE_UP_AFTER
from llmrobust.errors import ModelError, ServerGone
from llmrobust.request import Failure, Response, Sampling
from tests.engine.scripted import ScriptedModel, ask


def texts(replies):
    return [reply.text for reply in replies]


def test_replies_come_in_the_order_asked_for(engine):
    asker = engine(ScriptedModel())
    requests = [ask(f"prompt {i}") for i in range(50)]
    asker.submit(requests)
    assert texts(asker.replies(requests[::-1])) == [f"prompt {i}" for i in reversed(range(50))]


def test_equal_requests_are_sent_once(engine):
    model = ScriptedModel()
    asker = engine(model)
    asker.submit([ask("same")] * 10)
    asker.submit([ask("same"), ask("other")])
    asker.replies([ask("same"), ask("other")])
    assert sorted(request.messages[0][1] for batch in model.lists for request in batch) == ["other", "same"]
    stats = asker.stats()
    assert (stats.planned, stats.unique, stats.sent) == (12, 2, 2)


def test_repeats_of_a_prompt_are_sent_each(engine):
    model = ScriptedModel()
    asker = engine(model)
    requests = [ask("same", repeat=i) for i in range(3)]
    asker.submit(requests)
    asker.replies(requests)
    assert sum(map(len, model.lists)) == 3


def test_lists_hold_only_requests_that_may_travel_together_and_are_no_longer_than_the_model_takes(engine):
    model = ScriptedModel(max_batch=4)
    asker = engine(model)
    short, long = Sampling(max_tokens=1), Sampling(max_tokens=64)
    requests = [ask(f"p{i}", sampling=short if i % 2 else long) for i in range(20)]
    asker.submit(requests)
    asker.replies(requests)
    assert all(len({request.batch_key() for request in batch}) == 1 for batch in model.lists)
    assert max(map(len, model.lists)) == 4


def test_shared_prefixes_travel_together(engine):
    model = ScriptedModel(max_batch=2)
    asker = engine(model)
    requests = [ask(f"{prefix} {i}") for i in range(2) for prefix in ("alpha", "beta")]
    asker.submit(requests)
    asker.replies(requests)
    assert all(len({request.messages[0][1].split()[0] for request in batch}) == 1 for batch in model.lists)


def test_no_more_lists_are_in_flight_than_the_model_allows(engine):
    model = ScriptedModel(max_batch=1, max_in_flight=3)
    asker = engine(model)
    requests = [ask(f"p{i}") for i in range(30)]
    asker.submit(requests)
    asker.replies(requests)
    assert model.most_in_flight == 3


def test_the_limit_on_prompts_in_flight_holds(engine):
    model = ScriptedModel(max_batch=4, max_in_flight=50)
    asker = engine(model, limits=Limits(max_prompts=8))
    requests = [ask(f"p{i}") for i in range(64)]
    asker.submit(requests)
    asker.replies(requests)
    assert model.most_in_flight <= 2


def test_the_limit_on_tokens_lets_a_prompt_beyond_it_through_alone(engine):
    model = ScriptedModel(max_batch=1, max_in_flight=50)
    asker = engine(model, limits=Limits(max_tokens=10))
    requests = [ask("x" * 400 + str(i)) for i in range(5)]
    asker.submit(requests)
    asker.replies(requests)
    assert model.most_in_flight == 1


def test_the_limit_on_tokens_counts_lists_that_are_about_to_be_sent(engine):
    model = ScriptedModel(max_batch=1, max_in_flight=50)
    asker = engine(model, limits=Limits(max_tokens=400))
    requests = [ask("x" * 400 + str(i)) for i in range(20)]
    asker.submit(requests)
    asker.replies(requests)
    assert model.most_in_flight == 2


def test_a_second_run_sends_nothing(engine, tmp_path: Path):
    store = tmp_path / "replies.sqlite"
    requests = [ask(f"p{i}") for i in range(10)]
    first = engine(ScriptedModel(), store)
    first.submit(requests)
    before = first.replies(requests)
    first.close()
    model = ScriptedModel()
    second = engine(model, store)
    second.submit(requests)
    assert second.replies(requests) == before
    assert model.lists == []
    assert second.stats().from_store == 10


def test_a_reply_of_another_model_is_not_reused(engine, tmp_path: Path):
    store = tmp_path / "replies.sqlite"
    first = engine(ScriptedModel(fingerprint="one"), store)
    first.submit([ask("p")])
    first.replies([ask("p")])
    first.close()
    model = ScriptedModel(fingerprint="two")
    second = engine(model, store)
    second.submit([ask("p")])
    second.replies([ask("p")])
    assert len(model.lists) == 1


def test_an_interrupted_run_resumes_with_what_is_missing(engine, tmp_path: Path):
    store = tmp_path / "replies.sqlite"
    died = threading.Event()

    def two_then_gone(request):
        if request.messages[0][1] > "p1":
            died.set()
            raise ServerGone("the server went away")
        return Response("ok", "stop")

    requests = [ask(f"p{i}") for i in range(6)]
    first = engine(ScriptedModel(two_then_gone, max_batch=1, max_in_flight=1), store)
    first.submit(requests)
    with pytest.raises(ServerGone, match="went away"):
        first.replies(requests)
    assert died.is_set()
    first.close()
    model = ScriptedModel(max_batch=1)
    second = engine(model, store)
    second.submit(requests)
    second.replies(requests)
    assert sorted(request.messages[0][1] for batch in model.lists for request in batch) == ["p2", "p3", "p4", "p5"]


def test_failures_are_given_back_and_never_stored(engine, tmp_path: Path):
    store = tmp_path / "replies.sqlite"
    first = engine(ScriptedModel(lambda request: Failure("timeout", "no answer in 5 s")), store)
    first.submit([ask("p")])
    assert first.replies([ask("p")]) == [Failure("timeout", "no answer in 5 s")]
    first.close()
    second = engine(ScriptedModel(), store)
    second.submit([ask("p")])
    assert texts(second.replies([ask("p")])) == ["p"]


def test_a_server_that_only_fails_is_given_up_on_with_one_error(engine):
    model = ScriptedModel(lambda request: Failure("server-error", "500 Internal Server Error"), max_in_flight=1)
    asker = engine(model)
    requests = [ask(f"p{i}") for i in range(1000)]
    asker.submit(requests)
    with pytest.raises(ServerGone, match=r"in a row got no answer.*500 Internal Server Error"):
        asker.replies(requests)
    assert sum(map(len, model.lists)) < GIVE_UP_AFTER + 2 * 4


def test_failures_before_a_server_is_given_up_on_are_that_one_error_too(engine):
    asker = engine(ScriptedModel(lambda request: Failure("timeout", "no answer"), max_batch=8, max_in_flight=1))
    requests = [ask(f"p{i}") for i in range(GIVE_UP_AFTER)]
    asker.submit(requests)
    with pytest.raises(ServerGone, match="prompts in a row"):
        asker.replies(requests[:1])
    assert asker.ready(requests) == [None] * len(requests)


def test_prompts_that_the_server_rejects_do_not_count_against_it(engine):
    asker = engine(ScriptedModel(lambda request: Failure("rejected", "too long")))
    requests = [ask(f"p{i}") for i in range(4 * GIVE_UP_AFTER)]
    asker.submit(requests)
    assert all(isinstance(reply, Failure) for reply in asker.replies(requests))


def test_a_model_that_does_not_open_is_an_error_for_whoever_waits(engine):
    asker = engine(ScriptedModel(open_error=ModelError("no such folder")))
    asker.submit([ask("p")])
    with pytest.raises(ModelError, match="no such folder"):
        asker.replies([ask("p")])


def test_a_defect_in_a_backend_does_not_hang_the_run(engine):
    def broken(request):
        raise KeyError("choices")

    asker = engine(ScriptedModel(broken))
    asker.submit([ask("p")])
    with pytest.raises(ModelError, match="KeyError"):
        asker.replies([ask("p")])


def test_too_few_replies_from_a_backend_are_an_error(engine):
    model = ScriptedModel()

    async def short(batch):
        return []

    model.answer = short
    asker = engine(model)
    asker.submit([ask("p")])
    with pytest.raises(ModelError, match="0 replies for 1"):
        asker.replies([ask("p")])


def test_closing_cancels_what_is_outstanding_and_releases_the_model(engine):
    model = ScriptedModel()
    model.hold = True
    asker = engine(model)
    asker.submit([ask("p")])
    failed: list[Exception] = []

    def wait():
        try:
            asker.replies([ask("p")])
        except ModelError as error:
            failed.append(error)

    waiter = threading.Thread(target=wait)
    waiter.start()
    asker.close()
    waiter.join(timeout=5)
    assert "stopped before" in str(failed[0])
    assert model.closed == 1
    assert model.in_flight == 0


def test_an_unreadable_store_is_one_clear_error(engine, tmp_path: Path):
    store = tmp_path / "replies.sqlite"
    store.write_bytes(b"this is no database" * 100)
    asker = engine(ScriptedModel(), store)
    asker.submit([ask("p")])
    with pytest.raises(Exception, match=r"cannot use the reply store .*Delete it"):
        asker.replies([ask("p")])


def test_waiting_for_something_never_asked_is_refused(engine):
    with pytest.raises(ValueError, match="never submitted"):
        engine(ScriptedModel()).replies([ask("p")])
