"""Labels scored by an HTTP server: by log-probabilities in one prefill a tree node, or by constrained generation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from llmrobust.chat_messages import sent_messages, tools_of
from llmrobust.models.http.capabilities import Server
from llmrobust.models.http.chat_rendering import AS_TEXT
from llmrobust.models.http.label_tokens import RemoteTokens
from llmrobust.models.http.payloads import (
    MAX_LOGPROB_TOKENS,
    Choice,
    enough_tokens,
    extra_fields,
    logprob_fields,
    obeyed,
    sampling_fields,
    spoken_labels,
    template_fields,
)
from llmrobust.models.http.prompt_lists import ListCalls
from llmrobust.models.label_tree import LabelTree, Tokens
from llmrobust.models.local.label_scores import scored_response
from llmrobust.models.written_first import following_lead, leads_of, with_leads
from llmrobust.request import Failure, Reply, Request


class LabelScoring:
    """Scores the labels of batches of requests on one server."""

    def __init__(self, server: Server, calls: ListCalls, tokens: RemoteTokens):
        self._server = server
        self._calls = calls
        self._tokens = tokens

    async def score_written(self, batch: Sequence[Request], written: Sequence[Reply]) -> list[Reply]:
        """The labels scored after what the model wrote before its answers; what was written where there is none."""
        leads = leads_of(batch, written)
        asked = [(request, lead) for request, lead in zip(batch, leads, strict=True) if lead is not None]
        scored = await self.score([one for one, _ in asked], [lead for _, lead in asked]) if asked else []
        return with_leads(written, leads, scored)

    async def score(self, batch: Sequence[Request], leads: Sequence[str] = ()) -> list[Reply | None]:
        """A scored response or a failure per request; None if two labels have the same tokens.

        leads: what the model wrote before each answer; none for labels right after the prompts.
        """
        leads = leads or [""] * len(batch)
        after = [following_lead(request, lead) for request, lead in zip(batch, leads, strict=True)]
        trees = await asyncio.gather(*(self._tokens.tree(request) for request in after))
        replies: list[Reply | None] = [tree if isinstance(tree, Failure) else None for tree in trees]
        groups: dict[LabelTree, list[int]] = {}
        for i, tree in enumerate(trees):
            if isinstance(tree, LabelTree) and tree.distinct:
                groups.setdefault(tree, []).append(i)
        for tree, members in groups.items():
            scored = await self._group(tree, [batch[i] for i in members], [leads[i] for i in members])
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
            extra = extra_fields(batch[0])
            fields = {**extra, **sampling_fields(sampling), "structured_outputs": {"choice": list(spoken)}}
            found = await self._calls.generate([batch[i] for i in members], fields)
            for i, choice in zip(members, found, strict=True):
                replies[i] = choice if isinstance(choice, Failure) else obeyed(choice, batch[i])
        return replies

    async def _group(self, tree: LabelTree, batch: Sequence[Request], leads: Sequence[str]) -> list[Reply]:
        """Replies to requests whose labels are the same tokens: one pass after the prompt, one after inner nodes."""
        prompts: Sequence[list[int] | Failure] | None = None
        if any(leads) or self._needs_tokens(tree, batch[0]):
            room = max(map(len, tree.labels))
            prompts = [
                p if isinstance(p, Failure) else self._server.too_long(len(p), room) or p
                for p in await self._tokens.prompts(batch, leads)
            ]
        firsts = await self._first(batch, prompts, tree.children(()))
        trees = [tree if isinstance(seen, Failure) else tree.likely(seen.logprobs) for seen in firsts]
        more = any(
            not isinstance(seen, Failure) and len(one.nodes) > 1 for seen, one in zip(firsts, trees, strict=True)
        )
        if more and prompts is None:
            prompts = await self._tokens.prompts(batch)
        if prompts is not None:
            firsts = [p if isinstance(p, Failure) else seen for p, seen in zip(prompts, firsts, strict=True)]
            context = self._server.max_model_len
            if context:
                lengths = [0 if isinstance(p, Failure) else len(p) for p in prompts]
                trees = [one.within(context - length) for one, length in zip(trees, lengths, strict=True)]
        there = [i for i, seen in enumerate(firsts) if not isinstance(seen, Failure)]
        places = [(i, node) for i in there for node in trees[i].nodes[1:]]
        passes: list[dict[Tokens, Choice | Failure]] = [{(): first} for first in firsts]
        for (i, node), choice in zip(places, await self._later(places, prompts or (), trees), strict=True):
            passes[i][node] = choice
        return [_scored(request, one, seen) for request, one, seen in zip(batch, trees, passes, strict=True)]

    def _needs_tokens(self, tree: LabelTree, request: Request) -> bool:
        several = any(len(label) > 1 for label in tree.labels) or request.noise is not None
        return several or (request.mode == "chat" and (not self._server.chat_lists or bool(tools_of(request))))

    async def _first(
        self, batch: Sequence[Request], prompts: Sequence[list[int] | Failure] | None, wanted: Sequence[int]
    ) -> list[Choice | Failure]:
        """For every request a choice with the log-probabilities of the wanted tokens right after the prompt."""
        if prompts is not None:
            return await self._passes(prompts, wanted)
        chat = batch[0].mode == "chat"
        texts = await self._calls.texts(batch) if chat else [request.messages[0][1] for request in batch]
        if texts is None:
            chats, template = [sent_messages(request) for request in batch], template_fields(batch[0])
            return await self._in_parts(
                wanted, lambda part: self._calls.chats(chats, {**logprob_fields(part, chat=True), **template})
            )
        how = AS_TEXT if chat else {}
        return await self._in_parts(
            wanted, lambda part: self._calls.completions(texts, {**logprob_fields(part, chat=False), **how})
        )

    async def _later(
        self,
        places: Sequence[tuple[int, Tokens]],
        prompts: Sequence[list[int] | Failure],
        trees: Sequence[LabelTree],
    ) -> list[Choice | Failure]:
        """For every place (number of the request, inner node) a choice with what may follow the node."""
        wanted = sorted({token for i, node in places for token in trees[i].children(node)})
        rows = [p if isinstance(p := prompts[i], Failure) else [*p, *node] for i, node in places]
        return await self._passes(rows, wanted) if rows else []

    async def _passes(self, rows: Sequence[list[int] | Failure], wanted: Sequence[int]) -> list[Choice | Failure]:
        """For every row of tokens a choice with the log-probabilities of the wanted tokens as the next one."""
        sent = [row for row in rows if not isinstance(row, Failure)]
        if not sent:
            return list(rows)  # type: ignore[arg-type]
        found = iter(
            await self._in_parts(wanted, lambda part: self._calls.completions(sent, logprob_fields(part, chat=False)))
        )
        return [row if isinstance(row, Failure) else next(found) for row in rows]

    async def _in_parts(
        self, wanted: Sequence[int], call: Callable[[Sequence[int]], Awaitable[list[Choice | Failure]]]
    ) -> list[Choice | Failure]:
        """What a call gives for all wanted tokens, of which vLLM takes so many at a time."""
        parts = [wanted[i : i + MAX_LOGPROB_TOKENS] for i in range(0, len(wanted), MAX_LOGPROB_TOKENS)]
        found = await asyncio.gather(*map(call, parts))
        return [_joined(choices) for choices in zip(*found, strict=True)]


def _scored(request: Request, tree: LabelTree, passes: Mapping[Tokens, Choice | Failure]) -> Reply:
    """The scored response, or the failure of the first pass that failed."""
    known: dict[Tokens, Mapping[int, float]] = {}
    counted = 0
    for node, choice in passes.items():
        if isinstance(choice, Failure):
            return choice
        known[node] = choice.logprobs
        counted = counted or choice.prompt_tokens or 0
    return scored_response(request, tree, known, counted)


def _joined(choices: Sequence[Choice | Failure]) -> Choice | Failure:
    """The choices to one prompt, asked for different tokens, as one; the first failure if there is any."""
    logprobs: dict[int, float] = {}
    for choice in choices:
        if isinstance(choice, Failure):
            return choice
        logprobs.update(choice.logprobs)
    first = choices[0]
    return first if isinstance(first, Failure) else replace(first, logprobs=logprobs)
