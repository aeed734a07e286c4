"""The model behind `smollm2`: weights found first, then served by a backend of llmrobust as any other folder is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode

from llmrobust.errors import ModelError
from llmrobust.models import Model, ModelInfo, parse_spec
from llmrobust.models.local_spec import LocalSpec
from llmrobust.models.protocol import TellsTokens
from llmrobust.request import Reply, Request
from llmrobust_smollm2.weights import NAME, SOURCES, weights

BACKENDS = ("hf", "vllm", "vllm-offline")
TEMPLATE = Path(__file__).parent / "chat_template.jinja"
"""The model's own, which ignores tools, with each tool beside the form of its call (Hermes, which servers parse)."""
DTYPE = "float32"
"""In which hf and vLLM give equal verdicts; see docs/backends.md for what bfloat16 costs."""


class SmolLm2Model:
    """The `Model` behind `smollm2[?backend=hf|vllm|vllm-offline&source=auto|hub|gguf&OPTION=VALUE][#ADAPTER]`.

    Further options are the backend's own, such as `max-model-len`; `dtype` is float32 unless it is given, and
    `chat-template` one that shows tools.
    """

    def __init__(self, spec: str):
        self.spec = spec
        body, hash_sign, adapter = spec.partition("#")
        head, _, query = body.partition("?")
        if head != "smollm2":
            raise ModelError(
                f'"{spec}" names a model after the colon: smollm2 is one; write smollm2 or smollm2?OPTION=VALUE'
            )
        self._adapter = hash_sign + adapter
        options = {"dtype": DTYPE, "chat-template": str(TEMPLATE), **LocalSpec.parse(f"smollm2:{NAME}?{query}").options}
        self._backend = _one_of("backend", options.pop("backend", "hf"), BACKENDS)
        self._source = _one_of("source", options.pop("source", "auto"), SOURCES)
        self._options = options
        self._made("FOLDER")  # a wrong option is said now
        self._model: Model | None = None

    def _made(self, folder: str) -> Model:
        return parse_spec(f"{self._backend}:{folder}?{urlencode(self._options)}{self._adapter}")

    async def open(self) -> ModelInfo:
        """Find the weights, converting them where that is needed, and load them. Raises ModelError."""
        found = await asyncio.to_thread(weights, self._source)
        self._model = self._made(str(found.folder))
        info = await self._model.open()
        details = {**info.details, "weights": found.origin}
        return replace(info, spec=self.spec, name=NAME + self._adapter, details=MappingProxyType(details))

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply a request. Raises ModelError, and ServerGone when a server of ours ended."""
        if self._model is None:
            raise ModelError(f"{self.spec} is not open")
        return await self._model.answer(batch)

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens as texts."""
        return await self._model.prompt_tokens(request) if isinstance(self._model, TellsTokens) else ()

    async def close(self) -> None:
        """Release the weights, and stop a server that was started."""
        if self._model is not None:
            await self._model.close()


def _one_of(name: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise ModelError(f'smollm2 has no {name} "{value}": it is one of {", ".join(known)}')
    return value
