"""Methods that send prompts of their own: coroutines that say what to send and are given what was answered.

A coroutine takes the questions of a suite (its cases, without their gold answers), its parameters and a `Setting`. It
yields lists of probes, each list sent together, deduplicated and stored like all requests; it is given what was heard,
in the same order; and it returns one `Said` a question. It never reads files, the clock, or a random state of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmrobust.prompt.spans import Prompt
from llmrobust.request import Request

_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A case that a method answers in its own way.

    column: of the tables, empty for the unperturbed prompt. original: the unperturbed prompt. request: what is sent
    plainly. shown: canonical answer -> the answer as this prompt shows it, where that is another one. passages: the
    example's fields that hold documents, by the names that these usually have.
    """

    example: str
    column: str
    family: str
    prompt: Prompt
    original: Prompt
    request: Request
    shown: Mapping[str, str] = field(default_factory=dict)
    passages: Mapping[str, Any] = field(default_factory=dict)

    def asking(self, prompt: Prompt) -> Request:
        """The request with another prompt."""
        return replace(self.request, messages=prompt.as_messages())


@dataclass(frozen=True, slots=True)
class Probe:
    """What a method sends. question: whose answer it is, by its number; None for a text that is nobody's answer. llm:
    the spec of another model that is asked; empty for the model under test."""

    request: Request
    question: int | None = None
    llm: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """The reply to a probe. answer: canonical, None where it cannot be read. failed: why there is no reply. logprobs:
    natural logarithms of the labels' probabilities, which need not add up to 1; None where the model gave none."""

    text: str = ""
    answer: str | None = None
    probabilities: tuple[float, ...] | None = None
    failed: str = ""
    logprobs: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a method answers to a question. votes: the samples that it was made of, if they are samples of one prompt.
    failed: why there is no answer at all, as a request got no reply."""

    answer: str | None
    probabilities: tuple[float, ...] | None = None
    votes: tuple[str | None, ...] = ()
    failed: str = ""

    @classmethod
    def heard(cls, one: Heard) -> Said:
        """The reply as the answer."""
        return cls(one.answer, one.probabilities, failed=one.failed)


@dataclass(frozen=True, slots=True)
class Told:
    """What a coroutine returns: an answer to each question, and what a reader must know."""

    said: tuple[Said, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What a method knows of its suite. labels: the closed set, or empty. field: of the gold answer, in demonstrations.
    pool: rows of the file of demonstrations. vectors: from texts to unit vectors (texts, dimensions) of an embedder by
    its spec, where an empty one names the project's. bits: from texts to the bits that each costs the language model of
    a spec, a word. Both are None when only the cost is asked for, and raise MethodError.
    """

    seed: int
    labels: tuple[str, ...] = ()
    field: str | None = None
    pool: tuple[Mapping[str, Any], ...] = ()
    vectors: Callable[[str, Sequence[str]], NDArray[np.float64]] | None = None
    bits: Callable[[str, Sequence[str]], list[float]] | None = None


Asking = Generator[Sequence[Probe], Sequence[Heard], Told]


@dataclass(frozen=True, slots=True)
class Sending:
    """How a method asks. texts: the most requests for one text that it has rewritten, from its parameters. answers: the
    most requests for one answer where their number depends on such a text."""

    function: Callable[[Sequence[Question], Any, Setting], Asking]
    texts: Callable[[Any], int]
    answers: Callable[[Any], int] = lambda params: 1


def asked_once(questions: Sequence[Question], prompts: Sequence[Prompt]) -> Asking:
    """Each question asked once, with its new prompt."""
    probes = [Probe(one.asking(prompt), n) for n, (one, prompt) in enumerate(zip(questions, prompts, strict=True))]
    heard = yield probes
    return Told(tuple(map(Said.heard, heard)))


def some_of(texts: Sequence[str]) -> str:
    """The first of some texts for a note, quoted."""
    shown = ", ".join(f'"{text if len(text) < 60 else text[:59] + "…"}"' for text in texts[:_MOST_SHOWN])
    return shown + (f" and {len(texts) - _MOST_SHOWN:,} more" if len(texts) > _MOST_SHOWN else "")
