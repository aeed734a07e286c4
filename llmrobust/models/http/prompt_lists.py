"""Many prompts in one call, and what to do when the call fails because of one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from llmrobust.chat_messages import sent_messages, tools_of
from llmrobust.models.context_length import refusal, too_long
from llmrobust.models.http.adaptation import Adaptation
from llmrobust.models.http.capabilities import Server
from llmrobust.models.http.chat_rendering import AS_TEXT, ChatRendering
from llmrobust.models.http.client import CallFailed, HttpClient, Refused
from llmrobust.models.http.label_tokens import RemoteTokens
from llmrobust.models.http.payloads import (
    CHAT,
    CHAT_BATCH,
    COMPLETIONS,
    Choice,
    chat_fields,
    read_choices,
    template_fields,
)
from llmrobust.request import Failure, Request

MAX_LIST = 1024
"""How many prompts vLLM takes in one call."""
WHOLE_SERVER = (401, 403, 404, 405)
"""Refusals that have nothing to do with one prompt."""


class ListCalls:
    """Calls with lists of prompts or chats to one server, or one by one where it takes no lists."""

    def __init__(
        self,
        client: HttpClient,
        server: Server,
        tokens: RemoteTokens,
        adaptation: Adaptation | None = None,
        rendering: ChatRendering | None = None,
    ):
        """rendering: renders chats on this side, where the server's template is known."""
        self._rendering = rendering
        self._client = client
        self._server = server
        self._tokens = tokens
        self._adaptation = adaptation or Adaptation()

    async def generate(self, batch: Sequence[Request], fields: Mapping[str, Any]) -> list[Choice | Failure]:
        """One choice per request, by the fastest way that the server supports for their mode.

        An answer that the end of the context cut short is a Failure: the server shortens `max_tokens` silently.
        """
        server = self._server
        if batch[0].mode == "completion":
            found = await self.completions([request.messages[0][1] for request in batch], fields)
        elif (texts := await self.texts(batch, fields)) is not None:
            found = await self.completions(texts, {**fields, **AS_TEXT})
        elif any(map(tools_of, batch)) or not (server.chat_lists or (server.lists and server.tokenize)):
            # Lists take no tools, and a server that is asked for a completion does not parse calls.
            found = await asyncio.gather(
                *(self._one_chat(sent_messages(request), {**fields, **chat_fields(request)}) for request in batch)
            )
        elif server.chat_lists:
            chats = [sent_messages(request) for request in batch]
            found = await self.chats(chats, {**fields, **template_fields(batch[0])})
        else:
            found = await self._rendered(batch, fields)
        return [self._whole(choice, int(fields["max_tokens"])) for choice in found]

    async def written(self, batch: Sequence[Request], fields: Mapping[str, Any]) -> list[Choice | Failure]:
        """One choice per request with all that the model writes: its thinking and the marks around it too."""
        fields = {**fields, "skip_special_tokens": False}
        if batch[0].mode == "completion":
            found = await self.completions([request.messages[0][1] for request in batch], fields)
        elif (texts := await self.texts(batch, fields)) is not None:
            found = await self.completions(texts, {**fields, **AS_TEXT})
        else:
            found = await self._rendered(batch, fields)
        return [self._whole(choice, int(fields["max_tokens"])) for choice in found]

    async def texts(self, batch: Sequence[Request], fields: Mapping[str, Any] | None = None) -> list[str] | None:
        """The chats as texts, to be sent with `AS_TEXT`; None where the server must render them."""
        return await self._rendering.texts(batch, fields) if self._rendering is not None else None

    async def completions(
        self, prompts: Sequence[str] | Sequence[Sequence[int]], fields: Mapping[str, Any]
    ) -> list[Choice | Failure]:
        """One choice per prompt; prompts are texts or tokens."""
        lists = [prompts[i : i + MAX_LIST] for i in range(0, len(prompts), MAX_LIST)]
        found = await asyncio.gather(*(self._list(COMPLETIONS, "prompt", part, fields) for part in lists))
        return [choice for part in found for choice in part]

    async def chats(
        self, chats: Sequence[Sequence[Mapping[str, Any]]], fields: Mapping[str, Any]
    ) -> list[Choice | Failure]:
        """One choice a chat, through the server's endpoint for lists of chats."""
        return await self._list(CHAT_BATCH, "messages", chats, fields)

    async def _rendered(self, batch: Sequence[Request], fields: Mapping[str, Any]) -> list[Choice | Failure]:
        """One choice a chat: the server renders each by its own template, then answers them as a list of tokens."""
        max_tokens = int(fields["max_tokens"])
        prompts = [
            prompt if isinstance(prompt, Failure) else self._server.too_long(len(prompt), max_tokens) or prompt
            for prompt in await self._tokens.prompts(batch)
        ]
        sent = [prompt for prompt in prompts if not isinstance(prompt, Failure)]
        answers = iter(await self.completions(sent, fields) if sent else ())
        return [prompt if isinstance(prompt, Failure) else next(answers) for prompt in prompts]

    async def _one_chat(self, chat: Sequence[Mapping[str, Any]], fields: Mapping[str, Any]) -> Choice | Failure:
        body = {"model": self._server.model, "messages": chat, **fields}
        try:
            answer = await self._post_adapted(body)
        except Refused as error:
            return refusal(str(error))
        except CallFailed as error:
            return error.failure
        choices = read_choices(answer, 1, fields)
        return choices if isinstance(choices, Failure) else choices[0]

    async def _post_adapted(self, body: Mapping[str, Any]) -> Any:
        """The answer to the body; what the server refuses of it is sent otherwise, or not, from then on."""
        while True:
            sent = self._adaptation.applied(body)
            try:
                return await self._client.post(CHAT, sent)
            except Refused as error:
                if error.status not in (400, 422):
                    raise
                known = self._adaptation.applied(body) != sent  # learned meanwhile from another call
                if not known and not self._adaptation.learns(error.message, sent):
                    raise

    async def _list(
        self, path: str, name: str, items: Sequence[Any], fields: Mapping[str, Any]
    ) -> list[Choice | Failure]:
        """One choice per item. A rejected list is halved until the items at fault are isolated."""
        body = {"model": self._server.model, **fields, name: list(items)}
        if self._server.token_ids:
            body["return_token_ids"] = True
        try:
            answer = await self._client.post(path, body)
        except CallFailed as error:
            return [error.failure] * len(items)
        except Refused as error:
            if len(items) == 1 or error.status in WHOLE_SERVER:
                return [refusal(str(error))] * len(items)
            middle = len(items) // 2
            halves = [await self._list(path, name, part, fields) for part in (items[:middle], items[middle:])]
            return halves[0] + halves[1]
        choices = read_choices(answer, len(items), fields)
        return [choices] * len(items) if isinstance(choices, Failure) else list(choices)

    def _whole(self, choice: Choice | Failure, max_tokens: int) -> Choice | Failure:
        if isinstance(choice, Failure) or choice.finish_reason != "length":
            return choice
        if not choice.counted or choice.completion_tokens is None or choice.completion_tokens >= max_tokens:
            return choice
        return too_long(choice.prompt_tokens, max_tokens, self._server.max_model_len)
