"""A recipe: how a prompt is answered after it was fixed, as `llmrobust fix` writes it and `--llm fixed:FILE` runs it.

A recipe recognises the prompt that it replaces by the template's own text, takes the inputs out of it, repairs them,
sends them in one or several other templates, and makes one answer of the replies.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llmrobust.chat_messages import TOOL_CHOICE, TOOLS
from llmrobust.errors import MethodError
from llmrobust.prompt.content_free import NOTHING, is_input
from llmrobust.prompt.spans import Prompt
from llmrobust.request import Failure, Reply, Request, Response
from llmrobust.seeds import Stream
from llmrobust.text.tidy_input import tidied

FORMAT: Literal["llmrobust-fixed"] = "llmrobust-fixed"
_ROUND = " .,()\n-><*\"'"
Combine = Literal["vote", "mean"]
Messages = tuple[tuple[str, str], ...]
Answering = Generator[list[Request], list[Reply], list[Reply]]
"""Yields the requests to send, receives their replies, returns one reply for each request that it was made for."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class InputForm(_Form):
    """The place of an input in a template."""

    input: str


class MessageForm(_Form):
    """A message: texts and places of inputs."""

    role: str
    parts: list[str | InputForm]


class TemplateForm(_Form):
    """A template of a prompt. prior: of each label, the logarithm of its probability for inputs without content, which
    is taken off its score; empty for none."""

    messages: list[MessageForm]
    prior: list[float] = Field(default_factory=list)


class RecipeForm(_Form):
    """The file of a recipe."""

    format: Literal["llmrobust-fixed"]
    version: Literal[1]
    suite: str
    llm: list[str]
    about: str
    mode: Literal["chat", "completion"]
    labels: list[str]
    sampling: dict[str, float | int | list[str]]
    normalise: bool
    combine: Combine
    seed: int
    replaces: list[MessageForm]
    templates: list[TemplateForm] = Field(min_length=1)
    measured: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """A template: of each message its role and parts; a part is a text, or the name of an input in a tuple of its own.
    prior: as in `TemplateForm`."""

    messages: tuple[tuple[str, tuple[str | tuple[str], ...]], ...]
    prior: tuple[float, ...] = ()

    @classmethod
    def of(cls, prompt: Prompt) -> Layout:
        """The template of a rendered prompt, whose inputs become places."""
        found = []
        for message in prompt.messages:
            parts: list[str | tuple[str]] = []
            for span in message.spans:
                last = parts[-1] if parts else None
                if is_input(span):
                    if last != (span.name,):
                        parts.append((span.name,))
                elif isinstance(last, str):
                    parts[-1] = last + span.text
                elif span.text:
                    parts.append(span.text)
            found.append((message.role, tuple(parts)))
        return cls(tuple(found))

    @property
    def inputs(self) -> frozenset[str]:
        """The names of its inputs."""
        return frozenset(part[0] for _, parts in self.messages for part in parts if isinstance(part, tuple))

    @property
    def is_sendable(self) -> bool:
        """Whether it consists of messages alone, without tools."""
        return all(role not in (TOOLS, TOOL_CHOICE) for role, _ in self.messages)

    def filled(self, values: Mapping[str, str]) -> Messages:
        """The messages with these inputs. Raises KeyError for one that is missing."""
        return tuple(
            (role, "".join(part if isinstance(part, str) else values[part[0]] for part in parts))
            for role, parts in self.messages
        )

    def values_in(self, messages: Messages) -> dict[str, str] | None:
        """The inputs in messages of this template; None for messages of another one."""
        if tuple(role for role, _ in messages) != tuple(role for role, _ in self.messages):
            return None
        values: dict[str, str] = {}
        for (_, text), (_, parts) in zip(messages, self.messages, strict=True):
            names: list[str] = []
            pattern = []
            for part in parts:
                if isinstance(part, str):
                    pattern.append(re.escape(part))
                elif part[0] in names:
                    pattern.append(f"(?P=v{names.index(part[0])})")
                else:
                    pattern.append(f"(?P<v{len(names)}>.*?)")
                    names.append(part[0])
            found = re.fullmatch("".join(pattern), text, re.DOTALL)
            if found is None:
                return None
            for number, name in enumerate(names):
                if values.setdefault(name, found[f"v{number}"]) != found[f"v{number}"]:
                    return None
        return values

    def form(self) -> dict[str, Any]:
        """As JSON values."""
        messages = [
            {"role": role, "parts": [part if isinstance(part, str) else {"input": part[0]} for part in parts]}
            for role, parts in self.messages
        ]
        return {"messages": messages, **({"prior": [round(one, 6) for one in self.prior]} if self.prior else {})}

    @classmethod
    def read(cls, messages: Sequence[MessageForm], prior: Sequence[float] = ()) -> Layout:
        """A template from a file."""
        return cls(
            tuple(
                (one.role, tuple(part if isinstance(part, str) else (part.input,) for part in one.parts))
                for one in messages
            ),
            tuple(prior),
        )


@dataclass(frozen=True, slots=True)
class Recipe:
    """How requests in one template are answered. about: what it does, in words. measured: what it was measured to do,
    as JSON values."""

    replaces: Layout
    templates: tuple[Layout, ...]
    about: str
    normalise: bool = False
    combine: Combine = "vote"
    seed: int = 0
    suite: str = ""
    llm: tuple[str, ...] = ()
    mode: Literal["chat", "completion"] = "chat"
    labels: tuple[str, ...] = ()
    sampling: Mapping[str, Any] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cost(self) -> int:
        """Requests for one answer."""
        return len(self.templates)

    def requests_for(self, request: Request) -> list[Request]:
        """What is sent for a request; the request itself where its prompt is in another template."""
        values = self.replaces.values_in(request.messages)
        if values is None:
            return [request]
        if self.normalise:
            values = {name: tidied(text) for name, text in values.items()}
        return [replace(request, messages=layout.filled(values)) for layout in self.templates]

    def answering(self, requests: Sequence[Request]) -> Answering:
        """Answer requests: one reply each."""
        several = [self.requests_for(request) for request in requests]
        replies = dict(
            zip(sent := list(dict.fromkeys(one for some in several for one in some)), (yield sent), strict=True)
        )
        return [
            self._combined(request, [replies[one] for one in some])
            if self.replaces.values_in(request.messages) is not None
            else replies[some[0]]
            for request, some in zip(requests, several, strict=True)
        ]

    def _combined(self, request: Request, replies: Sequence[Reply]) -> Reply:
        failed = next((reply for reply in replies if isinstance(reply, Failure)), None)
        if failed is not None:
            return failed
        given = [reply for reply in replies if isinstance(reply, Response)]
        given = [calibrated(reply, layout.prior) for reply, layout in zip(given, self.templates, strict=True)]
        if len(given) == 1:
            return given[0]
        made = mean_of(given) if self.combine == "mean" else None
        if made is None:
            made = voted(given, request, self.seed)
        tokens = (sum(one.prompt_tokens for one in given), sum(one.completion_tokens for one in given))
        return replace(made, prompt_tokens=tokens[0], completion_tokens=tokens[1])

    def text(self) -> str:
        """The file."""
        form = {
            "format": FORMAT,
            "version": 1,
            "suite": self.suite,
            "llm": list(self.llm),
            "about": self.about,
            "mode": self.mode,
            "labels": list(self.labels),
            "sampling": dict(self.sampling),
            "normalise": self.normalise,
            "combine": self.combine,
            "seed": self.seed,
            "replaces": self.replaces.form()["messages"],
            "templates": [one.form() for one in self.templates],
            "measured": dict(self.measured),
        }
        return json.dumps(form, indent=2, ensure_ascii=False) + "\n"


def read_recipe(text: str) -> Recipe:
    """A recipe from its file. Raises MethodError with what is wrong with it."""
    try:
        form = RecipeForm.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise MethodError(f"is no recipe of `llmrobust fix`: {f'{where}: ' if where else ''}{first['msg']}") from None
    recipe = Recipe(
        replaces=Layout.read(form.replaces),
        templates=tuple(Layout.read(one.messages, one.prior) for one in form.templates),
        about=form.about,
        normalise=form.normalise,
        combine=form.combine,
        seed=form.seed,
        suite=form.suite,
        llm=tuple(form.llm),
        mode=form.mode,
        labels=tuple(form.labels),
        sampling=form.sampling,
        measured=form.measured,
    )
    for one in recipe.templates:
        if one.prior and len(one.prior) != len(recipe.labels):
            raise MethodError("is no recipe of `llmrobust fix`: a prior has not one number a label")
        if not one.inputs <= recipe.replaces.inputs:
            raise MethodError("is no recipe of `llmrobust fix`: a template has inputs that the prompt has not")
    return recipe


def calibrated(reply: Response, prior: Sequence[float]) -> Response:
    """The reply with the prior taken off its labels' log-probabilities; as it is without any."""
    if not prior or reply.label_logprobs is None or len(prior) != len(reply.label_logprobs):
        return reply
    return replace(
        reply, label_logprobs=tuple(value - bias for value, bias in zip(reply.label_logprobs, prior, strict=True))
    )


def mean_of(replies: Sequence[Response]) -> Response | None:
    """One reply with the mean of the labels' probabilities; None where one of them has none."""
    shares = [labels_shares(reply) for reply in replies]
    known = [one for one in shares if one is not None]
    if len(known) < len(replies):
        return None
    means = [math.fsum(values) / len(known) for values in zip(*known, strict=True)]
    masses = [reply.label_mass for reply in replies if reply.label_mass is not None]
    return replace(
        replies[0],
        label_logprobs=tuple(math.log(max(share, 1e-300)) for share in means),
        label_mass=sum(masses) / len(masses) if masses else None,
    )


def voted(replies: Sequence[Response], request: Request, seed: int) -> Response:
    """A reply of the most frequent answer; ties are drawn by the seed and the prompt."""
    keys = [_key(reply, request.labels) for reply in replies]
    counts = Counter(key for key in keys if key)
    most = max(counts.values(), default=0)
    tied = sorted(key for key, count in counts.items() if count == most)
    if not tied:
        return replies[0]
    chosen = tied[0] if len(tied) == 1 else Stream(seed, "fixed", request.messages).choice(tied)
    return replies[keys.index(chosen)]


def labels_shares(reply: Response) -> tuple[float, ...] | None:
    """The labels' probabilities, which add up to 1; None without any."""
    logs = reply.label_logprobs
    if reply.scored_by != "logprobs" or not logs or any(math.isnan(one) for one in logs) or max(logs) == -math.inf:
        return None
    raised = [math.exp(one - max(logs)) for one in logs]
    return tuple(one / math.fsum(raised) for one in raised)


def contents_of(layout: Layout) -> list[Messages]:
    """The template around inputs without content."""
    return [layout.filled(dict.fromkeys(layout.inputs, text)) for text in NOTHING]


def _key(reply: Response, labels: Sequence[str]) -> str:
    """What a reply says, for votes: the label with the highest probability, the label that it begins with, or its text
    without case and punctuation around it (as When Punctuation Matters compares answers)."""
    shares = labels_shares(reply)
    if shares is not None and len(shares) == len(labels):
        return labels[max(range(len(labels)), key=lambda n: (shares[n], -n))]
    text = reply.text.strip(_ROUND).casefold()
    for label in sorted(labels, key=len, reverse=True):
        if re.match(re.escape(label.casefold()) + r"(?!\w)", text):
            return label
    return text
