"""Which model is behind an address, determined from its answers: a name proves nothing.

A fixed set of prompts is sent twice, one at a time, with greedy sampling and bypassing the caches of vLLM and
llama.cpp, since a cached prompt is computed in different steps. Answers that repeat, log-probabilities included if the
server provides them, identify the model; answers that differ between the two rounds do not, and
nothing stored under such an identity is ever used in a later session.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llmrobust.models.http.client import CallFailed, HttpClient, Refused
from llmrobust.models.http.payloads import CHAT, COMPLETIONS, sampling_fields, standard_fields
from llmrobust.models.protocol import SESSION_ONLY
from llmrobust.request import Sampling

PROBES = (
    "Continue: one, two, three,",
    "Is the sky blue? Answer yes or no.",
    "Classify the review as positive or negative.\nReview: The soup was cold and the waiter rude.\nSentiment:",
    "What is 17 + 25?",
    "Name a capital city.",
    "Translate into French: good morning",
)
PROBE_TOKENS = 8
DIGITS = 3
"""Decimals of log-probabilities that count: other weights, adapters and quantisations differ by more."""

BY_WEIGHTS = "weights on this machine and answers to probes"
BY_ANSWERS = "address and answers to probes"
ANYWHERE = "answers to probes"
"""Of servers that come and go: their addresses identify nothing."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies a server.

    digest: equal for servers that give equal answers, regardless of address; empty if answers cannot identify one.
    established: how, or why not, for reports. weights: a digest of the model's files, if they can be read.
    """

    digest: str
    established: str
    weights: str = ""

    def fingerprint(self, *known: str) -> str:
        """A fingerprint of `known` facts and this identity; unique to this session without one."""
        return fingerprint_of(*known, self.weights, self.digest or secrets.token_hex(16))


def fingerprint_of(*parts: str) -> str:
    """Hex SHA-256 of texts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


async def identify(client: HttpClient, model: str, *, chat: bool, weights: str = "") -> Identity:
    """Ask the probes twice and compare.

    chat: through the chat endpoint where the server has it, so that its template counts too. weights: a digest of the
    model's files, where this machine can read them: then the answers need to agree in their texts only. Raises
    ServerGone when nobody answers.
    """
    try:
        first = await _answers(client, model, chat)
        if first is None and chat:
            chat, first = False, await _answers(client, model, chat=False)
        again = await _answers(client, model, chat) if first is not None else None
    except CallFailed as error:
        return _unknown(f"the server did not answer the probes ({error})")
    if first is None or again is None:
        return _unknown("the server did not answer the probes")
    texts = [[text for text, _ in answers] for answers in (first, again)]
    if texts[0] != texts[1]:
        return _unknown("identical probes got different answers")
    if not any(texts[0]) and not any(scores for _, scores in first):
        return _unknown("the server gave empty answers to the probes")
    if weights:
        seen: Any = first if first == again else texts[0]
        return Identity(fingerprint_of(json.dumps(seen)), BY_WEIGHTS, weights)
    if first != again:
        return _unknown("identical probes got different log-probabilities")
    return Identity(fingerprint_of(json.dumps(first)), BY_ANSWERS)


def _unknown(reason: str) -> Identity:
    return Identity("", f"{SESSION_ONLY}: {reason}")


async def _answers(client: HttpClient, model: str, chat: bool) -> list[tuple[str, tuple[float, ...]]] | None:
    """(text, rounded log-probabilities) of every probe; None where one is refused. Raises CallFailed."""
    found = []
    for text in PROBES:
        answer = await _ask(client, _body(model, text, chat), chat)
        if answer is None:
            return None
        found.append(answer)
    return found


def _body(model: str, text: str, chat: bool) -> dict[str, Any]:
    asked = {"messages": [{"role": "user", "content": text}]} if chat else {"prompt": text}
    scores = {"logprobs": True} if chat else {"logprobs": 1}
    return {"model": model, **asked, **sampling_fields(Sampling(max_tokens=PROBE_TOKENS)), **scores}


async def _ask(client: HttpClient, body: Mapping[str, Any], chat: bool) -> tuple[str, tuple[float, ...]] | None:
    """One probe's answer, with as few fields as the server insists on; None where it is refused. Raises CallFailed."""
    plain = standard_fields(body) or dict(body)
    fewest = {name: value for name, value in plain.items() if name != "logprobs"}
    uncached = {**body, "cache_salt": secrets.token_hex(8), "cache_prompt": False}
    for fields in (uncached, body, plain, fewest):
        try:
            return _read(await client.post(CHAT if chat else COMPLETIONS, fields))
        except Refused:
            continue
        except CallFailed as error:  # some servers break down over a field that they do not know
            if error.failure.kind != "server-error" or fields is fewest:
                raise
    return None


def _read(answer: Any) -> tuple[str, tuple[float, ...]] | None:
    """Text and log-probabilities of the only choice; None if there is none."""
    try:
        choice = answer["choices"][0]
        text = choice["message"]["content"] if "message" in choice else choice["text"]
        return str(text or ""), _scores(choice.get("logprobs"))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None


def _scores(found: Mapping[str, Any] | None) -> tuple[float, ...]:
    if not found:
        return ()
    content: Sequence[Mapping[str, Any]] | None = found.get("content")
    given = [entry["logprob"] for entry in content] if content else found.get("token_logprobs") or ()
    return tuple(round(float(score), DIGITS) for score in given if score is not None)
