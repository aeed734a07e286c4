"""Servers that are overloaded, slow, broken or gone."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import threading
import time

import pytest

from llmrobust.errors import ModelError, ServerGone
from llmrobust.models.http.replicas import Replicas
from llmrobust.models.server.process import free_port
from llmrobust.request import Failure
from tests.models.conftest import at
from tests.models.http.fault_server import Fault, FaultServer, serve
from tests.models.requests import brief, chat, completion

ASK = completion("good 1", "2", sampling=brief())
PATH = "/v1/completions"


def faulty(server, **fault):
    """A server to which the fault happens once it is asked for "good 1"."""
    return server(faults=[Fault(path="/v1/", when=lambda body: "good 1" in str(body), **fault)])


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0.02"}, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}])
def test_overload_is_waited_for(server, asked, status, headers):
    one = faulty(server, status=status, headers=headers, times=2)
    _, replies = asked(one.url, ASK)
    assert [reply.text for reply in replies] == ["+", "-"]


def test_retry_after_is_respected(server, asked):
    one = faulty(server, status=429, headers={"Retry-After": "0.3"}, times=1)
    started = time.monotonic()
    asked(one.url, ASK)
    assert time.monotonic() - started >= 0.3


def test_lasting_overload_is_a_failure_of_the_requests(server, asked):
    one = faulty(server, status=503)
    _, replies = asked(one.url, ASK)
    assert [reply.kind for reply in replies] == ["overloaded"] * 2
    assert len([body for body in one.bodies(PATH) if "good 1" in str(body)]) == 3


def test_internal_error_is_tried_twice(server, asked):
    one = faulty(server, status=500, message="oops", times=1)
    assert [reply.text for reply in asked(one.url, ASK)[1]] == ["+", "-"]
    two = faulty(server, status=500, message="oops")
    _, replies = asked(two.url, ASK)
    assert replies == [Failure("server-error", f"oops (HTTP 500 from {PATH}, twice)")] * 2
    assert len([body for body in two.bodies(PATH) if "good 1" in str(body)]) == 2


def test_server_that_says_that_it_is_not_well_is_gone(server, asked):
    one = server(faults=[Fault(500, when=lambda body: "good 1" in str(body)), Fault(503, path="/health")])
    with pytest.raises(ServerGone, match="broke down: out of order"):
        asked(one.url, ASK)


def test_reset_connection_is_tried_again(server, asked):
    one = faulty(server, kind="reset", times=1)
    assert [reply.text for reply in asked(one.url, ASK)[1]] == ["+", "-"]


def test_lasting_resets_are_a_failure(server, asked):
    _, replies = asked(faulty(server, kind="reset").url, ASK)
    assert [reply.kind for reply in replies] == ["server-error"] * 2
    assert "broke the connection before it answered, twice" in replies[0].message


def test_hanging_server_is_a_timeout(server, asked):
    _, replies = asked(faulty(server, kind="hang").url, ASK, timeout_s=0.2)
    assert replies == [Failure("timeout", f"no answer from {PATH} within 0.2 s")] * 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("cut", "not JSON"),
        ("truncate", "broke the connection within its answer"),
        ("few", "gave 1 choices for 2 prompts"),
    ],
)
def test_broken_answer_is_malformed(server, asked, kind, words):
    _, replies = asked(faulty(server, kind=kind).url, ASK)
    assert [reply.kind for reply in replies] == ["malformed"] * 2
    assert words in replies[0].message


@pytest.mark.parametrize("ask", [chat, completion])
def test_missing_log_probability_is_malformed(server, asked, ask):
    _, replies = asked(faulty(server, kind="scores").url, ask("good 1: ", "2: ", labels=("A", "B")))
    assert replies == [Failure("malformed", "the server gave 5 of 6 log-probabilities asked for")] * 2


def test_disobeyed_constraint_is_malformed(server, asked):
    one = faulty(server, kind="disobey")
    _, replies = asked(one.url, chat("good 1", labels=("A", "B"), scoring="constrained"))
    assert replies == [Failure("malformed", "the server ignored the labels; it returned 'whatever'")]


def test_server_that_cannot_tokenize_any_more_fails_the_scores_only(server, asked):
    one = server(faults=[Fault(500, path="/tokenize", when=lambda body: "good 1" in str(body))])
    _, replies = asked(one.url, chat("good 1", labels=("AC", "B")))
    assert [reply.kind for reply in replies] == ["server-error"]


def test_key_does_not_follow_a_redirect(server, asked):
    with pytest.raises(ModelError, match=r"redirects to http://192\.0\.2\.1/v1; give that address"):
        asked(server(faults=[Fault(kind="redirect")]).url, [], api_key="sk-hidden")


def test_nobody_at_the_address_is_one_clear_error(asked):
    port = free_port()
    with pytest.raises(ServerGone, match=f"no server answers at http://127.0.0.1:{port}"):
        asked(f"http://127.0.0.1:{port}/v1", [])


def test_server_that_starts_slowly_is_waited_for(server):
    port = free_port()
    opened = threading.Event()

    async def go():
        model = at(f"http://127.0.0.1:{port}/v1", connect_tries=500)
        task = asyncio.create_task(model.open())
        await asyncio.sleep(0)  # the first attempts find nobody
        opened.set()
        try:
            return await task
        finally:
            await model.close()

    result = []
    thread = threading.Thread(target=lambda: result.append(asyncio.run(go())))
    thread.start()
    assert opened.wait(5)
    with serve(FaultServer(), port):
        thread.join(10)
    assert result[0].name == "toy"


def test_server_that_dies_is_gone():
    async def go():
        with serve(FaultServer()) as one:
            model = at(one.url)
            await model.open()
        try:
            await model.answer(ASK)
        finally:
            await model.close()

    with pytest.raises(ServerGone, match="no server answers"):
        asyncio.run(go())


def test_error_of_a_server_that_is_gone_travels_between_processes_and_through_contexts():
    error = pickle.loads(pickle.dumps(ServerGone("gone", log_tail="last words")))
    assert (error.message, error.log_tail, str(error)) == ("gone", "last words", "gone\nlast words")

    @contextlib.contextmanager
    def context():
        yield

    with pytest.raises(ServerGone, match="gone"), context():
        raise error


def test_replicas_share_the_load(server):
    servers = [server(), server()]

    async def go():
        model = Replicas([at(one.url) for one in servers])
        try:
            info = await model.open()
            await asyncio.gather(*(model.answer(completion(f"good {i}", sampling=brief())) for i in range(8)))
            return info
        finally:
            await model.close()

    info = asyncio.run(go())
    counts = [len([body for body in one.bodies(PATH) if "good" in str(body)]) for one in servers]
    assert counts == [4, 4]
    assert info.max_in_flight == 16


def test_replicas_must_be_the_same_model(server, asked):
    with pytest.raises(ModelError, match=r"are not replicas of one model: their server_version is 9\.9 and 9\.10"):
        asked(Replicas([at(server().url), at(server(version="9.10").url)]), [])
    with pytest.raises(ModelError, match="one serves toy, the other b"):
        asked(Replicas([at(server().url), at(server(models=["b"]).url)]), [])


def test_other_replicas_go_on_when_one_dies(server):
    async def go():
        with serve(FaultServer()) as doomed:
            model = Replicas([at(doomed.url), at(server().url)])
            await model.open()
        try:
            return [await model.answer(ASK) for _ in range(3)]
        finally:
            await model.close()

    for replies in asyncio.run(go()):
        assert [reply.text for reply in replies] == ["+", "-"]


def test_last_replica_takes_the_model_with_it(server):
    gone = Fault(503, path="/health")
    broken = Fault(500, when=lambda body: "good 1" in str(body))
    servers = [server(faults=[gone, broken]) for _ in range(2)]

    async def go():
        model = Replicas([at(one.url) for one in servers])
        try:
            await model.open()
            await model.answer(ASK)
        finally:
            await model.close()

    with pytest.raises(ServerGone):
        asyncio.run(go())


def test_plain_server_fails_one_request_at_a_time(server, asked):
    one = server(features={"chat"}, faults=[Fault(500, when=lambda body: "good 1" in str(body))])
    _, replies = asked(one.url, chat("good 1", "good 2", sampling=brief()))
    assert isinstance(replies[0], Failure)
    assert replies[1].text == "+"
