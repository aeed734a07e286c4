"""Running suites without a test runner, and what the pytest plugin shares with that: judging and summing up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from llmrobust.engine import Asker, Engine, EngineStats, Limits, Store
from llmrobust.gate import Decision, GateTarget, NoiseFloor, Reference, evaluate, needed_references
from llmrobust.gate.sequential import Waves, can_stop_early
from llmrobust.metrics import METRICS, Table
from llmrobust.models import parse_specs
from llmrobust.models.protocol import ModelInfo
from llmrobust.perturb.contract import load_installed
from llmrobust.plan import Case, Plan, plan_suite
from llmrobust.report.references import stored_reference
from llmrobust.report.result import ModelFacts, RunResult, SuiteResult, table_of
from llmrobust.request import Reply, Request
from llmrobust.score import score
from llmrobust.score.judged import Judged
from llmrobust.score.verdict import Outcome, Verdict
from llmrobust.suitefile import MetricFacts, Suite, load_suite


def metric_facts() -> dict[str, MetricFacts]:
    """What suite files may say about every metric."""
    metrics = (METRICS.get(name) for name in METRICS.names())
    return {
        m.name: MetricFacts(
            m.needs_gold,
            m.reads != "clean",
            *m.range,
            "field" in m.needs,
            "reference" in m.needs,
            "severities" in m.needs,
        )
        for m in metrics
    }


def load_suite_file(path: Path, project_root: Path, baselines: Path | None = None) -> Suite:
    """A suite file, with the operators of installed distributions. Raises SuiteError or OperatorError.

    baselines: the folder of baselines, else `baselines` beside the suite file.
    """
    load_installed()
    return load_suite(path, project_root, metrics=metric_facts(), baselines=baselines)


def load_plan(path: Path, project_root: Path, baselines: Path | None = None) -> Plan:
    """The plan of a suite file, see `load_suite_file`. Raises SuiteError or OperatorError."""
    return plan_suite(load_suite_file(path, project_root, baselines))


def judge(suite: Suite, case: Case, reply: Reply, original: Case, clean_reply: Reply) -> Judged:
    """A case judged beside its unperturbed twin."""
    clean = score(original, clean_reply, suite.answer, suite.answer.choices)
    return judge_beside(suite, case, reply, original, clean)


def judge_beside(suite: Suite, case: Case, reply: Reply, original: Case, clean: Verdict) -> Judged:
    """A case judged beside its unperturbed twin, which is judged already."""
    verdict = clean if case is original else score(case, reply, suite.answer, suite.answer.choices)
    return Judged.of(case, reply, verdict, original, clean)


class Judge:
    """Judges the cases of a plan beside their unperturbed twins, each prompt once."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.originals = plan.originals()
        self._clean: dict[tuple[str, int], tuple[Reply, Verdict]] = {}
        self._judged: dict[int, Judged] = {}

    def original(self, case: Case) -> Case:
        """The case's unperturbed twin; itself for an unperturbed one."""
        return self.originals[case.example.id, case.repeat]

    def judged(self, case: Case, reply: Reply, clean_reply: Reply) -> Judged:
        """A case of the plan, judged by its reply and its twin's."""
        found = self._judged.get(id(case))
        if found is None or found.reply is not reply:
            found = self._judged[id(case)] = self._judge(case, reply, clean_reply)
        return found

    def of(self, cases: Iterable[Case], replies: Mapping[Request, Reply]) -> list[Judged]:
        """The cases whose replies and unperturbed twins' replies are there, judged."""
        judged = []
        for case in cases:
            reply, clean = replies.get(case.request), replies.get(self.original(case).request)
            if reply is not None and clean is not None:
                judged.append(self.judged(case, reply, clean))
        return judged

    def _judge(self, case: Case, reply: Reply, clean_reply: Reply) -> Judged:
        key = case.example.id, case.repeat
        original = self.originals[key]
        kept = self._clean.get(key)
        if kept is None or kept[0] is not clean_reply:
            answer = self.plan.suite.answer
            kept = self._clean[key] = clean_reply, score(original, clean_reply, answer, answer.choices)
        return judge_beside(self.plan.suite, case, reply, original, kept[1])


def noise_floor(plan: Plan, replies: Mapping[Request, Reply]) -> NoiseFloor | None:
    """How often equal prompts were answered differently; None unless every probe was asked and answered."""
    suite, originals = plan.suite, plan.originals()
    if not plan.probes or any(probe.request not in replies for probe in plan.probes):
        return None
    asked: dict[str, int] = {}
    flipped: dict[str, int] = {}
    for probe in plan.probes:
        original = originals[probe.example.id, 0]
        if original.request not in replies:
            return None
        first, again = (
            score(one, replies[one.request], suite.answer, suite.answer.choices) for one in (original, probe)
        )
        if Outcome.NO_ANSWER in (first.outcome, again.outcome):
            return None
        asked[probe.example.id] = asked.get(probe.example.id, 0) + 1
        same = (first.outcome, first.answer) == (again.outcome, again.answer)
        flipped[probe.example.id] = flipped.get(probe.example.id, 0) + (not same)
    return NoiseFloor.of(asked, flipped)


def stored_references(suite: Suite, model: ModelFacts | None) -> dict[Path, Reference]:
    """The stored runs that a suite's gates compare with, or why they cannot. model: which answers now."""
    needed = needed_references(suite.gates)
    return {path: stored_reference(path, suite, model, is_baseline) for path, is_baseline in needed.items()}


@dataclass(frozen=True)
class SuiteRun:
    """The judged cases of a suite, as far as they were selected and answered."""

    plan: Plan
    judged: tuple[Judged, ...]
    noise: NoiseFloor | None = None
    """How often equal prompts were answered differently, where that was measured."""
    waves: int | None = None
    """In how many waves the cases were asked; None for all at once."""
    decided: Mapping[str, Decision] | None = None
    """What the gates decided, where they did so before all cases were asked."""
    model: ModelFacts | None = None
    """Which model answered; None where that is not known."""

    @classmethod
    def of(
        cls,
        plan: Plan,
        replies: Mapping[Request, Reply],
        cases: Sequence[Case] | None = None,
        model: ModelFacts | None = None,
        judge: Judge | None = None,
    ) -> SuiteRun:
        """Judge the given cases (all of the plan by default) whose replies and unperturbed twins' replies are there.

        judge: the plan's, if some of them were judged before.
        """
        judged = tuple((judge or Judge(plan)).of(plan.cases if cases is None else cases, replies))
        return cls(plan, judged, noise_floor(plan, replies), model=model)

    @property
    def is_complete(self) -> bool:
        """True if every case of the suite was selected and answered."""
        return len(self.judged) == len(self.plan.cases)

    @cached_property
    def table(self) -> Table:
        """The arrays that metrics are computed from."""
        return table_of(self.judged, self.plan.suite.answer.choices)

    @cached_property
    def decisions(self) -> Mapping[str, Decision]:
        """What the gates decide, by id. Only for a complete run, or one in waves."""
        if self.decided is not None:
            return self.decided
        suite = self.plan.suite
        return {one.id: one for one in evaluate(suite, self.table, stored_references(suite, self.model), self.noise)}

    def decision(self, target: GateTarget) -> Decision:
        """What a gate decides. Only for a complete run, or one in waves."""
        return self.decisions[target.id]

    def result(self, root: Path | None = None) -> SuiteResult:
        """The suite's part of the run's result; gates of an incomplete run are not decided."""
        decisions = list(self.decisions.values()) if self.is_complete or self.decided is not None else []
        return SuiteResult.of(self.plan, self.judged, root, self.table, decisions, self.noise, self.waves)


def run_result(
    runs: Sequence[SuiteRun], info: ModelInfo | None, stats: EngineStats, root: Path | None = None
) -> RunResult:
    """The result of several suites' runs."""
    return RunResult.of([run.result(root) for run in runs], info, stats)


def run(
    suites: Sequence[Path | str],
    llm: str | Sequence[str] = "tiny",
    *,
    store: Path | None = None,
    limits: Limits | None = None,
    sequential: bool = False,
) -> RunResult:
    """Run suite files against a model and wait for the result, for notebooks and scripts.

    llm: as for `pytest --llm`; several addresses are replicas. store: file that replies are kept in; None keeps them
    in memory. sequential: as `pytest --robust-sequential`. Raises SuiteError, OperatorError or ModelError.
    """
    root = Path.cwd()
    plans = [load_plan(Path(path), root) for path in suites]
    engine = Engine(parse_specs([llm] if isinstance(llm, str) else llm), lambda: Store(store), limits)
    try:
        return run_plans(plans, engine, root, sequential=sequential)
    finally:
        engine.close()


def run_plans(plans: Sequence[Plan], asker: Asker, root: Path, *, sequential: bool = False) -> RunResult:
    """Ask for all cases of some plans and judge them. Raises ModelError."""
    in_waves = [sequential and goes_in_waves(plan) for plan in plans]
    at_once = [plan for plan, waves in zip(plans, in_waves, strict=True) if not waves]
    replies = ask_all(asker, [request for plan in at_once for request in plan.requests()])
    runs = [
        run_in_waves(plan, asker) if waves else SuiteRun.of(plan, replies, model=model_of(asker))
        for plan, waves in zip(plans, in_waves, strict=True)
    ]
    return run_result(runs, asker.info(), asker.stats(), root)


def ask_all(asker: Asker, requests: Sequence[Request]) -> dict[Request, Reply]:
    """Ask and wait for every reply. Raises ModelError."""
    asker.submit(requests)
    return dict(zip(requests, asker.replies(requests), strict=True))


def goes_in_waves(plan: Plan) -> bool:
    """Whether the sequential mode can spare cases of a suite: not where each case is a test, and not without gates."""
    return plan.suite.cases != "strict" and any(can_stop_early(gate, plan) for gate in plan.suite.gates)


def run_in_waves(plan: Plan, asker: Asker) -> SuiteRun:
    """Ask a suite's examples in waves until its gates are decided. Raises ModelError."""
    waves, judge = Waves(plan), Judge(plan)
    probed = [judge.originals[probe.example.id, 0].request for probe in plan.probes]
    replies = ask_all(asker, list(dict.fromkeys([*probed, *(probe.request for probe in plan.probes)])))
    judged: list[Judged] = []
    while cases := waves.next():
        replies |= ask_all(asker, list(dict.fromkeys(case.request for case in cases)))
        judged += judge.of(cases, replies)
        waves.tell(table_of(judged, plan.suite.answer.choices))
    place = {id(case): number for number, case in enumerate(plan.cases)}
    judged.sort(key=lambda one: place[id(one.case)])
    noise = noise_floor(plan, replies)
    model = model_of(asker)
    references = stored_references(plan.suite, model)
    decided = waves.finish(table_of(judged, plan.suite.answer.choices), references, noise)
    return SuiteRun(plan, tuple(judged), noise, waves.waves, decided, model)


def model_of(asker: Asker) -> ModelFacts | None:
    """Which model answers; None if it was never opened."""
    info = asker.info()
    return None if info is None else ModelFacts.of(info)
