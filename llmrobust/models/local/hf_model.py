"""A model that transformers runs in this process: the reference that other backends are compared with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from llmrobust.errors import ModelError
from llmrobust.models.local.label_scores import SAME_TOKENS, refuse_extra
from llmrobust.models.local_spec import LocalSpec
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Reply, Request, Response, ScoredBy

if TYPE_CHECKING:
    from llmrobust.models.local.hf_forward import LoadedModel

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MAX_BATCH = 64
OPTIONS = ("dtype", "device", "revision", "trust-remote-code", "chat-template")
SCORING: tuple[ScoredBy, ...] = ("logprobs", "text")


class HfModel:
    """The `Model` behind `hf:NAME_OR_PATH[?dtype=..&device=..&revision=..]`, and behind `tiny`.

    It computes in a separate thread, one batch at a time.
    """

    def __init__(self, spec: str):
        self.spec = spec
        if spec == "tiny":
            from llmrobust.models.local.tiny import WEIGHTS

            self._parsed = LocalSpec("hf", str(WEIGHTS), MappingProxyType({}))
        else:
            self._parsed = LocalSpec.parse(spec)
        self._parsed.refuse_others(OPTIONS)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="llmrobust-hf")
        self._loaded: LoadedModel | None = None

    async def open(self) -> ModelInfo:
        """Load the weights. Raises ModelError."""
        missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
        if missing:
            raise ModelError(f"{self.spec} needs {' and '.join(missing)}: pip install 'llmrobust[hf]'")
        from llmrobust.models.local.hf_forward import load

        loaded = await self._run(load, self._parsed)
        self._loaded = loaded
        return ModelInfo(
            spec=self.spec,
            name="tiny" if self.spec == "tiny" else self._parsed.path,
            backend="hf",
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


def _answer(loaded: LoadedModel, batch: tuple[Request, ...]) -> list[Reply]:
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
