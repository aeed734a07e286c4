"""The engine: one asyncio loop in a thread between pytest, which is serial, and a server, which is not."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from llmrobust.engine.asker import EngineStats, Limits, Recorded
from llmrobust.engine.reply_store import Store
from llmrobust.engine.sender import Sender
from llmrobust.errors import LlmRobustError, ModelError
from llmrobust.models.protocol import Model, ModelInfo
from llmrobust.request import Failure, Reply, Request, Response

NOT_STORED = Failure("not-stored", "not in the reply store, and unchanged prompts are not sent")
"""The reply to a request that is only looked up and not found."""


@dataclass(slots=True)
class _State:
    """Shared between the threads under the condition's lock."""

    replies: dict[Request, Reply] = field(default_factory=dict)
    known: set[Request] = field(default_factory=set)
    fatal: LlmRobustError | None = None
    info: ModelInfo | None = None
    lookups: set[Request] = field(default_factory=set)
    """Requests that are only looked up and never sent."""
    shared: set[Request] = field(default_factory=set)
    """Requests that were submitted more than once, whose replies are kept."""
    closed: bool = False


class Engine:
    """Owns the model and the store; thread-safe."""

    def __init__(
        self,
        model: Model,
        open_store: Callable[[], Store],
        limits: Limits | None = None,
        recorded: Recorded | None = None,
        *,
        trust_store: bool = False,
    ):
        """`open_store` is called on the engine's own thread, which alone uses the store.

        recorded: the model as the store's last run had it; with it nothing is ever sent.
        trust_store: the user vouches for stored replies of a server that could not be identified.
        """
        self._model = model
        self._open_store = open_store
        self._limits = limits or Limits()
        self._recorded = recorded
        self._trust_store = trust_store
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
        """Submit requests in the background; requests submitted before are not sent again.

        stored_only: they are only looked up in the store; missing ones get a Failure of kind "not-stored".
        """
        state = self._state
        with self._changed:
            self._stats.planned += len(requests)
            asked = dict.fromkeys(requests)
            fresh = [r for r in asked if r not in state.known]
            if len(fresh) < len(asked):
                state.shared.update(r for r in asked if r in state.known)
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

    def forget(self, requests: Sequence[Request]) -> None:
        """Drop the replies to these requests, which who submitted them will not ask for again."""
        state = self._state
        with self._changed:
            dropped = [request for request in requests if request not in state.shared]
            for request in dropped:
                state.replies.pop(request, None)
            state.known.difference_update(dropped)
            state.lookups.difference_update(dropped)

    def opened(self) -> ModelInfo:
        """The model; waits until it is open. Raises ModelError."""
        state = self._state
        with self._changed:
            self._changed.wait_for(lambda: state.info or state.fatal or state.closed)
            if state.info is None:
                raise state.fatal or ModelError("the run was stopped before the model was opened")
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
            if self._trust_store:
                info = info.trusted()
            with self._changed:
                self._state.info = info
                self._changed.notify_all()
            await Sender(self, self._model, info, store, self._limits).run()
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
            return recorded.without("nothing changed, and its files and software are the same as in the last run")
        try:
            return await self._model.open()
        except ModelError as error:
            return recorded.without(str(error).split("\n")[0])

    def _fail(self, error: LlmRobustError) -> None:
        with self._changed:
            self._state.fatal = error
            self._changed.notify_all()

    async def next_submission(self) -> list[Request]:
        while True:
            with self._changed:
                if self._inbox:
                    fresh, stored_only = self._inbox.popleft()
                    # Requests since then are in another submission.
                    return [r for r in fresh if r in self._state.lookups] if stored_only else fresh
                self._wake.clear()
            await self._wake.wait()

    def to_be_sent(self, missing: list[tuple[Request, bytes]]) -> list[tuple[Request, bytes]]:
        """Those that somebody asks for; the ones that are only looked up are answered now."""
        with self._changed:
            lookups = self._state.lookups
            if not lookups:
                return missing
            self._state.replies.update((request, NOT_STORED) for request, _ in missing if request in lookups)
            self._changed.notify_all()
            return [(request, key) for request, key in missing if request not in lookups]

    def record(self, replies: Sequence[tuple[Request, Reply]], count: Callable[[EngineStats], None]) -> None:
        with self._changed:
            self._state.replies.update(replies)
            count(self._stats)
            self._changed.notify_all()


def _is_stored(state: _State, request: Request) -> bool:
    return isinstance(state.replies.get(request), Response)
