"""What the engine needs of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from llmrobust.request import Reply, Request, ScoredBy

ADAPTED = "adapted"
"""The detail on what of a request a server refuses and how it is sent instead."""
RENDERED = "chats_rendered"
"""The detail on who renders chats for a server that a run starts, and why the server does; answers are the same."""
SERVERS = "servers"
"""The detail with the number of servers that took part, where they come and go."""
LEFT_OUT = "servers_left_out"
"""The detail on which listed servers are not asked, and why."""
NOT_OPENED = "not_opened"
"""The detail of a model that was not opened, as nothing had to be sent: the reason."""
IDENTIFIED_BY = "identified_by"
"""The detail with how a server was identified, or why it could not be."""
SESSION_ONLY = "this session only"
"""The start of that detail for a server that could not be identified."""
BY_ADDRESS = "address and name only (--robust-trust-store)"
"""That detail for such a server if the user vouches for it."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a model once it is open.

    fingerprint: changes whenever answers may change (weights, server build, template); part of every stored
    response's key. max_batch: requests that one `answer` call takes. max_in_flight: `answer` calls that may run at
    the same time. servers: how many take them, each with limits of its own. scoring: the ways in which labels can
    be scored, best first. details: versions and settings for the manifest, never secrets. trusted_fingerprint: what
    takes the fingerprint's place where the model could not be identified and the user vouches for it; empty where
    it was identified.
    """

    spec: str
    name: str
    backend: str
    fingerprint: str
    max_model_len: int
    max_batch: int
    max_in_flight: int
    scoring: tuple[ScoredBy, ...] = ("text",)
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    trusted_fingerprint: str = ""
    servers: int = 1

    def trusted(self) -> ModelInfo:
        """This model, with the user vouching for it where it could not be identified."""
        if not self.trusted_fingerprint:
            return self
        details = {**self.details, IDENTIFIED_BY: BY_ADDRESS}
        return replace(self, fingerprint=self.trusted_fingerprint, details=MappingProxyType(details))


class Model(Protocol):
    """A model that answers lists of requests.

    All methods run on the engine's event loop; a backend that computes in this process does so in a thread.
    """

    spec: str

    async def open(self) -> ModelInfo:
        """Load or connect. Raises ModelError with a message for people."""
        ...

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request, in order; the requests have equal batch keys and are at most `max_batch`.

        A request that fails by itself gives a Failure in its place. Raises ServerGone when nothing can be answered any
        more. Retries that are safe (a reset idle connection, 429 and 503) happen in here.
        """
        ...

    async def close(self) -> None:
        """Release everything; a server that was started is stopped. Safe to call twice."""
        ...


@runtime_checkable
class TellsTokens(Protocol):
    """A model that can report how it splits a prompt into tokens."""

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens in order, as texts, including those that template and tokenizer add; empty if unknown."""
        ...


@runtime_checkable
class Resizes(Protocol):
    """A model whose servers come and go while it is open."""

    def now(self) -> ModelInfo:
        """As `open` gave it, with the servers, and what they take at the same time, as they are now."""
        ...
