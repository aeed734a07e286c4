"""Runs read back from their JSON, so that they are shown, judged and compared without a model."""

from __future__ import annotations

import gzip
import json
import math
import types
import zlib
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from llmrobust.errors import Location, ReportError
from llmrobust.gate import Decision, DecisionStatus, GateTarget, NoiseFloor, WorstExample
from llmrobust.gate.messages import bound_of
from llmrobust.metrics import Measurement, Table
from llmrobust.metrics.from_cases import Cell, table_of_cells
from llmrobust.plan import UseCounts
from llmrobust.request import Sampling
from llmrobust.results.case_result import CaseResult
from llmrobust.results.json_writer import FORMAT, MAY_LACK
from llmrobust.results.run_result import Manifest, ModelFacts, Requests, RunResult, Timing
from llmrobust.results.suite_result import ChangeResult, PromptPlace, SuiteResult, UseResult
from llmrobust.score.verdict import Outcome, Status, Verdict
from llmrobust.suitefile.suite import AnswerSpec, GateSpec, Suite
from llmrobust.text.edit_script import Messages, edited

T = TypeVar("T")


_PLAIN = frozenset({str, int, float, bool, type(None)})


def typed(value: T) -> T:
    """A dataclass, whose fields of text, numbers and truth values hold what they must, numbers finite.

    Raises TypeError.
    """
    kind: Any = type(value)
    for name, allowed in _plain_fields(kind):
        held = getattr(value, name)
        if type(held) not in allowed or (type(held) is float and not math.isfinite(held)):
            raise TypeError(f"{name} cannot be {held!r:.40}")
    return value


@cache
def _plain_fields(kind: Any) -> tuple[tuple[str, frozenset[Any]], ...]:
    """The fields of a dataclass that hold text, numbers or truth values, each with the types that it may have."""
    hints = get_type_hints(kind)
    found = []
    for one in fields(kind):
        hint = hints[one.name]
        parts = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
        allowed = frozenset(str if get_origin(part) is Literal else part for part in parts)
        found.append((one.name, allowed | {int} if float in allowed else allowed))
    return tuple((name, allowed) for name, allowed in found if allowed <= _PLAIN)


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
        raise ReportError(f"{path}: is not valid JSON") from None
    except MemoryError:
        raise ReportError(f"{path}: is too large for the memory of this machine") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ReportError(f"{path}: is not a stored run; pytest writes one with --robust-json FILE")
    if value.get("version") not in VERSIONS:
        raise ReportError(f"{path}: has version {value.get('version')} of the format; this llmrobust reads 1", "format")
    try:
        return _run(value)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise ReportError(f"{path}: is damaged: {type(error).__name__}: {error}") from None


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
    suites = tuple(map(_read_suite, value["suites"]))
    if len({(suite.name, suite.path) for suite in suites}) != len(suites):
        raise ValueError("a suite stands twice in it")
    return RunResult(
        typed(
            Manifest(
                manifest["llmrobust"],
                manifest["python"],
                manifest["metrics"]["confidence"],
                facts,
                manifest.get("english", ""),
            )
        ),
        suites,
        typed(Requests(**value["requests"])),
        typed(Timing(float(value["timing"]["busy_s"]))),
    )


def _read_suite(value: Mapping[str, Any]) -> SuiteResult:
    noise, answer, sampling = value["noise_floor"], value["answer"], value["sampling"]
    clean: dict[tuple[str, int], Messages] = {}
    cases = tuple(_read_case(one, clean) for one in value["cases"])
    if len({case.key for case in cases}) != len(cases):
        raise ValueError("a case stands twice in it")
    return typed(
        SuiteResult(
            name=str(value["name"]),
            path=str(value["path"]),
            digest=str(value["digest"]),
            seed=int(value["seed"]),
            repeats=int(value["repeats"]),
            choices=tuple(map(str, value["choices"])),
            prompt_digest=str(value["prompt_digest"]),
            prompts=tuple(typed(PromptPlace(**one)) for one in value["prompts"]),
            uses=tuple(map(_read_use, value["uses"])),
            n_examples=int(value["examples"]),
            planned=int(value["planned"]),
            cases=cases,
            measurements=tuple(map(_read_measurement, value["measurements"])),
            decisions=tuple(_decision(one, Path(value["path"])) for one in value["decisions"]),
            noise=None if noise is None else _read_noise(noise),
            waves=value["waves"],
            digests=tuple((str(name), str(digest)) for name, digest in value["example_digests"].items()),
            answer=None if answer is None else typed(AnswerSpec(**{**answer, "choices": tuple(answer["choices"])})),
            sampling=None if sampling is None else typed(Sampling(**{**sampling, "stop": tuple(sampling["stop"])})),
            language=str(value["language"]),
            protect=tuple(map(str, value["protect"])),
            replies_kept=bool(value["replies_kept"]),
            strict=bool(value.get("strict", not value["decisions"])),
            changed=_change(value.get("changed")),
        )
    )


def _read_noise(value: Mapping[str, Any]) -> NoiseFloor:
    asked, flipped = ({name: counts[i] for name, counts in value["examples"].items()} for i in (0, 1))
    return NoiseFloor.of(asked, flipped)


def _read_use(value: Mapping[str, Any]) -> UseResult:
    counts = typed(
        UseCounts(value["use"], value["cases"], value["not_applicable"], value["unchanged"], value["duplicates"])
    )
    return typed(
        UseResult(
            value["use"],
            value["operator"],
            int(value["version"]),
            value["line"],
            value["digest"],
            counts,
            value.get("english", ""),
        )
    )


def _read_measurement(value: Mapping[str, Any]) -> Measurement:
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
            id=value["id"],
            target=GateTarget(gate, value["group"], value["id"]),
            status=DecisionStatus(value["status"]),
            measurement=None if measured is None else _read_measurement(measured),
            bound=bound_of(gate),
            reason=value["reason"],
            remedy=value["remedy"],
            worst=tuple(WorstExample(one["example"], tuple(one["columns"])) for one in value["worst"]),
            noise=value["noise"],
            early=None if early is None else (early[0], early[1]),
            cause=str(value["cause"]),
        )
    )


def _read_case(value: Mapping[str, Any], clean: dict[tuple[str, int], Messages]) -> CaseResult:
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
            example=str(value["example"]),
            family=str(value["family"]),
            operator=str(value["operator"]),
            use=str(value["use"]),
            variant=str(value["variant"]),
            repeat=int(value["repeat"]),
            status=Status(value["status"]),
            answer=value["answer"],
            clean_answer=value["clean_answer"],
            expected=value["expected"],
            correct=value["correct"],
            scored_by=value["scored_by"],
            margin=value["margin"],
            reason=str(value["reason"]),
            request=str(value["request"]),
            severity=value["severity"],
            agrees=value["agrees"],
            moves=value["moves"],
            probabilities=None if shares is None else tuple(map(float, shares)),
            text=str(value["text"]),
            finish_reason=str(value["finish_reason"]),
            logprobs=None if logprobs is None else tuple(-math.inf if one is None else float(one) for one in logprobs),
            relation=str(value["relation"]),
            prompt=prompt,
            clean_prompt=before,
            changed=value.get("changed"),
        )
    )


def _cell(case: CaseResult) -> Cell:
    outcome = _OUTCOMES.get(case.status, Outcome.ANSWERED)
    return Cell(
        example=case.example,
        column="" if case.is_original else case.column,
        operator=case.operator,
        family=case.family,
        severity=case.severity,
        expected=case.expected,
        verdict=Verdict(outcome, case.answer, label_probabilities=case.probabilities, raw=case.text),
        correct=None if outcome is Outcome.NO_ANSWER or case.expected is None else case.correct is True,
        agrees=case.agrees,
        moves=case.moves,
        may_move=case.moves is not None,
    )
