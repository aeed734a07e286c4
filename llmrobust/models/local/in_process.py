"""A model that computes in this process, in a thread of its own, one batch at a time."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from llmrobust.errors import ModelError
from llmrobust.models.local.label_scores import SAME_TOKENS, refuse_extra
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Reply, Request, Response, ScoredBy

if TYPE_CHECKING:
    from llmrobust.models.local.computing import Computing

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MAX_BATCH = 64
SCORING: tuple[ScoredBy, ...] = ("logprobs", "text")


class InProcessModel(ABC):
    """A `Model` around weights that `load` brings into memory."""

    def __init__(self, spec: str, name: str, backend: str):
        self.spec = spec
        self._name = name
        self._backend = backend
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"llmrobust-{backend}")
        self._loaded: Computing | None = None

    @abstractmethod
    def load(self) -> Computing:
        """The weights. Raises ModelError. It runs in the model's thread."""

    async def open(self) -> ModelInfo:
        """Load the weights. Raises ModelError."""
        loaded = await self._run(self.load)
        self._loaded = loaded
        return ModelInfo(
            spec=self.spec,
            name=self._name,
            backend=self._backend,
            fingerprint=loaded.fingerprint,
            max_model_len=loaded.tokens.max_model_len,
            max_batch=MAX_BATCH,
            max_in_flight=1,
            scoring=SCORING,
            details=MappingProxyType(loaded.details),
        )

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request. Raises ModelError for scoring that this backend does not have."""
        if self._loaded is None:
            raise ModelError(f"{self.spec} is not open")
        if not batch:
            return []
        refuse_extra(batch, self.spec)
        if any(request.structured for request in batch):
            raise ModelError(
                f"{self.spec} cannot enforce a format (response_format, structured_outputs): use "
                "vllm-offline: or a server"
            )
        if batch[0].labels and batch[0].scoring not in ("auto", *SCORING):
            raise ModelError(
                f"{self.spec} cannot score labels by {batch[0].scoring}: it offers {', '.join(SCORING)}. "
                "Use scoring: auto."
            )
        return await self._run(_answer, self._loaded, tuple(batch))

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens as texts."""
        return await self._run(self._loaded.tokens.texts, request) if self._loaded is not None else ()

    async def close(self) -> None:
        """Let go of the weights."""
        self._loaded = None
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)


def _answer(loaded: Computing, batch: tuple[Request, ...]) -> list[Reply]:
    started = time.monotonic()
    scored = bool(batch[0].labels) and batch[0].scoring != "text"
    replies: list[Reply | None] = list(loaded.score(batch)) if scored else [None] * len(batch)
    left = [i for i, reply in enumerate(replies) if reply is None]
    if scored and batch[0].scoring == "logprobs":
        generated: list[Reply] = [SAME_TOKENS] * len(left)
    else:
        generated = loaded.generate([batch[i] for i in left]) if left else []
    for i, reply in zip(left, generated, strict=True):
        replies[i] = reply
    latency_s = time.monotonic() - started
    return [replace(r, latency_s=latency_s) if isinstance(r, Response) else r for r in replies if r is not None]
