"""Several servers with the same model, which share the load."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from llmrobust.errors import ModelError, ServerGone
from llmrobust.models.http.identity_probe import fingerprint_of
from llmrobust.models.protocol import IDENTIFIED_BY, Model, ModelInfo, TellsTokens
from llmrobust.request import Failure, Reply, Request

STRIKES = 3
"""Lists in a row that a replica failed and another one answered, after which it rests."""
REST_S = 30.0
"""How long it is not asked; then one list shows whether it is well."""


@dataclass(slots=True)
class _Replica:
    """An open replica. strikes: lists in a row that others had to answer. rests_until: by the monotonic clock."""

    model: Model
    under_way: int = 0
    strikes: int = 0
    rests_until: float = 0.0

    def failed(self) -> None:
        """Another replica answered what this one did not."""
        self.strikes += 1
        if self.strikes >= STRIKES:
            self.rests_until = time.monotonic() + REST_S


class Replicas:
    """A `Model` that combines others: each batch goes to the replica with the fewest batches under way.

    A replica that dies is left out, its batch goes to another; the last one's death is the death of the model. What a
    replica fails to answer in a way that may be its own fault goes to another one too, and one that keeps failing what
    others answer is not asked for a while.
    """

    def __init__(self, models: Sequence[Model]):
        self.spec = " ".join(model.spec for model in models)
        self._models = tuple(models)
        self._alive: list[_Replica] = []

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
        self._alive = [_Replica(model) for model in self._models]
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
        replies: dict[int, Reply] = {}
        left = list(range(len(batch)))
        failing: list[_Replica] = []
        while left and (replica := self._next(failing)) is not None:
            try:
                found = await self._asked(replica, [batch[i] for i in left])
            except ServerGone as error:
                gone = error
                if replica in self._alive:
                    self._alive.remove(replica)
                continue
            replies.update(zip(left, found, strict=True))
            still = _moved(left, replies)
            if len(still) < len(left):
                replica.strikes, replica.rests_until = 0, 0.0
                for other in failing:
                    other.failed()
            failing.append(replica)
            left = still
        if len(replies) < len(batch):
            raise gone
        return [replies[i] for i in range(len(batch))]

    def _next(self, failing: Sequence[_Replica]) -> _Replica | None:
        """Of those that did not fail this batch, one that is not resting, with the least to do."""
        able = [one for one in self._alive if one not in failing]
        now = time.monotonic()
        return min(able, key=lambda one: (one.rests_until > now, one.under_way), default=None)

    async def _asked(self, replica: _Replica, batch: Sequence[Request]) -> list[Reply]:
        replica.under_way += 1
        if replica.strikes >= STRIKES:
            replica.rests_until = time.monotonic() + REST_S  # until this list has shown that it is well
        try:
            found = await replica.model.answer(batch)
        finally:
            replica.under_way -= 1
        return found

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens, from the first replica that is alive."""
        first = self._alive[0].model if self._alive else None
        return await first.prompt_tokens(request) if isinstance(first, TellsTokens) else ()

    async def close(self) -> None:
        """Close all replicas, the dead ones too."""
        self._alive = []
        await asyncio.gather(*(model.close() for model in self._models))


def _moved(asked: Sequence[int], replies: Mapping[int, Reply]) -> list[int]:
    """Of the prompts that were asked, those for another replica: failed in a way that may be the server's fault.

    A server that rejects one prompt of several shows something about the prompt, one that rejects all about itself.
    """
    failed = [i for i in asked if isinstance(replies[i], Failure)]
    kinds = {i: reply.kind for i in failed if isinstance(reply := replies[i], Failure)}
    if len(failed) == len(asked) and set(kinds.values()) == {"rejected"}:
        return failed
    return [i for i in failed if kinds[i] not in ("rejected", "too-long")]


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
