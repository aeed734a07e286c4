"""The session: the pytest plugin object that all suites of a process share, with their plans and the engine."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from llmrobust.engine import Asker
from llmrobust.engine.analysis_store import keep_beside
from llmrobust.engine.reply_store import make_folder
from llmrobust.engine.shared_engine import RemoteEngine
from llmrobust.errors import Diagnostic, LlmRobustError, ModelError
from llmrobust.loading import load_plan
from llmrobust.plugin.changed_since import Changes, remember
from llmrobust.plugin.gc_tuning import release, set_aside, uncollected
from llmrobust.plugin.progress import WatchedAsker
from llmrobust.plugin.run_reporter import RunReporter
from llmrobust.plugin.selection import keep_shard, selectable
from llmrobust.plugin.session_suite import SessionSuite
from llmrobust.plugin.settings import Settings
from llmrobust.plugin.shrinking import smallest_of, with_smallest
from llmrobust.runner import run_result, with_methods_asked
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
        self._suites: dict[Path, SessionSuite] = {}
        self._mistakes: list[Diagnostic] = []
        self._asker: Asker | None = None
        self._unusable: LlmRobustError | None = None
        self._error_reported = False
        self._is_settled = False
        self._changes: Changes | None = None
        self._settings = Settings.of(config)
        self._keep_analyses()
        keep_vectors_in(self._settings.store, self._settings.specs)
        self._judges = Judges(self._judge_engine)

    # Called by nodes and items.

    def suite(self, path: Path) -> SessionSuite:
        """A suite of the session, loaded and planned once. Raises SuiteError or OperatorError."""
        path = path.resolve()
        if path not in self._suites:
            with uncollected():
                chosen = self._settings
                plan = load_plan(
                    path,
                    self._config.rootpath,
                    chosen.baselines,
                    chosen.methods,
                    allow_unreviewed=chosen.allow_unreviewed,
                )
                set_aside(len(plan.cases))
            shard = self._settings.shard
            self._suites[path] = SessionSuite(path, plan, self._usable, self._settle, self._judges, shard)
        return self._suites[path]

    def add_mistakes(self, mistakes: Iterable[Diagnostic]) -> None:
        """Record errors found in a suite, to be annotated at the end."""
        self._mistakes.extend(mistakes)

    def reports_model_error(self) -> bool:
        """True once in the whole session, xdist workers included: a lost model is one error, not thousands."""
        if self._error_reported:
            return False
        self._error_reported = True
        try:
            return self._asker.claim("model gone") if isinstance(self._asker, RemoteEngine) else True
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
        if not self._config.option.collectonly:
            self._start()

    def pytest_report_collectionfinish(self) -> list[str]:
        """What changed since the given revision, which variants there are not, and what takes long at first."""
        changed = [
            f"{suite.plan.suite.name}: {counts.use}: {said}"
            for suite in self._selected
            for counts in suite.plan.counts
            for said in (counts.said_dropped, counts.said_fewer)
            if said
        ]
        plans = [suite.plan for suite in self._selected]
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
        asker = self._asker
        if asker is None:
            return None
        suites = self._selected
        root = self._config.rootpath
        runs = [suite.run_so_far(asker) for suite in suites]
        runs = [
            with_methods_asked(run, suite.asker, self._judges, stored_only=suite.is_unchanged)
            if suite.is_answered_by(run)
            else run
            for suite, run in zip(suites, runs, strict=True)
        ]
        if self._settings.shrink:
            for suite, run in zip(suites, runs, strict=True):
                smallest_of(suite, run.judged, self._settings.shrink)
        result = run_result(runs, asker.info(), asker.stats(), root, self._judges)
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
        if self._asker is not None:
            self._asker.close()
        self._judges.close()

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
            self._changes.compare(self._selected, list(self._suites.values()))

    def _start(self) -> None:
        """Ask for all that was selected in the background; what did not change is only looked up."""
        suites = self._selected
        if not suites:
            return
        set_aside(sum(len(suite.plan.cases) for suite in suites))
        try:
            self._asker = asker = self._connect()
            self._submit([suite for suite in suites if not suite.is_unchanged])
            if self._changes is not None:
                rest = [suite for suite in suites if suite.is_unchanged]
                self._changes.compare_model(rest, asker)
                self._submit([suite for suite in rest if not suite.is_unchanged])
                for suite in (suite for suite in rest if suite.is_unchanged):
                    suite.asker.submit(suite.requests(), stored_only=True)
        except LlmRobustError as error:  # shown by the first item that waits
            self._unusable = error

    def _submit(self, suites: Sequence[SessionSuite]) -> None:
        if self._settings.sequential:
            for suite in suites:
                suite.go_in_waves()
        for suite in suites:
            if not suite.in_waves:
                suite.asker.submit(suite.requests())

    @property
    def _is_worker(self) -> bool:
        return hasattr(self._config, "workerinput")

    @property
    def _selected(self) -> list[SessionSuite]:
        return [suite for suite in self._suites.values() if suite.is_selected]

    def _connect(self) -> Asker:
        recorded = self._changes.recorded(self._selected) if self._changes is not None else None
        if self._is_worker:
            return RemoteEngine(self._config.workerinput["llmrobust"], recorded)  # type: ignore[attr-defined]
        return WatchedAsker.of(self._settings.engine(recorded), self._config, self._settings.model_names)

    def _judge_engine(self, specs: tuple[str, ...]) -> Asker:
        if self._is_worker:
            return RemoteEngine(self._config.workerinput["llmrobust"], of=specs)  # type: ignore[attr-defined]
        return self._settings.judge_engine_of(specs)

    def _hand_over_result(self) -> None:
        """Put the result where the controller finds it, in one worker only."""
        if isinstance(self._asker, RemoteEngine):
            try:
                if self._asker.claim("result"):
                    self._config.workeroutput["llmrobust"] = pickle.dumps(self.result())  # type: ignore[attr-defined]
            except ModelError:
                return

    def _settle(self) -> None:
        """Decide for all suites that were submitted how their labels are scored. Raises ModelError."""
        if not self._is_settled:
            self._usable()
            settle_all([suite.asker for suite in self._selected])
            self._is_settled = True

    def _usable(self) -> Asker:
        if self._unusable is not None:
            raise self._unusable.with_traceback(None)  # else it would grow with every item that asks
        if self._asker is None:
            raise ModelError("nothing was run: this suite's cases were not collected in this session")
        return self._asker
