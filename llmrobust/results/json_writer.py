"""Runs as JSON, the format of `--robust-json`: values of the form in `json_form`; `json_reader` reads them back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast

from llmrobust.gate import Decision, NoiseFloor
from llmrobust.gate.judge_evidence import judge_problem
from llmrobust.metrics import METRICS, Measurement
from llmrobust.metrics.values_and_intervals import RESAMPLES
from llmrobust.operators.operator import Relation
from llmrobust.results.json_form import (
    CaseForm,
    ChangeForm,
    DecisionForm,
    FormulaForm,
    MeasurementForm,
    MessageForm,
    MethodAnswersForm,
    ModelForm,
    NoiseForm,
    PlaceForm,
    PriorForm,
    RequestsForm,
    RunForm,
    SmallestForm,
    SuiteForm,
    UseForm,
    form_of,
)
from llmrobust.results.json_settings import (
    AnswerForm,
    ColumnForm,
    FieldForm,
    FormatForm,
    SamplingForm,
    SanityForm,
    ScoringForm,
)
from llmrobust.results.judge_form import AgreementForm, JudgedForm, JudgeForm
from llmrobust.results.judge_result import JudgeResult
from llmrobust.results.run_data import ModelFacts, RunData
from llmrobust.results.sanity_baselines import sanity_baselines
from llmrobust.results.suite_result import SuiteResult, UseResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.scoring_choice import ScoringChoice
from llmrobust.score.sent_methods import MethodAnswers
from llmrobust.suitefile.suite import AnswerSpec, JudgeSpec
from llmrobust.text.atomic_write import write_whole
from llmrobust.text.edit_script import Messages, edits_of

FORMAT: Literal["llmrobust-run"] = "llmrobust-run"


VERSION: Literal[1] = 1


MAY_LACK = ("severity", "moves", "reason", "margin", "probabilities", "label_mass", "text", "finish_reason", "logprobs")
"""Fields of cases that a file without replies leaves out where they are empty (null or no text)."""


_BROKEN = 4
"""Depth of the entries of a suite's lists, each of which is written on one line."""


def to_json(result: RunData, *, cases: bool = True) -> RunForm:
    """The run as JSON values, in a fixed order. cases: with those of its suites."""
    manifest = result.manifest
    form: RunForm = {
        "format": FORMAT,
        "version": VERSION,
        "manifest": {
            "llmrobust": manifest.llmrobust,
            "python": manifest.python,
            "model": _model(result),
            "metrics": {"confidence": manifest.confidence, "resamples": RESAMPLES},
        },
        "requests": form_of(RequestsForm, result.requests),
        "suites": [_suite(suite, cases) for suite in result.suites],
        "metrics": {
            name: FormulaForm(formula=METRICS.get(name).formula, better=METRICS.get(name).better)
            for name in sorted({m.metric for suite in result.suites for m in suite.measurements} & set(METRICS.names()))
        },
        "timing": {"busy_s": result.timing.busy_s},
    }
    if result.judges:
        form["judges"] = [
            {
                "specs": list(one.specs),
                "model": None if one.model is None else _model_form(one.model),
                "requests": form_of(RequestsForm, one.requests),
            }
            for one in result.judges
        ]
    if manifest.english:
        form["manifest"]["english"] = manifest.english
    if result.models:
        form["models"] = [
            {
                "label": one.label,
                "model": None if one.model is None else _model_form(one.model),
                "requests": form_of(RequestsForm, one.requests),
            }
            for one in result.models
        ]
    if manifest.shard:
        form["manifest"]["shard"] = manifest.shard
    return form


def write_json(result: RunData, path: Path) -> None:
    """Write the report to a file, whole or not at all. Raises OSError."""
    write_whole(path, run_text(to_json(result)).encode("ascii"))


def run_text(run: RunForm) -> str:
    """A run's JSON with one case, measurement or decision a line: quick to write, and fit for `git diff`."""
    return "".join(_lines(run, 0)) + "\n"


def _lines(value: Any, depth: int) -> Iterator[str]:
    """JSON values in a layout of their own: what holds the long lists is broken up, their entries are not."""
    if depth == _BROKEN or not value or not isinstance(value, dict | list):
        yield json.dumps(value, allow_nan=False)
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    entries = value.items() if isinstance(value, dict) else ((None, one) for one in value)
    lead = " " * (depth + 1)
    yield opening
    for number, (name, entry) in enumerate(entries):
        yield ("," if number else "") + "\n" + lead + ("" if name is None else f"{json.dumps(name)}: ")
        yield from _lines(entry, depth + 1)
    yield f"\n{' ' * depth}{closing}"


def _model(result: RunData) -> ModelForm | None:
    model = result.manifest.model
    return None if model is None else _model_form(model)


def _model_form(model: ModelFacts) -> ModelForm:
    return {**form_of(ModelForm, model), "details": dict(model.details)}


def _suite(suite: SuiteResult, cases: bool) -> SuiteForm:
    statuses = suite.statuses()
    form: SuiteForm = {
        "name": suite.name,
        "path": suite.path,
        "digest": suite.digest,
        "seed": suite.seed,
        "repeats": suite.repeats,
        "choices": list(suite.choices),
        "prompt_digest": suite.prompt_digest,
        "prompts": [form_of(PlaceForm, place) for place in suite.prompts],
        "answer": None if suite.answer is None else _answer(suite.answer),
        "sampling": None if suite.sampling is None else form_of(SamplingForm, suite.sampling),
        "language": suite.language,
        "protect": list(suite.protect),
        "replies_kept": suite.replies_kept,
        "examples": suite.n_examples,
        "example_digests": dict(suite.digests),
        "planned": suite.planned,
        "answered": len(suite.cases),
        "waves": suite.waves,
        "strict": suite.strict,
        "scoring": None if suite.scoring is None else _scoring(suite.scoring),
        "changed": None if suite.changed is None else form_of(ChangeForm, suite.changed),
        "statuses": {str(status): statuses[status] for status in sorted(statuses)},
        "uses": [_use(use) for use in suite.uses],
        "noise_floor": _noise(suite.noise),
        "measurements": [_measurement(m) for m in suite.measurements],
        "decisions": [decision_json(decision) for decision in suite.decisions],
        "cases": _cases(suite.cases, brief=not suite.replies_kept) if cases else [],
    }
    if suite.left_out:
        form["left_out"] = dict(suite.left_out)
    if suite.format is not None:
        form["format"] = form_of(FormatForm, suite.format)
    sanity = sanity_baselines(suite)
    if sanity:
        form["sanity_baselines"] = [{**form_of(SanityForm, one), "is_near": one.is_near} for one in sanity]
    if suite.judge is not None and suite.answer is not None and suite.answer.judge is not None:
        form["judge"] = _judged(suite.answer.judge, suite.judge)
    if suite.clusters:
        form["clusters"] = dict(suite.clusters)
    if suite.methods:
        form["methods"] = [
            {"label": one.label, "method": one.method, "params": json.loads(one.params)} for one in suite.methods
        ]
    if suite.priors:
        form["priors"] = [{**form_of(PriorForm, one), "probabilities": list(one.probabilities)} for one in suite.priors]
    if suite.column is not None:
        form["column"] = form_of(ColumnForm, suite.column)
        form["tokens"] = suite.tokens
    if suite.sent:
        form["method_answers"] = [_method_answers(one) for one in suite.sent]
    return form


def _method_answers(one: MethodAnswers) -> MethodAnswersForm:
    form: MethodAnswersForm = {
        "label": one.label,
        "requests": one.requests,
        "tokens": one.tokens,
        "once": one.once,
        "notes": list(one.notes),
        "answers": list(one.answers),
    }
    if one.failed:
        form["failed"] = list(one.failed)
    if one.probabilities:
        form["probabilities"] = [None if shares is None else list(shares) for shares in one.probabilities]
    if one.votes:
        form["votes"] = list(one.votes)
    if one.plain_tokens is not None:
        form["plain_tokens"] = one.plain_tokens
    if one.unusable:
        form["unusable"] = one.unusable
    return form


def _answer(answer: AnswerSpec) -> AnswerForm:
    form: AnswerForm = {
        **form_of(AnswerForm, replace(answer, judge=None)),
        "fields": [form_of(FieldForm, one) for one in answer.fields],
    }
    form.pop("judge", None)
    if answer.judge is not None:
        values = form_of(JudgeForm, answer.judge)
        values.pop("labelled", None)  # type: ignore[typeddict-item]
        form["judge"] = values
    return form


def _judged(judge: JudgeSpec, result: JudgeResult) -> JudgedForm:
    return {
        "prompt_version": result.prompt_version,
        "counts": dict(result.counts),
        "agreement": form_of(AgreementForm, result.agreement),
        "trusted": not judge_problem(judge, result.agreement),
        "opinions": {
            key: {"outcome": one.outcome, "given": list(one.given), "reason": one.reason}
            for key, one in result.opinions
        },
    }


def _scoring(choice: ScoringChoice) -> ScoringForm:
    return {**form_of(ScoringForm, choice), "reason": choice.reason}


def _use(use: UseResult) -> UseForm:
    counts = use.counts
    form: UseForm = {
        "use": use.label,
        "operator": use.operator,
        "version": use.version,
        "line": use.line,
        "digest": use.digest,
        "cases": counts.cases,
        "not_applicable": counts.not_applicable,
        "unchanged": counts.unchanged,
        "duplicates": counts.duplicates,
        "dropped": dict(counts.dropped),
        "samples": counts.samples,
        "fewer": counts.fewer,
    }
    if use.english:
        form["english"] = use.english
    if use.share is not None:
        form["share"] = (use.share.low, use.share.estimate, use.share.high)
    return form


def _noise(noise: NoiseFloor | None) -> NoiseForm | None:
    if noise is None:
        return None
    low, high = noise.interval()
    counts = zip(noise.examples, noise.asked, noise.flipped, strict=True)
    by_example = {name: (int(asked), int(flipped)) for name, asked, flipped in counts}
    return {"rate": noise.rate, "low": low, "high": high, "confidence": noise.confidence, "examples": by_example}


def _measurement(m: Measurement) -> MeasurementForm:
    form = {**form_of(MeasurementForm, m), "undefined": m.undefined or None}
    if m.n_clusters is None:
        form.pop("n_clusters", None)
    return cast("MeasurementForm", form)


def decision_json(decision: Decision) -> DecisionForm:
    """A decision as JSON values."""
    gate = decision.target.gate
    return {
        "id": decision.id,
        "status": decision.status,
        "metric": gate.metric,
        "min": gate.min,
        "max": gate.max,
        "per": gate.per,
        "group": decision.target.group,
        "over": gate.over,
        "where": {name: list(wanted) for name, wanted in gate.where.items()},
        "against": [path.name for path in gate.against],
        "baseline": None if gate.baseline is None else gate.baseline.name,
        "same": list(gate.same),
        "confidence": gate.confidence,
        "correction": gate.correction,
        "field": gate.by,
        "of": gate.of,
        "inconclusive": gate.inconclusive,
        "noise": decision.noise,
        "early": decision.early,
        "line": gate.location.line,
        "measurement": None if decision.measurement is None else _measurement(decision.measurement),
        "cause": decision.cause,
        "reason": decision.reason,
        "remedy": decision.remedy,
        "worst": [{"example": one.example, "columns": list(one.columns)} for one in decision.worst],
    }


def _cases(cases: Sequence[CaseResult], brief: bool) -> list[CaseForm]:
    """The cases; a perturbed prompt is written as its edits of the unperturbed one, where that comes before it.

    brief: leave out what is empty.
    """
    there: set[tuple[str, int]] = set()
    written: list[CaseForm] = []
    for case in cases:
        key = (case.example, case.repeat)
        if case.is_original:
            there.add(key)
        values = _case(case, key in there)
        if brief:
            kept = {k: v for k, v in values.items() if k not in MAY_LACK or v or v is False}
            values = cast("CaseForm", kept)
        written.append(values)
    return written


def _case(case: CaseResult, clean_is_there: bool) -> CaseForm:
    values: CaseForm = {
        "example": case.example,
        "family": case.family,
        "operator": case.operator,
        "use": case.use,
        "variant": case.variant,
        "repeat": case.repeat,
        "relation": Relation(case.relation),
        "severity": case.severity,
        "status": case.status,
        "answer": case.answer,
        "clean_answer": case.clean_answer,
        "expected": case.expected,
        "correct": case.correct,
        "agrees": case.agrees,
        "moves": case.moves,
        "reason": case.reason,
        "scored_by": case.scored_by,
        "margin": case.margin,
        "probabilities": None if case.probabilities is None else list(case.probabilities),
        "label_mass": case.label_mass,
        "text": case.text,
        "finish_reason": case.finish_reason,
        "logprobs": None if case.logprobs is None else [one if one > -math.inf else None for one in case.logprobs],
        "request": case.request,
        "changed": case.changed,
    }
    if case.mass_is_bound:
        values["mass_is_bound"] = True
    if not clean_is_there:
        values["clean_prompt"] = messages_json(case.clean_prompt)
    if case.is_original or [role for role, _ in case.prompt] != [role for role, _ in case.clean_prompt]:
        values["prompt"] = messages_json(case.prompt)
    else:
        values["edits"] = list(edits_of(case.clean_prompt, case.prompt))
    if case.smallest is not None:
        values["smallest"] = {**form_of(SmallestForm, case.smallest), "edits": list(case.smallest.edits)}
    return values


def messages_json(messages: Messages) -> list[MessageForm]:
    """The messages of a prompt as JSON values."""
    return [{"role": role, "text": text} for role, text in messages]
