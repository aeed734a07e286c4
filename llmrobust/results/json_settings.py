"""The JSON form of what a suite asks for: how answers are read, drawn, scored and written."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from llmrobust.results.form_types import LIST, STRICT, Count, Number, Share
from llmrobust.results.judge_form import JudgeForm
from llmrobust.suitefile.suite import FieldCheck


@with_config(STRICT)
class FieldForm(TypedDict):
    """A field of JSON answers, and how its values are compared."""

    name: str
    check: FieldCheck
    tolerance: Annotated[float, Field(ge=0)]
    unit: str
    day_first: bool | None


@with_config(STRICT)
class AnswerForm(TypedDict):
    """The suite's `answer:` section."""

    field: str | None
    choices: list[str]
    check: str
    scoring: Literal["auto", "logprobs", "constrained", "text"]
    pattern: str | None
    tolerance: Annotated[Number, Field(ge=0)]
    json_path: str
    ignore_case: bool
    accept_low_mass: NotRequired[bool]
    coerce: NotRequired[bool]
    fields: NotRequired[list[FieldForm]]
    top: NotRequired[int | None]
    classes: NotRequired[list[str]]
    min: NotRequired[Number]
    after: NotRequired[str]
    judge: NotRequired[JudgeForm | None]
    embedder: NotRequired[str]


@with_config(STRICT)
class SamplingForm(TypedDict):
    """The suite's `sampling:` section."""

    temperature: Number
    top_p: Number
    top_k: int
    repetition_penalty: Number
    max_tokens: Annotated[int, Field(ge=1)]
    seed: int
    stop: list[str]
    logit_bias: NotRequired[list[Annotated[tuple[int, Number], LIST]]]


Way = Literal["logprobs", "constrained", "text"]


@with_config(STRICT)
class ScoringForm(TypedDict):
    """How `scoring: auto` scored the labels."""

    way: Way
    candidate: Way
    prompts: Count
    agreeing: Count
    massive: Count | None
    mass: Share | None
    thinking: NotRequired[Count]
    reason: str


@with_config(STRICT)
class SanityForm(TypedDict):
    """A score without the decisive input beside the real one; `is_near`: whether it comes near."""

    use: str
    value: Share
    low: Share
    high: Share
    real: Share
    chance: Share
    n_examples: Count
    is_gone: bool
    is_near: bool


@with_config(STRICT)
class FormatForm(TypedDict):
    """How many answers kept to the format that the suite asks for; `kept` is null where it cannot be verified."""

    kind: str
    answers: Count
    kept: Count | None


@with_config(STRICT)
class ColumnForm(TypedDict):
    """Which of several prompts and models of a suite a result is of; empty where there is only one."""

    suite: str
    prompt: str
    model: str
