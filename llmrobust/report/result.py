"""The values that all reports are made from: plain, frozen, and small enough to travel between processes."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmrobust import __version__
from llmrobust.engine.core import EngineStats
from llmrobust.gate import Decision, NoiseFloor, evaluate
from llmrobust.metrics import Measurement, Table, build_table, measure
from llmrobust.metrics.build import case_cell
from llmrobust.models.protocol import ModelInfo
from llmrobust.plan import Plan, UseCounts
from llmrobust.score.judged import Judged
from llmrobust.score.status import Status
from llmrobust.suitefile.model import Example

Messages = tuple[tuple[str, str], ...]
SHARES = (
    "clean_accuracy",
    "accuracy",
    "consistency",
    "flip_rate",
    "sensitivity",
    "worst_case_accuracy",
    "unanimity",
    "accuracy_drop",
    "attack_success_rate",
    "recovery_rate",
)
"""Measured for the suite, every family and every operator: their intervals cost nothing."""
RESAMPLED = ("spread", "accuracy_std", "performance_drop_rate", "cohens_h")
"""Measured for the suite only, as their intervals need resampling."""
CONFIDENCE = 0.95
_CREDENTIALS = re.compile(
    r"(?<=//)[^/@\s]*@|(?<=[?&])(?:api[_-]?key|key|token|password|secret)=[^&#\s]*", re.IGNORECASE
)
_SECRET_NAME = re.compile(r"key|token|password|secret|authorization|cookie", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case after the run. prompt, clean_prompt: (role, text) pairs, kept only where the case did not pass."""

    example: str
    family: str
    operator: str
    use: str
    variant: str
    repeat: int
    status: Status
    answer: str | None
    clean_answer: str | None
    expected: str | None
    correct: bool | None
    scored_by: str | None
    margin: float | None
    reason: str
    request: str
    """The content hash of the request."""
    severity: int | None = None
    agrees: bool | None = None
    """Whether the answer is the unperturbed one, None where it need not be."""
    moves: bool | None = None
    """Whether the answer moved as it must, None where it must stay."""
    probabilities: tuple[float, ...] | None = None
    """Of the labels of a closed set, where the model gives them; six digits."""
    text: str = ""
    """The model's text, kept only where the case did not pass."""
    prompt: Messages = ()
    clean_prompt: Messages = ()

    @classmethod
    def of(cls, judged: Judged) -> CaseResult:
        """What reports keep of a judged case."""
        case, verdict = judged.case, judged.verdict
        kept = judged.status is not Status.PASSED
        cell = case_cell(case, verdict, judged.clean)
        shares = verdict.label_probabilities
        return cls(
            case.example.id,
            case.family,
            case.operator,
            case.use,
            case.variant,
            case.repeat,
            judged.status,
            verdict.answer,
            judged.clean.answer,
            case.expected,
            verdict.correct,
            verdict.scored_by,
            verdict.margin,
            verdict.reason,
            case.request.content_hash(),
            case.severity,
            None if case.is_original else cell.agrees,
            None if case.is_original else cell.moves,
            None if shares is None else tuple(round(share, 6) for share in shares),
            verdict.raw if kept else "",
            case.prompt.as_messages() if kept else (),
            judged.original.prompt.as_messages() if kept and not case.is_original else (),
        )


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """A suite after the run.

    path: relative to the project where it lies in there. planned: all cases of the suite; cases: those that were
    selected and answered. decisions: empty unless all were, or they were asked in waves. waves: how many, None where
    all were asked at once.
    """

    name: str
    path: str
    digest: str
    seed: int
    repeats: int
    operators: tuple[tuple[str, int], ...]
    """Name and version of every operator used."""
    n_examples: int
    planned: int
    counts: tuple[UseCounts, ...]
    cases: tuple[CaseResult, ...]
    measurements: tuple[Measurement, ...]
    decisions: tuple[Decision, ...]
    noise: NoiseFloor | None = None
    waves: int | None = None
    digests: tuple[tuple[str, str], ...] = ()
    """Of the contents of each example, by its id."""

    @classmethod
    def of(
        cls,
        plan: Plan,
        judged: Sequence[Judged],
        root: Path | None = None,
        table: Table | None = None,
        decisions: Sequence[Decision] | None = None,
        noise: NoiseFloor | None = None,
        waves: int | None = None,
    ) -> SuiteResult:
        """The result of a plan's judged cases, in the plan's order.

        table, decisions: where they are known already; gates are decided only on all cases of the plan.
        """
        suite = plan.suite
        if table is None:
            table = table_of(judged, suite.answer.choices)
        if decisions is None:
            decisions = evaluate(suite, table) if len(judged) == len(plan.cases) else ()
        path = suite.path
        if root is not None and path.is_relative_to(root):
            path = path.relative_to(root)
        return cls(
            suite.name,
            path.as_posix(),
            suite.digest,
            suite.seed,
            suite.repeats,
            tuple(dict.fromkeys((use.operator.name, use.operator.version) for use in suite.perturb)),
            len({one.case.example.id for one in judged}),
            len(plan.cases),
            plan.counts,
            tuple(CaseResult.of(one) for one in judged),
            tuple(_measurements(table, suite.seed)),
            tuple(decisions),
            noise,
            waves,
            tuple((example.id, example_digest(example)) for example in suite.examples),
        )

    def statuses(self) -> Counter[Status]:
        """How many cases ended in which way."""
        return Counter(case.status for case in self.cases)

    def measurement(self, metric: str, scope: str = "suite", group: str = "") -> Measurement | None:
        """The measurement of a metric over a group, or None if it was not made."""
        return next(
            (m for m in self.measurements if (m.metric, m.scope, m.group, m.over) == (metric, scope, group, None)), None
        )


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
        return cls(manifest, tuple(suites), requests, Timing(stats.busy_s))


def example_digest(example: Example) -> str:
    """A short digest of an example's fields, so that runs are compared on the same examples only."""
    text = json.dumps(dict(example.fields), sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def table_of(judged: Sequence[Judged], choices: Sequence[str] = ()) -> Table:
    """The table of judged cases, whether or not the unperturbed ones are among them."""
    cases, verdicts = [one.case for one in judged], [one.verdict for one in judged]
    return build_table(cases, verdicts, [one.clean for one in judged], choices)


def without_credentials(text: str) -> str:
    """The text without user names, passwords and keys in its URLs."""
    return _CREDENTIALS.sub("", text)


def _safe_details(details: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, without_credentials(value)) for name, value in sorted(details.items()) if not _SECRET_NAME.search(name)
    )


def _measurements(table: Table, seed: int) -> list[Measurement]:
    """The measurements of a report: every group's shares, and the rest for the suite."""
    found = measure(table, SHARES + RESAMPLED, "suite", confidence=CONFIDENCE, seed=seed)
    for scope in ("family", "operator"):
        found += measure(table, SHARES, scope, confidence=CONFIDENCE, seed=seed)
    return found
