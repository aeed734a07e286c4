"""Labels scored by an HTTP server: by log-probabilities in one prefill a tree node, or by constrained generation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from llmrobust.models.http.capabilities import Server
from llmrobust.models.http.label_tokens import RemoteTokens
from llmrobust.models.http.payloads import (
    MAX_LOGPROB_TOKENS,
    Choice,
    enough_tokens,
    logprob_fields,
    messages_of,
    obeyed,
    sampling_fields,
    spoken_labels,
)
from llmrobust.models.http.prompt_lists import ListCalls
from llmrobust.models.label_tree import LabelTree, Tokens
from llmrobust.models.local.label_scores import scored_response
from llmrobust.request import Failure, Reply, Request


class LabelScoring:
    """Scores the labels of batches of requests on one server."""

    def __init__(self, server: Server, calls: ListCalls, tokens: RemoteTokens):
        self._server = server
        self._calls = calls
        self._tokens = tokens

    async def score(self, batch: Sequence[Request]) -> list[Reply | None]:
        """A scored response or a failure per request; None if two labels have the same tokens."""
        trees = await asyncio.gather(*(self._tokens.tree(request) for request in batch))
        replies: list[Reply | None] = [tree if isinstance(tree, Failure) else None for tree in trees]
        groups: dict[LabelTree, list[int]] = {}
        for i, tree in enumerate(trees):
            if isinstance(tree, LabelTree) and tree.distinct:
                groups.setdefault(tree, []).append(i)
        for tree, members in groups.items():
            scored = await self._group(tree, [batch[i] for i in members])
            for i, reply in zip(members, scored, strict=True):
                replies[i] = reply
        return replies

    async def constrained(self, batch: Sequence[Request]) -> list[Reply]:
        """The label that the model generates under the constraint."""
        replies: list[Reply] = [Failure("cancelled", "not sent")] * len(batch)
        groups: dict[tuple[str, ...], list[int]] = {}
        for i, request in enumerate(batch):
            groups.setdefault(spoken_labels(request), []).append(i)
        for spoken, members in groups.items():
            sampling = replace(batch[0].sampling, max_tokens=enough_tokens(spoken), stop=())
            fields = {**sampling_fields(sampling), "structured_outputs": {"choice": list(spoken)}}
            found = await self._calls.generate([batch[i] for i in members], fields)
            for i, choice in zip(members, found, strict=True):
                replies[i] = choice if isinstance(choice, Failure) else obeyed(choice, batch[i])
        return replies

    async def _group(self, tree: LabelTree, batch: Sequence[Request]) -> list[Reply]:
        """Replies to requests whose labels are the same tokens."""
        nodes, wanted = tree.nodes, tree.tokens
        parts = [wanted[i : i + MAX_LOGPROB_TOKENS] for i in range(0, len(wanted), MAX_LOGPROB_TOKENS)]
        prompts = await self._tokens.prompts(batch) if self._needs_tokens(tree, batch[0]) else None
        calls = [self._pass(batch, prompts, nodes, part) for part in parts]
        passes: list[dict[Tokens, dict[int, float]] | Failure] = [{} for _ in batch]
        counted: list[Choice | None] = [None] * len(batch)
        for found in await asyncio.gather(*calls):
            for i, choices in enumerate(found):
                seen = passes[i]
                for node, choice in zip(nodes, choices, strict=True):
                    if isinstance(seen, Failure):
                        break
                    if isinstance(choice, Failure):
                        passes[i] = seen = choice
                    else:
                        seen.setdefault(node, {}).update(choice.logprobs)
                        counted[i] = counted[i] or choice
        return [_scored(tree, request, seen, c) for request, seen, c in zip(batch, passes, counted, strict=True)]

    def _needs_tokens(self, tree: LabelTree, request: Request) -> bool:
        return len(tree.nodes) > 1 or (request.mode == "chat" and not self._server.chat_lists)

    async def _pass(
        self,
        batch: Sequence[Request],
        prompts: Sequence[list[int] | Failure] | None,
        nodes: Sequence[Tokens],
        wanted: Sequence[int],
    ) -> list[list[Choice | Failure]]:
        """For every request, one choice a node, with the log-probabilities of the wanted tokens."""
        if prompts is None:
            if batch[0].mode == "chat":
                fields = logprob_fields(wanted, chat=True)
                found = await self._calls.chats([messages_of(request) for request in batch], fields)
            else:
                fields = logprob_fields(wanted, chat=False)
                found = await self._calls.completions([request.messages[0][1] for request in batch], fields)
            return [[choice] for choice in found]
        room = len(nodes[-1]) + 1
        fits = [p if isinstance(p, Failure) else self._server.too_long(len(p), room) or p for p in prompts]
        sent = [[*p, *node] for p in fits if not isinstance(p, Failure) for node in nodes]
        answers = iter(await self._calls.completions(sent, logprob_fields(wanted, chat=False)) if sent else ())
        return [[p if isinstance(p, Failure) else next(answers) for _ in nodes] for p in fits]


def _scored(
    tree: LabelTree, request: Request, seen: dict[Tokens, dict[int, float]] | Failure, choice: Choice | None
) -> Reply:
    if isinstance(seen, Failure) or choice is None:
        return seen if isinstance(seen, Failure) else Failure("malformed", "the server gave no log-probabilities")
    return scored_response(request, tree, seen, choice.prompt_tokens or 0)
