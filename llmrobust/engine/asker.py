"""What items need of an engine, and the values that it reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

from llmrobust.models.protocol import NOT_OPENED, ModelInfo
from llmrobust.request import Reply, Request


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be in flight at the same time, at each server.

    max_prompts: prompts; 512 keeps a server with 256 sequences busy while the next lists are on their way.
    max_tokens: estimated prompt and answer tokens. max_list: prompts in one list (2,690 prompts/s were measured with
    lists of 128 against 2,201 with 32 and 2,673 with 256).
    """

    max_prompts: int = 512
    max_tokens: int = 1_000_000
    max_list: int = 128


@dataclass(slots=True)
class EngineStats:
    """What the engine did: counts of distinct requests unless noted."""

    planned: int = 0
    """Requests submitted, before deduplication."""
    unique: int = 0
    from_store: int = 0
    sent: int = 0
    answered: int = 0
    failed: int = 0
    lists: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    """Those of the completion tokens that models thought in."""
    busy_s: float = 0.0
    """Seconds from the first request sent to the last reply."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A model as the store's last run had it. unchecked: it is not even opened, as it is known to be the same."""

    info: ModelInfo
    unchecked: bool = False

    def without(self, reason: str) -> ModelInfo:
        """The model's facts, with the reason why it was not opened among its details."""
        return replace(self.info, details=MappingProxyType({**self.info.details, NOT_OPENED: reason}))


class Asker(Protocol):
    """What pytest items need: an engine here, or one in another process."""

    def submit(self, requests: Sequence[Request], *, stored_only: bool = False) -> None:
        """Submit requests in the background; requests submitted before are not sent again.

        stored_only: they are only looked up in the store; missing ones get a Failure of kind "not-stored".
        """
        ...

    def opened(self) -> ModelInfo:
        """The model; waits until it is open. Raises ModelError."""
        ...

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        """Wait for the replies, in order. Raises ModelError when the model cannot answer any more."""
        ...

    def ready(self, requests: Sequence[Request]) -> list[Reply | None]:
        """The replies that are there already, without waiting."""
        ...

    def forget(self, requests: Sequence[Request]) -> None:
        """Drop the replies to these requests, which nobody will ask for again."""
        ...

    def info(self) -> ModelInfo | None:
        """The model, or None if it was never opened."""
        ...

    def stats(self) -> EngineStats:
        """What was done so far."""
        ...

    def close(self) -> None:
        """Cancel what is outstanding and release the model."""
        ...


class WrappedAsker:
    """An `Asker` around another one, to which it passes on every call that it does not override."""

    def __init__(self, asker: Asker):
        self._asker = asker

    def submit(self, requests: Sequence[Request], *, stored_only: bool = False) -> None:
        """As `Asker.submit`."""
        self._asker.submit(requests, stored_only=stored_only)

    def opened(self) -> ModelInfo:
        """As `Asker.opened`."""
        return self._asker.opened()

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        """As `Asker.replies`."""
        return self._asker.replies(requests)

    def ready(self, requests: Sequence[Request]) -> list[Reply | None]:
        """As `Asker.ready`."""
        return self._asker.ready(requests)

    def forget(self, requests: Sequence[Request]) -> None:
        """As `Asker.forget`."""
        self._asker.forget(requests)

    def info(self) -> ModelInfo | None:
        """As `Asker.info`."""
        return self._asker.info()

    def stats(self) -> EngineStats:
        """As `Asker.stats`."""
        return self._asker.stats()

    def close(self) -> None:
        """As `Asker.close`."""
        self._asker.close()
