"""Servers that join and leave a run with the lines of a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from llmrobust.engine import Engine, Limits, Store
from llmrobust.errors import ModelError, ServerGone
from llmrobust.models import parse_specs
from llmrobust.models.http import listed_servers
from llmrobust.models.http.client import HttpSettings
from llmrobust.models.http.identity_probe import ANYWHERE
from llmrobust.models.http.listed_servers import ListedServers
from llmrobust.models.protocol import IDENTIFIED_BY, LEFT_OUT, SERVERS, ModelInfo
from llmrobust.request import Reply, Request, Response, ScoredBy
from tests.models.requests import brief, chat, completion

DEADLINE_S = 20.0
A, B, C = "http://a/v1", "http://b/v1", "http://c/v1"


class Server:
    """A scripted server: it answers with its address, and can be down, be another model, or keep its answers back."""

    def __init__(
        self,
        spec: str,
        weights: str = "same",
        *,
        max_batch: int = 8,
        identified: bool = True,
        scoring: tuple[ScoredBy, ...] = ("logprobs", "text"),
    ):
        self.spec, self.weights, self.max_batch, self.identified = spec, weights, max_batch, identified
        self.scoring = scoring
        self.down = self.holds = False
        self.asked = self.under_way = self.opened = self.closed = 0

    async def open(self) -> ModelInfo:
        self.opened += 1
        if self.down:
            raise ServerGone(f"no server answers at {self.spec}")
        details = {"server_fingerprint": self.weights, "weights": self.weights, IDENTIFIED_BY: "address"}
        return ModelInfo(
            self.spec,
            "toy",
            "http",
            fingerprint=f"{self.weights} at {self.spec}",
            max_model_len=512,
            max_batch=self.max_batch,
            max_in_flight=2,
            scoring=self.scoring,
            details=details,
            trusted_fingerprint="" if self.identified else "trusted",
        )

    async def answer(self, batch: list[Request]) -> list[Reply]:
        self.asked += 1
        self.under_way += 1
        try:
            await until(lambda: not self.holds)
            await asyncio.sleep(0)
            if self.down:
                raise ServerGone(f"no server answers at {self.spec}")
            return [Response(self.spec, "stop") for _ in batch]
        finally:
            self.under_way -= 1

    async def close(self) -> None:
        self.closed += 1


class Fleet:
    """The servers by address, the file that lists some of them, and the model that they are together."""

    def __init__(self, path: Path, *servers: Server):
        self.path = path
        self.servers = {server.spec: server for server in servers}

    def lists(self, *lines: str) -> None:
        """Write the file anew."""
        self.path.write_text("".join(f"{line}\n" for line in lines))

    @asynccontextmanager
    async def opened(self, *lines: str, wait_s: float = DEADLINE_S) -> Any:
        """The model, with these lines in the file."""
        self.lists(*lines)
        model = ListedServers(f"servers:{self.path}", self.servers.__getitem__, wait_s)
        try:
            yield model, await model.open()
        finally:
            await model.close()


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.001)


async def who_answers(model: ListedServers, lists: int = 6) -> set[str]:
    """The servers that lists sent at the same time go to."""
    found = await asyncio.gather(*(model.answer(chat(f"prompt {n}")) for n in range(lists)))
    return {reply.text for replies in found for reply in replies if isinstance(reply, Response)}


def within_time(run: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(run, DEADLINE_S))


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed_servers, "LOOK_S", 0.01)
    monkeypatch.setattr(listed_servers, "RETRY_S", 0.01)


@pytest.fixture
def fleet(tmp_path: Path) -> Callable[..., Fleet]:
    return lambda *servers: Fleet(tmp_path / "servers.txt", *servers)


def test_a_server_that_is_added_gets_work(fleet: Callable[..., Fleet]) -> None:
    both = fleet(Server(A), Server(B))

    async def go() -> None:
        async with both.opened(A) as (model, info):
            assert (info.servers, info.max_in_flight) == (1, 2)
            assert await who_answers(model) == {A}
            both.lists(A, B)
            await until(lambda: model.now().servers == 2)
            assert model.now().max_in_flight == 4
            assert await who_answers(model) == {A, B}
            assert info.details[SERVERS] == "2"
            assert LEFT_OUT not in info.details

    within_time(go())
    assert all(server.closed for server in both.servers.values())


def test_a_server_that_is_taken_away_gets_nothing_new_and_loses_nothing(fleet: Callable[..., Fleet]) -> None:
    both = fleet(Server(A), Server(B))
    leaving = both.servers[A]

    async def go() -> None:
        async with both.opened(A, B) as (model, info):
            leaving.holds = True
            lists = [asyncio.create_task(model.answer(chat(f"prompt {n}"))) for n in range(4)]
            await until(lambda: leaving.under_way == 2)
            both.lists(B)
            await until(lambda: model.now().servers == 1)
            assert await who_answers(model) == {B}
            assert (leaving.asked, leaving.closed) == (2, 0), "what it has is awaited before it is closed"
            leaving.holds = False
            replies = [reply.text for found in await asyncio.gather(*lists) for reply in found]
            assert sorted(replies) == [A, A, B, B]
            assert leaving.closed == 1
            assert info.details[SERVERS] == "2", "as many took part"

    within_time(go())


def test_an_added_server_with_another_model_is_refused_and_the_run_goes_on(fleet: Callable[..., Fleet]) -> None:
    both = fleet(Server(A), Server(B, weights="other"))

    async def go() -> None:
        async with both.opened(A) as (model, info):
            both.lists(A, B)
            await until(lambda: LEFT_OUT in info.details)
            said = info.details[LEFT_OUT]
            assert f"servers.txt:2: {A} and {B} are not replicas of one model" in said
            assert await who_answers(model) == {A}
            both.lists(A)
            await until(lambda: LEFT_OUT not in info.details)
            both.servers[B].weights = "same"
            both.lists(A, B)
            await until(lambda: model.now().servers == 2)

    within_time(go())


def test_a_refused_server_is_asked_only_once(fleet: Callable[..., Fleet]) -> None:
    three = fleet(Server(A), Server(B, weights="other"), Server(C))

    async def go() -> None:
        async with three.opened(A) as (model, _):
            three.lists(A, B)
            await until(lambda: three.servers[B].closed)
            three.lists(A, B, C)
            await until(lambda: model.now().servers == 2)

    within_time(go())
    assert three.servers[B].opened == 1


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (Server(B, identified=False), f"{B} cannot be shown to be the same model"),
        (Server(B, max_batch=1), f"{B} takes 1 prompts at once, {A} 8"),
        (Server(B, scoring=("text",)), f"{B} cannot score labels by logprobs as {A} can"),
    ],
)
def test_an_added_server_that_is_not_known_or_able_to_do_the_same_is_refused(
    fleet: Callable[..., Fleet], added: Server, words: str
) -> None:
    both = fleet(Server(A), added)

    async def go() -> None:
        async with both.opened(A) as (_, info):
            both.lists(A, B)
            await until(lambda: words in info.details.get(LEFT_OUT, ""))

    within_time(go())


def test_with_all_taken_away_lists_wait_for_one_to_come_back(fleet: Callable[..., Fleet]) -> None:
    both = fleet(Server(A), Server(B))

    async def go() -> None:
        async with both.opened(A) as (model, _):
            both.lists("# all are gone")
            await until(lambda: model.now().servers == 0)
            waiting = asyncio.create_task(who_answers(model))
            await until(lambda: both.servers[A].closed)
            assert not waiting.done()
            both.lists(B)
            assert await waiting == {B}

    within_time(go())


def test_lists_do_not_wait_for_ever(fleet: Callable[..., Fleet]) -> None:
    one = fleet(Server(A))

    async def go() -> None:
        async with one.opened(A, wait_s=0.05) as (model, _):
            one.lists()
            await until(lambda: model.now().servers == 0)
            with pytest.raises(ServerGone, match=r"no server of .*servers\.txt answered for 0\.05 s: it lists none"):
                await model.answer(chat("prompt"))
            one.servers[A].down = True
            one.lists(A)
            await until(lambda: one.servers[A].opened > 1)
            with pytest.raises(ServerGone, match=rf"servers\.txt:1: no server answers at {A}"):
                await model.answer(chat("prompt"))

    within_time(go())


def test_a_listed_server_that_is_down_is_asked_once_it_is_up(fleet: Callable[..., Fleet]) -> None:
    both = fleet(Server(A), Server(B))
    late, dying = both.servers[B], both.servers[A]
    late.down = True

    async def go() -> None:
        async with both.opened(A) as (model, info):
            both.lists(A, B)
            await until(lambda: info.details.get(LEFT_OUT, "").endswith(f"servers.txt:2: no server answers at {B}"))
            late.down = False
            await until(lambda: model.now().servers == 2)
            assert LEFT_OUT not in info.details
            dying.down = True
            assert await who_answers(model) == {B}
            assert model.now().servers == 1
            dying.down = False
            await until(lambda: model.now().servers == 2)
            assert info.details[SERVERS] == "2"

    within_time(go())


def test_a_server_that_comes_back_as_another_model_is_refused(fleet: Callable[..., Fleet]) -> None:
    both = fleet(Server(A), Server(B))
    restarted = both.servers[B]

    async def go() -> None:
        async with both.opened(A, B) as (model, info):
            restarted.down, restarted.weights = True, "other"
            await who_answers(model)
            restarted.down = False
            await until(lambda: "are not replicas of one model" in info.details.get(LEFT_OUT, ""))
            assert await who_answers(model) == {A}

    within_time(go())


def test_a_mistake_that_is_written_during_a_run_is_told_and_the_rest_counts(fleet: Callable[..., Fleet]) -> None:
    both = fleet(Server(A), Server(B))

    async def go() -> None:
        async with both.opened(A) as (model, info):
            both.lists(A, "http://user:hidden@c/v1", B)
            await until(lambda: model.now().servers == 2)
            assert "servers.txt:2: a model's address is stored" in info.details[LEFT_OUT]
            assert "hidden" not in info.details[LEFT_OUT]

    within_time(go())


def test_a_file_that_disappears_takes_nobody_away(fleet: Callable[..., Fleet]) -> None:
    one = fleet(Server(A))

    async def go() -> None:
        async with one.opened(A) as (model, info):
            one.path.unlink()
            await until(lambda: "cannot be read: No such file" in info.details.get(LEFT_OUT, ""))
            assert await who_answers(model) == {A}
            one.lists(A)
            await until(lambda: LEFT_OUT not in info.details)

    within_time(go())


def test_a_run_begins_with_all_listed_servers_or_not_at_all(fleet: Callable[..., Fleet]) -> None:
    three = fleet(Server(A), Server(B), Server(C, weights="other"))
    three.servers[B].down = True

    async def refused(*lines: str) -> str:
        with pytest.raises(ModelError) as caught:
            async with three.opened(*lines):
                pass
        return str(caught.value)

    async def go() -> None:
        assert f"no server answers at {B}" in await refused(A, B)
        assert f"{A} and {C} are not replicas of one model" in await refused(A, C)
        assert "lists no server: write one address a line" in await refused("# none")
        both = await refused("a:8000", A, A)
        assert "servers.txt:1: not a server address" in both
        assert "servers.txt:3: the server of" in both
        three.servers[A].identified = False
        assert f"{A} cannot be identified (address), so no other server" in await refused(A)

    within_time(go())
    assert three.servers[A].closed == three.servers[A].opened


def test_more_servers_get_more_lists_at_the_same_time(tmp_path: Path) -> None:
    servers = Fleet(tmp_path / "servers.txt", Server(A, max_batch=1), Server(B, max_batch=1))
    servers.lists(A)
    for server in servers.servers.values():
        server.holds = True
    model = ListedServers(f"servers:{servers.path}", servers.servers.__getitem__, DEADLINE_S)
    requests = chat(*(f"prompt {n}" for n in range(12)))

    def under_way() -> list[int]:
        return [server.under_way for server in servers.servers.values()]

    with running(Engine(model, lambda: Store(None), Limits(max_list=1))) as engine:
        engine.submit(requests)
        asyncio.run(asyncio.wait_for(until(lambda: under_way() == [2, 0]), DEADLINE_S))
        servers.lists(A, B)
        asyncio.run(asyncio.wait_for(until(lambda: under_way() == [2, 2]), DEADLINE_S))
        for server in servers.servers.values():
            server.holds = False
        assert len(engine.replies(requests)) == 12


@contextmanager
def running(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.close()


def test_stored_replies_are_the_models_whichever_servers_are_listed(server: Any, tmp_path: Path) -> None:
    requests = completion("good 1", "2", sampling=brief())

    def counts(*urls: str) -> tuple[int, int]:
        (tmp_path / "servers.txt").write_text("\n".join(urls))
        model = parse_specs([f"servers:{tmp_path / 'servers.txt'}"])
        with running(Engine(model, lambda: Store(tmp_path / "store"))) as engine:
            engine.submit(requests)
            assert [reply.text for reply in engine.replies(requests)] == ["+", "-"]
            info, stats = engine.info(), engine.stats()
        assert info is not None
        assert info.details[IDENTIFIED_BY] == ANYWHERE
        return stats.sent, stats.from_store

    assert counts(server().url) == (2, 0)
    assert counts(server().url, server().url) == (0, 2)
    assert counts(server(version="9.10").url) == (2, 0)


def test_the_servers_of_a_judge_get_its_key(server: Any, tmp_path: Path) -> None:
    one = server()
    (tmp_path / "servers.txt").write_text(one.url)
    model = parse_specs([f"servers:{tmp_path / 'servers.txt'}"], lambda address: HttpSettings(api_key=f"for {address}"))

    async def go() -> None:
        await model.open()
        await model.close()

    within_time(go())
    assert {headers["Authorization"] for _, _, headers in one.calls} == {f"Bearer for {one.url}"}
