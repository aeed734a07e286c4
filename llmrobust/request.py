"""What is sent to a model and what comes back: plain values with a stable identity."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii as _text
from typing import Literal

Mode = Literal["chat", "completion"]
Scoring = Literal["auto", "logprobs", "constrained", "text"]
ScoredBy = Literal["logprobs", "constrained", "text"]
FailureKind = Literal[
    "rejected", "too-long", "overloaded", "timeout", "malformed", "server-error", "cancelled", "not-stored"
]


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling parameters; all are sent with every request, since servers have their own defaults."""

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    """0 means all tokens."""
    repetition_penalty: float = 1.0
    max_tokens: int = 16
    seed: int = 0
    stop: tuple[str, ...] = ()
    logit_bias: tuple[tuple[int, float], ...] = ()
    """(token, what is added to its logit), by token."""


@dataclass(frozen=True, slots=True)
class TokenNoise:
    """Random tokens in a prompt, after its chat template. share: of the tokens that are not special, from 0 to 1."""

    share: float
    seed: int


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model. Equal requests have equal hashes and are sent once.

    messages: (role, text) pairs in order, tools and tool calls among them (see `llmrobust.chat_messages`); in
    completion mode a single pair with role "user" whose text is sent as it is. labels: the closed set of answers to
    score; empty for free text. ignore_case: whether a label in another casing means the same. extra: further fields of
    an HTTP request's body, and template: what a chat template is given beside the messages; both as JSON objects with
    sorted keys, or empty. structured: `response_format` or `structured_outputs`, as a JSON object with that key, or
    empty. reasoning: whether the model thinks first, so that labels are scored after its thinking. after: the marker
    of the final answer, which labels are scored after; or empty.
    """

    messages: tuple[tuple[str, str], ...]
    mode: Mode = "chat"
    sampling: Sampling = field(default_factory=Sampling)
    labels: tuple[str, ...] = ()
    scoring: Scoring = "auto"
    repeat: int = 0
    ignore_case: bool = True
    extra: str = ""
    template: str = ""
    structured: str = ""
    reasoning: bool = False
    after: str = ""
    noise: TokenNoise | None = None
    """Random tokens that the prompt gets once it is made of tokens; the labels after it stay."""
    _hash: str = field(default="", init=False, repr=False, compare=False)

    def content_hash(self) -> str:
        """Hex SHA-256 of the canonical JSON of everything that is asked; computed once. How labels are scored and in
        which casings is not part of it: stored runs are compared by it, whichever version made them."""
        if not self._hash:
            object.__setattr__(self, "_hash", self._computed_hash())
        return self._hash

    def __hash__(self) -> int:
        return hash(self.content_hash())

    def _computed_hash(self) -> str:
        return content_digest(canonical(self.messages), self.how()).hex()

    def how(self) -> str:
        """Everything but the messages as canonical JSON; made once for the requests that share a `Sampling`."""
        asked = (self.mode, self.labels, self.scoring, self.repeat, self.extra, self.template)
        key = (id(self.sampling), *asked, self.structured, self.reasoning, self.after, self.is_prefilled)
        known = _HOWS.get(key)
        if known is not None and known[0] is self.sampling and self.noise is None:
            return known[1]
        s = self.sampling
        drawn = (s.temperature, s.top_p, s.top_k, s.repetition_penalty, s.max_tokens, s.seed, s.stop)
        parts: tuple[object, ...] = (self.mode, drawn, self.labels, self.scoring, self.repeat)
        if self.extra or self.template:  # else hashes are those of runs made before there were any
            parts += (self.extra, self.template)
        newer = (self.structured, self.reasoning, self.after, self.is_prefilled, s.logit_bias)
        if any(newer):
            parts += (newer,)
        if self.noise is not None:
            parts += ((self.noise.share, self.noise.seed),)
        if len(_HOWS) >= _MOST_HOWS:
            _HOWS.clear()
        how = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))[1:-1]
        if self.noise is None:
            _HOWS[key] = s, how
        return how

    @property
    def is_prefilled(self) -> bool:
        """Whether the model continues a message of its own that the prompt has begun."""
        return self.mode == "chat" and self.messages[-1][0] == "assistant"

    @property
    def continued_mode(self) -> Mode:
        """How a label continues the prompt: as a message of its own, or as text after text."""
        return "completion" if self.is_prefilled else self.mode

    @property
    def writes_first(self) -> bool:
        """Whether labels come after something that the model writes: its thinking, or a chain of thought."""
        return bool(self.labels) and (self.reasoning or bool(self.after))

    def batch_key(self) -> tuple[object, ...]:
        """Requests with equal keys may travel in one prompt list."""
        asked = (self.mode, self.sampling, self.labels, self.scoring, self.extra, self.template)
        return (*asked, self.structured, self.reasoning, self.after, self.is_prefilled, self.noise is not None)


@dataclass(frozen=True, slots=True)
class Response:
    """A model's answer.

    label_logprobs: one natural logarithm a label of the request, in its order, or None
    when the labels were not scored. label_mass: the probability of all labels together, in all their forms, among
    everything that the model could write; None where it is not known. finish_reason: "stop", "length" or what the
    server said.
    """

    text: str
    finish_reason: str
    scored_by: ScoredBy = "text"
    label_logprobs: tuple[float, ...] | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    latency_s: float = field(default=0.0, compare=False)
    label_mass: float | None = None
    mass_is_bound: bool = False
    """Whether the label mass is a lower bound: the server shows the likeliest tokens only."""
    reasoning_tokens: int = 0
    """Those of the completion tokens that the model thought in; estimated where a server does not count them."""
    cached_tokens: int = 0
    """Those of the prompt tokens that the server says it had in its cache."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that got no answer. It is never stored and never counts as a pass."""

    kind: FailureKind
    message: str


Reply = Response | Failure
_MOST_HOWS = 1024
_HOWS: dict[tuple[object, ...], tuple[Sampling, str]] = {}
"""See `Request.how`; a `Sampling` is held, so that no other one can have its identity."""


def canonical(messages: Iterable[tuple[str, str]]) -> str:
    """(role, text) pairs as canonical JSON."""
    return f"[{','.join([f'[{_text(role)},{_text(text)}]' for role, text in messages])}]"


def content_digest(messages: str, how: str) -> bytes:
    """The SHA-256 of which `Request.content_hash` is the text. messages: as `canonical` writes them. how: as
    `Request.how` says."""
    return hashlib.sha256(f"[{messages},{how}]".encode("ascii")).digest()


def mean_tokens(replies: Iterable[Reply]) -> float | None:
    """The mean of the tokens of some responses, prompt and answer together; None where none of them counts any."""
    counts = [one.prompt_tokens + one.completion_tokens for one in replies if isinstance(one, Response)]
    return round(sum(counts) / len(counts), 3) if any(counts) else None
