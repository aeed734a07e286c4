"""A suite's cost, and what its gates can detect, estimated before anything is sent."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from llmrobust.gate.decision import GateTarget
from llmrobust.gate.judge_evidence import remedy_of
from llmrobust.gate.messages import faultless_examples
from llmrobust.gate.targets import gate_targets, selected_columns, selected_examples
from llmrobust.metrics import METRICS, Metric
from llmrobust.plan import Case, Plan
from llmrobust.request import Request
from llmrobust.score.embedding import NO_EMBEDDER, has_embedder
from llmrobust.score.judged_answers import CHECK as JUDGE
from llmrobust.score.meanings import METRIC as MEANINGS
from llmrobust.score.meanings import wants_meanings
from llmrobust.score.opinions import FEW_LABELS, Agreement
from llmrobust.score.scoring_choice import is_open, scoring_sample
from llmrobust.score.sent_methods import MethodCost, method_costs
from llmrobust.score.similarity import CHECK as SIMILARITY
from llmrobust.score.verdict import may_move
from llmrobust.stats import adjusted_difference_interval, normal_quantile, wilson_interval
from llmrobust.suitefile.suite import GateSpec, left_out_words
from llmrobust.text.phrases import many

CHARACTERS_A_TOKEN = 4.0
"""Of English text, roughly; only the server knows its tokens."""
POWER = 0.8
"""A difference counts as detectable if at least this share of runs would detect it."""


@dataclass(frozen=True, slots=True)
class GateForecast:
    """What one decision can detect.

    n_examples, n_cases: of its selection. effective: the effective sample size. smallest: the smallest distance from
    the bound that can be detected with a power of 80 %, None if unknown. hopeless: why it can never pass or never fail,
    empty if it can. n_clusters: how many clusters its examples form, None if each is its own.
    """

    id: str
    n_examples: int
    n_cases: int
    effective: float
    smallest: float | None
    hopeless: str
    n_clusters: int | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """A suite's cost, and what its gates can detect."""

    suite: str
    examples: int
    cases: int
    prompts: int
    probes: int
    characters: int
    tokens: int
    new_tokens: int
    likeness: float
    judged: int
    """The most prompts for the suite's judge, those about labels included; 0 without a judge."""
    by_family: tuple[tuple[str, int], ...]
    gates: tuple[GateForecast, ...]
    left_out: tuple[tuple[str, int], ...] = ()
    context: int = 0
    too_long: int = 0
    """Prompts that by this estimate do not fit the context, where that is known."""
    content_free: int = 0
    """Prompts without content that methods of calibration need."""
    methods: tuple[MethodCost, ...] = ()
    """What methods with prompts of their own send besides."""
    sample: int = 0
    """Prompts that `scoring: auto` asks a second time at most, to decide how labels are scored."""

    @property
    def tokens_with_methods(self) -> int:
        """Prompt tokens of all that is sent, methods and the sample for `scoring: auto` included."""
        more = sum(one.characters for one in self.methods if not one.unusable)
        twice = self.tokens * self.sample / self.prompts if self.prompts else 0
        return math.ceil(self.tokens + more / CHARACTERS_A_TOKEN + twice)

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "by_family": dict(self.by_family), "left_out": dict(self.left_out)}

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        yield f"{self.suite}: {self.examples:,} examples, {self.cases:,} cases, {self.prompts:,} distinct prompts"
        yield f"  {', '.join(f'{family} {count:,}' for family, count in self.by_family)}"
        if left := left_out_words(self.left_out):
            yield f"  {left}"
        if self.probes:
            yield f"  {self.probes:,} prompts are sent again to measure the noise floor"
        if self.content_free:
            yield f"  {self.content_free:,} prompts without content are sent for methods of calibration"
        yield f"  about {self.tokens:,} prompt tokens ({self.characters:,} characters / 4)"
        for method in self.methods:
            yield f"  {said_cost(method)}"
        if self.sample:
            prompts = many(self.sample, "prompt")
            yield f"  up to {prompts} more: a sample is asked twice, to choose how labels are scored (scoring: auto)"
        yield f"  at most {self.new_tokens:,} new tokens"
        if self.judged:
            yield f"  at most {self.judged:,} prompts for the judge"
        if self.too_long:
            fit = "1 prompt does" if self.too_long == 1 else f"{self.too_long:,} prompts do"
            yield f"  WARNING: about {fit} not fit the model's context of {self.context:,} tokens (`too_long: skip`?)"
        if self.gates:
            yield f"gates, if the variants of an example correlate by {self.likeness:g} (--likeness):"
        width = min(40, max((len(one.id) for one in self.gates), default=0))
        for one in self.gates:
            examples = f"{one.n_examples:,} examples"
            if one.n_clusters is not None:
                examples = f"{one.n_clusters:,} clusters of {examples}"
            worth = f"{examples}, {one.n_cases:,} cases, effective sample size {one.effective:,.0f}"
            told = "" if one.smallest is None else f"; can detect a difference of {one.smallest:.3f} from the bound"
            yield f"  {one.id.ljust(width)}  {worth}{told}"
            if one.hopeless:
                yield f"  {'':{width}}  WARNING: {one.hopeless}"


def said_cost(one: MethodCost) -> str:
    """What a method adds: "method normalise: 120 prompts more, about 3,400 prompt tokens"."""
    if one.unusable:
        return f"method {one.label}: cannot be used: {one.unusable}"
    sent = f"{'at most ' if one.at_most else ''}{many(one.requests, 'prompt')} more"
    once = f", of which {one.once:,} for texts that it rewrites" if one.once else ""
    tokens = math.ceil(one.characters / CHARACTERS_A_TOKEN)
    return f"method {one.label}: {sent}{once}, about {tokens:,} prompt tokens"


def forecast(plan: Plan, likeness: float = 0.5, context: int = 0) -> Forecast:
    """A plan's cost, and what its gates can detect.

    context: tokens that the model takes, 0 where that is not known.

    likeness: the correlation of right or kept answers between variants of one example, 0 to 1; 1 makes every further
    variant worthless, 0 makes it worth an example.
    """
    suite = plan.suite
    requests = plan.requests()
    distinct = set(requests)
    characters = sum(len(text) for request in distinct for _, text in request.messages)
    sample = {case.request for case in scoring_sample(plan)} if is_open(plan) else set()
    perturbed = [case for case in plan.cases if not case.is_original]
    targets = gate_targets(suite, plan.columns())
    sharing = Counter(id(target.gate) for target in targets)
    return Forecast(
        suite=suite.name,
        examples=len(suite.examples),
        cases=len(plan.cases),
        prompts=len(distinct),
        probes=len(plan.probes),
        characters=characters,
        tokens=math.ceil(characters / CHARACTERS_A_TOKEN),
        new_tokens=sum(request.sampling.max_tokens for request in (*distinct, *sample)),
        sample=len(sample),
        likeness=likeness,
        judged=_judged(plan),
        by_family=tuple(Counter(case.family for case in plan.cases).items()),
        gates=tuple(_gate(target, plan, perturbed, likeness, sharing[id(target.gate)]) for target in targets),
        left_out=suite.left_out,
        context=context,
        methods=tuple(method_costs(plan)),
        content_free=len({one.case.request for one in plan.content_free}),
        too_long=sum(_tokens(one) > context - one.sampling.max_tokens for one in distinct) if context else 0,
    )


def _judged(plan: Plan) -> int:
    """The most prompts for the judge: an answer beside gold, and beside the unperturbed one."""
    judge = plan.suite.answer.judge
    if judge is None:
        return 0
    asked = len({case.request for case in (*plan.cases, *plan.probes)})
    each = 1 if judge.question == "criteria" else 1 + (plan.suite.answer.field is not None)
    pairs = 0
    if wants_meanings(plan.suite):
        answers = Counter(case.example.id for case in plan.cases)
        pairs = sum(count * (count - 1) // 2 for count in answers.values())
    turns = 4 if judge.question == "entailment" else 2
    return turns * (each * asked + pairs + len(judge.labelled))


def _tokens(request: Request) -> float:
    """About how many tokens a prompt has."""
    return sum(len(text) for _, text in request.messages) / CHARACTERS_A_TOKEN


def _gate(target: GateTarget, plan: Plan, perturbed: list[Case], likeness: float, sharing: int) -> GateForecast:
    metric = METRICS.get(target.gate.metric)
    clean = metric.reads == "clean" or (metric.rows and not perturbed)
    pool = [case for case in plan.cases if case.is_original] if clean else perturbed
    columns, chosen = selected_columns(target, plan.columns()), selected_examples(target, plan.suite)
    cases = [
        case
        for case in pool
        if case.repeat == 0 and case.example.id in chosen and (case.is_original or case.column in columns)
    ]
    examples = len({case.example.id for case in cases})
    if not examples:
        return GateForecast(target.id, 0, 0, 0.0, None, "it will never be evaluated: it selects no cases")
    clusters = {case.example.cluster for case in cases} if plan.suite.cluster is not None else None
    units = examples if clusters is None else len(clusters)
    each = len(cases) / units
    effective = units * each / (1 + (each - 1) * likeness)
    smallest = None
    gate = target.gate
    if gate.confidence is not None and gate.correction != "none":
        gate = replace(gate, confidence=1 - (1 - gate.confidence) / sharing)
    if metric.interval in ("proportion", "difference"):
        smallest = _smallest(gate, metric.interval, effective)
    hopeless = _undefined(metric, plan, cases) or _hopeless(gate, units)
    return GateForecast(
        target.id, examples, len(cases), effective, smallest, hopeless, None if clusters is None else units
    )


def _undefined(metric: Metric, plan: Plan, cases: list[Case]) -> str:
    """Why a metric will have no value, as far as the plan shows."""
    if metric.reads == "moves" and not any(may_move(case) for case in cases):
        return "it will never be evaluated: there are no cases whose answer must change"
    if metric.interval == "dispersion" and len({case.column for case in cases}) < 2:
        return "it will never be evaluated: it needs two variants"
    if metric.check and plan.suite.answer.check != metric.check:
        return f"it will never be evaluated: {metric.name} needs answer: {{check: {metric.check}}}"
    judged = plan.suite.answer.check == JUDGE and metric.name == MEANINGS
    if (
        not judged
        and ("embedder" in metric.needs or plan.suite.answer.check == SIMILARITY)
        and not has_embedder(plan.suite.answer.embedder)
    ):
        return f"it will never be evaluated: {NO_EMBEDDER}"
    judge = plan.suite.answer.judge
    if judge is not None and len(judge.labelled) < FEW_LABELS:
        why = Agreement(len(judge.labelled), 0, 0, 0, None).problem(judge)
        return f"it will never be evaluated: {why}; {remedy_of(replace(judge, labels=''))}"
    if metric.reads == "texts" and plan.suite.answer.choices:
        return "it will never be evaluated: it applies to free-form answers, and the suite has a closed set"
    return ""


def _smallest(gate: GateSpec, rule: str, effective: float) -> float | None:
    """The distance from the bound at which 80 % of runs decide, at the gate's confidence (95 % without one)."""
    bound = gate.min if gate.min is not None else gate.max
    if bound is None:
        return None
    share = min(max(abs(bound), 0.02), 0.98)
    error = math.sqrt(share * (1 - share) / effective)
    if rule == "difference":
        error = math.sqrt(max(share, 0.05) / effective)
    return (normal_quantile(gate.confidence or 0.95) + normal_quantile(2 * POWER - 1)) * error


def _hopeless(gate: GateSpec, examples: int) -> str:
    """Why no outcome at all could pass the gate, or none could fail it."""
    metric = METRICS.get(gate.metric)
    low, high = metric.range
    if gate.confidence is None or gate.against:
        return ""
    if metric.interval == "proportion":
        best = wilson_interval(1.0, examples, gate.confidence).low
        worst = wilson_interval(0.0, examples, gate.confidence).high
    elif metric.interval == "difference":
        interval = adjusted_difference_interval(0.0, 0.0, examples, gate.confidence)
        best, worst = low, interval.high
    else:
        return ""
    if gate.min is not None and best < gate.min and metric.interval == "proportion":
        needed = faultless_examples(gate.min, gate.confidence)
        return f"it can never pass: {examples} flawless examples prove at most {best:.3f} ({needed:,} would suffice)"
    if gate.max is not None and worst > gate.max:
        if metric.interval == "difference":
            return f"it can hardly pass: {examples} examples without a loss cannot rule out a drop of {worst:.3f}"
        needed = faultless_examples(1 - gate.max, gate.confidence)
        return f"it can never pass: {examples} flawless examples cannot rule out {worst:.3f} ({needed:,} would suffice)"
    if (gate.min is not None and gate.min <= low) or (gate.max is not None and gate.max >= high):
        return "it can never fail: every value meets the bound"
    return ""
