"""What a method is, what it sees of a run, what it gives, and the registry that finds methods by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from llmrobust.errors import MethodError
from llmrobust.methods.sending import Sending
from llmrobust.prompt.content_free import Content
from llmrobust.registry import Registry, summary_of

UNREAD = -1
"""The code of an answer that could not be read: never right."""
NO_CASE = -2
"""The code of a cell without a case, a gold answer, or a reply."""
ABSTAINED = -3
"""The code of an answer that a method withholds."""
LEAST_LOG = -30.0
"""Log-probabilities are read as at least this: a label that is impossible once must not decide every mean."""

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Needs = Literal["probabilities", "formats", "no-content", "domain-words", "gold", "requests", "pool", "temperature"]
"""What a method cannot do without: the labels' probabilities, several formats of the prompt, the answers to prompts
without content or around random words of the suite's inputs, gold answers, prompts of its own, demonstrations, answers
that are drawn at random."""
NEEDS: Mapping[Needs, str] = MappingProxyType(
    {
        "probabilities": "the labels' probabilities",
        "formats": "several formats of the prompt",
        "no-content": "prompts without content",
        "domain-words": "prompts around random words of the inputs",
        "gold": "gold answers",
        "requests": "prompts of its own",
        "pool": "a file of demonstrations",
        "temperature": "answers drawn at random",
    }
)


class NotUsable(MethodError):
    """A method that cannot be used on this run; the message says why, and what to do about it."""


class Params(BaseModel):
    """Base class of methods' parameters, as written in a suite."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)
    required: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Parameters that a suite must give, with what each names: {"pool": "a file of demonstrations"}."""
    written: ClassVar[str] = ""
    """How a suite gives them: "{pool: shots.jsonl, k: 2}"."""


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """What a run has of a method that sends prompts of its own.

    given, shares: as in `Answered`. requests, tokens: for one answer; tokens is None where the model counts none. once:
    requests for all answers. right, drawn: (examples, columns) how many of so many samples of an answer are right, or
    None without samples. unusable: why there are no answers; empty if there are.
    """

    given: Codes
    shares: Floats | None
    requests: float
    tokens: float | None
    once: int = 0
    notes: tuple[str, ...] = ()
    right: NDArray[np.int32] | None = None
    drawn: NDArray[np.int32] | None = None
    unusable: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a run asked of each example and what was answered, as arrays of examples x columns.

    Column 0 is the unperturbed prompt, every other one a variant. labels: canonical answers, those of a closed set
    first (`closed` of them). given, gold: (examples, columns) codes into `labels`, or UNREAD or NO_CASE. stays:
    (examples, columns), where the answer must stay the unperturbed one. logprobs: (examples, columns, closed), natural
    logarithms of the labels' probabilities, which add up to 1; NaN where unknown; None where the model gave none.
    examples: their ids. clusters: (examples,) which of them belong together, as numbers. choosing: (examples,) those
    whose gold answers a method may look at. content_free: by kind of content, (columns, closed), as `logprobs`.
    """

    labels: tuple[str, ...]
    closed: int
    given: Codes
    gold: Codes
    stays: NDArray[np.bool_]
    logprobs: Floats | None
    columns: tuple[str, ...]
    families: tuple[str, ...]
    examples: tuple[str, ...]
    clusters: NDArray[np.intp]
    choosing: NDArray[np.bool_]
    seed: int = 0
    content_free: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))
    sent: Mapping[str, Sent] = field(default_factory=lambda: MappingProxyType({}))
    """By label, what the methods that send prompts of their own were answered."""

    @property
    def scored(self) -> Floats:
        """`logprobs`, each at least LEAST_LOG. Raises NotUsable where there are none."""
        if self.logprobs is None or np.isnan(self.logprobs).all():
            raise NotUsable(
                "the run has no probabilities of labels: answers must be a closed set, scored by log-probabilities"
            )
        return np.maximum(self.logprobs, LEAST_LOG)


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What a method answers, as arrays of examples x its own columns, column 0 without an edit.

    given, gold, stays, families: as in `Asked`. stands_for: columns of the run, whose mean accuracy a method's is
    compared with. shares: (examples, columns, closed) probabilities, or None. requests: sent for one answer. notes:
    what a reader must know to believe it. withholds: whether it is a method that may leave cases without an answer.
    tokens: of one answer, None where they are those of as many plain requests. once: requests that were sent once for
    all answers, besides those for prompts without content.
    """

    given: Codes
    gold: Codes
    stays: NDArray[np.bool_]
    columns: tuple[str, ...]
    families: tuple[str, ...]
    stands_for: NDArray[np.intp]
    shares: Floats | None = None
    requests: float = 1.0
    notes: tuple[str, ...] = ()
    withholds: bool = False
    tokens: float | None = None
    once: int = 0

    @classmethod
    def same_prompts(cls, asked: Asked, given: Codes, **others: Any) -> Answered:
        """New answers to the prompts of the run."""
        return cls(
            given=given,
            gold=asked.gold,
            stays=asked.stays,
            columns=asked.columns,
            families=asked.families,
            stands_for=np.arange(1, len(asked.columns)),
            **others,
        )


@dataclass(frozen=True, slots=True)
class Method:
    """A registered way of answering.

    assumes: what must be true for it to help. needs: what it cannot do without. cost: requests for one answer, in
    words. source: where it was published. function: from what was asked and the parameters to what is answered; it
    raises NotUsable. sending: how it asks, for a method that sends prompts of its own; None for all others.
    """

    name: str
    function: Callable[[Asked, Any], Answered]
    params: type[Params]
    source: str
    assumes: str
    needs: tuple[Needs, ...]
    cost: str
    summary: str
    sending: Sending | None = None

    @property
    def contents(self) -> tuple[Content, ...]:
        """The prompts without content that it needs, which a run must send for it."""
        return tuple(need for need in self.needs if need == "no-content" or need == "domain-words")

    def answers(self, asked: Asked, params: Params | None = None) -> Answered:
        """What the method answers. params: its default ones if None. Raises NotUsable."""
        return self.function(asked, self.params() if params is None else params)


@dataclass(frozen=True, slots=True)
class MethodUse:
    """A method with its parameters, under the label that tables show."""

    method: Method
    params: Params
    label: str
    pool: tuple[Mapping[str, Any], ...] = field(default=(), compare=False, repr=False)
    """The rows of the file of demonstrations that its parameters name."""

    def answers(self, asked: Asked) -> Answered:
        """What the method answers. Raises NotUsable."""
        if self.method.sending is not None:
            return stored_answers(asked, self.label)
        return self.method.answers(asked, self.params)


METHODS: Registry[Method] = Registry("method", "llmrobust.methods", MethodError)


def method(
    name: str,
    *,
    source: str,
    assumes: str,
    cost: str,
    needs: tuple[Needs, ...] = (),
    params: type[Params] = Params,
    registry: Registry[Method] = METHODS,
) -> Callable[[Callable[[Asked, Any], Answered]], Callable[[Asked, Any], Answered]]:
    """Register the decorated function as a method; its docstring's first line is the summary."""

    def register(function: Callable[[Asked, Any], Answered]) -> Callable[[Asked, Any], Answered]:
        made = Method(name, function, params, source, assumes, needs, cost, summary_of(function))
        registry.add(name, made)
        return function

    return register


def sending_method(
    name: str,
    *,
    source: str,
    assumes: str,
    cost: str,
    needs: tuple[Needs, ...] = ("requests",),
    params: type[Params] = Params,
    texts: Callable[[Any], int] = lambda params: 1,
    answers: Callable[[Any], int] = lambda params: 1,
    registry: Registry[Method] = METHODS,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated coroutine as a method that sends prompts of its own (see `llmrobust.methods.sending`).

    texts: the most requests for one text that it has rewritten. answers: the most for one answer, where their number
    depends on what was rewritten.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        def unlabelled(asked: Asked, params: Params) -> Answered:
            return stored_answers(asked, name)

        sending = Sending(function, texts, answers)
        registry.add(
            name, Method(name, unlabelled, params, source, assumes, needs, cost, summary_of(function), sending)
        )
        return function

    return register


def stored_answers(asked: Asked, label: str) -> Answered:
    """What a method that sends prompts of its own was answered in the run. Raises NotUsable where it did not send."""
    sent = asked.sent.get(label)
    if sent is None:
        raise NotUsable("needs prompts of its own, which the run did not send: name it under `methods:` and run again")
    if sent.unusable:
        raise NotUsable(sent.unusable)
    notes = [*sent.notes, *pass_at_k(asked, sent)]
    return Answered.same_prompts(
        asked,
        sent.given,
        shares=sent.shares,
        requests=sent.requests,
        tokens=sent.tokens,
        once=sent.once,
        notes=tuple(notes),
    )


def pass_at_k(asked: Asked, sent: Sent) -> list[str]:
    """How often at least one of k samples is right, for k of 1 and of all, on the half that does not choose.

    The unbiased estimate 1 - C(n - c, k) / C(n, k) of Chen et al. 2021 (arXiv 2107.03374), equation 1.
    """
    if sent.right is None or sent.drawn is None:
        return []
    cells = (sent.drawn > 0) & (asked.gold >= 0) & ~asked.choosing[:, None]
    if not cells.any():
        return []
    pairs = list(zip(sent.drawn[cells].tolist(), sent.right[cells].tolist(), strict=True))
    most = min(n for n, _ in pairs)
    values = [(k, sum(at_least_one_right(n, c, k) for n, c in pairs) / len(pairs)) for k in dict.fromkeys((1, most))]
    return [", ".join(f"pass@{k} {value:.3f}" for k, value in values) + " (at least one of k samples is right)"]


def at_least_one_right(drawn: int, right: int, k: int) -> float:
    """The chance that k of so many samples, of which so many are right, hold a right one."""
    return 1 - math.comb(drawn - right, k) / math.comb(drawn, k)


def use_of(name: str) -> MethodUse:
    """A method with its default parameters. Raises MethodError for an unknown name."""
    found = METHODS.get(name)
    return MethodUse(found, found.params(), name)


def best_labels(scores: Floats, otherwise: Codes) -> Codes:
    """The code of the highest score, (examples, columns); `otherwise` where a score is unknown."""
    known = ~np.isnan(scores).any(axis=-1)
    best = np.where(known, np.nan_to_num(scores, nan=-np.inf).argmax(axis=-1), otherwise)
    return np.where(otherwise == NO_CASE, NO_CASE, best).astype(np.int32)


def entropies(shares: Floats) -> Floats:
    """The entropy in nats of probabilities (..., labels)."""
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=-1))


def shares_of(scores: Floats) -> Floats:
    """Probabilities from scores, by softmax over the last axis; NaN stays."""
    with np.errstate(invalid="ignore"):
        raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
