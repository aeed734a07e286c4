"""Runs suites again and again in one process: models stay loaded, and what was answered is not asked again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TypeVar

from llmrobust.engine import Asker, EngineStats
from llmrobust.engine.asker import WrappedAsker
from llmrobust.errors import ModelError, without_credentials
from llmrobust.gate import needed_references
from llmrobust.loading import load_plans
from llmrobust.models.protocol import ModelInfo
from llmrobust.models.specs import LISTED, SERVERS
from llmrobust.plan import CaseKey, Plan
from llmrobust.plugin.progress import CountedAsker, Counts, Waiting
from llmrobust.plugin.settings import Settings
from llmrobust.request import Reply, Request
from llmrobust.results.run_result import RunResult
from llmrobust.runner import SuiteRun, model_of, models_result, suite_runs
from llmrobust.score.judging import Judge
from llmrobust.score.model_judge import Judges
from llmrobust.score.suite_asker import SuiteAsker, settle_all

T = TypeVar("T")
TICK_S = 0.02
"""How soon a wait for responses notices that nobody wants them any more."""
Only = Mapping[str, frozenset[CaseKey]]
"""The cases to run, by the name of their suite, with prompt and model where there are several."""


class Superseded(Exception):
    """Nobody waits for this run any more: what it sent is answered into the store all the same."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A run of one suite file. sent: prompts that it had to send. partial: whether only some cases were wanted, so that
    no gate was decided."""

    result: RunResult
    sent: int
    partial: bool = False


def _nobody(files: tuple[Path, ...]) -> None:
    """Who is told nothing."""


class Warm:
    """The engines of a project, kept between runs. Runs are made one at a time; `counts` may be called meanwhile."""

    def __init__(self, root: Path, settings: Settings):
        self._root = root
        self._settings = settings
        self._models = {m.label if len(settings.models) > 1 else "": m.specs for m in settings.models}
        self._engines: dict[tuple[str, tuple[str, ...]], CountedAsker] = {}
        self._stop = threading.Event()
        self._counted: dict[int, Counts] = {}

    def stop(self) -> None:
        """End the wait of the run that is being made, which then raises `Superseded`."""
        self._stop.set()

    def counts(self) -> Counts:
        """How far the models are with what the current run asks."""
        engines = list(self._engines.values())
        each = [one.counts().since(self._counted.get(id(one), Counts(0, 0))) for one in engines]
        return Counts(*(sum(getattr(one, field.name) for one in each) for field in fields(Counts)))

    def forget_servers(self) -> None:
        """Ask servers anew who they are in the next run: another model may be behind an address now."""
        self._close([key for key in self._engines if any(spec.startswith((*SERVERS, LISTED)) for spec in key[1])])

    def run(self, path: Path, only: Only | None = None, read: Callable[[tuple[Path, ...]], None] = _nobody) -> Answered:
        """Run a suite file with all of its prompts and models.

        only: some of its cases, the others being left out. read: told the files that the suite depends on, as soon as
        they are read.

        Raises SuiteError, OperatorError or ModelError, after which the models are opened anew; Superseded after `stop`.
        """
        self._stop.clear()
        settings = self._settings
        plans = load_plans(
            path, self._root, settings.baselines, settings.methods, allow_unreviewed=settings.allow_unreviewed
        )
        read(tuple(dict.fromkeys(file for plan in plans for file in files_of(plan))))
        engines = {label: self._engine("model", specs) for label, specs in self._models.items()}
        self._counted = {id(one): one.counts() for one in self._engines.values()}
        before = {label: engine.stats() for label, engine in engines.items()}
        judges = Judges(lambda specs: _Kept(self._patient(self._engine("judge", specs))))
        try:
            runs = [
                (label, run)
                for label, engine in engines.items()
                for run in self._runs(plans, self._patient(engine), judges, label, only)
            ]
        except ModelError:
            self._close(list(self._engines))
            raise
        self._close(
            [("judge", judge) for plan in plans if judges.problem(plan.suite.answer) and (judge := judge_of(plan))]
        )
        asked = [(label, engine.info(), since(engine.stats(), before[label])) for label, engine in engines.items()]
        result = models_result(sorted_by_plan(runs, len(plans)), asked, self._root, judges)
        result = replace(result, prices=settings.prices)
        return Answered(result, sum(stats.sent for _, _, stats in asked), partial=only is not None)

    def close(self) -> None:
        """Release every model."""
        self._stop.set()
        self._close(list(self._engines))

    def _runs(
        self, plans: Sequence[Plan], asker: Asker, judges: Judges, label: str, only: Only | None
    ) -> list[SuiteRun]:
        if only is None:
            return suite_runs(plans, asker, judges=judges)
        return [_some(plan, asker, judges, only.get(named(plan, label), frozenset())) for plan in plans]

    def _engine(self, role: str, specs: tuple[str, ...]) -> CountedAsker:
        key = (role, specs)
        if key not in self._engines:
            make = self._settings.judge_engine_of if role == "judge" else self._settings.engine_of
            self._engines[key] = CountedAsker(make(specs))
        return self._engines[key]

    def _patient(self, asker: Asker) -> Asker:
        return _Patient(asker, self._stop)

    def _close(self, keys: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        for key in keys:
            if key in self._engines:
                self._engines.pop(key).close()


class _Patient(WrappedAsker):
    """An engine whose waits end as soon as nobody wants the responses any more."""

    def __init__(self, asker: Asker, stop: threading.Event):
        super().__init__(asker)
        self._stop = stop

    def opened(self) -> ModelInfo:
        """As the engine's. Raises Superseded too."""
        return self._asker.info() or self._until_stopped(self._asker.opened)

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        """As the engine's. Raises Superseded too."""
        there = [reply for reply in self._asker.ready(requests) if reply is not None]
        if len(there) == len(requests):
            return there
        return self._until_stopped(lambda: self._asker.replies(requests))

    def _until_stopped(self, wait: Callable[[], T]) -> T:
        waiting = Waiting(wait)
        while not waiting.is_over(TICK_S):
            if self._stop.is_set():
                raise Superseded
        return waiting.result()


class _Kept(WrappedAsker):
    """An engine that outlives whoever closes it."""

    def close(self) -> None:
        """Leave it open."""


def _some(plan: Plan, asker: Asker, judges: Judges, keys: frozenset[CaseKey]) -> SuiteRun:
    """The run of some cases of a plan; its gates are not decided. Raises ModelError."""
    cases, originals = [case for case in plan.cases if case.key in keys], plan.originals()
    wanted = (one for case in cases for one in (originals[case.example.id, case.repeat].request, case.request))
    requests, mine = list(dict.fromkeys(wanted)), SuiteAsker(asker, plan)
    mine.submit(requests)
    settle_all([mine])
    replies = dict(zip(requests, mine.replies(requests), strict=True))
    judge = Judge(plan, judges.opinions(plan.suite.answer))
    run = SuiteRun.of(plan, replies, cases, model_of(mine), judge, mine.choice)
    return replace(run, decided={}) if run.is_complete else run


def named(plan: Plan, label: str) -> str:
    """What a suite's result is called: with its prompt and model, where there are several. label: the model's."""
    base = plan.suite.base or plan.suite.name
    inner = ",".join(name for name in (plan.suite.prompt, label) if name)
    return f"{base}[{inner}]" if inner else base


def sorted_by_plan(runs: Sequence[tuple[str, SuiteRun]], plans: int) -> list[tuple[str, SuiteRun]]:
    """The runs of every model, prompt by prompt, as pytest reports them."""
    return [run for number in range(plans) for run in runs[number::plans]]


def since(now: EngineStats, before: EngineStats) -> EngineStats:
    """What an engine did after an earlier count."""
    names = [one.name for one in fields(EngineStats) if one.name != "busy_s"]
    return EngineStats(**{name: getattr(now, name) - getattr(before, name) for name in names})


def files_of(plan: Plan) -> list[Path]:
    """The files that a plan depends on, those that it would include if they were there among them."""
    missing = [file for message in plan.suite.messages for file in message.template.missing]
    included = [file for message in plan.suite.messages for file in message.template.files]
    return [*plan.suite.files, *included, *missing, *needed_references(plan.suite.gates)]


def judge_of(plan: Plan) -> tuple[str, ...]:
    """The specs of a plan's judge; empty without one."""
    return plan.suite.answer.judge.llm if plan.suite.answer.judge is not None else ()


def model_words(settings: Settings) -> str:
    """The models that answer, for a reader."""
    return ", ".join(map(without_credentials, settings.all_specs))
