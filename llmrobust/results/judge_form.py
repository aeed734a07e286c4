"""The JSON forms of judges: what the suite says of one, and what it said."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, with_config
from typing_extensions import TypedDict

from llmrobust.results.form_types import NAME, STRICT, Count, Number, Share
from llmrobust.score.judge_questions import Outcome as JudgeOutcome


@with_config(STRICT)
class JudgeForm(TypedDict):
    """The second model that judges answers, as the suite has it."""

    llm: list[str]
    question: Literal["same", "entailment", "criteria"]
    criteria: str
    scale: Literal["yes/no", "1..5"]
    min: Annotated[int, Field(ge=2, le=5)]
    labels: str
    kappa_min: Share
    digest: str


@with_config(STRICT)
class AgreementForm(TypedDict):
    """A judge beside people: Cohen's kappa with its 95 % interval; undecided texts agree with nobody."""

    labels: Count
    decided: Count
    agreeing: Count
    contradicted: Count
    kappa: Number | None
    low: Number | None
    high: Number | None


@with_config(STRICT)
class OpinionForm(TypedDict):
    """What a judge said to a question, in every order that it was asked in."""

    outcome: Annotated[JudgeOutcome, NAME]
    given: list[str]
    reason: str


@with_config(STRICT)
class JudgedForm(TypedDict):
    """What a suite's judge said. counts: of opinions on answers, by outcome; opinions: by a digest of the question."""

    prompt_version: Count
    counts: dict[str, Count]
    agreement: AgreementForm
    trusted: bool
    opinions: dict[str, OpinionForm]
