"""Replicas that fail what others answer: their work moves, and they are not asked for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from llmrobust.models.http import replica_pool
from llmrobust.models.http.replica_pool import REST_S, STRIKES
from llmrobust.models.http.replicas import Replicas
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Failure, FailureKind, Reply, Request, Response
from tests.models.requests import chat

Answer = Callable[[Sequence[Request]], list[Reply]]


class Scripted:
    """A model that answers as it is told, and counts its lists."""

    def __init__(self, spec: str, answer: Answer):
        self.spec, self.script, self.lists = spec, answer, 0

    async def open(self) -> ModelInfo:
        return ModelInfo(self.spec, "toy", "http", "same", 512, 8, 4)

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        self.lists += 1
        await asyncio.sleep(0)
        return self.script(batch)

    async def close(self) -> None:
        return None


def well(batch: Sequence[Request]) -> list[Reply]:
    return [Response("+", "stop") for _ in batch]


def failing(kind: FailureKind, where: str = "") -> Answer:
    """Fails the prompts that hold a text."""
    return lambda batch: [Failure(kind, "no") if where in r.messages[0][1] else Response("+", "stop") for r in batch]


def ask(lists: int, *models: Scripted, text: str = "a", rests: Callable[[], None] = lambda: None) -> list[list[Reply]]:
    async def run() -> list[list[Reply]]:
        both = Replicas(models)
        await both.open()
        found = []
        for number in range(lists):
            if number == lists - 1:
                rests()
            found.append(await both.answer(chat(f"{text} {number}", f"other {number}")))
        await both.close()
        return found

    return asyncio.run(run())


@pytest.mark.parametrize("kind", ["overloaded", "timeout", "server-error", "malformed", "rejected"])
def test_what_one_fails_another_answers_and_the_sick_one_rests(kind: FailureKind) -> None:
    sick, healthy = Scripted("a", failing(kind)), Scripted("b", well)
    assert ask(20, sick, healthy) == [well(["", ""])] * 20
    assert (sick.lists, healthy.lists) == (STRIKES, 20)


def test_only_the_failed_prompts_of_a_list_move() -> None:
    sick, healthy = Scripted("a", failing("timeout", "a")), Scripted("b", well)
    seen: list[int] = []
    healthy.script = lambda batch: (seen.append(len(batch)), well(batch))[1]
    ask(1, sick, healthy)
    assert seen == [1]


def test_after_its_rest_one_list_shows_whether_it_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(replica_pool.time, "monotonic", lambda: clock[0])
    sick, healthy = Scripted("a", failing("server-error")), Scripted("b", well)

    def later() -> None:
        clock[0] += REST_S + 1
        sick.script = well

    ask(10, sick, healthy, rests=later)
    assert sick.lists == STRIKES + 1


def test_what_all_replicas_fail_is_about_the_prompt() -> None:
    one, two = Scripted("a", failing("server-error", "a")), Scripted("b", failing("server-error", "a"))
    found = ask(10, one, two)
    assert [[type(reply) for reply in replies] for replies in found] == [[Failure, Response]] * 10
    assert min(one.lists, two.lists) >= 10, "both are still asked"


def test_a_prompt_that_a_server_rejects_is_not_asked_again() -> None:
    one, two = Scripted("a", failing("rejected", "a")), Scripted("b", well)
    assert isinstance(ask(1, one, two)[0][0], Failure)
    assert two.lists == 0


def test_with_all_resting_the_work_goes_on() -> None:
    one, two = Scripted("a", failing("overloaded", "a")), Scripted("b", failing("overloaded", "b"))
    found = ask(12, one, two, text="a b")
    assert all(isinstance(replies[1], Response) for replies in found)
