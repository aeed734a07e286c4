"""What a response means for its case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from llmrobust.request import ScoredBy


class Outcome(StrEnum):
    """How a case ended; only ANSWERED can be right."""

    ANSWERED = "answered"
    UNPARSED = "unparsed"
    """The model answered, but not with anything that the suite's answer type can read."""
    TRUNCATED = "truncated"
    """The answer ended at the token limit before it could be read."""
    NO_ANSWER = "no-answer"
    """The request failed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A scored response.

    answer: canonical (a canonical label for closed sets, normalised text otherwise), None unless ANSWERED.
    correct: None without a gold answer. label_probabilities: softmax over the labels in canonical order, or None.
    margin: best minus second-best label probability. raw: the model's text. reason: why there is no answer.
    """

    outcome: Outcome
    answer: str | None = None
    correct: bool | None = None
    scored_by: ScoredBy | None = None
    label_probabilities: tuple[float, ...] | None = None
    margin: float | None = None
    raw: str = ""
    reason: str = ""
