"""Several servers with the same model, which share the load."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from llmrobust.errors import ModelError, ServerGone
from llmrobust.models.http.identity_probe import fingerprint_of
from llmrobust.models.protocol import IDENTIFIED_BY, Model, ModelInfo, TellsTokens
from llmrobust.request import Reply, Request


class Replicas:
    """A `Model` that combines others: each batch goes to the replica with the fewest batches under way.

    A replica that dies is left out, its batch goes to another; the last one's death is the death of the model.
    """

    def __init__(self, models: Sequence[Model]):
        self.spec = " ".join(model.spec for model in models)
        self._models = tuple(models)
        self._alive: list[Model] = []
        self._under_way: dict[int, int] = {}

    async def open(self) -> ModelInfo:
        """Open all replicas. Raises ModelError when one does not open, or answers as another model."""
        opened = await asyncio.gather(*(model.open() for model in self._models), return_exceptions=True)
        failed = next((found for found in opened if isinstance(found, BaseException)), None)
        if failed is not None:
            await self.close()
            raise failed
        infos = [found for found in opened if isinstance(found, ModelInfo)]
        first = infos[0]
        unknown = next((info for info in infos if info.trusted_fingerprint), None)
        if unknown is not None and len(infos) > 1:
            await self.close()
            raise ModelError(
                f"{unknown.spec} cannot be shown to be the same model as the other replicas "
                f"({unknown.details.get(IDENTIFIED_BY, 'its answers to probes differ')}). Use one address."
            )
        other = next((info for info in infos if _identity(info) != _identity(first)), None)
        if other is not None:
            await self.close()
            raise ModelError(
                f"{first.spec} and {other.spec} are not replicas of one model: {_difference(first, other)}. "
                "Give one address, or servers with the same model, version and settings."
            )
        self._alive = list(self._models)
        self._under_way = {id(model): 0 for model in self._models}
        return replace(
            first,
            spec=self.spec,
            fingerprint=fingerprint_of(*sorted(info.fingerprint for info in infos)),
            max_batch=min(info.max_batch for info in infos),
            max_in_flight=sum(info.max_in_flight for info in infos),
            servers=len(infos),
            scoring=tuple(way for way in first.scoring if all(way in info.scoring for info in infos)),
        )

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request. Raises ServerGone when the last replica is gone."""
        gone = ServerGone(f"no replica of {self.spec} is open")
        while self._alive:
            model = min(self._alive, key=lambda one: self._under_way[id(one)])
            self._under_way[id(model)] += 1
            try:
                return await model.answer(batch)
            except ServerGone as error:
                gone = error
                if model in self._alive:
                    self._alive.remove(model)
            finally:
                self._under_way[id(model)] -= 1
        raise gone

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens, from the first replica that is alive."""
        first = self._alive[0] if self._alive else None
        return await first.prompt_tokens(request) if isinstance(first, TellsTokens) else ()

    async def close(self) -> None:
        """Close all replicas, the dead ones too."""
        self._alive = []
        await asyncio.gather(*(model.close() for model in self._models))


def _identity(info: ModelInfo) -> str:
    """What replicas must share: what the servers report about themselves, and their answers to the probes."""
    if "server_fingerprint" not in info.details:
        return info.fingerprint
    return fingerprint_of(info.details["server_fingerprint"], info.details.get("probe_answers", ""))


def _difference(first: ModelInfo, other: ModelInfo) -> str:
    """The first difference between two servers."""
    if first.name != other.name:
        return f"one serves {first.name}, the other {other.name}"
    if first.max_model_len != other.max_model_len:
        return f"their contexts are {first.max_model_len} and {other.max_model_len} tokens"
    if first.details.get("probe_answers") != other.details.get("probe_answers"):
        return "they answer identical prompts differently"
    for name, value in first.details.items():
        if other.details.get(name) != value:
            return f"their {name} is {value or 'unknown'} and {other.details.get(name) or 'unknown'}"
    return "they render chats differently"
