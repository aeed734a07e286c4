"""Judges of stored runs, read back from their JSON forms."""

from __future__ import annotations

from llmrobust.results.judge_form import JudgedForm, JudgeForm
from llmrobust.results.judge_result import JudgeResult
from llmrobust.score.judge_questions import Opinion, Outcome
from llmrobust.score.opinions import Agreement
from llmrobust.suitefile.suite import JudgeSpec


def read_judge(value: JudgeForm | None) -> JudgeSpec | None:
    """The judge of a stored suite; the texts that people labelled are not stored, only their digest."""
    return None if value is None else JudgeSpec(**{**value, "llm": tuple(value["llm"])})  # type: ignore[arg-type]


def read_judged(value: JudgedForm | None) -> JudgeResult | None:
    """What a stored suite's judge said."""
    if value is None:
        return None
    opinions = tuple(
        (key, Opinion(Outcome(one["outcome"]), tuple(one["given"]), one["reason"]))
        for key, one in value["opinions"].items()
    )
    return JudgeResult(
        value["prompt_version"], tuple(value["counts"].items()), Agreement(**value["agreement"]), opinions
    )
