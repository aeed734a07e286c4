"""What a method is, what it sees of a run, what it gives, and the registry that finds methods by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from llmrobust.errors import MethodError
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
Needs = Literal["probabilities", "formats", "no-content", "domain-words", "gold"]
"""What a method cannot do without: the labels' probabilities, several formats of the prompt, the answers to prompts
without content or around random words of the suite's inputs, gold answers."""
NEEDS: Mapping[Needs, str] = MappingProxyType(
    {
        "probabilities": "the labels' probabilities",
        "formats": "several formats of the prompt",
        "no-content": "prompts without content",
        "domain-words": "prompts around random words of the inputs",
        "gold": "gold answers",
    }
)


class NotUsable(MethodError):
    """A method that cannot be used on this run; the message says why, and what to do about it."""


class Params(BaseModel):
    """Base class of methods' parameters, as written in a suite."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


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
    raises NotUsable.
    """

    name: str
    function: Callable[[Asked, Any], Answered]
    params: type[Params]
    source: str
    assumes: str
    needs: tuple[Needs, ...]
    cost: str
    summary: str

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

    def answers(self, asked: Asked) -> Answered:
        """What the method answers. Raises NotUsable."""
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
