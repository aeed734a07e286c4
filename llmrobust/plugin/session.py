"""The session: the pytest plugin object that all suites of a process share, with their plans and the engine."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from llmrobust.engine import Asker
from llmrobust.engine.analysis_store import keep_beside
from llmrobust.engine.reply_store import make_folder
from llmrobust.engine.shared_engine import RemoteEngine
from llmrobust.errors import Diagnostic, LlmRobustError, ModelError, without_credentials
from llmrobust.loading import load_plans
from llmrobust.plugin.changed_since import Changes, remember
from llmrobust.plugin.foresight import asks_all, is_worker, runs_nothing
from llmrobust.plugin.gc_tuning import release, set_aside, uncollected
from llmrobust.plugin.progress import WatchedAsker
from llmrobust.plugin.quick_items import has_own_markers_only, may_be_quick, run_quickly
from llmrobust.plugin.run_reporter import RunReporter
from llmrobust.plugin.selection import keep_shard, selectable
from llmrobust.plugin.session_suite import SessionSuite
from llmrobust.plugin.settings import Settings
from llmrobust.plugin.shrinking import smallest_of, with_smallest
from llmrobust.plugin.xdist import MODEL
from llmrobust.runner import models_result, with_methods_asked
from llmrobust.score.case_result import CaseResult
from llmrobust.score.embedding import keep_vectors_in
from llmrobust.score.model_judge import Judges
from llmrobust.score.sent_methods import asked_at_the_end
from llmrobust.score.suite_asker import settle_all

if TYPE_CHECKING:
    from llmrobust.results.run_result import RunResult


class Session(RunReporter):
    """Registered with pytest when the first suite is collected; one per process."""

    NAME = "llmrobust-session"

    def __init__(self, config: pytest.Config):
        super().__init__(config)
        release()
        self._suites: dict[tuple[Path, bool], list[SessionSuite]] = {}
        self._mistakes: list[Diagnostic] = []
        self._settings = Settings.of(config)
        self._askers: dict[str, Asker] = {}
        self._opened: dict[str, Asker] = {}
        """Engines that open their models while suites are planned, and were not asked anything yet."""
        self._unusable: dict[str, LlmRobustError] = {}
        self._models = self._named_models()
        self._errors_reported: set[str] = set()
        self._settled: set[str] = set()
        self._changes: Changes | None = None
        self._quick: bool | None = None
        """Whether cases may run by a protocol of their own; not known before the first."""
        self._keep_analyses()
        keep_vectors_in(self._settings.store, self._settings.all_specs)
        self._judges = Judges(self._judge_engine)

    # Called by nodes and items.

    def suites(self, path: Path, *, in_bulk: bool = False) -> list[SessionSuite]:
        """The suites of a file, one for each of its prompts and each model; loaded and planned once.

        in_bulk: for items with many cases each. Raises SuiteError or OperatorError.
        """
        path = path.resolve()
        if (path, in_bulk) not in self._suites:
            with uncollected():
                chosen = self._settings
                plans = load_plans(
                    path,
                    self._config.rootpath,
                    chosen.baselines,
                    chosen.methods,
                    allow_unreviewed=chosen.allow_unreviewed,
                    compact=in_bulk,
                    when_loaded=self._open_ahead,
                )
                set_aside(sum(len(plan.cases) for plan in plans))
            self._suites[path, in_bulk] = [
                SessionSuite(
                    path,
                    plan,
                    label,
                    partial(self._usable, label),
                    self._settle,
                    self._judges,
                    chosen.shard,
                    in_bulk=in_bulk,
                )
                for plan in plans
                for label in self._models
            ]
        return self._suites[path, in_bulk]

    def add_mistakes(self, mistakes: Iterable[Diagnostic]) -> None:
        """Record errors found in a suite, to be annotated at the end."""
        self._mistakes.extend(mistakes)

    def reports_model_error(self, model: str) -> bool:
        """True once for each model in the whole session, xdist workers included: a lost model is one error, not
        thousands. model: its label."""
        if model in self._errors_reported:
            return False
        self._errors_reported.add(model)
        asker = self._askers.get(model)
        try:
            return asker.claim(f"model gone {model}") if isinstance(asker, RemoteEngine) else True
        except ModelError:
            return True

    # Hooks.

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Deselect what belongs to other shards."""
        if self._settings.shard is not None:
            keep_shard(self._config, items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Start asking for everything that was selected, in the background."""
        self._select(session.items)
        if not runs_nothing(session):
            self._start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Run a case quickly, where nobody can tell."""
        if self._quick is None:
            self._quick = may_be_quick(self._config)
        if not (self._quick and getattr(item, "is_quick", False) and has_own_markers_only(item)):
            return None
        run_quickly(item, nextitem)
        return True

    def pytest_report_collectionfinish(self) -> list[str]:
        """What changed since the given revision, which variants there are not, and what takes long at first."""
        plans = list({id(suite.plan): suite.plan for suite in self._selected}.values())
        changed = [
            f"{plan.suite.name}: {counts.use}: {said}"
            for plan in plans
            for counts in plan.counts
            for said in (counts.said_dropped, counts.said_fewer)
            if said
        ]
        changed += [suite.said_shard for suite in self._selected if suite.said_shard]
        changed += [f"{one.suite.name}: {one.said_foreign}; {one.foreign_hint}" for one in plans if one.said_foreign]
        changed += [said for plan in plans if (said := asked_at_the_end(plan))]
        changed += [] if self._changes is None or not self._selected else self._changes.lines(self._selected)
        return changed + ([] if self._config.option.collectonly else self._settings.notices())

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Sum up the run and write the requested files; an xdist worker hands its result to the controller."""
        if self._is_worker:
            self._hand_over_result()
        else:
            super().pytest_sessionfinish(session)
            if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self._settings.shard and self._selected:
                session.exitstatus = pytest.ExitCode.OK  # the shard is empty, which is no mistake of anybody's

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the summary, and annotate mistakes in suites."""
        super().pytest_terminal_summary(terminalreporter)
        if self._mistakes and self._settings.github:
            from llmrobust.plugin.summary import GitHubStep

            for line in GitHubStep(self._config.rootpath).mistakes(self._mistakes):
                terminalreporter.line(line)

    # The run.

    def result(self) -> RunResult | None:
        """The run so far: everything that was selected and has been answered; None if nothing was run."""
        if not self._askers:
            return None
        suites = [suite for suite in self._selected if suite.model in self._askers]
        root = self._config.rootpath
        runs = [suite.run_so_far(self._askers[suite.model]) for suite in suites]
        runs = [
            with_methods_asked(run, suite.asker, self._judges, stored_only=suite.is_unchanged)
            if suite.is_answered_by(run)
            else run
            for suite, run in zip(suites, runs, strict=True)
        ]
        if self._settings.shrink:
            for suite, run in zip(suites, runs, strict=True):
                smallest_of(suite, run.judged, self._settings.shrink)
        named = [(suite.model, run) for suite, run in zip(suites, runs, strict=True)]
        models = [(label, asker.info(), asker.stats()) for label, asker in self._askers.items()]
        result = replace(models_result(named, models, root, self._judges), prices=self._settings.prices)
        if self._settings.shrink:
            result = with_smallest(result, suites)
        if self._settings.shard is not None:
            result = replace(result, manifest=replace(result.manifest, shard=str(self._settings.shard)))
        if self._changes is not None:
            result = self._changes.marked(result, suites)
        if self._settings.store is not None:
            remember(self._settings, result, suites)
        return result

    def shrunk(self, suite: SessionSuite, judged: CaseResult) -> CaseResult:
        """The case with the smallest edit that flips it, where that is asked for and can be found."""
        most = self._settings.shrink
        return replace(judged, smallest=smallest_of(suite, [judged], most).get(judged.key)) if most else judged

    def close(self) -> None:
        """Stop the engine and any server it started."""
        for asker in (*self._opened.values(), *self._askers.values()):
            asker.close()
        self._judges.close()

    def _named_models(self) -> dict[str, tuple[str, ...]]:
        """The specs of each model by its label, which is empty for a single one."""
        try:
            models = self._settings.models
        except LlmRobustError as error:  # shown by the first item that waits
            self._unusable[""] = error
            return {"": self._settings.specs}
        return {model.label if len(models) > 1 else "": model.specs for model in models}

    def _keep_analyses(self) -> None:
        """Keep analyses beside the reply store; what is only collected makes no folder for it."""
        store = self._settings.store
        if store is not None and not self._config.option.collectonly:
            with suppress(OSError):  # the reply store says why
                make_folder(store)
        keep_beside(store)

    def _select(self, items: Iterable[pytest.Item]) -> None:
        """Note what was selected, and compare it with the given revision, if any."""
        for item in items:
            found = selectable(item)
            if found is not None:
                found.select()
        again = self._config.getoption("lf", False)
        for suite in self._selected:
            suite.complete(again)
        self._changes = Changes.of(self._config, self._settings)
        if self._changes is not None:
            self._changes.compare(self._selected, [suite for suites in self._suites.values() for suite in suites])

    def _open_ahead(self) -> None:
        """Open the models while suites are planned, where it is certain that they will be asked.

        With `--robust-bulk` they wait: large suites are planned in copies of this process, which must have one thread.
        """
        if self._opened or self._config.option.robust_bulk is not None or not asks_all(self._config):
            return
        for model in self._models:
            if model not in self._unusable:
                with self._failing(model):
                    self._opened[model] = self._connect(model, ())

    def _start(self) -> None:
        """Ask for all that was selected in the background; what did not change is only looked up."""
        suites = self._selected
        if not suites:
            return
        set_aside(sum(len(suite.plan.cases) for suite in suites))
        started = []
        for model in dict.fromkeys(suite.model for suite in suites if suite.model not in self._unusable):
            mine = [suite for suite in suites if suite.model == model]
            with self._failing(model):
                is_open = model in self._opened
                self._askers[model] = self._opened.pop(model) if is_open else self._connect(model, mine)
                self._submit([suite for suite in mine if not suite.is_unchanged])
                started.append((model, mine))
        for model, mine in started:  # comparing waits for the model: first all of them are asked
            with self._failing(model):
                self._look_up(model, [suite for suite in mine if suite.is_unchanged])

    def _look_up(self, model: str, suites: Sequence[SessionSuite]) -> None:
        """Ask what is unchanged from the store alone, unless it was another model's."""
        if self._changes is None:
            return
        self._changes.compare_model(suites, self._askers[model])
        self._submit([suite for suite in suites if not suite.is_unchanged])
        for suite in (suite for suite in suites if suite.is_unchanged):
            suite.ask(stored_only=True)

    @contextmanager
    def _failing(self, model: str) -> Iterator[None]:
        """A model that fails in here is gone; the first of its items that waits shows why."""
        try:
            yield
        except LlmRobustError as error:
            self._unusable.setdefault(model, error)

    def _submit(self, suites: Sequence[SessionSuite]) -> None:
        if self._settings.sequential:
            for suite in suites:
                suite.go_in_waves()
        for suite in suites:
            if not suite.in_waves:
                suite.ask()

    @property
    def _is_worker(self) -> bool:
        return is_worker(self._config)

    @property
    def _selected(self) -> list[SessionSuite]:
        return [suite for suites in self._suites.values() for suite in suites if suite.is_selected]

    def _connect(self, model: str, suites: Sequence[SessionSuite]) -> Asker:
        specs = self._models[model]
        recorded = self._changes.recorded(suites, specs) if self._changes is not None else None
        if self._is_worker:
            of = (MODEL, *specs) if model else ()
            return RemoteEngine(self._config.workerinput["llmrobust"], recorded, of)  # type: ignore[attr-defined]
        named = ", ".join(map(without_credentials, specs))
        engine = self._settings.engine_of(specs, recorded)
        return WatchedAsker.of(engine, self._config, named, lambda: self.flips)

    def _judge_engine(self, specs: tuple[str, ...]) -> Asker:
        if self._is_worker:
            return RemoteEngine(self._config.workerinput["llmrobust"], of=specs)  # type: ignore[attr-defined]
        return self._settings.judge_engine_of(specs)

    def _hand_over_result(self) -> None:
        """Put the result where the controller finds it, in one worker only."""
        asker = next(iter(self._askers.values()), None)
        if isinstance(asker, RemoteEngine):
            try:
                if asker.claim("result"):
                    self._config.workeroutput["llmrobust"] = pickle.dumps(self.result())  # type: ignore[attr-defined]
            except ModelError:
                return

    def _settle(self, model: str) -> None:
        """Decide for all suites that were submitted how their labels are scored. Raises ModelError for this model."""
        for label in self._askers if model not in self._settled else ():
            if label not in self._settled and label not in self._unusable:
                with self._failing(label):
                    settle_all([suite.asker for suite in self._selected if suite.model == label])
                    self._settled.add(label)
        self._usable(model)

    def _usable(self, model: str) -> Asker:
        if model in self._unusable:
            raise self._unusable[model].with_traceback(None)  # else it would grow with every item that asks
        if model not in self._askers:
            raise ModelError("nothing was run: this suite's cases were not collected in this session")
        return self._askers[model]
