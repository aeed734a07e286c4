"""A model behind an OpenAI-compatible HTTP API: vLLM at full speed, anything else one by one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from llmrobust.chat_messages import SETTINGS, tools_of
from llmrobust.errors import ModelError
from llmrobust.models.context_length import refusal
from llmrobust.models.http.adaptation import Adaptation
from llmrobust.models.http.capabilities import Server, probe
from llmrobust.models.http.chat_rendering import HERE, THERE, ChatRendering
from llmrobust.models.http.client import CallFailed, HttpClient, HttpSettings, Refused, is_loopback
from llmrobust.models.http.identity_probe import Identity, fingerprint_of, identify
from llmrobust.models.http.label_requests import LabelScoring
from llmrobust.models.http.label_tokens import RemoteTokens
from llmrobust.models.http.mass_bound import FIELDS, mass_bound
from llmrobust.models.http.payloads import extra_fields, sampling_fields, structured_fields
from llmrobust.models.http.prompt_lists import ListCalls
from llmrobust.models.local.chat_template import ChatTemplate
from llmrobust.models.local.label_scores import NO_TOOLS, SAME_TOKENS
from llmrobust.models.local.weights import folder_fingerprint
from llmrobust.models.protocol import ADAPTED, BY_ADDRESS, IDENTIFIED_BY, RENDERED, ModelInfo
from llmrobust.request import Failure, Reply, Request, Response, ScoredBy

LIST_SIZE = 128
"""Prompts a list: 2,690 prompts/s with vLLM 0.32 on two cores; 32 gave 2,201 and 256 no more."""
LISTS_IN_FLIGHT = 8
SINGLES = 16
SINGLES_IN_FLIGHT = 4


class OpenAiModel:
    """The `Model` behind `http://HOST:PORT/v1[#MODEL]`."""

    def __init__(
        self,
        spec: str,
        settings: HttpSettings | None = None,
        *,
        is_ours: bool = False,
        template: ChatTemplate | None = None,
    ):
        """is_ours: we started the server, so its weights and arguments are known and nothing needs to be probed.
        template: what the server renders chats with, if that is known, and its answers are what the model writes."""
        address, _, self._wanted = spec.partition("#")
        self.spec = spec
        self._root = root_of(address)
        self._settings = settings
        self._is_ours = is_ours
        self._template = template
        self._client: HttpClient | None = None
        self._server: Server | None = None
        self._shows_tools = False

    def __repr__(self) -> str:
        return f"OpenAiModel({self.spec!r})"

    async def open(self) -> ModelInfo:
        """Connect, and learn what the server can do. Raises ModelError."""
        self._client = HttpClient(self._root, self._settings or HttpSettings.from_environment())
        try:
            server = await probe(self._client, self._wanted)
            identity = await self._identity(self._client, server)
        except BaseException:
            await self.close()
            raise
        self._server = server
        self._tokens = tokens = RemoteTokens(self._client, server.model, self._folders(server))
        details = _details(server, identity)
        adaptation = Adaptation(lambda words: details.update({ADAPTED: words}))
        rendering = self._rendering(server, tokens, details)
        self._calls = ListCalls(self._client, server, tokens, adaptation, rendering)
        self._labels = LabelScoring(server, self._calls, tokens)
        return ModelInfo(
            spec=self.spec,
            name=server.model,
            backend="http",
            fingerprint=identity.fingerprint(*([] if identity.weights else [self._root]), server.fingerprint()),
            trusted_fingerprint="" if identity.digest else fingerprint_of(self._root, server.fingerprint(), BY_ADDRESS),
            max_model_len=server.max_model_len,
            max_batch=LIST_SIZE if server.lists else SINGLES,
            max_in_flight=LISTS_IN_FLIGHT if server.lists else SINGLES_IN_FLIGHT,
            scoring=server.scoring,
            details=MappingProxyType(details),
        )

    def _rendering(self, server: Server, tokens: RemoteTokens, details: dict[str, str]) -> ChatRendering | None:
        """What renders chats on this side, if that is possible."""
        if self._template is None:
            return None
        if not (server.lists and server.tokenize):
            details[RENDERED] = f"{THERE}: it has no {'/tokenize' if server.lists else 'lists'}"
            return None
        details[RENDERED] = HERE
        return ChatRendering(self._template, tokens, lambda words: details.update({RENDERED: words}))

    async def _identity(self, client: HttpClient, server: Server) -> Identity:
        """What identifies the server beside its address."""
        if self._is_ours:
            return Identity(server.fingerprint(), "started for this session")
        folders, wanted = self._folders(server), 2 if server.base_root else 1
        seen = [await asyncio.to_thread(folder_fingerprint, folder) for folder in folders]
        weights = " ".join(seen) if len(seen) == wanted else ""
        return await identify(client, server.model, chat=not server.chat_problem, weights=weights)

    def _folders(self, server: Server) -> list[Path]:
        """The folders of the model's files that are on this machine: an adapter's own first, then its base's."""
        named = [Path(root) for root in (server.root, server.base_root) if root]
        return [folder for folder in named if is_loopback(self._root) and folder.is_dir()]

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request. Raises ServerGone, and ModelError for what this server cannot do at all."""
        if self._server is None:
            raise ModelError(f"{self.spec} is not open")
        if not batch:
            return []
        way = self._way(batch[0])
        started = time.monotonic()
        try:
            replies = await self._answer(way, batch)
        except CallFailed as error:
            replies = [error.failure] * len(batch)
        except Refused as error:
            replies = [refusal(str(error))] * len(batch)
        latency_s = time.monotonic() - started
        return [replace(r, latency_s=latency_s) if isinstance(r, Response) else r for r in replies]

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens as the server writes them."""
        can = self._server is not None and self._server.tokenize
        return await self._tokens.texts(request) if can else ()

    async def close(self) -> None:
        """Drop all connections."""
        if self._client is not None:
            await self._client.close()

    def _way(self, request: Request) -> ScoredBy:
        """How the labels of this batch are scored. Raises ModelError where the server cannot."""
        assert self._server is not None
        if request.mode == "chat" and self._server.chat_problem:
            raise ModelError(
                f"{self._server.model} cannot chat: {self._server.chat_problem} "
                "Use a model with a chat template, or a suite in completion mode."
            )
        if request.mode == "completion" and not self._server.lists:
            raise ModelError(f"{self._root} has no /v1/completions: completion mode needs it; use chat messages")
        ways = self._server.scoring
        if request.noise is not None and (request.scoring != "logprobs" or "logprobs" not in ways):
            raise ModelError(f"{self._root} cannot put random tokens into prompts: it gives no labels' probabilities")
        if request.writes_first:  # a constraint would have the label written at once
            ways = tuple(way for way in ways if way != "constrained")
        if not request.labels or request.scoring == "text":
            return "text"
        if request.scoring == "auto":
            return ways[0]
        if request.scoring not in ways:
            raise ModelError(
                f"{self._root} cannot score labels by {request.scoring}: it offers {', '.join(ways)}. "
                "Use scoring: auto, or a vLLM server that has it."
            )
        return request.scoring

    async def _answer(self, way: ScoredBy, batch: Sequence[Request]) -> list[Reply]:
        if way == "logprobs":
            return await self._score(batch)
        if way == "constrained":
            return await self._constrained(batch)
        return await self._generate(batch)

    async def _generate(self, batch: Sequence[Request]) -> list[Reply]:
        first = batch[0]
        await self._refuse_hidden_tools(batch)
        fields = {**extra_fields(first), **sampling_fields(first.sampling), **structured_fields(first)}
        bounded = self._shows_likeliest(first)
        found = await self._calls.generate(batch, {**fields, **FIELDS} if bounded else fields)
        replies: list[Reply] = []
        for choice, request in zip(found, batch, strict=True):
            if isinstance(choice, Failure):
                replies.append(choice)
                continue
            mass = mass_bound(choice.tokens, request) if bounded else None
            replies.append(replace(choice.response("text", 0.0), label_mass=mass, mass_is_bound=mass is not None))
        return replies

    def _shows_likeliest(self, request: Request) -> bool:
        """Whether the likeliest tokens are asked for, to bound the label mass: in chats, where the server gives no
        log-probabilities of the labels themselves, and no label comes after something else."""
        assert self._server is not None
        closed = bool(request.labels) and request.mode == "chat" and not request.writes_first
        return closed and not self._server.logprobs and not set(FIELDS) & extra_fields(request).keys()

    async def _refuse_hidden_tools(self, batch: Sequence[Request]) -> None:
        """Raise ModelError where the server's chat template drops tools: the model could not call any. Found out once,
        where the server shows its tokens."""
        asked = next((request for request in batch if tools_of(request)), None)
        if asked is None or self._shows_tools or self._server is None or not self._server.tokenize:
            return
        plain = replace(asked, messages=tuple(one for one in asked.messages if one[0] not in SETTINGS))
        shown, without = await self._tokens.prompt(asked), await self._tokens.prompt(plain)
        if isinstance(shown, list) and shown == without:
            raise ModelError(NO_TOOLS)
        self._shows_tools = True

    async def _score(self, batch: Sequence[Request]) -> list[Reply]:
        """By log-probabilities; labels with the same tokens are distinguished by generated text instead."""
        if batch[0].writes_first:
            fields = {**extra_fields(batch[0]), **sampling_fields(batch[0].sampling)}
            found_first = await self._calls.written(batch, fields)
            written = [c if isinstance(c, Failure) else c.response("text", 0.0) for c in found_first]
            return await self._labels.score_written(batch, written)
        found = await self._labels.score(batch)
        left = [i for i, reply in enumerate(found) if reply is None]
        if left and batch[0].scoring == "logprobs":
            return [reply or SAME_TOKENS for reply in found]
        again: list[Reply] = []
        if left:
            rest = [batch[i] for i in left]
            constrained = "constrained" in self._server.scoring if self._server else False
            again = await (self._constrained(rest) if constrained else self._generate(rest))
        others = iter(again)
        return [reply or next(others) for reply in found]

    async def _constrained(self, batch: Sequence[Request]) -> list[Reply]:
        return await self._labels.constrained(batch)


def root_of(address: str) -> str:
    """A server's address without its `/v1`. Raises ModelError for one that cannot be used."""
    parts = urlsplit(address)
    try:
        valid = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid:
        raise ModelError(f'"{address}" is not a server address: write it as http://HOST:PORT/v1')
    if parts.username or parts.password:
        raise ModelError(
            f"a model's address is stored with its results, so it must not contain a password: take it out of "
            f"{parts.scheme}://...@{parts.hostname} and put the key in LLMROBUST_API_KEY"
        )
    path = parts.path.rstrip("/")
    if parts.query or (path and not path.endswith("/v1")):
        raise ModelError(f'"{address}" does not end in /v1: write it as http://HOST:PORT/v1')
    return f"{parts.scheme}://{parts.netloc}{path.removesuffix('/v1')}"


def _details(server: Server, identity: Identity) -> dict[str, str]:
    return {
        "server_version": server.version,
        "system_fingerprint": server.system_fingerprint,
        "model_root": server.root,
        "template": server.template,
        "server_fingerprint": server.fingerprint(),
        "probe_answers": identity.digest,
        IDENTIFIED_BY: identity.established,
        "lists": "yes" if server.lists else "no",
        "chat_lists": "yes" if server.chat_lists else "no",
        "chat": f"no: {server.chat_problem}" if server.chat_problem else "yes",
    }
