"""Turns submitted requests into lists for the model, within limits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from llmrobust.engine.asker import EngineStats, Limits
from llmrobust.engine.reply_store import Store, store_key
from llmrobust.errors import ModelError, ServerGone
from llmrobust.models.protocol import Model, ModelInfo, Resizes
from llmrobust.request import Failure, Reply, Request, Response

SORT_WINDOW = 2048
"""Requests that are reordered among themselves so that shared prefixes meet in the server's prefix cache."""


GIVE_UP_AFTER = 32
"""Prompts in a row without an answer (other than ones the server rejects) after which a server counts as gone."""


CHARACTERS_PER_TOKEN = 3.0
"""Rough and on the safe side for English; only limits what is in flight."""
LOOK_S = 1.0
"""Between two looks whether there is room for a list, as servers may have joined."""


class Inbox(Protocol):
    """Where a sender takes requests from and leaves replies: the engine."""

    async def next_submission(self) -> list[Request]:
        """Wait for the next requests."""
        ...

    def to_be_sent(self, missing: list[tuple[Request, bytes]]) -> list[tuple[Request, bytes]]:
        """Those of the requests without a stored reply that may be sent; the others are answered now."""
        ...

    def record(self, replies: Sequence[tuple[Request, Reply]], count: Callable[[EngineStats], None]) -> None:
        """Record replies and their counts."""
        ...


class Sender:
    """Turns submissions into lists for the model, under the limits."""

    def __init__(self, inbox: Inbox, model: Model, info: ModelInfo, store: Store, limits: Limits):
        self._inbox = inbox
        self._model = model
        self._info = info
        self._limits = limits
        self._fingerprint = info.fingerprint
        self._store = store
        self._list_size = max(1, min(limits.max_list, info.max_batch, limits.max_prompts))
        self._tokens = 0
        self._running: set[asyncio.Task[None]] = set()
        self._first_sent: float | None = None
        self._failed_in_a_row = 0
        self._held: list[tuple[Request, Reply]] = []
        """Failures that nobody sees yet: they count for nothing when the server turns out to be gone."""

    async def run(self) -> None:
        """Serve submissions until cancelled. Raises what the model raised."""
        try:
            while True:
                submission = asyncio.create_task(self._inbox.next_submission())
                await self._while_watching(submission)
                for batch in self._lists_of(self._missing(submission.result())):
                    await self._room_for(batch)
                    task = asyncio.create_task(self._send(batch))
                    self._running.add(task)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _while_watching(self, submission: asyncio.Task[list[Request]]) -> None:
        """Wait for a submission, raising at once when a list that is on its way fails for good."""
        try:
            while not submission.done():
                if not self._running:
                    self._release()
                waiting: set[asyncio.Task[Any]] = {submission, *self._running}
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                self._reap()
        except BaseException:
            submission.cancel()
            raise

    def _reap(self) -> None:
        for task in [task for task in self._running if task.done()]:
            self._running.discard(task)
            task.result()

    def _missing(self, requests: list[Request]) -> list[tuple[Request, bytes]]:
        """The requests that the store has no reply for, with their keys; the others are answered now."""
        keyed = [(request, store_key(self._fingerprint, request)) for request in requests]
        found = self._store.find([key for _, key in keyed])
        stored: list[tuple[Request, Reply]] = [(r, found[key]) for r, key in keyed if key in found]
        if stored:

            def count(stats: EngineStats) -> None:
                stats.from_store += len(stored)

            self._inbox.record(stored, count)
        return self._inbox.to_be_sent([(request, key) for request, key in keyed if key not in found])

    def _lists_of(self, missing: list[tuple[Request, bytes]]) -> list[list[tuple[Request, bytes]]]:
        """Lists of requests with equal batch keys, in windows of the given order, shared prefixes together."""
        lists: list[list[tuple[Request, bytes]]] = []
        for start in range(0, len(missing), SORT_WINDOW):
            groups: dict[tuple[object, ...], list[tuple[Request, bytes]]] = {}
            for entry in missing[start : start + SORT_WINDOW]:
                groups.setdefault(entry[0].batch_key(), []).append(entry)
            for group in groups.values():
                group.sort(key=lambda entry: entry[0].messages)
                lists += [group[i : i + self._list_size] for i in range(0, len(group), self._list_size)]
        return lists

    async def _room_for(self, batch: list[tuple[Request, bytes]]) -> None:
        while self._running and not self._has_room_for(batch):
            await asyncio.wait(self._running, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
            self._reap()

    def _has_room_for(self, batch: list[tuple[Request, bytes]]) -> bool:
        """Whether the servers that there are now may be sent one list more."""
        info = self._model.now() if isinstance(self._model, Resizes) else self._info
        lists = min(info.max_in_flight, info.servers * self._limits.max_prompts // self._list_size)
        tokens = info.servers * self._limits.max_tokens
        return len(self._running) < max(1, lists) and self._tokens + _tokens_of(batch) <= tokens

    async def _send(self, batch: list[tuple[Request, bytes]]) -> None:
        weight = _tokens_of(batch)
        self._tokens += weight
        self._first_sent = self._first_sent or time.perf_counter()
        try:
            replies = await self._model.answer([request for request, _ in batch])
        finally:
            self._tokens -= weight
        if len(replies) != len(batch):
            raise ModelError(f"the backend gave {len(replies)} replies for {len(batch)} requests")
        good = [(key, reply) for (_, key), reply in zip(batch, replies, strict=True) if isinstance(reply, Response)]
        self._store.keep(good)
        elapsed = time.perf_counter() - self._first_sent

        def count(stats: EngineStats) -> None:
            stats.lists += 1
            stats.sent += len(batch)
            stats.answered += len(good)
            stats.failed += sum(isinstance(reply, Failure) for reply in replies)
            stats.prompt_tokens += sum(reply.prompt_tokens for _, reply in good)
            stats.completion_tokens += sum(reply.completion_tokens for _, reply in good)
            stats.reasoning_tokens += sum(reply.reasoning_tokens for _, reply in good)
            stats.cached_tokens += sum(reply.cached_tokens for _, reply in good)
            stats.busy_s = elapsed

        pairs = [(request, reply) for (request, _), reply in zip(batch, replies, strict=True)]
        self._inbox.record([(request, reply) for request, reply in pairs if not _doubtful(reply)], count)
        self._held += [(request, reply) for request, reply in pairs if _doubtful(reply)]
        self._give_up_on_a_broken_server(replies)
        if good:
            self._release()

    def _release(self) -> None:
        """Deliver the failures that were held back: they concern single prompts."""
        held, self._held = self._held, []
        if held:
            self._inbox.record(held, lambda stats: None)

    def _give_up_on_a_broken_server(self, replies: Sequence[Reply]) -> None:
        for reply in replies:
            if isinstance(reply, Response):
                self._failed_in_a_row = 0
            elif _doubtful(reply):
                self._failed_in_a_row += 1
            if isinstance(reply, Failure) and self._failed_in_a_row >= GIVE_UP_AFTER:
                raise ServerGone(
                    f"{self._failed_in_a_row} prompts in a row got no answer from {self._model.spec}, so sending "
                    f"stopped; the last error: {reply.message}"
                )


def _doubtful(reply: Reply) -> bool:
    """True for a failure that may be the server's and not the prompt's."""
    return isinstance(reply, Failure) and reply.kind != "rejected"


def _tokens_of(batch: Sequence[tuple[Request, bytes]]) -> int:
    characters = sum(len(text) for request, _ in batch for _, text in request.messages)
    return int(characters / CHARACTERS_PER_TOKEN) + sum(request.sampling.max_tokens for request, _ in batch)
