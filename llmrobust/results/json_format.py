"""Runs read back from the JSON report, so that they are shown, judged and compared without a model."""

from __future__ import annotations

import gzip
import json
import math
import types
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from llmrobust.errors import Location, ReportError
from llmrobust.gate import Decision, DecisionStatus, GateTarget, NoiseFloor, WorstExample
from llmrobust.gate.messages import bound_of
from llmrobust.metrics import METRICS, Measurement, Table
from llmrobust.metrics.from_cases import Cell, table_of_cells
from llmrobust.metrics.measure import RESAMPLES
from llmrobust.plan import UseCounts
from llmrobust.request import Sampling
from llmrobust.results.case_result import CaseResult
from llmrobust.results.run_result import Manifest, ModelFacts, Requests, RunResult, Timing
from llmrobust.results.suite_result import ChangeResult, PromptPlace, SuiteResult, UseResult
from llmrobust.score.verdict import Outcome, Status, Verdict
from llmrobust.suitefile.suite import AnswerSpec, GateSpec, Suite
from llmrobust.text.atomic_write import write_whole
from llmrobust.text.edit_script import Messages, edited, edits_of

FORMAT = "llmrobust-run"


VERSION = 1


MAY_LACK = ("severity", "moves", "reason", "margin", "probabilities", "text", "finish_reason", "logprobs")
"""Fields of cases that a file without replies leaves out where they are empty (null or no text)."""


_BROKEN = 4
"""Depth of the entries of a suite's lists, which stand on one line each."""


def to_json(result: RunResult) -> dict[str, Any]:
    """The run as JSON values, in a fixed order."""
    manifest = result.manifest
    return {
        "format": FORMAT,
        "version": VERSION,
        "manifest": {
            "llmrobust": manifest.llmrobust,
            "python": manifest.python,
            "model": _model(result),
            "metrics": {"confidence": manifest.confidence, "resamples": RESAMPLES},
        },
        "requests": asdict(result.requests),
        "suites": [_suite(suite) for suite in result.suites],
        "metrics": {
            name: {"formula": METRICS.get(name).formula, "better": METRICS.get(name).better}
            for name in sorted({m.metric for suite in result.suites for m in suite.measurements} & set(METRICS.names()))
        },
        "timing": asdict(result.timing),
    }


def write_json(result: RunResult, path: Path) -> None:
    """Write the report to a file, whole or not at all. Raises OSError."""
    write_whole(path, run_text(to_json(result)).encode("ascii"))


def run_text(run: Mapping[str, Any]) -> str:
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


def _model(result: RunResult) -> dict[str, Any] | None:
    model = result.manifest.model
    return None if model is None else {**asdict(model), "scoring": list(model.scoring), "details": dict(model.details)}


def _suite(suite: SuiteResult) -> dict[str, Any]:
    statuses = suite.statuses()
    return {
        "name": suite.name,
        "path": suite.path,
        "digest": suite.digest,
        "seed": suite.seed,
        "repeats": suite.repeats,
        "choices": list(suite.choices),
        "prompt_digest": suite.prompt_digest,
        "prompts": [asdict(place) for place in suite.prompts],
        "answer": None if suite.answer is None else {**asdict(suite.answer), "choices": list(suite.answer.choices)},
        "sampling": None if suite.sampling is None else {**asdict(suite.sampling), "stop": list(suite.sampling.stop)},
        "language": suite.language,
        "protect": list(suite.protect),
        "replies_kept": suite.replies_kept,
        "examples": suite.n_examples,
        "example_digests": dict(suite.digests),
        "planned": suite.planned,
        "answered": len(suite.cases),
        "waves": suite.waves,
        "strict": suite.strict,
        "changed": None if suite.changed is None else {**asdict(suite.changed), "reasons": list(suite.changed.reasons)},
        "statuses": {str(status): statuses[status] for status in sorted(statuses)},
        "uses": [_use(use) for use in suite.uses],
        "noise_floor": _noise(suite.noise),
        "measurements": [_measurement(m) for m in suite.measurements],
        "decisions": [decision_json(decision) for decision in suite.decisions],
        "cases": _cases(suite.cases, brief=not suite.replies_kept),
    }


def _use(use: UseResult) -> dict[str, Any]:
    facts = {"operator": use.operator, "version": use.version, "line": use.line, "digest": use.digest}
    return {"use": use.label, **facts, **{k: v for k, v in asdict(use.counts).items() if k != "use"}}


def _noise(noise: NoiseFloor | None) -> dict[str, Any] | None:
    if noise is None:
        return None
    low, high = noise.interval()
    counts = zip(noise.examples, noise.asked, noise.flipped, strict=True)
    by_example = {name: [int(asked), int(flipped)] for name, asked, flipped in counts}
    return {"rate": noise.rate, "low": low, "high": high, "confidence": noise.confidence, "examples": by_example}


def _measurement(m: Measurement) -> dict[str, Any]:
    return {**asdict(m), "undefined": m.undefined or None}


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision as JSON values."""
    gate = decision.target.gate
    return {
        "id": decision.id,
        "status": str(decision.status),
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
        "inconclusive": gate.inconclusive,
        "noise": decision.noise,
        "early": None if decision.early is None else list(decision.early),
        "line": gate.location.line,
        "measurement": None if decision.measurement is None else _measurement(decision.measurement),
        "cause": decision.cause,
        "reason": decision.reason,
        "remedy": decision.remedy,
        "worst": [{"example": one.example, "columns": list(one.columns)} for one in decision.worst],
    }


def _cases(cases: Sequence[CaseResult], brief: bool) -> list[dict[str, Any]]:
    """The cases; a perturbed prompt is written as what it changes in the unperturbed one, where that stands before.

    brief: leave out what is empty.
    """
    there: set[tuple[str, int]] = set()
    written = []
    for case in cases:
        key = (case.example, case.repeat)
        if case.is_original:
            there.add(key)
        values = _case(case, key in there)
        written.append({k: v for k, v in values.items() if k not in MAY_LACK or v or v is False} if brief else values)
    return written


def _case(case: CaseResult, clean_is_there: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "example": case.example,
        "family": case.family,
        "operator": case.operator,
        "use": case.use,
        "variant": case.variant,
        "repeat": case.repeat,
        "relation": case.relation,
        "severity": case.severity,
        "status": str(case.status),
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
        "text": case.text,
        "finish_reason": case.finish_reason,
        "logprobs": None if case.logprobs is None else [one if one > -math.inf else None for one in case.logprobs],
        "request": case.request,
        "changed": case.changed,
    }
    if not clean_is_there:
        values["clean_prompt"] = _messages(case.clean_prompt)
    if case.is_original or [role for role, _ in case.prompt] != [role for role, _ in case.clean_prompt]:
        values["prompt"] = _messages(case.prompt)
    else:
        values["edits"] = [list(edit) for edit in edits_of(case.clean_prompt, case.prompt)]
    return values


def _messages(messages: Messages) -> list[dict[str, str]]:
    return [{"role": role, "text": text} for role, text in messages]


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
    suites = tuple(map(_read_suite, value["suites"]))
    if len({(suite.name, suite.path) for suite in suites}) != len(suites):
        raise ValueError("a suite stands twice in it")
    return RunResult(
        typed(Manifest(manifest["llmrobust"], manifest["python"], manifest["metrics"]["confidence"], facts)),
        suites,
        typed(Requests(**value["requests"])),
        typed(Timing(float(value["timing"]["busy_s"]))),
    )


def _read_suite(value: Mapping[str, Any]) -> SuiteResult:
    noise, answer, sampling = value["noise_floor"], value["answer"], value["sampling"]
    clean: dict[tuple[str, int], Messages] = {}
    cases = tuple(_read_case(one, clean) for one in value["cases"])
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
            tuple(map(_read_use, value["uses"])),
            int(value["examples"]),
            int(value["planned"]),
            cases,
            tuple(map(_read_measurement, value["measurements"])),
            tuple(_decision(one, Path(value["path"])) for one in value["decisions"]),
            None if noise is None else _read_noise(noise),
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


def _read_noise(value: Mapping[str, Any]) -> NoiseFloor:
    asked, flipped = ({name: counts[i] for name, counts in value["examples"].items()} for i in (0, 1))
    return NoiseFloor.of(asked, flipped)


def _read_use(value: Mapping[str, Any]) -> UseResult:
    counts = typed(
        UseCounts(value["use"], value["cases"], value["not_applicable"], value["unchanged"], value["duplicates"])
    )
    return typed(
        UseResult(value["use"], value["operator"], int(value["version"]), value["line"], value["digest"], counts)
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
            value["id"],
            GateTarget(gate, value["group"], value["id"]),
            DecisionStatus(value["status"]),
            None if measured is None else _read_measurement(measured),
            bound_of(gate),
            value["reason"],
            value["remedy"],
            tuple(WorstExample(one["example"], tuple(one["columns"])) for one in value["worst"]),
            value["noise"],
            None if early is None else (early[0], early[1]),
            str(value["cause"]),
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
