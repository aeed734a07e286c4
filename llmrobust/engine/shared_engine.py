"""One engine for all xdist workers: a small service in the controller process.

A worker cannot know its share of the items in advance, and N workers must not send everything N times. So each
worker names the requests of the whole run by a digest; the first one hands them over, and all of them wait for
replies here. The connection is a Unix socket in a private folder (loopback if Unix sockets are unavailable),
authenticated by
a key that only this run's processes know.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Client, Connection, Listener
from typing import Any

from llmrobust.engine.asker import Asker, EngineStats, Recorded
from llmrobust.errors import LlmRobustError, ModelError
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Failure, Reply, Request

Specs = tuple[str, ...]
"""What names one of several models, or a judge's; empty for the run's only one."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service listens, in a form that fits xdist's `workerinput`."""

    place: str
    key: str

    def as_dict(self) -> dict[str, str]:
        """For `workerinput`."""
        return {"place": self.place, "key": self.key}


class Service:
    """Listens in the controller; makes the engine when the first worker submits requests."""

    def __init__(
        self,
        make_engine: Callable[[Recorded | None], Asker],
        make_other: Callable[[Specs, Recorded | None], Asker] | None = None,
    ):
        """make_engine: the engine of the run's only model. make_other: one by the model's specs: of several models, or
        a judge's."""
        self._make_engine = make_engine
        self._make_other = make_other
        self._engines: dict[Specs, Asker] = {}
        self._lock = threading.Lock()
        self._submitted: set[tuple[Specs, str]] = set()
        self._claimed: set[str] = set()
        self._closed = False
        self._folder = tempfile.mkdtemp(prefix="llmrobust-")
        key = secrets.token_bytes(32)
        unix = hasattr(os, "fork")
        place = os.path.join(self._folder, "engine.sock") if unix else ("127.0.0.1", 0)
        self._listener = Listener(place, "AF_UNIX" if unix else "AF_INET", backlog=64, authkey=key)
        listening = self._listener.address
        self.address = Address(listening if isinstance(listening, str) else f"tcp:{listening[1]}", key.hex())
        threading.Thread(target=self._accept, name="llmrobust-service", daemon=True).start()

    def engine(self, of: Specs = ()) -> Asker | None:
        """The engine, if any worker needed it. of: a model's specs; else the run's only model."""
        with self._lock:
            return self._engines.get(of)

    def close(self) -> None:
        """Stop listening and close the engine."""
        self._closed = True
        with contextlib.suppress(OSError):
            self._listener.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        with self._lock:
            engines = list(self._engines.values())
        for engine in engines:
            engine.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except Exception:  # a stranger without the key, or the listener was closed
                if self._closed:
                    return
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection[Any, Any]) -> None:
        with contextlib.suppress(EOFError, OSError), connection:
            while True:
                name, argument, of = connection.recv()
                try:
                    answer: tuple[str, object] = ("ok", self._handle(name, argument, of))
                except LlmRobustError as error:
                    answer = ("error", str(error))
                except Exception as error:  # a defect of ours must not leave the worker waiting
                    answer = ("error", f"the engine's service failed: {type(error).__name__}: {error}")
                connection.send(answer)

    def _handle(self, name: str, argument: Any, of: Specs) -> object:
        if name == "claim":
            with self._lock:
                first = argument not in self._claimed
                self._claimed.add(argument)
            return first
        if name == "known":
            with self._lock:
                return (of, argument) in self._submitted
        if name == "submit":
            digest, requests, stored_only, recorded = argument
            with self._lock:
                if (of, digest) in self._submitted:
                    return None
                if of not in self._engines:
                    self._engines[of] = self._made(of, recorded)
                self._engines[of].submit(requests, stored_only=stored_only)
                self._submitted.add((of, digest))
            return None
        engine = self.engine(of)
        if engine is None:
            raise ModelError("a worker awaited a reply before any request was submitted")
        if name == "replies":
            return engine.replies(argument)
        if name == "ready":
            return engine.ready(argument)
        if name in ("info", "opened"):
            info = engine.info() if name == "info" else engine.opened()
            return info and replace(info, details=dict(info.details))  # a read-only mapping cannot be sent
        return engine.stats()

    def _made(self, of: Specs, recorded: Recorded | None) -> Asker:
        if not of:
            return self._make_engine(recorded)
        if self._make_other is None:
            raise ModelError("this service has no other models than the run's")
        return self._make_other(of, recorded)


class RemoteEngine:
    """The controller's engine as an xdist worker sees it."""

    PREFETCH = 256
    """Replies that are fetched along with an awaited one when they are ready, to save round trips."""

    def __init__(self, address: dict[str, str], recorded: Recorded | None = None, of: Specs = ()):
        """recorded: as for the engine, for the worker that is the first to submit. of: the specs of one of several
        models, or of a judge, for its engine."""
        place = address["place"]
        target = ("127.0.0.1", int(place[4:])) if place.startswith("tcp:") else place
        self._connection = Client(target, authkey=bytes.fromhex(address["key"]))
        self._recorded = recorded
        self._of = of
        self._lock = threading.Lock()
        self._order: dict[Request, int] = {}
        self._requests: list[Request] = []
        self._replies: dict[Request, Reply] = {}

    def submit(self, requests: Sequence[Request], *, stored_only: bool = False) -> None:
        """Make the run's requests known to the controller; only one worker sends them over."""
        for request in requests:
            if request not in self._order:
                self._order[request] = len(self._requests)
                self._requests.append(request)
        for request in () if stored_only else requests:
            if isinstance(self._replies.get(request), Failure):  # only looked up before
                del self._replies[request]
        hashes = (f"{request.content_hash()}{request.ignore_case}" for request in requests)
        digest = hashlib.sha256("".join([str(stored_only), *hashes]).encode()).hexdigest()
        if not self._call("known", digest):
            self._call("submit", (digest, list(requests), stored_only, self._recorded))

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        """Wait for the replies, in order. Raises ModelError when the model cannot answer any more."""
        missing = [request for request in requests if request not in self._replies]
        if missing:
            self._replies.update(zip(missing, self._call("replies", missing), strict=True))
            self._prefetch(missing[-1])
        return [self._replies[request] for request in requests]

    def ready(self, requests: Sequence[Request]) -> list[Reply | None]:
        """The replies that are there already, without waiting."""
        missing = [request for request in requests if request not in self._replies]
        if missing:
            found = zip(missing, self._call("ready", missing), strict=True)
            self._replies.update({request: reply for request, reply in found if reply is not None})
        return [self._replies.get(request) for request in requests]

    def forget(self, requests: Sequence[Request]) -> None:
        """Drop the replies here; the engine keeps them, as other workers may ask for them."""
        for request in requests:
            self._replies.pop(request, None)

    def claim(self, name: str) -> bool:
        """True for the first worker that asks for this name."""
        return bool(self._call("claim", name))

    def opened(self) -> ModelInfo:
        """The model; waits until it is open. Raises ModelError."""
        info: ModelInfo = self._call("opened", None)
        return info

    def info(self) -> ModelInfo | None:
        """The model, or None if it was never opened."""
        info: ModelInfo | None = self._call("info", None)
        return info

    def stats(self) -> EngineStats:
        """What was done so far, for all workers together."""
        stats: EngineStats = self._call("stats", None)
        return stats

    def close(self) -> None:
        """Hang up; the engine stays with the controller."""
        with contextlib.suppress(OSError):
            self._connection.close()

    def _prefetch(self, after: Request) -> None:
        start = self._order[after] + 1
        self.ready(self._requests[start : start + self.PREFETCH])

    def _call(self, name: str, argument: object) -> Any:
        with self._lock:
            try:
                self._connection.send((name, argument, self._of))
                status, answer = self._connection.recv()
            except (EOFError, OSError) as error:
                raise ModelError("the main pytest process, which talks to the model, has exited") from error
        if status == "error":
            raise ModelError(str(answer))
        return answer
