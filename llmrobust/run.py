"""Running suites without a test runner, and what the pytest plugin shares with that: judging and summing up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from llmrobust.engine import Asker, Engine, EngineStats, Limits, Store
from llmrobust.gate import Decision, GateTarget, NoiseFloor, evaluate
from llmrobust.gate.deciding import needed_references
from llmrobust.metrics import METRICS, Table
from llmrobust.models import parse_specs
from llmrobust.models.protocol import ModelInfo
from llmrobust.perturb.contract import load_installed
from llmrobust.plan import Case, Plan, plan_suite
from llmrobust.report.result import RunResult, SuiteResult, table_of
from llmrobust.report.stored import reference_table
from llmrobust.request import Reply, Request
from llmrobust.score import score
from llmrobust.score.judged import Judged
from llmrobust.score.verdict import Outcome
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


def load_suite_file(path: Path, project_root: Path) -> Suite:
    """A suite file, with the operators of installed distributions. Raises SuiteError or OperatorError."""
    load_installed()
    return load_suite(path, project_root, metrics=metric_facts())


def load_plan(path: Path, project_root: Path) -> Plan:
    """The plan of a suite file. Raises SuiteError or OperatorError."""
    return plan_suite(load_suite_file(path, project_root))


def judge(suite: Suite, case: Case, reply: Reply, original: Case, clean_reply: Reply) -> Judged:
    """A case judged beside its unperturbed twin."""
    labels = suite.answer.choices
    clean = score(original, clean_reply, suite.answer, labels)
    verdict = clean if case is original else score(case, reply, suite.answer, labels)
    return Judged.of(case, reply, verdict, original, clean)


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


@dataclass(frozen=True)
class SuiteRun:
    """The judged cases of a suite, as far as they were selected and answered."""

    plan: Plan
    judged: tuple[Judged, ...]
    noise: NoiseFloor | None = None
    """How often equal prompts were answered differently, where that was measured."""

    @classmethod
    def of(cls, plan: Plan, replies: Mapping[Request, Reply], cases: Sequence[Case] | None = None) -> SuiteRun:
        """Judge the given cases (all of the plan by default) whose replies and unperturbed twins' replies are there."""
        originals = plan.originals()
        judged = []
        for case in plan.cases if cases is None else cases:
            original = originals[case.example.id, case.repeat]
            if case.request in replies and original.request in replies:
                reply, clean = replies[case.request], replies[original.request]
                judged.append(judge(plan.suite, case, reply, original, clean))
        return cls(plan, tuple(judged), noise_floor(plan, replies))

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
        """What the gates decide, by id. Only for a complete run."""
        suite = self.plan.suite
        references = {path: reference_table(path, suite) for path in needed_references(suite.gates)}
        return {one.id: one for one in evaluate(suite, self.table, references, self.noise)}

    def decision(self, target: GateTarget) -> Decision:
        """What a gate decides. Only for a complete run."""
        return self.decisions[target.id]

    def result(self, root: Path | None = None) -> SuiteResult:
        """The suite's part of the run's result; gates of an incomplete run are not decided."""
        decisions = list(self.decisions.values()) if self.is_complete else []
        return SuiteResult.of(self.plan, self.judged, root, self.table, decisions, self.noise)


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
) -> RunResult:
    """Run suite files against a model and wait for the result, for notebooks and scripts.

    llm: as for `pytest --llm`; several addresses are replicas. store: file that replies are kept in; None keeps them
    in memory. Raises SuiteError, OperatorError or ModelError.
    """
    root = Path.cwd()
    plans = [load_plan(Path(path), root) for path in suites]
    engine = Engine(parse_specs([llm] if isinstance(llm, str) else llm), lambda: Store(store), limits)
    try:
        replies = ask_all(engine, [request for plan in plans for request in plan.requests()])
        return run_result([SuiteRun.of(plan, replies) for plan in plans], engine.info(), engine.stats(), root)
    finally:
        engine.close()


def ask_all(asker: Asker, requests: Sequence[Request]) -> dict[Request, Reply]:
    """Ask and wait for every reply. Raises ModelError."""
    asker.submit(requests)
    return dict(zip(requests, asker.replies(requests), strict=True))
