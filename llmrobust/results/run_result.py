"""The result of a run: manifest, requests, timing, and a result for each suite."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from llmrobust import __version__
from llmrobust.engine.asker import EngineStats
from llmrobust.errors import ReportError, without_credentials
from llmrobust.gate import Decision
from llmrobust.models.protocol import IDENTIFIED_BY, ModelInfo
from llmrobust.results.suite_result import CONFIDENCE, SuiteResult

_SECRET_NAME = re.compile(r"key|token|password|secret|authorization|cookie", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Which model answered. details: sorted (name, value) pairs of versions and settings, without secrets."""

    spec: str
    name: str
    backend: str
    fingerprint: str
    max_model_len: int
    scoring: tuple[str, ...]
    details: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, info: ModelInfo) -> ModelFacts:
        """The facts that reports keep of an open model."""
        return cls(
            without_credentials(info.spec),
            info.name,
            info.backend,
            info.fingerprint,
            info.max_model_len,
            tuple(info.scoring),
            _safe_details(info.details),
        )

    @property
    def identified_by(self) -> str:
        """How this model was identified; by files and software for one that ran here."""
        return dict(self.details).get(IDENTIFIED_BY, "its files and software")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run depended on besides its suites."""

    llmrobust: str
    python: str
    confidence: float
    model: ModelFacts | None
    english: str = ""
    """Name and version of the pipeline that operators analysed English with; empty if none did."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Counts of requests. planned: before deduplication; unique: after; the rest are of unique ones."""

    planned: int = 0
    unique: int = 0
    from_store: int = 0
    sent: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @classmethod
    def of(cls, stats: EngineStats) -> Requests:
        """The counts of an engine."""
        return cls(
            stats.planned,
            stats.unique,
            stats.from_store,
            stats.sent,
            stats.failed,
            stats.prompt_tokens,
            stats.completion_tokens,
        )


@dataclass(frozen=True, slots=True)
class JudgeFacts:
    """A judge that answers were shown to. specs: as the suite names it. model: None if it was never opened. requests:
    how many it took."""

    specs: tuple[str, ...]
    model: ModelFacts | None
    requests: Requests


@dataclass(frozen=True, slots=True)
class Timing:
    """Everything of a run that differs between equal runs. busy_s: from the first request sent to the last reply."""

    busy_s: float = 0.0


@dataclass(frozen=True, slots=True, repr=False)
class RunResult:
    """A whole run; in a notebook it shows itself as a table of its suites and gates."""

    manifest: Manifest
    suites: tuple[SuiteResult, ...]
    requests: Requests
    timing: Timing
    judges: tuple[JudgeFacts, ...] = ()
    """The second models that judged answers."""

    @classmethod
    def of(
        cls,
        suites: Sequence[SuiteResult],
        info: ModelInfo | None,
        stats: EngineStats,
        judges: Sequence[tuple[tuple[str, ...], ModelInfo | None, EngineStats]] = (),
    ) -> RunResult:
        """The result of a run by the model `info` (None if it was never opened). judges: specs, model and counts."""
        model = ModelFacts.of(info) if info is not None else None
        requests = Requests.of(stats)
        facts = tuple(
            JudgeFacts(
                tuple(map(without_credentials, specs)),
                None if judge is None else ModelFacts.of(judge),
                Requests.of(counts),
            )
            for specs, judge, counts in judges
        )
        english = next((use.english for suite in suites for use in suite.uses if use.english), "")
        manifest = Manifest(__version__, platform.python_version(), CONFIDENCE, model, english)
        return cls(manifest, tuple(suites), requests, Timing(round(stats.busy_s, 3)), facts)

    @property
    def gates(self) -> tuple[Decision, ...]:
        """What every gate decided, suite by suite."""
        return tuple(decision for suite in self.suites for decision in suite.decisions)

    @property
    def passed(self) -> bool:
        """Whether the prompts or the model may ship: every gate was decided and passed, and nothing is missing."""
        from llmrobust.results.run_verdict import run_verdict

        return run_verdict(self).may_ship

    def save(self, path: str | Path) -> None:
        """Write the run as `pytest --robust-json` does; `llmrobust.load_run` reads it back. Raises OSError."""
        from llmrobust.results.json_writer import write_json

        write_json(self, Path(path))

    def to_dataframe(self) -> Any:
        """A pandas frame with one row for each case. Raises ReportError without pandas."""
        try:
            import pandas
        except ImportError:
            raise ReportError("to_dataframe needs pandas: pip install pandas") from None
        rows = [
            {"suite": suite.name, **{name: getattr(case, name) for name in _COLUMNS}, "status": case.status.value}
            for suite in self.suites
            for case in suite.cases
        ]
        return pandas.DataFrame(rows, columns=["suite", *_COLUMNS, "status"])

    def __repr__(self) -> str:
        model = self.manifest.model.spec if self.manifest.model is not None else "none"
        held = sum(gate.passed for gate in self.gates)
        cases = sum(len(suite.cases) for suite in self.suites)
        return (
            f"<RunResult {'passed' if self.passed else 'not passed'}: {len(self.suites)} suites, {cases:,} cases, "
            f"{held} of {len(self.gates)} gates pass, model {model}>"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(suite.name)}</td><td>{escape(decision.id)}</td><td>{escape(decision.status.value)}</td>"
            f"<td>{escape(decision.reason)}</td></tr>"
            for suite in self.suites
            for decision in suite.decisions
        )
        head = "<tr><th>suite</th><th>gate</th><th>decision</th><th>reason</th></tr>"
        return f"<p>{escape(repr(self))}</p><table>{head}{rows}</table>"


_COLUMNS = (
    "use",
    "operator",
    "family",
    "variant",
    "example",
    "repeat",
    "answer",
    "clean_answer",
    "expected",
    "correct",
    "agrees",
    "margin",
    "text",
)


def _safe_details(details: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, without_credentials(value)) for name, value in sorted(details.items()) if not _SECRET_NAME.search(name)
    )
