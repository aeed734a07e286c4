"""What all items of a session share: plans, the engine, verdicts."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from llmrobust.engine import Asker
from llmrobust.engine.shared_engine import RemoteEngine
from llmrobust.errors import LlmRobustError, ModelError
from llmrobust.loading import load_plan
from llmrobust.plugin import history_key, runtime_key
from llmrobust.plugin.changed_since import remember
from llmrobust.plugin.gc_tuning import release, set_aside, uncollected
from llmrobust.plugin.selection import case_of, is_case_item, suite_of_gate
from llmrobust.plugin.session_suite import AskedSuite
from llmrobust.plugin.settings import Settings
from llmrobust.runner import run_result

if TYPE_CHECKING:
    from llmrobust.plugin.changed_since import Changes
    from llmrobust.results.run_result import RunResult


class Runtime:
    """Made when the first suite is collected; one a process."""

    def __init__(self, config: pytest.Config):
        release()
        self._config = config
        self._suites: dict[Path, AskedSuite] = {}
        self._asker: Asker | None = None
        self._unusable: LlmRobustError | None = None
        self._told = False
        self.settings = Settings.of(config)
        self.changes: Changes | None = None

    @classmethod
    def of(cls, config: pytest.Config) -> Runtime:
        """The session's runtime, made on first use."""
        if runtime_key not in config.stash:
            config.stash[runtime_key] = cls(config)
        return config.stash[runtime_key]

    @property
    def is_worker(self) -> bool:
        """True in an xdist worker."""
        return hasattr(self._config, "workerinput")

    def suite(self, path: Path) -> AskedSuite:
        """A suite of the session, loaded and planned once. Raises SuiteError or OperatorError."""
        path = path.resolve()
        if path not in self._suites:
            with uncollected():
                plan = load_plan(path, self._config.rootpath, self.settings.baselines)
                set_aside(len(plan.cases))
            self._suites[path] = AskedSuite(path, plan, self._usable)
        return self._suites[path]

    def select(self, items: Iterable[pytest.Item]) -> None:
        """Note what was selected, and compare it with the revision that the user named, if any."""
        for item in items:
            found = case_of(item)
            if found is not None:
                suite, case = found
                suite.add(case)
                suite.as_tests = suite.as_tests or not is_case_item(item)
            elif (gated := suite_of_gate(item)) is not None:
                gated.gates = True
        again = self._config.getoption("lf", False)
        for suite in self._selected:
            suite.complete(again)
        if history_key in self._config.stash:
            from llmrobust.plugin.changed_since import Changes

            self.changes = Changes(self._config, self.settings)
            self.changes.compare(self._selected)

    def start(self) -> None:
        """Ask for all that was selected in the background; what did not change is only looked up."""
        suites = self._selected
        if not suites:
            return
        set_aside(sum(len(suite.plan.cases) for suite in suites))
        try:
            self._asker = asker = self._connect()
            self._submit([suite for suite in suites if not suite.is_unchanged])
            if self.changes is not None:
                rest = [suite for suite in suites if suite.is_unchanged]
                self.changes.compare_model(rest, asker)
                self._submit([suite for suite in rest if not suite.is_unchanged])
                lookups = [request for suite in rest if suite.is_unchanged for request in suite.requests()]
                asker.submit(lookups, stored_only=True)
        except LlmRobustError as error:  # shown by the first item that waits
            self._unusable = error

    def changed_lines(self) -> list[str]:
        """What changed since the revision that the user named; nothing where none was."""
        return [] if self.changes is None or not self._selected else self.changes.lines(self._selected)

    def _submit(self, suites: Sequence[AskedSuite]) -> None:
        if self.settings.sequential:
            for suite in suites:
                suite.go_in_waves()
        requests = [request for suite in suites if not suite.in_waves for request in suite.requests()]
        if requests and self._asker is not None:
            self._asker.submit(requests)

    @property
    def _selected(self) -> list[AskedSuite]:
        return [suite for suite in self._suites.values() if suite.is_selected]

    def _connect(self) -> Asker:
        recorded = self.changes.recorded(self._selected) if self.changes is not None else None
        if self.is_worker:
            return RemoteEngine(self._config.workerinput["llmrobust"], recorded)  # type: ignore[attr-defined]
        return self.settings.engine(recorded)

    def first_to_tell(self) -> bool:
        """True once in the whole session, xdist workers included: the model's end is one error, not thousands."""
        if self._told:
            return False
        self._told = True
        try:
            return self._asker.claim("model gone") if isinstance(self._asker, RemoteEngine) else True
        except ModelError:
            return True

    def result(self) -> RunResult | None:
        """The run so far: everything that was selected and has been answered; None if nothing was asked."""
        if self._asker is None:
            return None
        asker = self._asker
        suites = self._selected
        root = self._config.rootpath
        result = run_result([suite.run_so_far(asker) for suite in suites], asker.info(), asker.stats(), root)
        if self.changes is not None:
            result = self.changes.marked(result, suites)
        if self.settings.store is not None:
            remember(self.settings, result, suites)
        return result

    def hand_over_result(self) -> None:
        """In an xdist worker: put the result where the controller finds it, in one worker only."""
        if isinstance(self._asker, RemoteEngine):
            try:
                if self._asker.claim("result"):
                    self._config.workeroutput["llmrobust"] = pickle.dumps(self.result())  # type: ignore[attr-defined]
            except ModelError:
                return

    def close(self) -> None:
        """Stop the engine."""
        if self._asker is not None:
            self._asker.close()

    def _usable(self) -> Asker:
        if self._unusable is not None:
            raise self._unusable.with_traceback(None)  # else it would grow with every item that asks
        if self._asker is None:
            raise ModelError("nothing was asked: the cases of this suite were not part of the collected session")
        return self._asker
