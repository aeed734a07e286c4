"""The engine: one asyncio loop in a thread between pytest, which is serial, and a server, which is not."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Protocol

from llmrobust.engine.store import Store, store_key
from llmrobust.errors import LlmRobustError, ModelError, ServerGone
from llmrobust.models.protocol import NOT_OPENED, Model, ModelInfo
from llmrobust.request import Failure, Reply, Request, Response

SORT_WINDOW = 2048
"""Requests that are reordered among themselves so that shared prefixes meet in the server's prefix cache."""
GIVE_UP_AFTER = 32
"""Prompts in a row without an answer (other than ones the server rejects) after which a server counts as gone."""
NOT_STORED = Failure("not-stored", "the reply store has no reply, and nothing that is unchanged is sent")
"""The reply to a request that is only looked up and not found."""
CHARACTERS_PER_TOKEN = 3.0
"""Rough and on the safe side for English; only limits what is in flight."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be in flight at the same time.

    max_prompts: prompts; 512 keeps a server with 256 sequences busy while the next lists are on their way.
    max_tokens: estimated prompt and answer tokens. max_list: prompts in one list (2,690 prompts/s were measured with
    lists of 128 against 2,201 with 32 and 2,673 with 256).
    """

    max_prompts: int = 512
    max_tokens: int = 1_000_000
    max_list: int = 128


@dataclass(slots=True)
class EngineStats:
    """What the engine did: counts of distinct requests unless a name says otherwise."""

    planned: int = 0
    """Requests asked for, before deduplication."""
    unique: int = 0
    from_store: int = 0
    sent: int = 0
    answered: int = 0
    failed: int = 0
    lists: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    busy_s: float = 0.0
    """Seconds from the first request sent to the last reply."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A model as the store's last run had it. unchecked: it is not even opened, as it is known to be the same."""

    info: ModelInfo
    unchecked: bool = False

    def without(self, reason: str) -> ModelInfo:
        """The model's facts, with the reason why it was not opened among its details."""
        return replace(self.info, details=MappingProxyType({NOT_OPENED: reason}))


class Asker(Protocol):
    """What pytest items need: an engine here, or one in another process."""

    def submit(self, requests: Sequence[Request], *, stored_only: bool = False) -> None:
        """Ask for these in the background; ones that were asked for before are not sent again.

        stored_only: they are only looked up in the store; what is not in there gets a Failure of kind "not-stored".
        """
        ...

    def opened(self) -> ModelInfo:
        """The model; waits until it is open. Raises ModelError."""
        ...

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        """Wait for the replies, in order. Raises ModelError when the model cannot answer any more."""
        ...

    def ready(self, requests: Sequence[Request]) -> list[Reply | None]:
        """The replies that are there already, without waiting."""
        ...

    def info(self) -> ModelInfo | None:
        """The model, or None if it was never opened."""
        ...

    def stats(self) -> EngineStats:
        """What was done so far."""
        ...

    def close(self) -> None:
        """Cancel what is outstanding and release the model."""
        ...


@dataclass(slots=True)
class _State:
    """Shared between the threads under the condition's lock."""

    replies: dict[Request, Reply] = field(default_factory=dict)
    known: set[Request] = field(default_factory=set)
    fatal: LlmRobustError | None = None
    info: ModelInfo | None = None
    lookups: set[Request] = field(default_factory=set)
    """Requests that are not to be sent: nobody asked for them but to look them up."""
    closed: bool = False


class Engine:
    """Owns the model and the store; thread-safe."""

    def __init__(
        self,
        model: Model,
        open_store: Callable[[], Store],
        limits: Limits | None = None,
        recorded: Recorded | None = None,
    ):
        """`open_store` is called on the engine's own thread, which alone uses the store.

        recorded: the model as the store's last run had it; with it nothing is ever sent.
        """
        self._model = model
        self._open_store = open_store
        self._limits = limits or Limits()
        self._recorded = recorded
        self._changed = threading.Condition()
        self._state = _State()
        self._stats = EngineStats()
        self._inbox: deque[tuple[list[Request], bool]] = deque()
        self._wake = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._main: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="llmrobust-engine", daemon=True)
        self._thread.start()

    # Called by any thread.

    def submit(self, requests: Sequence[Request], *, stored_only: bool = False) -> None:
        """Ask for these in the background; ones that were asked for before are not sent again.

        stored_only: they are only looked up in the store; what is not in there gets a Failure of kind "not-stored".
        """
        state = self._state
        with self._changed:
            self._stats.planned += len(requests)
            fresh = [r for r in dict.fromkeys(requests) if r not in state.known]
            self._stats.unique += len(fresh)
            if stored_only:
                state.lookups.update(fresh)
            elif state.lookups:
                wanted = [r for r in dict.fromkeys(requests) if r in state.lookups and not _is_stored(state, r)]
                state.lookups.difference_update(wanted)
                for request in wanted:
                    state.replies.pop(request, None)
                fresh += wanted
            state.known.update(fresh)
            if not fresh or state.closed:
                return
            self._inbox.append((fresh, stored_only))
        self._loop.call_soon_threadsafe(self._wake.set)

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        """Wait for the replies, in order. Raises ModelError when the model cannot answer any more."""
        state = self._state
        with self._changed:
            for request in requests:
                if request in state.replies:
                    continue
                if request not in state.known:
                    raise ValueError("a reply was awaited for a request that was never submitted")
                self._changed.wait_for(lambda r=request: r in state.replies or state.fatal or state.closed)  # type: ignore[misc]
                if request not in state.replies:
                    stopped = ModelError("the run was stopped before this prompt was answered")
                    raise (state.fatal or stopped).with_traceback(None)  # else it would grow with every waiting item
            return [state.replies[request] for request in requests]

    def ready(self, requests: Sequence[Request]) -> list[Reply | None]:
        """The replies that are there already, without waiting."""
        with self._changed:
            return [self._state.replies.get(request) for request in requests]

    def opened(self) -> ModelInfo:
        """The model; waits until it is open. Raises ModelError."""
        state = self._state
        with self._changed:
            self._changed.wait_for(lambda: state.info or state.fatal or state.closed)
            if state.info is None:
                raise state.fatal or ModelError("the run was stopped before the model was open")
            return state.info

    def info(self) -> ModelInfo | None:
        """The model, or None if it is not open (yet)."""
        with self._changed:
            return self._state.info

    def stats(self) -> EngineStats:
        """A copy of the counts so far."""
        with self._changed:
            return replace(self._stats)

    def close(self) -> None:
        """Cancel what is outstanding, release the model, end the thread. Safe to call twice."""
        with self._changed:
            already, self._state.closed = self._state.closed, True
            self._changed.notify_all()
        if not already:
            self._loop.call_soon_threadsafe(self._stop)
        self._thread.join()

    # On the engine's thread.

    def _stop(self) -> None:
        if self._main is not None:
            self._main.cancel()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._main = self._loop.create_task(self._serve())
            self._loop.run_until_complete(self._main)
        except asyncio.CancelledError:
            pass
        finally:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _serve(self) -> None:
        store: Store | None = None
        try:
            store = self._open_store()
            info = await self._open()
            with self._changed:
                self._state.info = info
                self._changed.notify_all()
            await _Sender(self, self._model, info, store, self._limits).run()
        except LlmRobustError as error:
            self._fail(error)
        except Exception as error:  # a defect of ours or of a backend: items must not wait for ever
            self._fail(ModelError(f"the engine stopped: {type(error).__name__}: {error}"))
        finally:
            with self._changed:
                self._state.closed = self._state.closed or self._state.fatal is not None
                self._changed.notify_all()
            await self._model.close()
            if store is not None:
                store.close()

    async def _open(self) -> ModelInfo:
        recorded = self._recorded
        if recorded is None:
            return await self._model.open()
        if recorded.unchecked:
            return recorded.without("nothing changed, and its files and software are as in the last run")
        try:
            return await self._model.open()
        except ModelError as error:
            return recorded.without(str(error).split("\n")[0])

    def _fail(self, error: LlmRobustError) -> None:
        with self._changed:
            self._state.fatal = error
            self._changed.notify_all()

    async def _next_submission(self) -> list[Request]:
        while True:
            with self._changed:
                if self._inbox:
                    fresh, stored_only = self._inbox.popleft()
                    # What somebody asked for since is in a submission of its own.
                    return [r for r in fresh if r in self._state.lookups] if stored_only else fresh
                self._wake.clear()
            await self._wake.wait()

    def _to_be_sent(self, missing: list[tuple[Request, bytes]]) -> list[tuple[Request, bytes]]:
        """Those that somebody asks for; the ones that are only looked up are answered now."""
        with self._changed:
            lookups = self._state.lookups
            if not lookups:
                return missing
            self._state.replies.update((request, NOT_STORED) for request, _ in missing if request in lookups)
            self._changed.notify_all()
            return [(request, key) for request, key in missing if request not in lookups]

    def _record(self, replies: Sequence[tuple[Request, Reply]], count: Callable[[EngineStats], None]) -> None:
        with self._changed:
            self._state.replies.update(replies)
            count(self._stats)
            self._changed.notify_all()


class _Sender:
    """Turns submissions into lists for the model, under the limits."""

    def __init__(self, engine: Engine, model: Model, info: ModelInfo, store: Store, limits: Limits):
        self._engine = engine
        self._model = model
        self._fingerprint = info.fingerprint
        self._store = store
        self._list_size = max(1, min(limits.max_list, info.max_batch, limits.max_prompts))
        self._lists = max(1, min(info.max_in_flight, limits.max_prompts // self._list_size))
        self._token_limit = limits.max_tokens
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
                submission = asyncio.create_task(self._engine._next_submission())
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

            self._engine._record(stored, count)
        return self._engine._to_be_sent([(request, key) for request, key in keyed if key not in found])

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
        while self._running and (
            len(self._running) >= self._lists or self._tokens + _tokens_of(batch) > self._token_limit
        ):
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            self._reap()

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
            stats.busy_s = elapsed

        pairs = [(request, reply) for (request, _), reply in zip(batch, replies, strict=True)]
        self._engine._record([(request, reply) for request, reply in pairs if not _doubtful(reply)], count)
        self._held += [(request, reply) for request, reply in pairs if _doubtful(reply)]
        self._give_up_on_a_broken_server(replies)
        if good:
            self._release()

    def _release(self) -> None:
        """Hand on the failures that were held back: they are those of single prompts."""
        held, self._held = self._held, []
        if held:
            self._engine._record(held, lambda stats: None)

    def _give_up_on_a_broken_server(self, replies: Sequence[Reply]) -> None:
        for reply in replies:
            if isinstance(reply, Response):
                self._failed_in_a_row = 0
            elif _doubtful(reply):
                self._failed_in_a_row += 1
            if isinstance(reply, Failure) and self._failed_in_a_row >= GIVE_UP_AFTER:
                raise ServerGone(
                    f"{self._failed_in_a_row} prompts in a row got no answer from {self._model.spec}, so nothing more "
                    f"is sent; the last one: {reply.message}"
                )


def _is_stored(state: _State, request: Request) -> bool:
    return isinstance(state.replies.get(request), Response)


def _doubtful(reply: Reply) -> bool:
    """True for a failure that may be the server's and not the prompt's."""
    return isinstance(reply, Failure) and reply.kind != "rejected"


def _tokens_of(batch: Sequence[tuple[Request, bytes]]) -> int:
    characters = sum(len(text) for request, _ in batch for _, text in request.messages)
    return int(characters / CHARACTERS_PER_TOKEN) + sum(request.sampling.max_tokens for request, _ in batch)
