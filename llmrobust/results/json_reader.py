"""Runs read back from their JSON, or Parquet, so that they are shown, judged and compared without a model."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from llmrobust.errors import Location, ReportError
from llmrobust.gate import Decision, GateTarget, NoiseFloor, WorstExample
from llmrobust.gate.messages import bound_of
from llmrobust.metrics import Measurement, Table, build_table, suite_table
from llmrobust.plan import ORIGINAL, CaseKey, UseCounts
from llmrobust.request import Sampling
from llmrobust.results.json_form import (
    CaseForm,
    ChangeForm,
    DecisionForm,
    MeasurementForm,
    MessageForm,
    MethodAnswersForm,
    ModelForm,
    NoiseForm,
    RunForm,
    SmallestForm,
    SuiteForm,
    UseForm,
    checked_run,
)
from llmrobust.results.json_settings import AnswerForm, SamplingForm, ScoringForm
from llmrobust.results.json_writer import FORMAT
from llmrobust.results.judge_reader import read_judge, read_judged
from llmrobust.results.parquet_file import MAGIC, read_parquet
from llmrobust.results.run_column import column_of, file_and_model
from llmrobust.results.run_data import JudgeFacts, Manifest, ModelFacts, ModelRun, Requests, Timing
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import (
    ChangeResult,
    Column,
    MethodChosen,
    PromptPlace,
    SanityBaseline,
    SuiteResult,
    UseResult,
)
from llmrobust.score.case_result import CaseResult, SmallestEdit
from llmrobust.score.format_kept import FormatResult
from llmrobust.score.priors import Prior
from llmrobust.score.scoring_choice import ScoringChoice
from llmrobust.score.sent_methods import MethodAnswers
from llmrobust.score.verdict import Status
from llmrobust.suitefile.suite import AnswerSpec, FieldSpec, GateSpec, Share, Suite
from llmrobust.text.edit_script import Messages, edited

T = TypeVar("T")
VERSIONS = (1,)


def read_run(path: Path) -> RunResult:
    """A stored run, as it was when it was written; of `FILE#LABEL` the part of one of its models.

    Raises ReportError, saying what is wrong with the file.
    """
    file, label = file_and_model(path)
    return _read(file) if file == path else column_of(_read(file), file, label)


def _read(path: Path) -> RunResult:
    try:
        with path.open("rb") as file:
            is_parquet = file.read(len(MAGIC)) == MAGIC
        value = read_parquet(path) if is_parquet else _read_json(path)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ReportError(f"{path}: is a damaged gzip file") from None
    except OSError as error:
        raise ReportError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise ReportError(f"{path}: is not valid JSON") from None
    except MemoryError:
        raise ReportError(f"{path}: is too large for the memory of this machine") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ReportError(f"{path}: is not a stored run; pytest writes one with --robust-json FILE")
    if value.get("version") not in VERSIONS:
        raise ReportError(f"{path}: has version {value.get('version')} of the format; this llmrobust reads 1", "format")
    try:
        return _run(checked_run(value))
    except (ValueError, LookupError) as error:
        raise ReportError(f"{path}: is damaged: {error}") from None


def _read_json(path: Path) -> Any:
    content = path.read_bytes()
    text = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    return json.loads(text, parse_constant=_refused, object_pairs_hook=_object)


def suite_in(run: RunResult, suite: Suite, path: Path) -> SuiteResult:
    """A suite of a run that was read from `path`. Raises ReportError."""
    named = [one for one in run.suites if one.name == suite.name]
    if len(named) > 1:
        named = [one for one in named if suite.path.as_posix().endswith(f"/{one.path.removeprefix('/')}")] or named
    if not named:
        held = ", ".join(f'"{one.name}"' for one in run.suites[:5]) or "none"
        raise ReportError(f'{path}: holds no suite "{suite.name}", but {held}', "other-suite")
    if len(named) > 1:
        raise ReportError(
            f'{path}: holds {len(named)} suites named "{suite.name}"; give them names of their own', "other-suite"
        )
    return named[0]


def lacks(stored: SuiteResult) -> str:
    """Why a suite's run is incomplete; empty if every planned case was asked and answered."""
    if len(stored.cases) != stored.planned:
        return f"only {len(stored.cases)} of its {stored.planned} cases were asked"
    failed = stored.statuses()[Status.NO_ANSWER]
    return f"{failed} of its {stored.planned} cases got no answer" if failed else ""


def stored_table(stored: SuiteResult, suite: Suite | None = None) -> Table:
    """The table of a suite's cases. suite: whose closed set of answers and fields of examples the table gets.

    Raises ReportError where cases contradict each other.
    """
    try:
        if suite is not None:
            return suite_table(suite, stored.cases)
        table = build_table(stored.cases, stored.choices, stored.answer, clusters=dict(stored.clusters))
        return replace(table, shares={use.label: use.share for use in stored.uses if use.share is not None})
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ReportError(f"its cases are damaged: {type(error).__name__}: {error}") from None


def _refused(constant: str) -> None:
    """NaN and infinities, which JSON does not have, though Python reads them."""
    raise ValueError(constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without duplicate names: of two values under one name, nobody knows which was meant."""
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("an object has a name twice")
    return value


def _run(value: RunForm) -> RunResult:
    manifest, facts = value["manifest"], _model(value["manifest"]["model"])
    suites = tuple(map(_read_suite, value["suites"]))
    if len({(suite.name, suite.path) for suite in suites}) != len(suites):
        raise ValueError("it contains a suite twice")
    return RunResult(
        Manifest(
            manifest["llmrobust"],
            manifest["python"],
            manifest["metrics"]["confidence"],
            facts,
            manifest.get("english", ""),
            manifest.get("shard", ""),
        ),
        suites,
        Requests(**value["requests"]),
        Timing(**value["timing"]),
        tuple(
            JudgeFacts(tuple(one["specs"]), _model(one["model"]), Requests(**one["requests"]))
            for one in value.get("judges", [])
        ),
        tuple(
            ModelRun(one["label"], _model(one["model"]), Requests(**one["requests"])) for one in value.get("models", [])
        ),
    )


def _model(form: ModelForm | None) -> ModelFacts | None:
    if form is None:
        return None
    return _of(ModelFacts, form, scoring=tuple(form["scoring"]), details=tuple(form["details"].items()))


def _read_suite(value: SuiteForm) -> SuiteResult:
    noise, answer, sampling = value["noise_floor"], value["answer"], value["sampling"]
    clean: dict[tuple[str, int], Messages] = {}
    cases = tuple(_read_case(one, clean) for one in value["cases"])
    if len({case.key for case in cases}) != len(cases):
        raise ValueError("it contains a case twice")
    if any(len(one["probabilities"]) != len(value["choices"]) for one in value.get("priors", [])):
        raise ValueError("a prior has not one probability a label")
    return SuiteResult(
        name=value["name"],
        path=value["path"],
        digest=value["digest"],
        seed=value["seed"],
        repeats=value["repeats"],
        choices=tuple(value["choices"]),
        prompt_digest=value["prompt_digest"],
        prompts=tuple(PromptPlace(**one) for one in value["prompts"]),
        uses=tuple(map(_read_use, value["uses"])),
        n_examples=value["examples"],
        planned=value["planned"],
        cases=cases,
        measurements=tuple(map(_read_measurement, value["measurements"])),
        decisions=tuple(_decision(one, Path(value["path"])) for one in value["decisions"]),
        noise=None if noise is None else _read_noise(noise),
        waves=value["waves"],
        digests=tuple(value["example_digests"].items()),
        answer=None if answer is None else _read_answer(answer),
        sampling=None if sampling is None else _read_sampling(sampling),
        language=value["language"],
        protect=tuple(value["protect"]),
        replies_kept=value["replies_kept"],
        strict=value.get("strict", not value["decisions"]),
        scoring=_scoring(value.get("scoring")),
        changed=_change(value.get("changed")),
        judge=read_judged(value.get("judge")),
        left_out=tuple(value.get("left_out", {}).items()),
        format=FormatResult(**value["format"]) if "format" in value else None,
        sanity=_sanity(value),
        clusters=tuple(value.get("clusters", {}).items()),
        methods=tuple(
            MethodChosen(one["label"], one["method"], json.dumps(one["params"], sort_keys=True))
            for one in value.get("methods", [])
        ),
        priors=tuple(_of(Prior, one, probabilities=tuple(one["probabilities"])) for one in value.get("priors", [])),
        column=Column(**value["column"]) if "column" in value else None,
        tokens=value.get("tokens"),
        sent=tuple(_read_method_answers(one, len(cases)) for one in value.get("method_answers", [])),
    )


def _read_method_answers(value: MethodAnswersForm, cases: int) -> MethodAnswers:
    """Raises ValueError unless there is one answer a case, or none at all."""
    lists = (value["answers"], value.get("probabilities", []), value.get("votes", []))
    if any(len(one) not in (0, cases) for one in lists) or (not value.get("unusable") and len(lists[0]) != cases):
        raise ValueError(f"the method {value['label']} has not one answer a case")
    return MethodAnswers(
        label=value["label"],
        answers=tuple(value["answers"]),
        probabilities=tuple(None if one is None else tuple(one) for one in value.get("probabilities", [])),
        failed=tuple(value.get("failed", [])),
        votes=tuple((drawn, right) for drawn, right in value.get("votes", [])),
        requests=value["requests"],
        tokens=value["tokens"],
        once=value["once"],
        notes=tuple(value["notes"]),
        unusable=value.get("unusable", ""),
        plain_tokens=value.get("plain_tokens"),
    )


def _of(kind: Callable[..., T], form: Mapping[str, object], **others: object) -> T:
    """A dataclass whose fields are those of a form, but for some that are other types."""
    return kind(**{**form, **others})


def _read_sampling(value: SamplingForm) -> Sampling:
    bias = tuple((token, float(change)) for token, change in value.get("logit_bias", []))
    return _of(Sampling, value, stop=tuple(value["stop"]), logit_bias=bias)


def _read_noise(value: NoiseForm) -> NoiseFloor:
    asked, flipped = ({name: counts[i] for name, counts in value["examples"].items()} for i in (0, 1))
    return NoiseFloor.of(asked, flipped)


def _read_use(value: UseForm) -> UseResult:
    counts = UseCounts(
        use=value["use"],
        cases=value["cases"],
        not_applicable=value["not_applicable"],
        unchanged=value["unchanged"],
        duplicates=value["duplicates"],
        dropped=value.get("dropped", {}),
        samples=value.get("samples", 1),
        fewer=value.get("fewer", 0),
    )
    return UseResult(
        value["use"],
        value["operator"],
        value["version"],
        value["line"],
        value["digest"],
        counts,
        value.get("english", ""),
        Share(*value["share"]) if "share" in value else None,
    )


def _read_measurement(value: MeasurementForm) -> Measurement:
    return _of(Measurement, value, undefined=value["undefined"] or "")


def _change(value: ChangeForm | None) -> ChangeResult | None:
    return None if value is None else _of(ChangeResult, value, reasons=tuple(value["reasons"]))


def _decision(value: DecisionForm, path: Path) -> Decision:
    gate = GateSpec(
        metric=value["metric"],
        location=Location(path, value["line"], 1),
        min=value["min"],
        max=value["max"],
        per=value["per"],
        over=value["over"],
        confidence=value["confidence"],
        where={name: tuple(wanted) for name, wanted in value["where"].items()},
        by=value["field"],
        against=tuple(map(Path, value["against"])),
        correction=value["correction"],
        inconclusive=value["inconclusive"],
        baseline=None if value["baseline"] is None else Path(value["baseline"]),
        same=tuple(value["same"]),
        of=value.get("of"),
    )
    measured = value["measurement"]
    return Decision(
        id=value["id"],
        target=GateTarget(gate, value["group"], value["id"]),
        status=value["status"],
        measurement=None if measured is None else _read_measurement(measured),
        bound=bound_of(gate),
        reason=value["reason"],
        remedy=value["remedy"],
        worst=tuple(WorstExample(one["example"], tuple(one["columns"])) for one in value["worst"]),
        noise=value["noise"],
        early=value["early"],
        cause=value["cause"],
    )


def _sanity(value: SuiteForm) -> tuple[SanityBaseline, ...] | None:
    """The sanity baselines of a suite; runs of earlier versions do not have them, so they follow from the cases."""
    if "sanity_baselines" not in value:
        return None
    return tuple(
        SanityBaseline(**{name: one for name, one in form.items() if name != "is_near"})  # type: ignore[arg-type]
        for form in value["sanity_baselines"]
    )


def _scoring(value: ScoringForm | None) -> ScoringChoice | None:
    """How `auto` scored the labels; runs of earlier versions do not say."""
    return None if value is None else ScoringChoice(**{k: v for k, v in value.items() if k != "reason"})  # type: ignore[arg-type]


def _read_case(value: CaseForm, clean: dict[tuple[str, int], Messages]) -> CaseResult:
    """A case; clean: the unperturbed prompts read so far, which come before those that edit them."""
    key = (value["example"], value["repeat"])
    prompt = _messages(value.get("prompt", []))
    if value["family"] == ORIGINAL:
        clean[key] = prompt
    if "clean_prompt" in value:
        before = _messages(value["clean_prompt"])
    elif key in clean:
        before = clean[key]
    else:
        raise ValueError(f"the unperturbed prompt of example {value['example']} is missing")
    if "edits" in value:
        prompt = edited(before, value["edits"])
    shares, logprobs = value.get("probabilities"), value.get("logprobs")
    return CaseResult(
        key=CaseKey(value["use"], value["variant"], value["example"], value["repeat"]),
        family=value["family"],
        operator=value["operator"],
        status=value["status"],
        answer=value["answer"],
        clean_answer=value["clean_answer"],
        expected=value["expected"],
        correct=value["correct"],
        scored_by=value["scored_by"],
        margin=value.get("margin"),
        reason=value.get("reason", ""),
        request=value["request"],
        severity=value.get("severity"),
        agrees=value["agrees"],
        moves=value.get("moves"),
        may_move=value.get("moves") is not None,
        probabilities=None if shares is None else tuple(map(float, shares)),
        label_mass=value.get("label_mass"),
        mass_is_bound=value.get("mass_is_bound", False),
        text=value.get("text", ""),
        finish_reason=value.get("finish_reason", ""),
        logprobs=None if logprobs is None else tuple(-math.inf if one is None else float(one) for one in logprobs),
        relation=str(value["relation"]),
        prompt=prompt,
        clean_prompt=before,
        changed=value.get("changed"),
        smallest=_smallest(value.get("smallest")),
    )


def _smallest(value: SmallestForm | None) -> SmallestEdit | None:
    if value is None:
        return None
    edits = tuple((number, start, end, text) for number, start, end, text in value["edits"])
    return _of(SmallestEdit, value, edits=edits)


def _read_answer(value: AnswerForm) -> AnswerSpec:
    fields = tuple(FieldSpec(**one) for one in value.get("fields", []))
    classes = tuple(value.get("classes", []))
    judge = read_judge(value.get("judge"))
    return _of(AnswerSpec, value, choices=tuple(value["choices"]), fields=fields, classes=classes, judge=judge)


def _messages(messages: list[MessageForm]) -> Messages:
    return tuple((one["role"], one["text"]) for one in messages)
