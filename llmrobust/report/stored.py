"""Runs read back from the JSON report, so that they are shown, judged and compared without a model."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llmrobust.errors import Location, ReportError
from llmrobust.gate import Decision, DecisionStatus, GateTarget, NoiseFloor, WorstExample
from llmrobust.gate.words import bound_of
from llmrobust.metrics import Measurement, Table
from llmrobust.metrics.build import Cell, table_of_cells
from llmrobust.plan import UseCounts
from llmrobust.report.edits import Messages, edited
from llmrobust.report.json_report import FORMAT, MAY_LACK
from llmrobust.report.result import (
    CaseResult,
    ChangeResult,
    Manifest,
    ModelFacts,
    PromptPlace,
    Requests,
    RunResult,
    SuiteResult,
    Timing,
    UseResult,
)
from llmrobust.report.typed import typed
from llmrobust.request import Sampling
from llmrobust.score.status import Status
from llmrobust.score.verdict import Outcome, Verdict
from llmrobust.suitefile.model import AnswerSpec, GateSpec, Suite

VERSIONS = (1,)
_EMPTY = {name: "" if name in ("reason", "text", "finish_reason") else None for name in MAY_LACK}
_OUTCOMES = {
    Status.UNPARSED: Outcome.UNPARSED,
    Status.TRUNCATED: Outcome.TRUNCATED,
    Status.NO_ANSWER: Outcome.NO_ANSWER,
}


def read_run(path: Path) -> RunResult:
    """A stored run, as it was when it was written. Raises ReportError, saying what is wrong with the file."""
    try:
        content = path.read_bytes()
        text = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        value = json.loads(text, parse_constant=_refused, object_pairs_hook=_object)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ReportError(f"{path}: is a damaged gzip file") from None
    except OSError as error:
        raise ReportError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise ReportError(f"{path}: is no JSON") from None
    except MemoryError:
        raise ReportError(f"{path}: is too large for the memory of this machine") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ReportError(f"{path}: is no stored run; pytest writes one with --robust-json FILE")
    if value.get("version") not in VERSIONS:
        raise ReportError(f"{path}: has version {value.get('version')} of the format; this llmrobust reads 1", "format")
    try:
        return _run(value)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise ReportError(f"{path}: is damaged: {type(error).__name__}: {error}") from None


def stored_suite(path: Path, suite: Suite) -> SuiteResult:
    """A suite of a stored run, told from others of its name by the end of its path. Raises ReportError."""
    return suite_in(read_run(path), suite, path)


def suite_in(run: RunResult, suite: Suite, path: Path) -> SuiteResult:
    """A suite of a run that was read from `path`, as `stored_suite` finds it. Raises ReportError."""
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
    """Why a suite's run is not whole, in words; empty if every planned case was asked and answered."""
    if len(stored.cases) != stored.planned:
        return f"only {len(stored.cases)} of its {stored.planned} cases were asked"
    failed = stored.statuses()[Status.NO_ANSWER]
    return f"{failed} of its {stored.planned} cases got no answer" if failed else ""


def stored_table(stored: SuiteResult, suite: Suite | None = None) -> Table:
    """The table of a suite's cases. suite: whose closed set of answers and fields of examples the table gets.

    Raises ReportError where cases contradict each other.
    """
    examples = list(dict.fromkeys(case.example for case in stored.cases))
    known = {example.id: example.fields for example in suite.examples} if suite is not None else {}
    fields = [known[name] for name in examples] if known.keys() >= set(examples) else []
    choices = suite.answer.choices if suite is not None else stored.choices
    try:
        return table_of_cells(map(_cell, stored.cases), examples, choices, fields)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ReportError(f"its cases are damaged: {type(error).__name__}: {error}") from None


def _refused(constant: str) -> None:
    """NaN and infinities, which JSON does not have, though Python reads them."""
    raise ValueError(constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are told apart: of two values of one name nobody knows which was meant."""
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return value


def _run(value: Mapping[str, Any]) -> RunResult:
    manifest = value["manifest"]
    model = manifest["model"]
    facts = None
    if model is not None:
        details = tuple((str(name), str(said)) for name, said in model["details"].items())
        facts = typed(ModelFacts(**{**model, "scoring": tuple(model["scoring"]), "details": details}))
    suites = tuple(map(_suite, value["suites"]))
    if len({(suite.name, suite.path) for suite in suites}) != len(suites):
        raise ValueError("a suite stands twice in it")
    return RunResult(
        typed(Manifest(manifest["llmrobust"], manifest["python"], manifest["metrics"]["confidence"], facts)),
        suites,
        typed(Requests(**value["requests"])),
        typed(Timing(float(value["timing"]["busy_s"]))),
    )


def _suite(value: Mapping[str, Any]) -> SuiteResult:
    noise, answer, sampling = value["noise_floor"], value["answer"], value["sampling"]
    clean: dict[tuple[str, int], Messages] = {}
    cases = tuple(_case(one, clean) for one in value["cases"])
    if len({(case.use, case.variant, case.example, case.repeat) for case in cases}) != len(cases):
        raise ValueError("a case stands twice in it")
    return typed(
        SuiteResult(
            str(value["name"]),
            str(value["path"]),
            str(value["digest"]),
            int(value["seed"]),
            int(value["repeats"]),
            tuple(map(str, value["choices"])),
            str(value["prompt_digest"]),
            tuple(typed(PromptPlace(**one)) for one in value["prompts"]),
            tuple(map(_use, value["uses"])),
            int(value["examples"]),
            int(value["planned"]),
            cases,
            tuple(map(_measurement, value["measurements"])),
            tuple(_decision(one, Path(value["path"])) for one in value["decisions"]),
            None if noise is None else _noise(noise),
            value["waves"],
            tuple((str(name), str(digest)) for name, digest in value["example_digests"].items()),
            answer=None if answer is None else typed(AnswerSpec(**{**answer, "choices": tuple(answer["choices"])})),
            sampling=None if sampling is None else typed(Sampling(**{**sampling, "stop": tuple(sampling["stop"])})),
            language=str(value["language"]),
            protect=tuple(map(str, value["protect"])),
            replies_kept=bool(value["replies_kept"]),
            strict=bool(value.get("strict", not value["decisions"])),
            changed=_change(value.get("changed")),
        )
    )


def _noise(value: Mapping[str, Any]) -> NoiseFloor:
    asked, flipped = ({name: counts[i] for name, counts in value["examples"].items()} for i in (0, 1))
    return NoiseFloor.of(asked, flipped)


def _use(value: Mapping[str, Any]) -> UseResult:
    counts = typed(
        UseCounts(value["use"], value["cases"], value["not_applicable"], value["unchanged"], value["duplicates"])
    )
    return typed(
        UseResult(value["use"], value["operator"], int(value["version"]), value["line"], value["digest"], counts)
    )


def _measurement(value: Mapping[str, Any]) -> Measurement:
    return typed(Measurement(**{**value, "undefined": value["undefined"] or ""}))


def _change(value: Mapping[str, Any] | None) -> ChangeResult | None:
    return None if value is None else typed(ChangeResult(**{**value, "reasons": tuple(value["reasons"])}))


def _decision(value: Mapping[str, Any], path: Path) -> Decision:
    gate = typed(
        GateSpec(
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
        )
    )
    measured, early = value["measurement"], value["early"]
    return typed(
        Decision(
            value["id"],
            GateTarget(gate, value["group"], value["id"]),
            DecisionStatus(value["status"]),
            None if measured is None else _measurement(measured),
            bound_of(gate),
            value["reason"],
            value["remedy"],
            tuple(WorstExample(one["example"], tuple(one["columns"])) for one in value["worst"]),
            value["noise"],
            None if early is None else (early[0], early[1]),
            str(value["cause"]),
        )
    )


def _case(value: Mapping[str, Any], clean: dict[tuple[str, int], Messages]) -> CaseResult:
    """A case; clean: the unperturbed prompts read so far, which stand before those that edit them."""
    value = {**_EMPTY, **value}
    key = (str(value["example"]), int(value["repeat"]))
    prompt: Messages = tuple((one["role"], one["text"]) for one in value.get("prompt", ()))
    if value["family"] == "original":
        clean[key] = prompt
    before = (
        tuple((one["role"], one["text"]) for one in value["clean_prompt"]) if "clean_prompt" in value else clean[key]
    )
    if "edits" in value:
        prompt = edited(before, value["edits"])
    shares, logprobs = value["probabilities"], value["logprobs"]
    return typed(
        CaseResult(
            str(value["example"]),
            str(value["family"]),
            str(value["operator"]),
            str(value["use"]),
            str(value["variant"]),
            int(value["repeat"]),
            Status(value["status"]),
            value["answer"],
            value["clean_answer"],
            value["expected"],
            value["correct"],
            value["scored_by"],
            value["margin"],
            str(value["reason"]),
            str(value["request"]),
            value["severity"],
            value["agrees"],
            value["moves"],
            None if shares is None else tuple(map(float, shares)),
            str(value["text"]),
            str(value["finish_reason"]),
            None if logprobs is None else tuple(-math.inf if one is None else float(one) for one in logprobs),
            str(value["relation"]),
            prompt,
            before,
            value.get("changed"),
        )
    )


def _cell(case: CaseResult) -> Cell:
    outcome = _OUTCOMES.get(case.status, Outcome.ANSWERED)
    return Cell(
        case.example,
        "" if case.is_original else case.column,
        case.operator,
        case.family,
        case.severity,
        case.expected,
        Verdict(outcome, case.answer, label_probabilities=case.probabilities, raw=case.text),
        None if outcome is Outcome.NO_ANSWER or case.expected is None else case.correct is True,
        case.agrees,
        case.moves,
        case.moves is not None,
    )
