"""The values that all reports are made from: plain, frozen, and small enough to travel between processes."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmrobust import __version__
from llmrobust.engine.core import EngineStats
from llmrobust.errors import without_credentials
from llmrobust.gate import Decision, NoiseFloor, evaluate
from llmrobust.metrics import Measurement, Table, build_table, measure
from llmrobust.metrics.build import case_cell
from llmrobust.models.protocol import ModelInfo
from llmrobust.perturb.contract import Relation
from llmrobust.plan import ORIGINAL, Plan, UseCounts, name_of
from llmrobust.report.edits import Messages
from llmrobust.request import Response, Sampling
from llmrobust.score.judged import Judged
from llmrobust.score.status import Status
from llmrobust.suitefile.model import AnswerSpec, Example, OperatorUse, Suite

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
_SECRET_NAME = re.compile(r"key|token|password|secret|authorization|cookie", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case after the run, with everything that it can be judged from again.

    request: the content hash of what was sent. agrees: whether the answer is the unperturbed one, None where it need
    not be. moves: whether it moved as it must, None where it must stay. probabilities: of the labels of a closed set,
    in the suite's order, where the model gives them (six digits). text, finish_reason, logprobs: the reply as it came.
    prompt, clean_prompt: (role, text) pairs as asked, and of the unperturbed prompt.
    """

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
    severity: int | None = None
    agrees: bool | None = None
    moves: bool | None = None
    probabilities: tuple[float, ...] | None = None
    text: str = ""
    finish_reason: str = ""
    logprobs: tuple[float, ...] | None = None
    relation: str = "same"
    prompt: Messages = ()
    clean_prompt: Messages = ()
    changed: bool | None = None

    @property
    def is_original(self) -> bool:
        """True for the unperturbed prompt."""
        return self.family == ORIGINAL

    @property
    def acceptable(self) -> bool:
        """Whether a strict suite lets the case pass, as `Judged.acceptable`."""
        promised = self.relation != Relation.NO_PROMISE
        return self.status is Status.PASSED or (not promised and self.status in (Status.FLIPPED, Status.WRONG))

    @property
    def column(self) -> str:
        """The variant's column in tables, as `Case.column`."""
        return f"{self.use}/{self.variant}"

    @property
    def name(self) -> str:
        """The case's name below its family, as in node ids."""
        return name_of(self.family, self.use, self.variant, self.example, self.repeat)

    @classmethod
    def of(cls, judged: Judged) -> CaseResult:
        """What reports keep of a judged case."""
        case, verdict = judged.case, judged.verdict
        reply = judged.reply if isinstance(judged.reply, Response) else None
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
            verdict.raw,
            "" if reply is None else reply.finish_reason,
            None if reply is None else _finite(reply.label_logprobs),
            str(case.relation.value),
            case.request.messages,
            judged.original.request.messages,
        )


@dataclass(frozen=True, slots=True)
class UseResult:
    """A use of an operator in a suite, and what became of it.

    digest: of the operator, its version and its parameters; cases of uses with other digests are not the same ones.
    line: of the suite file. counts: as in the plan.
    """

    label: str
    operator: str
    version: int
    line: int
    digest: str
    counts: UseCounts


@dataclass(frozen=True, slots=True)
class PromptPlace:
    """Where a message of the prompt is written: the file (relative to the project where it lies in there) and line."""

    role: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """What changed in a suite since a revision, in a run that was limited to changes.

    since: the revision as it was named. commit: the one compared with; is_base: whether that is where the revision and
    HEAD parted. recorded: whether an earlier run was known, without which changes of operators and of the model cannot
    be seen. reasons: in words, empty where nothing changed; cases: how many did.
    """

    since: str
    commit: str
    is_base: bool
    recorded: bool
    reasons: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """A suite after the run.

    path: relative to the project where it lies in there. choices: the closed set of answers, or empty.
    prompt_digest: of the prompt's templates, whatever their files are called. planned: all cases of the suite; cases:
    those that were selected and answered. decisions: empty unless all were, or they were asked in waves. waves: how
    many, None where all were asked at once.
    """

    name: str
    path: str
    digest: str
    seed: int
    repeats: int
    choices: tuple[str, ...]
    prompt_digest: str
    prompts: tuple[PromptPlace, ...]
    uses: tuple[UseResult, ...]
    n_examples: int
    planned: int
    cases: tuple[CaseResult, ...]
    measurements: tuple[Measurement, ...]
    decisions: tuple[Decision, ...]
    noise: NoiseFloor | None = None
    waves: int | None = None
    digests: tuple[tuple[str, str], ...] = ()
    """Of the contents of each example, by its id."""
    answer: AnswerSpec | None = None
    """How answers were read; None where that is not known."""
    sampling: Sampling | None = None
    """How answers were drawn; None where that is not known."""
    language: str = "en"
    protect: tuple[str, ...] = ()
    replies_kept: bool = True
    """Whether the cases hold the replies as they came; a baseline holds only what was made of them."""
    strict: bool = False
    """Whether each case fails by itself that is not as it must be; else the gates decide."""
    changed: ChangeResult | None = None
    """What changed since a revision, where the run was limited to that."""

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
        counts = {one.use: one for one in plan.counts}
        return cls(
            suite.name,
            relative_path(suite.path, root),
            suite.digest,
            suite.seed,
            suite.repeats,
            suite.answer.choices,
            prompt_digest(suite),
            tuple(PromptPlace(m.role, relative_path(m.path, root), m.template.origin.line) for m in suite.messages),
            tuple(_use_result(use, counts.get(use.label) or UseCounts(use.label)) for use in suite.perturb),
            len({one.case.example.id for one in judged}),
            len(plan.cases),
            tuple(CaseResult.of(one) for one in judged),
            tuple(_measurements(table, suite.seed)),
            tuple(decisions),
            noise,
            waves,
            tuple((example.id, example_digest(example)) for example in suite.examples),
            answer=suite.answer,
            sampling=suite.sampling,
            language=suite.language,
            protect=suite.protect,
            strict=suite.cases == "strict",
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
        return cls(manifest, tuple(suites), requests, Timing(round(stats.busy_s, 3)))


def example_digest(example: Example) -> str:
    """A short digest of an example's fields, so that runs are compared on the same examples only."""
    text = json.dumps(dict(example.fields), sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def prompt_digest(suite: Suite) -> str:
    """A digest of the prompt's templates with all that they include, whatever their files are called."""
    parts = [suite.mode, *([m.role, *m.template.texts] for m in suite.messages)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:16]


def use_digest(use: OperatorUse) -> str:
    """A digest of a use's operator, its version and parameters, and of the operators that these bring in."""
    inner = [(operator.name, operator.version) for operator in use.params.operators()]
    parts = [use.operator.name, use.operator.version, use.params.model_dump(), inner]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=repr, ensure_ascii=True).encode()).hexdigest()[:16]


def _finite(logprobs: tuple[float, ...] | None) -> tuple[float, ...] | None:
    """The log-probabilities, unless one of them is no number (minus infinity is one: that of the impossible)."""
    usable = logprobs is not None and all(math.isfinite(one) or one == -math.inf for one in logprobs)
    return logprobs if usable else None


def _use_result(use: OperatorUse, counts: UseCounts) -> UseResult:
    operator = use.operator
    return UseResult(use.label, operator.name, operator.version, use.location.line, use_digest(use), counts)


def relative_path(path: Path, root: Path | None) -> str:
    """The path as reports write it: below the project where it lies in there."""
    return (path.relative_to(root) if root is not None and path.is_relative_to(root) else path).as_posix()


def table_of(judged: Sequence[Judged], choices: Sequence[str] = ()) -> Table:
    """The table of judged cases, whether or not the unperturbed ones are among them."""
    cases, verdicts = [one.case for one in judged], [one.verdict for one in judged]
    return build_table(cases, verdicts, [one.clean for one in judged], choices)


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
