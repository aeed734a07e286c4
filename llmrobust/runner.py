"""Running suites without a test runner, and what the pytest plugin shares with that: judging and summing up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from llmrobust import __version__
from llmrobust.engine import Asker, EngineStats
from llmrobust.errors import ReportError
from llmrobust.gate import Decision, GateTarget, NoiseFloor, Reference, evaluate, needed_references
from llmrobust.gate.waves import Waves, can_stop_early
from llmrobust.metrics import Table, suite_table
from llmrobust.models.context_length import TOO_LONG
from llmrobust.models.protocol import ModelInfo
from llmrobust.plan import Case, Plan
from llmrobust.request import Failure, FailureKind, Reply, Request, Response, mean_tokens
from llmrobust.results.compatibility import incompatibilities, stored_reference
from llmrobust.results.json_reader import suite_in
from llmrobust.results.judge_result import JudgeResult
from llmrobust.results.run_data import ModelFacts
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score import score
from llmrobust.score.case_result import CaseResult
from llmrobust.score.judging import Judge, with_same_meaning
from llmrobust.score.model_judge import Judges
from llmrobust.score.opinions import Opinions
from llmrobust.score.priors import Prior, priors
from llmrobust.score.scoring_choice import ScoringChoice
from llmrobust.score.sent_methods import MethodAnswers, ask_methods, sending_uses
from llmrobust.score.suite_asker import SuiteAsker, settle_all
from llmrobust.score.verdict import Outcome
from llmrobust.suitefile import Suite


def noise_floor(plan: Plan, replies: Mapping[Request, Reply], opinions: Opinions | None = None) -> NoiseFloor | None:
    """How often identical prompts were answered differently; None unless every probe was sent and answered.

    opinions: of the suite's judge, which is asked about them too.
    """
    found = _noise_floor(plan, replies, opinions)
    while opinions is not None and opinions.settle():
        found = _noise_floor(plan, replies, opinions)
    return found


def _noise_floor(plan: Plan, replies: Mapping[Request, Reply], opinions: Opinions | None) -> NoiseFloor | None:
    suite, originals = plan.suite, plan.originals()
    if not plan.probes or any(probe.request not in replies for probe in plan.probes):
        return None
    asked: dict[str, int] = {}
    flipped: dict[str, int] = {}
    unanswered = False
    for probe in plan.probes:
        original = originals[probe.example.id, 0]
        if original.request not in replies:
            return None
        first, again = (
            score(one, replies[one.request], suite.answer, suite.answer.choices, opinions, original)
            for one in (original, probe)
        )
        again = with_same_meaning(again, first, suite.answer, opinions)
        if Outcome.NO_ANSWER in (first.outcome, again.outcome):
            if opinions is None:
                return None
            unanswered = True
            continue
        asked[probe.example.id] = asked.get(probe.example.id, 0) + 1
        same = (first.outcome, first.answer) == (again.outcome, again.answer)
        flipped[probe.example.id] = flipped.get(probe.example.id, 0) + (not same)
    return None if unanswered else NoiseFloor.of(asked, flipped)


def short_enough(suite: Suite, judged: Sequence[CaseResult]) -> tuple[list[CaseResult], frozenset[str]]:
    """The cases of examples all of whose prompts fit the model's context, and the ids of the other examples.

    All cases, unless the suite wants such examples left out.
    """
    if suite.too_long != "skip":
        return list(judged), frozenset()
    too_long = frozenset(one.example for one in judged if is_too_long(one))
    return [one for one in judged if one.example not in too_long], too_long


def is_too_long(case: CaseResult) -> bool:
    """Whether the case's prompt does not fit the model's context."""
    return case.failure == TOO_LONG


def stored_references(suite: Suite, model: ModelFacts | None) -> dict[Path, Reference]:
    """The stored runs that a suite's gates compare with, or why they cannot. model: which answers now."""
    needed = needed_references(suite.gates)
    return {path: stored_reference(path, suite, model, is_baseline) for path, is_baseline in needed.items()}


@dataclass(frozen=True)
class SuiteRun:
    """The judged cases of a suite, as far as they were selected and answered."""

    plan: Plan
    judged: tuple[CaseResult, ...]
    beside: tuple[CaseResult, ...] = ()
    """The unperturbed cases that they were judged beside and that were not selected."""
    noise: NoiseFloor | None = None
    """How often identical prompts were answered differently, where that was measured."""
    waves: int | None = None
    """In how many waves the cases were sent; None for all at once."""
    decided: Mapping[str, Decision] | None = None
    """The decisions of the gates, if they were made before all cases were sent."""
    model: ModelFacts | None = None
    """Which model answered; None where that is not known."""
    too_long: frozenset[str] = frozenset()
    """Ids of examples that are left out, as a prompt of theirs does not fit the model's context."""
    scoring: ScoringChoice | None = None
    """How `scoring: auto` scored the labels; None for suites that set it."""
    priors: tuple[Prior, ...] = ()
    """What each format makes of inputs without content, where a method asked."""
    sent: tuple[MethodAnswers, ...] = ()
    """What methods answered that sent prompts of their own."""
    judge: JudgeResult | None = None
    """What the suite's judge said; None for suites without one."""
    tokens: float | None = None
    """Tokens of one answer, prompt and answer together; None where the model does not count."""

    @classmethod
    def of(
        cls,
        plan: Plan,
        replies: Mapping[Request, Reply],
        cases: Sequence[Case] | None = None,
        model: ModelFacts | None = None,
        judge: Judge | None = None,
        scoring: ScoringChoice | None = None,
        part: Plan | None = None,
    ) -> SuiteRun:
        """Judge the given cases (all of the plan by default) whose replies and unperturbed twins' replies are there.

        judge: the plan's, if some of them were judged before. part: of the plan, whose probes and prompts without
        content were sent (all of them by default).
        """
        part = part or plan
        judge = judge or Judge(plan)
        found = judge.of(plan.cases if cases is None else cases, replies)
        judged, too_long = short_enough(plan.suite, found)
        beside = judge.beside(judged, replies)
        noise, opinions = noise_floor(part, replies, judge.opinions), judge.opinions
        return cls(
            plan=plan,
            judged=tuple(judged),
            beside=tuple(beside),
            noise=noise,
            model=model,
            too_long=too_long,
            scoring=scoring,
            priors=priors(part, replies),
            judge=None if opinions is None else JudgeResult.of(opinions),
            tokens=mean_tokens(replies.values()),
        )

    @property
    def is_complete(self) -> bool:
        """True if every case of the suite was selected and answered."""
        planned = len(self.plan.cases)
        if self.too_long:
            planned = sum(case.example.id not in self.too_long for case in self.plan.cases)
        return len(self.judged) == planned

    @cached_property
    def table(self) -> Table:
        """The arrays that metrics are computed from."""
        return suite_table(self.plan.suite, self.judged, self.beside)

    @cached_property
    def decisions(self) -> Mapping[str, Decision]:
        """What the gates decide, by id. Only for a complete run, or one in waves."""
        if self.decided is not None:
            return self.decided
        suite = self.plan.suite
        references = stored_references(suite, self.model)
        agreement = None if self.judge is None else self.judge.agreement
        return {one.id: one for one in evaluate(suite, self.table, references, self.noise, agreement)}

    def decision(self, target: GateTarget) -> Decision:
        """What a gate decides. Only for a complete run, or one in waves."""
        return self.decisions[target.id]

    def result(self, root: Path | None = None) -> SuiteResult:
        """The suite's part of the run's result; gates of an incomplete run are not decided."""
        decisions = list(self.decisions.values()) if self.is_complete or self.decided is not None else []
        return SuiteResult.of(
            self.plan,
            self.judged,
            root,
            table=self.table,
            decisions=decisions,
            noise=self.noise,
            waves=self.waves,
            too_long=self.too_long,
            scoring=self.scoring,
            priors=self.priors,
            sent=self.sent,
            judge=self.judge,
            tokens=self.tokens,
        )


def with_methods_asked(
    run: SuiteRun, asker: SuiteAsker, judges: Judges | None = None, *, stored_only: bool = False
) -> SuiteRun:
    """The run with the answers of the methods that send prompts of their own, asked about all judged cases. judges:
    those of the run, which know the engines of other models."""
    if not sending_uses(run.plan):
        return run
    cases = {case.key: case for case in run.plan.cases}
    asked = [cases[one.key] for one in run.judged]
    others = None if judges is None else judges.other
    return replace(run, sent=ask_methods(run.plan, asked, asker, stored_only=stored_only, others=others))


def run_result(
    runs: Sequence[SuiteRun],
    info: ModelInfo | None,
    stats: EngineStats,
    root: Path | None = None,
    judges: Judges | None = None,
) -> RunResult:
    """The result of several suites' runs. judges: those of the run, which were asked about answers."""
    facts = [] if judges is None else judges.facts()
    return RunResult.of([run.result(root) for run in runs], info, stats, facts)


def models_result(
    runs: Sequence[tuple[str, SuiteRun]],
    models: Sequence[tuple[str, ModelInfo | None, EngineStats]],
    root: Path | None = None,
    judges: Judges | None = None,
) -> RunResult:
    """The result of several suites' runs, each by one of several models; with one model as `run_result`.

    runs: each with the label of its model. models: label, model and counts of each.
    """
    several = any(label for label, _, _ in models)
    suites = [run.result(root).by_model(label) if several else run.result(root) for label, run in runs]
    return RunResult.of_models(suites, models, [] if judges is None else judges.facts())


def run_plans(
    plans: Sequence[Plan], asker: Asker, root: Path, *, sequential: bool = False, judges: Judges | None = None
) -> RunResult:
    """Ask for all cases of some plans and judge them. judges: for suites with `check: judge`. Raises ModelError."""
    runs = suite_runs(plans, asker, sequential=sequential, judges=judges)
    return run_result(runs, asker.info(), asker.stats(), root, judges)


def suite_runs(
    plans: Sequence[Plan], asker: Asker, *, sequential: bool = False, judges: Judges | None = None
) -> list[SuiteRun]:
    """The runs of some plans, see `run_plans`."""
    in_waves = [sequential and goes_in_waves(plan) for plan in plans]
    askers = [SuiteAsker(asker, plan) for plan in plans]
    for plan, mine, waves in zip(plans, askers, in_waves, strict=True):
        if not waves:
            mine.submit(plan.requests())
    settle_all(askers)
    runs = [
        run_in_waves(plan, mine) if waves else _answered(plan, mine, judges)
        for plan, mine, waves in zip(plans, askers, in_waves, strict=True)
    ]
    return [with_methods_asked(run, mine, judges) for run, mine in zip(runs, askers, strict=True)]


def _answered(plan: Plan, asker: SuiteAsker, judges: Judges | None) -> SuiteRun:
    """The run of a suite that was submitted as a whole."""
    requests = plan.requests()
    replies = dict(zip(requests, asker.replies(requests), strict=True))
    judge = Judge(plan, None if judges is None else judges.opinions(plan.suite.answer))
    return SuiteRun.of(plan, replies, model=model_of(asker), judge=judge, scoring=asker.choice)


def ask_all(asker: Asker, requests: Sequence[Request]) -> dict[Request, Reply]:
    """Ask and wait for every reply. Raises ModelError."""
    asker.submit(requests)
    return dict(zip(requests, asker.replies(requests), strict=True))


def goes_in_waves(plan: Plan) -> bool:
    """Whether the sequential mode can skip cases of a suite: not if each case is a test, or judged by a second model,
    and not without gates."""
    return (
        plan.suite.answer.judge is None
        and plan.suite.cases != "strict"
        and any(can_stop_early(gate, plan) for gate in plan.suite.gates)
    )


def run_in_waves(plan: Plan, engine: Asker) -> SuiteRun:
    """Ask a suite's examples in waves until its gates are decided. Raises ModelError."""
    asker = engine if isinstance(engine, SuiteAsker) else SuiteAsker(engine, plan)
    waves, judge = Waves(plan), Judge(plan)
    probed = [judge.originals[probe.example.id, 0].request for probe in plan.probes]
    replies = ask_all(asker, list(dict.fromkeys([*probed, *(probe.request for probe in plan.probes)])))
    replies |= ask_all(asker, list(dict.fromkeys(one.case.request for one in plan.content_free)))
    judged: list[CaseResult] = []
    while cases := waves.next():
        replies |= ask_all(asker, list(dict.fromkeys(case.request for case in cases)))
        judged += judge.of(cases, replies)
        waves.tell(suite_table(plan.suite, short_enough(plan.suite, judged)[0]))
    place = {case.key: number for number, case in enumerate(plan.cases)}
    judged.sort(key=lambda one: place[one.key])
    noise = noise_floor(plan, replies)
    model = model_of(asker)
    references = stored_references(plan.suite, model)
    judged, too_long = short_enough(plan.suite, judged)
    decided = waves.finish(suite_table(plan.suite, judged), references, noise)
    return SuiteRun(
        plan=plan,
        judged=tuple(judged),
        noise=noise,
        waves=waves.waves,
        decided=decided,
        model=model,
        too_long=too_long,
        scoring=asker.choice,
        priors=priors(plan, replies),
        tokens=mean_tokens(replies.values()),
    )


def model_of(asker: Asker) -> ModelFacts | None:
    """Which model answers; None if it was never opened."""
    info = asker.info()
    return None if info is None else ModelFacts.of(info)


def rescored(run: RunResult, plan: Plan, path: Path, root: Path) -> tuple[RunResult, SuiteResult]:
    """The run with one suite judged again from its replies, and that suite.

    plan: of the current suite. path: the file that the run was read from, for messages. root: of the project. The noise
    floor is kept if answers are read as before, and is otherwise unknown: its replies are not stored. An unchanged
    suite gives the identical run. Raises ReportError if the replies belong to other prompts, or cannot be read in the
    way that the suite now requires.
    """
    suite = plan.suite
    stored = suite_in(run, suite, path)
    problem = next(incompatibilities("rescore", stored, plan=plan), None)
    if problem is not None:
        raise ReportError(f"{path}: {problem}")
    cases = {case.key: case for case in plan.cases}
    chosen = [cases[case.key] for case in stored.cases]
    replies = {now.request: _reply(then) for now, then in zip(chosen, stored.cases, strict=True)}
    noise = stored.noise if stored.answer == suite.answer and suite.noise_floor is not None else None
    scoring = stored.scoring if suite.answer.scoring == "auto" else None
    left = {example.id for example in suite.examples} - {case.example for case in stored.cases}
    too_long = frozenset(left) if dict(stored.left_out).get("too_long") else frozenset()
    judge = Judge(plan, _stored_opinions(stored, suite))
    judged = SuiteRun.of(plan, replies, chosen, run.manifest.model, judge, scoring)
    judged = replace(judged, noise=noise, too_long=too_long, priors=stored.priors, sent=stored.sent)
    again = replace(judged, tokens=stored.tokens).result(root)
    suites = tuple(again if one is stored else one for one in run.suites)
    return replace(run, suites=suites, manifest=replace(run.manifest, llmrobust=__version__)), again


def _stored_opinions(stored: SuiteResult, suite: Suite) -> Opinions | None:
    """What the judge said in a stored run; nobody is asked what it did not say there."""
    if suite.answer.judge is None:
        return None
    return Opinions(suite.answer.judge, dict(stored.judge.opinions) if stored.judge is not None else {})


def changed_verdicts(before: SuiteResult, after: SuiteResult) -> list[tuple[CaseResult, CaseResult]]:
    """The cases whose answer or status changed on rescoring, as (old, new)."""
    pairs = zip(before.cases, after.cases, strict=True)
    return [(old, new) for old, new in pairs if (old.answer, old.status) != (new.answer, new.status)]


def _reply(case: CaseResult) -> Reply:
    """The reply that a case was judged by: also one that a judge, or an embedder, could not be asked about."""
    if case.scored_by is None and not case.finish_reason:
        kind, _, message = case.reason.partition(": ")
        known: Sequence[Any] = get_args(FailureKind)
        return Failure(kind, message) if kind in known else Failure("malformed", case.reason)  # type: ignore[arg-type]
    return Response(
        case.text,
        case.finish_reason,
        case.scored_by or "text",
        case.logprobs,
        label_mass=case.label_mass,
        mass_is_bound=case.mass_is_bound,
    )
