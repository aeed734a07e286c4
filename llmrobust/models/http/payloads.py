"""The JSON that goes to an OpenAI-compatible server, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from llmrobust.chat_messages import calls_of_message, tool_choice_of, tools_of
from llmrobust.models.http.mass_bound import WrittenToken, written_tokens
from llmrobust.models.label_tree import continuation
from llmrobust.request import Failure, Request, Response, Sampling, ScoredBy
from llmrobust.text.thoughts import thoughts_length

COMPLETIONS = "/v1/completions"
CHAT = "/v1/chat/completions"
CHAT_BATCH = "/v1/chat/completions/batch"
TOKENIZE = "/tokenize"
DETOKENIZE = "/detokenize"

MAX_LOGPROB_TOKENS = 128
"""How many `logprob_token_ids` vLLM takes in one call."""

REASONING = ("reasoning", "reasoning_content")
"""Fields of a message in which servers give what a model thought before it answered: today's name and the older one."""
NOT_STANDARD = ("top_k", "repetition_penalty", "return_token_ids")
"""Fields that OpenAI's own API refuses; all of them may be left out where they change nothing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a list. reasoning_tokens: how many of its tokens the model thought in, estimated by their share of
    the text where the server does not count them.

    Counts are None if the server does not report them, and equal shares if it reports only the list's sum: then
    `counted` is False. logprobs: token -> log-probability.
    """

    text: str
    finish_reason: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    counted: bool = True
    logprobs: Mapping[int, float] = field(default_factory=dict)
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    tokens: tuple[WrittenToken, ...] = ()
    """The answer's tokens with the likeliest ones in their places, where that was asked for."""

    def response(self, scored_by: ScoredBy, latency_s: float) -> Response:
        """The choice as the answer to a request."""
        return Response(
            self.text,
            self.finish_reason,
            scored_by=scored_by,
            prompt_tokens=self.prompt_tokens or 0,
            completion_tokens=self.completion_tokens or 0,
            latency_s=latency_s,
            reasoning_tokens=self.reasoning_tokens,
            cached_tokens=self.cached_tokens,
        )


def sampling_fields(sampling: Sampling) -> dict[str, Any]:
    """Every sampling parameter, always: what is not sent, a server takes from the model's generation config."""
    fields: dict[str, Any] = {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k or -1,
        "repetition_penalty": sampling.repetition_penalty,
        "max_tokens": sampling.max_tokens,
        "seed": sampling.seed % 2**63,
    }
    if sampling.stop:
        fields["stop"] = list(sampling.stop)
    if sampling.logit_bias:
        fields["logit_bias"] = {str(token): bias for token, bias in sampling.logit_bias}
    return fields


def extra_fields(request: Request) -> dict[str, Any]:
    """Further fields of the body that the suite asks for."""
    found: dict[str, Any] = json.loads(request.extra) if request.extra else {}
    return found


def template_fields(request: Request) -> dict[str, Any]:
    """What decides beside the messages how a server renders a chat: arguments of its template, and tools; and whether
    the model continues the last message."""
    fields: dict[str, Any] = {"chat_template_kwargs": json.loads(request.template)} if request.template else {}
    if request.is_prefilled:
        fields |= {"add_generation_prompt": False, "continue_final_message": True}
    tools = tools_of(request)
    return {**fields, "tools": tools} if tools else fields


def chat_fields(request: Request) -> dict[str, Any]:
    """What a chat is asked for beside its messages and sampling: `template_fields`, and which tool must be called."""
    choice = tool_choice_of(request)
    return template_fields(request) | ({} if choice is None else {"tool_choice": choice})


def structured_fields(request: Request) -> dict[str, Any]:
    """`response_format` or `structured_outputs`, where the suite has one of them."""
    found: dict[str, Any] = json.loads(request.structured) if request.structured else {}
    return found


def standard_fields(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The body without fields that only some servers know, or None when one of them matters."""
    if body.get("top_k", -1) > 0 or body.get("repetition_penalty", 1.0) != 1.0:
        return None
    return {name: value for name, value in body.items() if name not in NOT_STANDARD}


def logprob_fields(tokens: Sequence[int], chat: bool) -> dict[str, Any]:
    """One prefill that gives the log-probabilities of the given tokens; the generated token is ignored.

    Greedy, because a seeded draw in a prefill that is done in chunks stops vLLM 0.32 on CPU altogether.
    """
    return {
        **sampling_fields(Sampling(max_tokens=1)),
        "logprobs": True if chat else 1,
        "logprob_token_ids": list(tokens),
        "return_tokens_as_token_ids": True,
    }


def spoken_labels(request: Request) -> tuple[str, ...]:
    """The labels as the model has to generate them after this prompt."""
    end = request.messages[-1][1]
    return tuple(continuation(end, label, request.continued_mode) for label in request.labels)


def enough_tokens(texts: Sequence[str]) -> int:
    """Tokens that suffice to generate any of the texts and to end: no token is shorter than a byte."""
    return max(len(text.encode()) for text in texts) + 1


def obeyed(choice: Choice, request: Request) -> Response | Failure:
    """The label that a constrained answer is; a Failure when the constraint was ignored after all."""
    for text, label in zip(spoken_labels(request), request.labels, strict=True):
        if choice.text in (text, label):
            return replace(choice.response("constrained", 0.0), text=label, finish_reason="stop")
    return Failure("malformed", f"the server ignored the labels; it returned {choice.text[:80]!r}")


def read_choices(answer: Any, count: int, base: Mapping[str, Any]) -> list[Choice] | Failure:
    """The choices of an answer in the order of the prompts, or a Failure if they are not what was requested.

    base: the body that was sent, whose `logprob_token_ids` must all be answered.
    """
    choices = answer.get("choices") if isinstance(answer, dict) else None
    if not isinstance(choices, list) or len(choices) != count:
        found = len(choices) if isinstance(choices, list) else "no"
        return Failure("malformed", f"the server gave {found} choices for {count} prompts")
    try:
        ordered = sorted(choices, key=lambda choice: int(choice["index"]))
        if [int(choice["index"]) for choice in ordered] != list(range(count)):
            return Failure("malformed", f"the server's choices are not numbered 0 to {count - 1}")
        usage = answer.get("usage") or {}
        read = [_read_choice(choice, i, count, usage) for i, choice in enumerate(ordered)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return Failure("malformed", f"the server's choices cannot be read: {type(error).__name__}: {error}")
    wanted = set(base.get("logprob_token_ids", ()))
    short = next((choice for choice in read if wanted - set(choice.logprobs)), None)
    if short is not None:
        given = len(wanted & set(short.logprobs))
        return Failure("malformed", f"the server gave {given} of {len(wanted)} log-probabilities asked for")
    return read


def _read_choice(choice: Mapping[str, Any], index: int, count: int, usage: Mapping[str, Any]) -> Choice:
    message = choice.get("message")
    text = (choice["text"] if message is None else _said(message)) or ""
    prompt_ids, ids = choice.get("prompt_token_ids"), choice.get("token_ids")
    completion_tokens = len(ids) if ids is not None else _share(usage.get("completion_tokens"), index, count)
    return Choice(
        text,
        str(choice.get("finish_reason") or "unknown"),
        len(prompt_ids) if prompt_ids else _share(usage.get("prompt_tokens"), index, count),
        completion_tokens,
        ids is not None or count == 1,
        _read_logprobs(choice.get("logprobs")),
        _reasoning_tokens(message, text, completion_tokens or 0, usage if count == 1 else {}),
        _share(_cached_tokens(usage), index, count) or 0,
        () if message is None or _thoughts(message) else written_tokens(choice.get("logprobs")),
    )


def _said(message: Mapping[str, Any]) -> str:
    """What a message says, its tool calls as text.

    Reasoning in a field of its own (`reasoning`, `reasoning_content`) is not part of the answer. Where
    nothing else came, it was cut off, and is returned in an open tag, so that readers can recognise it.
    """
    calls = calls_of_message(message)
    content = message.get("content")
    if isinstance(content, list):
        content = "\n".join(str(part.get("text", "")) for part in content)
    if content or calls:
        return "\n".join([*([str(content)] if content else []), *calls])
    thoughts = _thoughts(message)
    return f"<think>{thoughts}" if thoughts else ""


def _thoughts(message: Mapping[str, Any]) -> str:
    return str(next((message[name] for name in REASONING if message.get(name)), ""))


def _cached_tokens(usage: Mapping[str, Any]) -> int:
    """The prompt tokens of a list that the server had in its cache, where it says so."""
    details = usage.get("prompt_tokens_details")
    counted = details.get("cached_tokens") if isinstance(details, dict) else None
    return counted if isinstance(counted, int) and counted > 0 else 0


def _reasoning_tokens(
    message: Mapping[str, Any] | None, text: str, completion_tokens: int, usage: Mapping[str, Any]
) -> int:
    """The tokens of a choice's thinking, as the server counts them, else by its share of the characters."""
    counted = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens")
    if isinstance(counted, int):
        return counted
    apart = _thoughts(message) if message is not None else ""
    if apart and not text.startswith("<think>"):
        return round(completion_tokens * len(apart) / (len(apart) + len(text)))
    inside = thoughts_length(text)
    return round(completion_tokens * inside / len(text)) if inside else 0


def _share(total: int | None, index: int, count: int) -> int | None:
    """This choice's part of a sum over the list: shares differ by one at most and add up to the sum."""
    return None if total is None else total // count + (index < total % count)


def _read_logprobs(found: Mapping[str, Any] | None) -> dict[int, float]:
    """Token -> log-probability at the first position, from the shapes of both endpoints."""
    if not found:
        return {}
    if "content" in found:
        if not found["content"]:
            return {}
        pairs = [(entry["token"], entry["logprob"]) for entry in found["content"][0]["top_logprobs"]]
    else:
        pairs = list(found["top_logprobs"][0].items())
    prefix = "token_id:"
    return {int(token[len(prefix) :]): float(logprob) for token, logprob in pairs if str(token).startswith(prefix)}
