"""Replicas that come and go with the lines of a file, while a run goes on.

Why a file, and what identifies such a model: `docs/decisions/0053-servers-come-and-go.md`.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import ChainMap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from llmrobust.errors import ModelError, ServerGone
from llmrobust.models.http.identity_probe import ANYWHERE, BY_WEIGHTS, fingerprint_of
from llmrobust.models.http.replica_pool import ReplicaPool
from llmrobust.models.http.replicas import all_opened
from llmrobust.models.http.same_model import identity, together, unlike
from llmrobust.models.http.servers_file import Listing, ServersFile
from llmrobust.models.protocol import IDENTIFIED_BY, LEFT_OUT, SERVERS, Model, ModelInfo
from llmrobust.request import Reply, Request

LOOK_S = 1.0
"""Between two looks at the file."""
RETRY_S = 5.0
"""After which a listed server that did not answer is tried again: it may still be loading its model."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A server that is asked."""

    model: Model
    info: ModelInfo


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """A listed server that is not asked. again_at: when it is tried again, by the monotonic clock."""

    why: str
    again_at: float


class ListedServers:
    """The `Model` behind `servers:FILE`.

    A server that is added is asked once it is shown to be the same model; one that is taken away gets nothing new. With
    none left, lists wait until there is one again.
    """

    def __init__(self, spec: str, opener: Callable[[str], Model], wait_s: float):
        """opener: from an address to its model, not yet opened. wait_s: how long a list waits for a server."""
        self.spec = spec
        self._opener = opener
        self._wait_s = wait_s
        self._file = ServersFile(Path(spec.partition(":")[2]))
        self._listing = Listing({}, {})
        self._unreadable = ""
        self._pool = ReplicaPool(spec)
        self._members: dict[str, _Member] = {}
        self._left_out: dict[str, _LeftOut] = {}
        self._joining: dict[str, asyncio.Task[None]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._joined: set[str] = set()
        self._details: dict[str, str] = {}
        self._first: ModelInfo
        self._info: ModelInfo

    async def open(self) -> ModelInfo:
        """Open all servers of the file. Raises ModelError as replicas do, and for any mistake in the file."""
        self._listing = listing = await asyncio.to_thread(self._file.read)
        if listing.mistakes:
            raise ModelError("\n".join(f"{place}: {mistake}" for place, mistake in listing.mistakes.items()))
        if not listing.servers:
            raise ModelError(f"{self._file.path} lists no server: write one address a line, as http://HOST:PORT/v1")
        models = [self._opener(address) for address in listing.servers]
        try:
            infos = await all_opened(models)
            _refuse_unidentified(infos[0])
        except BaseException:
            await asyncio.gather(*(model.close() for model in models))
            raise
        self._first = first = infos[0]
        self._details[IDENTIFIED_BY] = ANYWHERE if _by_weights(infos) is None else BY_WEIGHTS
        self._info = replace(
            together(infos),
            spec=self.spec,
            fingerprint=_by_weights(infos) or fingerprint_of(identity(first)),
            details=MappingProxyType(ChainMap(self._details, first.details)),  # type: ignore[arg-type]  # is only read
        )
        for address, model, info in zip(listing.servers, models, infos, strict=True):
            self._add(address, _Member(model, info))
        self._tell()
        self._looking = asyncio.create_task(self._keep_looking())
        return self._info

    def now(self) -> ModelInfo:
        """As it was opened, with the servers that there are now."""
        models = self._pool.models
        infos = [member.info for member in self._members.values() if member.model in models]
        return replace(self._info, servers=len(infos), max_in_flight=sum(info.max_in_flight for info in infos))

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request. Raises ServerGone when there was no server for too long."""
        until: float | None = None
        while True:
            try:
                return await self._pool.answer(batch)
            except ServerGone:
                now = time.monotonic()
                until = now + self._wait_s if until is None else until
            try:
                await asyncio.wait_for(self._pool.any_model(), until - now)
            except TimeoutError:
                why = self._problems() or "it lists none"
                raise ServerGone(f"no server of {self._file.path} answered for {self._wait_s:g} s: {why}") from None

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens, from the first server that is alive."""
        return await self._pool.prompt_tokens(request)

    async def close(self) -> None:
        """Look no more, and close all servers."""
        tasks = [*self._joining.values(), *([self._looking] if self._looking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._pool.close()

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self._look()

    async def _look(self) -> None:
        """Follow the file: let go of what it no longer lists, and ask what it lists to join."""
        try:
            changed = await asyncio.to_thread(self._file.changed)
            self._listing, self._unreadable = changed or self._listing, ""
        except ModelError as error:
            self._unreadable = f"{error}; its servers stay"
        listed, alive = self._listing.servers, self._pool.models
        for address in [one for one in self._left_out if one not in listed]:
            del self._left_out[address]
        for address, member in list(self._members.items()):
            if address not in listed or member.model not in alive:
                del self._members[address]
                await self._pool.remove(member.model)
        for address in listed:
            if self._may_join(address):
                self._start_joining(address)
        self._tell()

    def _may_join(self, address: str) -> bool:
        """Whether a listed server is to be opened now."""
        left_out = self._left_out.get(address)
        is_due = left_out is None or left_out.again_at <= time.monotonic()
        return is_due and address not in self._members and address not in self._joining

    def _start_joining(self, address: str) -> None:
        task = self._joining[address] = asyncio.create_task(self._join(address))
        task.add_done_callback(lambda _: self._joining.pop(address, None))

    async def _join(self, address: str) -> None:
        """Open a server and ask it from now on, if it is the same model."""
        model = self._opener(address)
        try:
            info = await model.open()
            why, again_at = self._unfit(info), math.inf
        except ModelError as error:
            why, again_at = str(error), time.monotonic() + RETRY_S
        if not why and address in self._listing.servers:
            self._left_out.pop(address, None)
            self._add(address, _Member(model, info))
        else:
            await model.close()
        if why:
            self._left_out[address] = _LeftOut(why, again_at)
        self._tell()

    def _unfit(self, info: ModelInfo) -> str:
        """Why a server cannot share the prompts of this run; empty where it can."""
        lacks = [way for way in self._info.scoring if way not in info.scoring]
        if why := unlike(self._first, info):
            return why
        if lacks:
            return f"{info.spec} cannot score labels by {lacks[0]} as {self._first.spec} can"
        if info.max_batch < self._info.max_batch:
            return f"{info.spec} takes {info.max_batch} prompts at once, {self._first.spec} {self._info.max_batch}"
        return ""

    def _add(self, address: str, member: _Member) -> None:
        self._members[address] = member
        self._joined.add(address)
        self._pool.add(member.model)

    def _problems(self) -> str:
        """What is wrong now with the file and the servers that it lists; empty if nothing is."""
        found = [self._unreadable] if self._unreadable else []
        found += [f"{place}: {mistake}" for place, mistake in self._listing.mistakes.items()]
        places = self._listing.servers
        found += [f"{places[one]}: {left_out.why}" for one, left_out in self._left_out.items() if one in places]
        return "; ".join(found)

    def _tell(self) -> None:
        """Put into the details how many servers took part, and which are left out."""
        self._details[SERVERS] = str(len(self._joined))
        problems = self._problems()
        if problems:
            self._details[LEFT_OUT] = problems
        else:
            self._details.pop(LEFT_OUT, None)


def _refuse_unidentified(info: ModelInfo) -> None:
    """Raises ModelError for a server that no other one could be compared with."""
    if info.trusted_fingerprint:
        raise ModelError(
            f"{info.spec} cannot be identified ({info.details.get(IDENTIFIED_BY)}), so no other server could be shown "
            "to be the same model. Give its address instead of a file."
        )


def _by_weights(infos: Sequence[ModelInfo]) -> str | None:
    """The fingerprint of the model's files, which has no address in it, where this machine can read them."""
    found = (info.fingerprint for info in infos if info.details.get(IDENTIFIED_BY) == BY_WEIGHTS)
    return next(found, None)
