"""The result of a run: manifest, requests, timing, and a result for each suite."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llmrobust import __version__
from llmrobust.engine.asker import EngineStats
from llmrobust.errors import without_credentials
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
        """What told this model from others; files and software for one that ran here."""
        return dict(self.details).get(IDENTIFIED_BY, "its files and software")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run depended on besides its suites."""

    llmrobust: str
    python: str
    confidence: float
    model: ModelFacts | None


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


@dataclass(frozen=True, slots=True)
class Timing:
    """Everything of a run that differs between equal runs. busy_s: from the first request sent to the last reply."""

    busy_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RunResult:
    """A whole run."""

    manifest: Manifest
    suites: tuple[SuiteResult, ...]
    requests: Requests
    timing: Timing

    @classmethod
    def of(cls, suites: Sequence[SuiteResult], info: ModelInfo | None, stats: EngineStats) -> RunResult:
        """The result of a run by the model `info` (None if it was never opened)."""
        model = ModelFacts.of(info) if info is not None else None
        requests = Requests(
            stats.planned,
            stats.unique,
            stats.from_store,
            stats.sent,
            stats.failed,
            stats.prompt_tokens,
            stats.completion_tokens,
        )
        manifest = Manifest(__version__, platform.python_version(), CONFIDENCE, model)
        return cls(manifest, tuple(suites), requests, Timing(round(stats.busy_s, 3)))


def _safe_details(details: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, without_credentials(value)) for name, value in sorted(details.items()) if not _SECRET_NAME.search(name)
    )
