"""The values that all reports are made from: plain, frozen, and small enough to travel between processes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from llmrobust.gate import Decision, NoiseFloor, evaluate
from llmrobust.methods import MethodUse
from llmrobust.metrics import Measurement, Table, measure, suite_table
from llmrobust.plan import Plan, UseCounts
from llmrobust.request import Sampling
from llmrobust.results.digests import english_of, example_digest, prompt_digest, relative_path, use_digest
from llmrobust.results.judge_result import JudgeResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.format_kept import FormatResult, format_result
from llmrobust.score.priors import Prior
from llmrobust.score.scoring_choice import ScoringChoice
from llmrobust.score.sent_methods import MethodAnswers
from llmrobust.score.verdict import Status
from llmrobust.suitefile.suite import AnswerSpec, OperatorUse, Share

SHARES = (
    "clean_accuracy",
    "accuracy",
    "consistency",
    "flip_rate",
    "sensitivity",
    "label_mass",
    "worst_case_accuracy",
    "unanimity",
    "accuracy_drop",
    "attack_success_rate",
    "recovery_rate",
)
"""Measured for the suite, every family and every operator: their intervals cost nothing."""
RESAMPLED = ("spread", "accuracy_std", "performance_drop_rate", "cohens_h")
"""Measured for the suite only, as their intervals need resampling."""
TRAFFIC = ("traffic_flip_rate",)
"""Measured for suites that weight by traffic."""
NAMED_VARIANTS = ("published.columns", "promptbench.attacked", "frozen")
"""Operators whose variants have names of their own (columns, modifications, attacks): measured one by one as well."""
OF_FIELDS = ("clean_accuracy", "accuracy", "consistency", "accuracy_drop", "worst_case_accuracy")
"""Measured for each field of JSON answers."""
ANSWER = "answer"
"""The scope of a measurement of a field of JSON answers."""
CONFIDENCE = 0.95
KEPT = 0.5
"""A sanity baseline is near if it keeps this share of what the unperturbed prompts score above chance."""


@dataclass(frozen=True, slots=True)
class UseResult:
    """A use of an operator in a suite, with its counts.

    digest: of the operator, its version and its parameters; cases of uses with different digests are different cases.
    line: of the suite file. counts: as in the plan. english: name and version of what it analysed English with, empty
    if it analysed nothing.
    """

    label: str
    operator: str
    version: int
    line: int
    digest: str
    counts: UseCounts
    english: str = ""
    share: Share | None = None
    """Of real inputs, those that have what it makes; None where the suite does not weight by traffic."""


@dataclass(frozen=True, slots=True)
class MethodChosen:
    """A method that a suite compares. params: those that are not the default ones, as JSON with sorted keys."""

    label: str
    method: str
    params: str


@dataclass(frozen=True, slots=True)
class PromptPlace:
    """Where a message of the prompt is written: the file (relative to the project if inside it) and line."""

    role: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """What changed in a suite since a revision, in a run that was limited to changes.

    since: the revision as it was named. commit: the one compared with; is_base: whether that is where the revision and
    HEAD diverged. recorded: whether an earlier run was recorded, without which changes of operators and of the model
    cannot be detected. reasons: texts, empty if nothing changed; cases: how many changed.
    """

    since: str
    commit: str
    is_base: bool
    recorded: bool
    reasons: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True)
class Column:
    """Which of several prompts and models of a suite a result is of; empty where there is only one."""

    suite: str
    prompt: str = ""
    model: str = ""

    @property
    def levels(self) -> tuple[str, ...]:
        """The names of prompt and model in items' ids, where there are several."""
        return tuple(name for name in (self.prompt, self.model) if name)

    @property
    def name(self) -> str:
        """What the result is called: "triage[v1,tiny]"."""
        inner = ",".join(self.levels)
        return f"{self.suite}[{inner}]" if inner else self.suite


@dataclass(frozen=True, slots=True)
class SanityBaseline:
    """The score of one way to take the decisive input away, beside the score with it, over the same examples.

    value: share of gold answers given without the input, mean over examples; low, high: Wilson's 95 % interval, one
    observation an example (or a cluster). real: right unperturbed answers / the same examples.
    chance: what the most frequent gold answer, or an even guess among the choices, would score.
    is_gone: whether the input is away; words in random order are still there, and may rightly be enough.
    """

    use: str
    value: float
    low: float
    high: float
    real: float
    chance: float
    n_examples: int
    is_gone: bool

    @property
    def is_near(self) -> bool:
        """Whether half or more of what the real score has above chance is left, or the real score is not above it."""
        return self.real <= self.chance or self.value >= self.chance + KEPT * (self.real - self.chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteResult:
    """A suite after the run; of a suite with several prompts, or a run of several models, one for each of them.

    path: relative to the project if inside it. choices: the closed set of answers, or empty.
    prompt_digest: of the prompt's templates, independent of file names. planned: all cases of the suite; cases: those
    that were selected and answered. decisions: empty unless all were, or they were run in waves. waves: how many, None
    if all were run at once.
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
    """Whether the cases include the raw replies; those of a baseline have only the results of reading them."""
    strict: bool = False
    """Whether each case that does not pass fails by itself; else the gates decide."""
    scoring: ScoringChoice | None = None
    """How `scoring: auto` scored the labels and why; None where the suite says how, or that is not known."""
    changed: ChangeResult | None = None
    """What changed since a revision, where the run was limited to that."""
    left_out: tuple[tuple[str, int], ...] = ()
    """Rows of the data that became no examples, as `Suite.left_out`."""
    judge: JudgeResult | None = None
    """What the suite's judge said, and how far it agrees with people; None without a judge."""
    clusters: tuple[tuple[str, str], ...] = ()
    """The cluster of each example, by its id; empty where examples are independent."""
    methods: tuple[MethodChosen, ...] = ()
    """The methods that are compared; empty if the suite names none."""
    priors: tuple[Prior, ...] = ()
    """What each format makes of inputs without content, where a method asked."""
    sent: tuple[MethodAnswers, ...] = ()
    """What methods answered that sent prompts of their own."""

    format: FormatResult | None = None
    """How answers kept to the format that the suite asks for; None without one."""
    sanity: tuple[SanityBaseline, ...] | None = field(default=None, compare=False)
    """The sanity baselines as they were stored; None where they follow from the cases (`sanity_baselines`)."""
    column: Column | None = None
    """Which of several prompts and models this is of; None where the suite has one prompt and the run one model."""
    tokens: float | None = None
    """Tokens of one answer, prompt and answer together; None where that is not known. Stored with a column only."""

    def by_model(self, label: str) -> SuiteResult:
        """The result as one of several models of its run, by its label."""
        column = replace(self.column or Column(self.name), model=label)
        return replace(self, name=column.name, column=column)

    def without_model(self) -> SuiteResult:
        """The result as that of a run of its model alone."""
        if self.column is None:
            return self
        column = replace(self.column, model="")
        return replace(self, name=column.name, column=column if column.prompt else None)

    @classmethod
    def of(
        cls,
        plan: Plan,
        cases: Sequence[CaseResult],
        root: Path | None = None,
        table: Table | None = None,
        decisions: Sequence[Decision] | None = None,
        noise: NoiseFloor | None = None,
        waves: int | None = None,
        too_long: Collection[str] = (),
        scoring: ScoringChoice | None = None,
        priors: tuple[Prior, ...] = (),
        sent: tuple[MethodAnswers, ...] = (),
        judge: JudgeResult | None = None,
        tokens: float | None = None,
    ) -> SuiteResult:
        """The result of a plan's cases, in the plan's order.

        table, decisions: where they are known already; gates are decided only on all cases of the plan. too_long: ids
        of examples that are left out, being too long for the model. scoring: how `auto` scored the labels.
        """
        suite = plan.suite
        planned = len(plan.cases)
        if too_long:
            planned = sum(case.example.id not in too_long for case in plan.cases)
        if table is None:
            table = suite_table(suite, cases)
        if decisions is None:
            agreement = None if judge is None else judge.agreement
            decisions = evaluate(suite, table, agreement=agreement) if len(cases) == planned else ()
        counts = {one.use: one for one in plan.counts}
        return cls(
            name=suite.name,
            path=relative_path(suite.path, root),
            digest=suite.digest,
            seed=suite.seed,
            repeats=suite.repeats,
            choices=suite.answer.choices,
            prompt_digest=prompt_digest(suite),
            prompts=tuple(
                PromptPlace(m.role, relative_path(m.path, root), m.template.origin.line) for m in suite.messages
            ),
            uses=tuple(_use_result(use, counts.get(use.label) or UseCounts(use.label)) for use in suite.perturb),
            n_examples=len({case.example for case in cases}),
            planned=planned,
            cases=tuple(case.rounded() for case in cases),
            measurements=tuple(_measurements(table, suite.seed)),
            decisions=tuple(decisions),
            noise=noise,
            waves=waves,
            digests=tuple((example.id, example_digest(example)) for example in suite.examples),
            answer=suite.answer,
            sampling=suite.sampling,
            language=suite.language,
            protect=suite.protect,
            strict=suite.cases == "strict",
            scoring=scoring,
            judge=judge,
            left_out=(*suite.left_out, *([("too_long", len(too_long))] if too_long else [])),
            format=format_result(suite.structured, cases),
            clusters=tuple((one.id, one.cluster) for one in suite.examples if one.cluster is not None),
            methods=tuple(_method_chosen(use) for use in suite.methods),
            priors=priors,
            column=Column(suite.base, suite.prompt) if suite.prompt else None,
            tokens=tokens,
            sent=sent,
        )

    @property
    def n_clusters(self) -> int | None:
        """How many clusters the examples of its cases form; None where examples are independent."""
        known, asked = dict(self.clusters), {case.example for case in self.cases}
        return len({known[name] for name in asked}) if known.keys() >= asked and known else None

    @property
    def mass_is_bound(self) -> bool:
        """Whether its label masses are lower bounds."""
        return any(case.mass_is_bound for case in self.cases)

    def named_variants(self, operator: str) -> tuple[str, ...]:
        """The columns of an operator's variants that are measured one by one, in the suite's order; usually none."""
        if operator not in NAMED_VARIANTS:
            return ()
        measured = {m.group for m in self.measurements if m.scope == "variant"}
        mine = dict.fromkeys(case.column for case in self.cases if case.operator == operator)
        return tuple(column for column in mine if column in measured)

    def statuses(self) -> Counter[Status]:
        """The number of cases per status."""
        return Counter(case.status for case in self.cases)

    def measurement(self, metric: str, scope: str = "suite", group: str = "") -> Measurement | None:
        """The measurement of a metric over a group, or None if it was not made."""
        return next(
            (m for m in self.measurements if (m.metric, m.scope, m.group, m.over) == (metric, scope, group, None)), None
        )


def _method_chosen(use: MethodUse) -> MethodChosen:
    given = use.params.model_dump(mode="json", exclude_defaults=True)
    return MethodChosen(use.label, use.method.name, json.dumps(given, sort_keys=True))


def _use_result(use: OperatorUse, counts: UseCounts) -> UseResult:
    operator = use.operator
    return UseResult(
        use.label,
        operator.name,
        operator.version,
        use.location.line,
        use_digest(use),
        counts,
        english_of(use),
        use.share,
    )


def _measurements(table: Table, seed: int) -> list[Measurement]:
    """The measurements of a report: every group's shares, and the rest for the suite."""
    found = measure(table, SHARES + RESAMPLED, "suite", confidence=CONFIDENCE, seed=seed)
    if table.shares:
        found += measure(table, TRAFFIC, "suite", confidence=CONFIDENCE, seed=seed)
    for scope in ("family", "operator"):
        found += measure(table, SHARES, scope, confidence=CONFIDENCE, seed=seed)
    for operator in NAMED_VARIANTS:
        mine = np.array([one == operator for one in table.operators], dtype=bool)
        if mine.sum() > 1:
            found += measure(table.select(mine), SHARES, "variant", confidence=CONFIDENCE, seed=seed)
    for name, part in table.parts.items():
        found += [
            replace(m, scope=ANSWER, group=name) for m in measure(part, OF_FIELDS, confidence=CONFIDENCE, seed=seed)
        ]
    return found
