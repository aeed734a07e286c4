"""Open replicas of one model, and which of them is asked what."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llmrobust.errors import ServerGone
from llmrobust.models.protocol import Model, TellsTokens
from llmrobust.request import Failure, Reply, Request

STRIKES = 3
"""Lists in a row that a replica failed and another one answered, after which it rests."""
REST_S = 30.0
"""How long it is not asked; then one list shows whether it is well."""


@dataclass(slots=True, eq=False)
class _Replica:
    """An open replica. strikes: lists in a row that others had to answer. rests_until: by the monotonic clock."""

    model: Model
    under_way: int = 0
    strikes: int = 0
    rests_until: float = 0.0

    def failed(self) -> None:
        """Another replica answered what this one did not."""
        self.strikes += 1
        if self.strikes >= STRIKES:
            self.rests_until = time.monotonic() + REST_S


class ReplicaPool:
    """Shares lists of prompts among open models: each list goes to the one with the fewest lists under way.

    A replica that dies is left out, its list goes to another. What a replica fails to answer in a way that may be its
    own fault goes to another one too, and one that keeps failing what others answer is not asked for a while. A
    replica that is left out or removed is closed once nothing is under way at it.
    """

    def __init__(self, name: str):
        """name: what the replicas are together, for messages."""
        self._name = name
        self._alive: list[_Replica] = []
        self._leaving: list[_Replica] = []
        self._occupied = asyncio.Event()

    @property
    def models(self) -> tuple[Model, ...]:
        """The models that are asked."""
        return tuple(replica.model for replica in self._alive)

    def add(self, model: Model) -> None:
        """Ask this model too; it is open."""
        self._alive.append(_Replica(model))
        self._occupied.set()

    async def remove(self, model: Model) -> None:
        """Ask this model nothing new. What is under way at it is answered; then it is closed."""
        for replica in [one for one in self._alive if one.model is model]:
            self._leave_out(replica)
            await self._close_if_idle(replica)

    async def any_model(self) -> None:
        """Wait until there is a model to ask."""
        await self._occupied.wait()

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request. Raises ServerGone, with nothing answered, when no replica is left."""
        gone = ServerGone(f"no replica of {self._name} is open")
        replies: dict[int, Reply] = {}
        left = list(range(len(batch)))
        failing: list[_Replica] = []
        while left and (replica := self._next(failing)) is not None:
            try:
                found = await self._asked(replica, [batch[i] for i in left])
            except ServerGone as error:
                gone = error
                continue
            replies.update(zip(left, found, strict=True))
            still = _moved(left, replies)
            if len(still) < len(left):
                replica.strikes, replica.rests_until = 0, 0.0
                for other in failing:
                    other.failed()
            failing.append(replica)
            left = still
        if len(replies) < len(batch):
            raise gone
        return [replies[i] for i in range(len(batch))]

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens, from the first replica that is alive."""
        first = self._alive[0].model if self._alive else None
        return await first.prompt_tokens(request) if isinstance(first, TellsTokens) else ()

    async def close(self) -> None:
        """Close all replicas at once."""
        replicas, self._alive, self._leaving = [*self._alive, *self._leaving], [], []
        self._occupied.clear()
        await asyncio.gather(*(replica.model.close() for replica in replicas))

    def _next(self, failing: Sequence[_Replica]) -> _Replica | None:
        """Of those that did not fail this batch, one that is not resting, with the least to do."""
        able = [one for one in self._alive if one not in failing]
        now = time.monotonic()
        return min(able, key=lambda one: (one.rests_until > now, one.under_way), default=None)

    async def _asked(self, replica: _Replica, batch: Sequence[Request]) -> list[Reply]:
        replica.under_way += 1
        if replica.strikes >= STRIKES:
            replica.rests_until = time.monotonic() + REST_S  # until this list has shown that it is well
        try:
            return await replica.model.answer(batch)
        except ServerGone:
            self._leave_out(replica)
            raise
        finally:
            replica.under_way -= 1
            await self._close_if_idle(replica)

    def _leave_out(self, replica: _Replica) -> None:
        if replica in self._alive:
            self._alive.remove(replica)
            self._leaving.append(replica)
        if not self._alive:
            self._occupied.clear()

    async def _close_if_idle(self, replica: _Replica) -> None:
        if replica in self._leaving and not replica.under_way:
            self._leaving.remove(replica)
            await replica.model.close()


def _moved(asked: Sequence[int], replies: Mapping[int, Reply]) -> list[int]:
    """Of the prompts that were asked, those for another replica: failed in a way that may be the server's fault.

    A server that rejects one prompt of several shows something about the prompt, one that rejects all about itself.
    """
    failed = [i for i in asked if isinstance(replies[i], Failure)]
    kinds = {i: reply.kind for i in failed if isinstance(reply := replies[i], Failure)}
    if len(failed) == len(asked) and set(kinds.values()) == {"rejected"}:
        return failed
    return [i for i in failed if kinds[i] not in ("rejected", "too-long")]
