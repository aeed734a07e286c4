"""What a server is and what it can do, learned once by asking: fields that a server ignores look like success."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llmrobust.errors import ModelError
from llmrobust.models.context_length import fits
from llmrobust.models.http.client import CallFailed, HttpClient, Refused
from llmrobust.models.http.payloads import CHAT_BATCH, COMPLETIONS, TOKENIZE, logprob_fields, read_choices
from llmrobust.request import Failure, ScoredBy
from llmrobust.text.phrases import nearest

PROBE_TOKENS = (0, 1, 2)
PROBE_CHOICE = "qzxv"
"""A word that no model writes spontaneously."""
PROBE_CHAT = [{"role": "user", "content": "Say a word."}]


@dataclass(frozen=True, slots=True)
class Server:
    """An OpenAI-compatible server and one model on it.

    max_model_len: tokens of context, 0 if unknown. chat_problem: why the model cannot chat, as the server put it; empty
    if it can or if that was not probed. template: identifies how a chat is rendered.
    """

    model: str
    root: str
    max_model_len: int
    version: str = ""
    system_fingerprint: str = ""
    template: str = ""
    lists: bool = False
    chat_lists: bool = False
    tokenize: bool = False
    token_ids: bool = False
    logprobs: bool = False
    constrained: bool = False
    chat_problem: str = ""
    base_root: str = ""
    """Of an adapter, where the server has the weights from that it adapts; empty for other models."""

    @property
    def scoring(self) -> tuple[ScoredBy, ...]:
        """The ways to score labels, best first."""
        ways: list[ScoredBy] = []
        if self.logprobs and self.tokenize:
            ways.append("logprobs")
        if self.constrained:
            ways.append("constrained")
        return (*ways, "text")

    def too_long(self, prompt_tokens: int, max_tokens: int) -> Failure | None:
        """The failure of a prompt that leaves no room for its answer; None when there is room."""
        return fits(prompt_tokens, max_tokens, self.max_model_len)

    def fingerprint(self) -> str:
        """Hex digest of what the server reports about itself, without its address."""
        parts = [self.model, self.root, self.version, self.system_fingerprint, self.max_model_len, self.template]
        parts += [self.base_root] if self.base_root else []
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


async def probe(client: HttpClient, wanted: str) -> Server:
    """The server behind a client, with the model of the given name (empty: its only one). Raises ModelError."""
    entries = await _models(client)
    entry = _chosen(entries, wanted, client.root)
    model = str(entry["id"])
    base = next((one for one in entries if entry.get("parent") and one["id"] == entry["parent"]), None)
    version = await _optional(client.get("/version"))
    many = await _completions(client, {"model": model, "prompt": ["a", "b"], **logprob_fields(PROBE_TOKENS, False)})
    logprobs = many is not None and not isinstance(read_choices(many, 2, {"logprob_token_ids": PROBE_TOKENS}), Failure)
    if many is None:
        many = await _completions(client, {"model": model, "prompt": ["a", "b"], "max_tokens": 1, "temperature": 0})
    lists = many is not None and not isinstance(read_choices(many, 2, {}), Failure)
    ids = await _optional(client.post(TOKENIZE, {"model": model, "prompt": "a"}))
    tokenize = bool(ids and ids.get("tokens"))
    constrained = lists and await _obeys(client, model)
    chat_lists, chat_ids, chat_problem = await _chat(client, model) if lists or tokenize else (False, None, "")
    return Server(
        model=model,
        root=str(entry.get("root") or model),
        max_model_len=int(entry.get("max_model_len") or (ids or {}).get("max_model_len") or 0),
        version=str((version or {}).get("version", "")),
        system_fingerprint=str((many or {}).get("system_fingerprint") or ""),
        template=hashlib.sha256(json.dumps(chat_ids).encode()).hexdigest() if chat_ids else "",
        lists=lists,
        chat_lists=chat_lists,
        tokenize=tokenize,
        token_ids=logprobs,
        logprobs=logprobs,
        constrained=constrained,
        chat_problem=chat_problem,
        base_root="" if base is None else str(base.get("root") or base["id"]),
    )


async def _models(client: HttpClient) -> list[Mapping[str, Any]]:
    try:
        answer = await client.get("/v1/models")
    except (Refused, CallFailed) as error:
        raise ModelError(f"{client.root} does not list its models at /v1/models: {error}") from None
    found = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(entry, dict) and "id" in entry for entry in found):
        raise ModelError(f"{client.root}/v1/models did not answer like an OpenAI-compatible server")
    return found


def _chosen(entries: list[Mapping[str, Any]], wanted: str, root: str) -> Mapping[str, Any]:
    names = [str(entry["id"]) for entry in entries]
    if wanted in names:
        return entries[names.index(wanted)]
    shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    if wanted:
        close = nearest(wanted, names)
        hint = f'; did you mean "{close}"?' if close else ""
        raise ModelError(f'no model "{wanted}" at {root}{hint} It has: {shown or "none"}')
    if not names:
        raise ModelError(f"{root} serves no model")
    if len(names) > 1:
        raise ModelError(f"{root} serves {len(names)} models: choose one with {root}/v1#MODEL. It has: {shown}")
    return entries[0]


async def _optional(call: Any) -> dict[str, Any] | None:
    """The call's JSON object, or None where the server does not have the endpoint or does not take the fields."""
    try:
        answer = await call
    except (Refused, CallFailed):
        return None
    return answer if isinstance(answer, dict) else None


async def _completions(client: HttpClient, body: Mapping[str, Any]) -> dict[str, Any] | None:
    return await _optional(client.post(COMPLETIONS, body))


async def _obeys(client: HttpClient, model: str) -> bool:
    body = {
        "model": model,
        "prompt": "a",
        "temperature": 0,
        "max_tokens": 2 * len(PROBE_CHOICE),
        "structured_outputs": {"choice": [PROBE_CHOICE]},
    }
    answer = await _completions(client, body)
    choices = read_choices(answer, 1, body)
    return not isinstance(choices, Failure) and choices[0].text == PROBE_CHOICE


async def _chat(client: HttpClient, model: str) -> tuple[bool, list[int] | None, str]:
    """Whether chats may come as lists, the tokens of a fixed chat, and why the model cannot chat."""
    body = {"model": model, "messages": [PROBE_CHAT, PROBE_CHAT], "max_tokens": 1, "temperature": 0}
    answer = await _optional(client.post(CHAT_BATCH, body))
    batch = answer is not None and not isinstance(read_choices(answer, 2, {}), Failure)
    problem, ids = "", None
    try:
        ids = (await client.post(TOKENIZE, {"model": model, "messages": PROBE_CHAT})).get("tokens")
    except Refused as error:
        problem = error.message if error.status == 400 else ""
    except (CallFailed, AttributeError):
        ids = None
    return batch, ids, problem
