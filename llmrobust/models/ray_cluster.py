"""Workers on a Ray cluster, each with a model of its own in its process, that share the load.

Ray places them; the plan, the reply store and the order of requests stay here. A worker that dies is started again, and
what it was asked goes to another. Nothing is kept on the cluster: what was answered is in the reply store.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import llmrobust
from llmrobust.errors import LlmRobustError, ModelError, ServerGone, without_credentials
from llmrobust.models.local_spec import LocalSpec
from llmrobust.models.protocol import Model, ModelInfo, TellsTokens
from llmrobust.request import Reply, Request

Parse = Callable[[str], Model]
"""From a spec to a model that is not yet opened."""
OPTIONS = {"workers": "1", "cpus": "1", "gpus": "", "address": "", "restarts": "3", "start-timeout": "900"}
"""What `ray:` itself takes, with the values that it has without; anything else is an option of the workers' model."""
LISTS_PER_WORKER = 2
"""One being answered, one waiting, so that no worker idles while a list is on its way."""
CONNECT_TIMEOUT_S = 10.0
_INSIDE = "vllm-offline"
"""What runs a model that is named without a prefix."""
_ELSEWHERE = ("http", "https", "vllm", "fixed", "ray")
"""Models that are not in a process of their own, or are made of others."""


@dataclass(frozen=True, slots=True)
class RaySpec:
    """`ray:PATH?workers=4&gpus=1&...`, parsed.

    inside: the spec of the model in each worker. cpus, gpus: what Ray reserves for a worker. address: of the cluster;
    empty for RAY_ADDRESS, or a cluster on this machine that ends with the run. restarts: workers started again, over
    the run. start_timeout: seconds for a worker to be placed and to load its model.
    """

    inside: str
    workers: int
    cpus: float
    gpus: float | None
    address: str
    restarts: int
    start_timeout: float

    @classmethod
    def parse(cls, spec: str, parse: Parse) -> RaySpec:
        """Raises ModelError for a spec without a model, a number out of range, or a model that is not in a process."""
        parsed = LocalSpec.parse(spec)
        given = {name: parsed.options.get(name, usual) for name, usual in OPTIONS.items()}
        others = {name: value for name, value in parsed.options.items() if name not in OPTIONS}
        if parsed.path.partition(":")[0] in _ELSEWHERE:
            raise ModelError(
                f"{spec}: workers on Ray compute by themselves: name a model (ray:PATH, ray:hf:PATH or ray:tiny), "
                "not one that another process serves"
            )
        inside = parsed.path if _is_spec(parsed.path, parse) else f"{_INSIDE}:{parsed.path}"

        def number(name: str, least: float, whole: bool = False) -> float:
            try:
                found = float(given[name])
            except ValueError:
                found = float("nan")
            if not found >= least or (whole and found != int(found)):
                kind = "a whole number" if whole else "a number"
                raise ModelError(f'{spec}: {name} must be {kind} of at least {least:g}, not "{given[name]}"')
            return found

        if others:
            inside += "?" + urlencode(others, safe="/:,")
        inside += f"#{parsed.adapter}" if parsed.adapter else ""
        parse(inside)
        return cls(
            inside=inside,
            workers=int(number("workers", 1, whole=True)),
            cpus=number("cpus", 0),
            gpus=number("gpus", 0) if given["gpus"] else None,
            address=given["address"],
            restarts=int(number("restarts", 0, whole=True)),
            start_timeout=number("start-timeout", 1),
        )


@dataclass(frozen=True, slots=True)
class _Refusal:
    """An error of a worker's model, as it travels: exceptions of this package need not be rebuilt elsewhere."""

    message: str
    is_gone: bool


class Worker:
    """What runs on the cluster: one model, opened by its spec."""

    def __init__(self, spec: str, parse: Parse):
        self._model = parse(spec)

    def where(self) -> tuple[str, int]:
        """Ray's name of the node that it runs on, and its process there."""
        return importlib.import_module("ray").get_runtime_context().get_node_id(), os.getpid()

    async def open(self) -> tuple[str, ModelInfo, dict[str, str]] | _Refusal:
        """The version of this package, and the model: its details apart, as read-only mappings do not travel."""
        try:
            info = await self._model.open()
        except LlmRobustError as error:
            return _refusal(error)
        return llmrobust.__version__, replace(info, details={}), dict(info.details)

    async def answer(self, batch: Sequence[Request]) -> list[Reply] | _Refusal:
        """As `Model.answer`."""
        try:
            return await self._model.answer(batch)
        except LlmRobustError as error:
            return _refusal(error)

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """As `TellsTokens.prompt_tokens`; empty where the model does not tell."""
        return await self._model.prompt_tokens(request) if isinstance(self._model, TellsTokens) else ()


def _refusal(error: LlmRobustError) -> _Refusal:
    return _Refusal(str(error), isinstance(error, ServerGone))


class RayModel:
    """The `Model` behind `ray:PATH[?workers=N&...]`.

    A list goes to the worker with the fewest lists under way. Where a worker dies, its lists go to the others and it is
    started again beside them; with no worker and no restart left the model is gone.
    """

    def __init__(self, spec: str, parse: Parse):
        self.spec = spec
        self._parsed = RaySpec.parse(spec, parse)
        self._parse = parse
        self._ray: Any = None
        self._owns_ray = False
        self._under_way: dict[Any, int] = {}
        """By living worker, its lists under way."""
        self._starting: set[asyncio.Task[None]] = set()
        self._restarts_left = self._parsed.restarts
        self._first: ModelInfo | None = None
        self._last_error = ""

    @property
    def workers(self) -> list[Any]:
        """The living workers, as Ray's handles."""
        return list(self._under_way)

    async def open(self) -> ModelInfo:
        """Join the cluster and start the workers. Raises ModelError where one does not start or is another model."""
        if find_spec("ray") is None:
            raise ModelError(f"{self.spec} needs Ray: pip install 'llmrobust[ray]'")
        self._ray = importlib.import_module("ray")
        await asyncio.to_thread(self._join)
        try:
            started = await asyncio.gather(*(self._started() for _ in range(self._parsed.workers)))
        except BaseException:
            await self.close()
            raise
        infos = [info for _, info in started]
        self._under_way = {worker: 0 for worker, _ in started}
        first = self._first = infos[0]
        other = next((info for info in infos if info.fingerprint != first.fingerprint), None)
        if other is not None:
            await self.close()
            raise ModelError(
                f"{self.spec}: the workers' models are not the same: {_difference(first, other)}. Install the same "
                "versions and put the same files on every node."
            )
        return replace(
            first,
            spec=self.spec,
            backend=f"ray, {first.backend}",
            max_in_flight=len(infos) * LISTS_PER_WORKER * first.max_in_flight,
            servers=len(infos),
            details=MappingProxyType({**first.details, "ray": self._ray.__version__, "workers": str(len(infos))}),
        )

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request. Raises ServerGone when no worker is left that could be started again."""
        while True:
            if not self._under_way:
                if not self._starting:
                    raise ServerGone(f"no worker of {self.spec} is left: {self._last_error}")
                await asyncio.wait(self._starting, return_when=asyncio.FIRST_COMPLETED)
                continue
            worker = min(self._under_way, key=self._under_way.__getitem__)
            self._under_way[worker] += 1
            try:
                found = await worker.answer.remote(list(batch))
            except self._ray.exceptions.RayError as error:
                self._lose(worker, str(error))
                continue
            finally:
                if worker in self._under_way:
                    self._under_way[worker] -= 1
            if not isinstance(found, _Refusal):
                replies: list[Reply] = found
                return replies
            if not found.is_gone:
                raise ModelError(found.message)
            self._lose(worker, found.message)

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens, from any worker."""
        found: tuple[str, ...] = await self.workers[0].prompt_tokens.remote(request) if self.workers else ()
        return found

    async def close(self) -> None:
        """End the workers, and the cluster where this run started it."""
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        workers, self._under_way = self.workers, {}
        if self._ray is None or not self._ray.is_initialized():
            return
        for worker in workers:
            self._ray.kill(worker)
        if self._owns_ray:
            await asyncio.to_thread(self._ray.shutdown)
            self._owns_ray = False

    def _join(self) -> None:
        """Connect to the cluster, or start one on this machine."""
        if self._ray.is_initialized():
            return
        where = f"the Ray cluster at {self._parsed.address}" if self._parsed.address else "a Ray cluster"
        try:
            _knock(self._parsed.address)
            self._ray.init(address=self._parsed.address or None, log_to_driver=False, configure_logging=False)
        except Exception as error:  # Ray raises errors of many kinds, as late as when its processes do not come up
            raise ModelError(f"{self.spec}: cannot join {where}: {without_credentials(str(error))[:600]}") from None
        self._owns_ray = True

    async def _started(self) -> tuple[Any, ModelInfo]:
        """A worker whose model is open. Raises ModelError."""
        asked = self._parsed
        on_gpus = {} if asked.gpus is None else {"num_gpus": asked.gpus}
        kind = self._ray.remote(Worker).options(num_cpus=asked.cpus, max_concurrency=64, **on_gpus)
        worker = kind.remote(asked.inside, self._parse)
        try:
            found = await asyncio.wait_for(worker.open.remote(), asked.start_timeout)
        except TimeoutError:
            self._ray.kill(worker)
            needs = f"{asked.cpus:g} CPUs" + (f" and {asked.gpus:g} GPUs" if asked.gpus else "")
            raise ModelError(
                f"{self.spec}: a worker was not up after {asked.start_timeout:g} s. It needs {needs}; the cluster has "
                f"{_amounts(self._ray.available_resources())} free of {_amounts(self._ray.cluster_resources())}. "
                "Ask for fewer workers, or give more time: start-timeout="
            ) from None
        except self._ray.exceptions.RayError as error:
            raise ModelError(f"{self.spec}: a worker did not start: {_last_line(str(error))}") from None
        if isinstance(found, _Refusal):
            self._ray.kill(worker)
            raise ModelError(found.message)
        version, info, details = found
        if version != llmrobust.__version__:
            self._ray.kill(worker)
            raise ModelError(
                f"{self.spec}: a worker has llmrobust {version}, this is {llmrobust.__version__}: install the same "
                "version on every node"
            )
        return worker, replace(info, details=MappingProxyType(details))

    def _lose(self, worker: Any, reason: str) -> None:
        """Leave a worker out, and start another in its place while there are restarts left."""
        if self._under_way.pop(worker, None) is None:
            return  # another list was under way at the same worker, and told first
        self._last_error = _last_line(reason)
        if self._restarts_left > 0:
            self._restarts_left -= 1
            task = asyncio.create_task(self._start_again())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _start_again(self) -> None:
        try:
            worker, info = await self._started()
        except ModelError as error:
            self._last_error = str(error)
            return
        if self._first is not None and info.fingerprint != self._first.fingerprint:
            self._last_error = f"a worker came back as another model: {_difference(self._first, info)}"
            self._ray.kill(worker)
            return
        self._under_way[worker] = 0


def _is_spec(text: str, parse: Parse) -> bool:
    """Whether it is a model's spec and not just a path. Raises ModelError for a prefix that is unknown."""
    try:
        parse(text)
    except ModelError:
        if ":" in text:
            raise
        return False
    return True


def _knock(address: str) -> None:
    """Raises OSError where nothing listens at HOST:PORT, which Ray would try for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=CONNECT_TIMEOUT_S).close()


def _difference(first: ModelInfo, other: ModelInfo) -> str:
    for name in sorted({*first.details, *other.details}):
        if first.details.get(name) != other.details.get(name):
            return f"their {name} is {first.details.get(name, 'unknown')} and {other.details.get(name, 'unknown')}"
    return "their files differ"


def _amounts(resources: dict[str, float]) -> str:
    return f"{resources.get('CPU', 0):g} CPUs and {resources.get('GPU', 0):g} GPUs"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:400] if lines else "no reason given"
