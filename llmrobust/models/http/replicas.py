"""Several servers with the same model, which share the load."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from llmrobust.errors import ModelError
from llmrobust.models.http.identity_probe import fingerprint_of
from llmrobust.models.http.replica_pool import ReplicaPool
from llmrobust.models.http.same_model import together, unlike
from llmrobust.models.protocol import Model, ModelInfo
from llmrobust.request import Reply, Request


class Replicas:
    """A `Model` that combines others, which stay the same for a run. The last one's death is the death of the model."""

    def __init__(self, models: Sequence[Model]):
        self.spec = " ".join(model.spec for model in models)
        self._models = tuple(models)
        self._pool = ReplicaPool(self.spec)

    async def open(self) -> ModelInfo:
        """Open all replicas. Raises ModelError when one does not open, or answers as another model."""
        try:
            infos = await all_opened(self._models)
        except BaseException:
            await self.close()
            raise
        for model in self._models:
            self._pool.add(model)
        fingerprint = fingerprint_of(*sorted(info.fingerprint for info in infos))
        return replace(together(infos), spec=self.spec, fingerprint=fingerprint)

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request. Raises ServerGone when the last replica is gone."""
        return await self._pool.answer(batch)

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens, from the first replica that is alive."""
        return await self._pool.prompt_tokens(request)

    async def close(self) -> None:
        """Close all replicas, the dead ones too."""
        await self._pool.close()
        await asyncio.gather(*(model.close() for model in self._models))


async def all_opened(models: Sequence[Model]) -> list[ModelInfo]:
    """Open models that are to be replicas. Raises ModelError when one does not open, or answers as another model."""
    opened = await asyncio.gather(*(model.open() for model in models), return_exceptions=True)
    failed = next((found for found in opened if isinstance(found, BaseException)), None)
    if failed is not None:
        raise failed
    infos = [found for found in opened if isinstance(found, ModelInfo)]
    why = next((why for info in infos[1:] if (why := unlike(infos[0], info))), "")
    if why:
        raise ModelError(f"{why}. Give one address, or servers with the same model, version and settings.")
    return infos
