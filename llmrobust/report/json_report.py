"""The run as JSON: a versioned format, described in docs/report-json.md.

Equal runs give equal bytes, except for the one object `timing`.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from llmrobust.gate import Decision, NoiseFloor
from llmrobust.metrics import METRICS, Measurement
from llmrobust.metrics.measure import RESAMPLES
from llmrobust.report.result import CaseResult, RunResult, SuiteResult

FORMAT = "llmrobust-run"
VERSION = 1


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
            for name in sorted({m.metric for suite in result.suites for m in suite.measurements})
        },
        "timing": {"busy_s": round(result.timing.busy_s, 3)},
    }


def write_json(result: RunResult, path: Path) -> None:
    """Write the report to a file, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(to_json(result), indent=1, allow_nan=False) + "\n"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The process's file mode mask; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


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
        "operators": [{"name": name, "version": version} for name, version in suite.operators],
        "examples": suite.n_examples,
        "example_digests": dict(suite.digests),
        "planned": suite.planned,
        "answered": len(suite.cases),
        "waves": suite.waves,
        "statuses": {str(status): statuses[status] for status in sorted(statuses)},
        "uses": [asdict(counts) for counts in suite.counts],
        "noise_floor": _noise(suite.noise),
        "measurements": [_measurement(m) for m in suite.measurements],
        "decisions": [decision_json(decision) for decision in suite.decisions],
        "cases": [_case(case) for case in suite.cases],
    }


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
        "confidence": gate.confidence,
        "correction": gate.correction,
        "noise": decision.noise,
        "line": gate.location.line,
        "measurement": None if decision.measurement is None else _measurement(decision.measurement),
        "reason": decision.reason,
        "remedy": decision.remedy,
        "worst": [{"example": one.example, "columns": list(one.columns)} for one in decision.worst],
    }


def _case(case: CaseResult) -> dict[str, Any]:
    """A case; what was kept only because it did not pass is left out where it was not kept."""
    values: dict[str, Any] = {
        "example": case.example,
        "family": case.family,
        "operator": case.operator,
        "use": case.use,
        "variant": case.variant,
        "repeat": case.repeat,
        "status": str(case.status),
        "answer": case.answer,
        "clean_answer": case.clean_answer,
        "expected": case.expected,
        "correct": case.correct,
        "scored_by": case.scored_by,
        "margin": case.margin,
        "severity": case.severity,
        "agrees": case.agrees,
        "moves": case.moves,
        "request": case.request,
    }
    if case.probabilities is not None:
        values["probabilities"] = list(case.probabilities)
    kept = {
        "reason": case.reason,
        "text": case.text,
        "prompt": [{"role": role, "text": text} for role, text in case.prompt],
        "clean_prompt": [{"role": role, "text": text} for role, text in case.clean_prompt],
    }
    return values | {name: value for name, value in kept.items() if value}
