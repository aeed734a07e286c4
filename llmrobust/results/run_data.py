"""What a run is: manifest, requests, timing, and a result for each suite."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llmrobust.engine.asker import EngineStats
from llmrobust.errors import without_credentials
from llmrobust.models.protocol import IDENTIFIED_BY, ModelInfo
from llmrobust.prices import Prices
from llmrobust.results.suite_result import SuiteResult

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

    @classmethod
    def together(cls, models: Sequence[tuple[str, ModelFacts]]) -> ModelFacts:
        """Several models of one run, by their labels, where a run is described as a whole. A single one is itself."""
        if len(models) == 1:
            return models[0][1]
        several = [one for _, one in models]
        joined = "\0".join(one.fingerprint for one in several)
        return cls(
            spec=", ".join(one.spec for one in several),
            name=", ".join(label for label, _ in models),
            backend=f"{len(several)} models",
            fingerprint=hashlib.sha256(joined.encode()).hexdigest()[:16],
            max_model_len=min(one.max_model_len for one in several),
            scoring=tuple(dict.fromkeys(way for one in several for way in one.scoring)),
            details=tuple((f"{label}: {name}", said) for label, one in models for name, said in one.details),
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
    """Several models together, as `ModelFacts.together`; `RunData.models` has each of them."""
    english: str = ""
    """Name and version of the pipeline that operators analysed English with; empty if none did."""
    shard: str = ""
    """Which part of a run this is, as "3/8"; empty for a whole run."""


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
    reasoning_tokens: int = 0
    cached_tokens: int = 0

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
            stats.reasoning_tokens,
            stats.cached_tokens,
        )

    @classmethod
    def total(cls, counts: Sequence[Requests]) -> Requests:
        """The counts of several engines together."""
        names = cls.__dataclass_fields__
        return cls(**{name: sum(getattr(one, name) for one in counts) for name in names})


@dataclass(frozen=True, slots=True)
class ModelRun:
    """One of several models of a run. label: what the run's suites call it. model: None if it was never opened."""

    label: str
    model: ModelFacts | None
    requests: Requests


@dataclass(frozen=True, slots=True)
class JudgeFacts:
    """A judge that answers were shown to. specs: as the suite names it. model: None if it was never opened.
    requests: how many it took."""

    specs: tuple[str, ...]
    model: ModelFacts | None
    requests: Requests


@dataclass(frozen=True, slots=True)
class EmbedderFacts:
    """An embedder that made vectors of texts. spec: as the suite names it. requests: counts of texts, and their tokens
    as far as a server counts them."""

    spec: str
    requests: Requests


@dataclass(frozen=True, slots=True)
class Timing:
    """Everything of a run that differs between equal runs. busy_s: from the first request sent to the last reply."""

    busy_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RunData:
    """A whole run as values alone: what is written, judged and shown. `RunResult` is these with their methods."""

    manifest: Manifest
    suites: tuple[SuiteResult, ...]
    requests: Requests
    timing: Timing
    judges: tuple[JudgeFacts, ...] = ()
    """The second models that judged answers."""
    models: tuple[ModelRun, ...] = ()
    """The models, where there are several; `manifest.model` and `requests` are of all of them together."""
    embedders: tuple[EmbedderFacts, ...] = ()
    """What made vectors of texts, for suites that name an embedder."""
    prices: Prices | None = None
    """What tokens cost, where the project says so."""


def _safe_details(details: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, without_credentials(value)) for name, value in sorted(details.items()) if not _SECRET_NAME.search(name)
    )
