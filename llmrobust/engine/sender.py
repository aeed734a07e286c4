"""Turns submitted requests into lists for the model, within limits."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from llmrobust.engine.asker import EngineStats, Limits
from llmrobust.engine.claims import RENEW_S
from llmrobust.engine.reply_store import NO_CLAIM, Claim, Store, StoreError, store_key
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
CLAIM_SIZE = 32
"""Prompts that are claimed at once, in several lists where these are shorter: a claim for each took 0.1 ms."""
LOOK_AGAIN_S = 0.2
"""Between two looks at prompts that another session is asking."""

Keyed = tuple[Request, bytes]
"""A request and the key of its reply in the store."""


class Inbox(Protocol):
    """Where a sender takes requests from and leaves replies: the engine."""

    async def next_submission(self) -> list[Request]:
        """Wait for the next requests."""
        ...

    def to_be_sent(self, missing: list[Keyed]) -> list[Keyed]:
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
        self._store = store
        self._list_size = max(1, min(limits.max_list, info.max_batch, limits.max_prompts))
        self._lists_a_claim = max(1, CLAIM_SIZE // self._list_size)
        self._tokens = 0
        self._running: set[asyncio.Task[None]] = set()
        self._first_sent: float | None = None
        self._failed_in_a_row = 0
        self._held: list[tuple[Request, Reply]] = []
        """Failures that nobody sees yet: they count for nothing when the server turns out to be gone."""
        self._set_aside: deque[Keyed] = deque()
        """Prompts that another session was asking when this one was about to."""
        self._look_again_at = 0.0
        self._unanswered: dict[int, int] = {}
        """Lists that are not answered yet, by the number of their claim."""

    async def run(self) -> None:
        """Serve submissions until cancelled. Raises what the model raised."""
        renewing = asyncio.create_task(self._renew_claims())
        try:
            while True:
                submission = asyncio.create_task(self._inbox.next_submission())
                await self._while_watching(submission)
                for lists in self._claimable(self._missing(submission.result())):
                    await self._start(lists)
                    await self._start_set_aside()
        finally:
            for task in (renewing, *self._running):
                task.cancel()
            await asyncio.gather(renewing, *self._running, return_exceptions=True)
            with contextlib.suppress(StoreError):  # they lapse
                self._store.release_claims()

    async def _while_watching(self, submission: asyncio.Task[list[Request]]) -> None:
        """Wait for a submission, raising at once when a list that is on its way fails for good."""
        try:
            while not submission.done():
                if not self._running:
                    self._release()
                waiting: set[asyncio.Task[Any]] = {submission, *self._running}
                timeout = LOOK_AGAIN_S if self._set_aside else None
                await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
                self._reap()
                await self._start_set_aside()
        except BaseException:
            submission.cancel()
            raise

    def _reap(self) -> None:
        for task in [task for task in self._running if task.done()]:
            self._running.discard(task)
            task.result()

    def _missing(self, requests: list[Request]) -> list[Keyed]:
        """The requests that have to be sent, with their keys; the others are answered now."""
        return self._inbox.to_be_sent(
            self._not_stored([(one, store_key(self._info.fingerprint, one)) for one in requests])
        )

    def _not_stored(self, entries: list[Keyed]) -> list[Keyed]:
        """The requests that the store has no reply for; the others are answered now."""
        found = self._store.find([key for _, key in entries])
        self._record_stored(entries, found)
        return [entry for entry in entries if entry[1] not in found]

    def _record_stored(self, entries: list[Keyed], found: Mapping[bytes, Response]) -> None:
        stored = [(request, found[key]) for request, key in entries if key in found]
        if stored:

            def count(stats: EngineStats) -> None:
                stats.from_store += len(stored)

            self._inbox.record(stored, count)

    def _lists_of(self, missing: list[Keyed]) -> list[list[Keyed]]:
        """Lists of requests with equal batch keys, in windows of the given order, shared prefixes together."""
        lists: list[list[Keyed]] = []
        for start in range(0, len(missing), SORT_WINDOW):
            groups: dict[tuple[object, ...], list[Keyed]] = {}
            for entry in missing[start : start + SORT_WINDOW]:
                groups.setdefault(entry[0].batch_key(), []).append(entry)
            for group in groups.values():
                group.sort(key=lambda entry: entry[0].messages)
                lists += [group[i : i + self._list_size] for i in range(0, len(group), self._list_size)]
        return lists

    def _claimable(self, missing: list[Keyed]) -> list[list[list[Keyed]]]:
        """The requests in lists, and the lists in groups that are claimed at once."""
        lists, size = self._lists_of(missing), self._lists_a_claim
        return [lists[start : start + size] for start in range(0, len(lists), size)]

    async def _room_for(self, batch: list[Keyed]) -> None:
        while self._running and not self._has_room_for(batch):
            await asyncio.wait(self._running, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
            self._reap()

    def _has_room_for(self, batch: list[Keyed]) -> bool:
        """Whether the servers that there are now may be sent one list more."""
        info = self._model.now() if isinstance(self._model, Resizes) else self._info
        lists = min(info.max_in_flight, info.servers * self._limits.max_prompts // self._list_size)
        tokens = info.servers * self._limits.max_tokens
        return len(self._running) < max(1, lists) and self._tokens + _tokens_of(batch) <= tokens

    async def _start(self, lists: list[list[Keyed]]) -> None:
        """Send lists once there is room, without what is answered by now or another session is asking."""
        await self._room_for(lists[0])
        wanted = [entry for batch in lists for entry in batch]
        claim = self._store.claim([key for _, key in wanted])
        self._record_stored(wanted, claim.answered)
        self._set_aside += [entry for entry in wanted if entry[1] in claim.taken]
        granted = [[entry for entry in batch if claim.grants(entry[1])] for batch in lists]
        mine = [batch for batch in granted if batch]
        if not mine:
            await asyncio.sleep(0)  # replies and renewals take their turn
            return
        self._unanswered[claim.number] = len(mine)
        for batch in mine:
            await self._room_for(batch)
            self._tokens += _tokens_of(batch)
            self._running.add(asyncio.create_task(self._send(batch, claim)))

    async def _start_set_aside(self) -> None:
        """Look now and then at what was left to other sessions, and send what they have released without a reply."""
        if self._set_aside and time.monotonic() >= self._look_again_at:
            for lists in self._claimable(self._free_again()):
                await self._start(lists)
            self._look_again_at = time.monotonic() + LOOK_AGAIN_S

    def _free_again(self) -> list[Keyed]:
        """Those of the next requests set aside that have no reply and that no other session is asking any more."""
        some = [self._set_aside.popleft() for _ in range(min(SORT_WINDOW, len(self._set_aside)))]
        missing = self._not_stored(some)
        taken = self._store.claimed_by_others([key for _, key in missing])
        self._set_aside += [entry for entry in missing if entry[1] in taken]
        return [entry for entry in missing if entry[1] not in taken]

    async def _renew_claims(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            if self._running:
                with contextlib.suppress(StoreError):  # what cannot be renewed may be asked twice, but is not lost
                    self._store.renew_claims()

    async def _send(self, batch: list[Keyed], claim: Claim) -> None:
        self._first_sent = self._first_sent or time.perf_counter()
        try:
            replies = await self._model.answer([request for request, _ in batch])
        finally:
            self._tokens -= _tokens_of(batch)
        if len(replies) != len(batch):
            raise ModelError(f"the backend gave {len(replies)} replies for {len(batch)} requests")
        good = [(key, reply) for (_, key), reply in zip(batch, replies, strict=True) if isinstance(reply, Response)]
        self._store.keep(good, self._done_with(claim))
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

    def _done_with(self, claim: Claim) -> Claim:
        """The claim to release now that a list under it is answered: none until it is the last one."""
        self._unanswered[claim.number] -= 1
        if self._unanswered[claim.number]:
            return NO_CLAIM
        del self._unanswered[claim.number]
        return claim

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


def _tokens_of(batch: Sequence[Keyed]) -> int:
    characters = sum(len(text) for request, _ in batch for _, text in request.messages)
    return int(characters / CHARACTERS_PER_TOKEN) + sum(request.sampling.max_tokens for request, _ in batch)
