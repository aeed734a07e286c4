"""`--robust-changed-since REV`: which suites of a session changed, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from llmrobust.changes.compare import SuiteChange, everything
from llmrobust.changes.detect import change_of
from llmrobust.changes.git import ChangesError, History
from llmrobust.changes.records import Record, record_key
from llmrobust.engine import Recorded
from llmrobust.models.identity import identity
from llmrobust.plugin import history_key
from llmrobust.plugin.ini import model_change
from llmrobust.plugin.remembered import recalled
from llmrobust.plugin.settings import Settings
from llmrobust.report.changed import headline, notes
from llmrobust.report.result import ChangeResult, RunResult, SuiteResult, relative_path

if TYPE_CHECKING:
    from llmrobust.engine import Asker
    from llmrobust.plugin.asked import AskedSuite


def open_history(config: pytest.Config) -> History:
    """The history that the option names. Raises pytest.UsageError."""
    if config.option.robust_fresh:
        raise pytest.UsageError(
            "--robust-fresh asks everything again, --robust-changed-since only what changed: use one of them"
        )
    try:
        return History.of(config.rootpath, config.option.robust_changed_since)
    except ChangesError as error:
        raise pytest.UsageError(f"--robust-changed-since: {error}") from None


class Changes:
    """What changed in the selected suites of a session."""

    def __init__(self, config: pytest.Config, settings: Settings):
        self._config = config
        self._settings = settings
        self._history = config.stash[history_key]
        self._records = recalled(settings.store)

    def compare(self, suites: Sequence[AskedSuite]) -> None:
        """Note of every suite what changed in it, as far as that is known before the model is open."""
        with closing(self._history) as history:
            model = model_change(self._config.inipath, self._settings.from_ini, history) if suites else ""
            for suite in suites:
                change = change_of(
                    suite.plan, history, self._config.rootpath, self._record(suite), self._settings.baselines
                )
                if model:
                    change = change.and_also([model], everything(suite.plan, model).cases)
                suite.change, suite.since = change, history.commit.rev

    def recorded(self, suites: Sequence[AskedSuite]) -> Recorded | None:
        """The model of the last run, where it can answer from the store for all of the suites: none of them changed,
        and it had the same name in all of their last runs."""
        records = [self._record(suite) for suite in suites]
        known = [record for record in records if record is not None]
        if not known or not all(suite.is_unchanged for suite in suites):
            return None
        if len({(record.spec, record.fingerprint) for record in known}) > 1 or known[0].spec != self._spec:
            return None
        now = identity(self._settings.specs)
        return Recorded(known[0].model(), bool(now) and all(record.identity == now for record in known))

    def compare_model(self, suites: Sequence[AskedSuite], asker: Asker) -> None:
        """Note which suites were last answered by a model with another fingerprint. Raises ModelError."""
        known = [(suite, record) for suite in suites if (record := self._record(suite)) is not None]
        if not known:
            return
        info = asker.opened()
        for suite, record in known:
            if record.fingerprint != info.fingerprint and suite.change is not None:
                other = (
                    f"{record.spec} then" if record.spec != info.spec else "another fingerprint than in the last run"
                )
                reason = f"model: {other}"
                suite.change = suite.change.and_also([reason], everything(suite.plan, reason).cases)

    def lines(self, suites: Sequence[AskedSuite]) -> list[str]:
        """What changed, for the line at collection."""
        told = [(suite.plan.suite.name, len(suite.plan.cases), self._told(suite)) for suite in suites]
        return [headline(told), *notes([change for _, _, change in told])]

    def marked(self, result: RunResult, suites: Sequence[AskedSuite]) -> RunResult:
        """The result with what changed in every suite and case."""
        pairs = zip(result.suites, suites, strict=True)
        return replace(result, suites=tuple(self._marked(one, suite) for one, suite in pairs))

    def _marked(self, result: SuiteResult, suite: AskedSuite) -> SuiteResult:
        keys = suite.change.cases if suite.change is not None else frozenset()
        cases = tuple(
            replace(case, changed=(case.use, case.variant, case.example, case.repeat) in keys) for case in result.cases
        )
        return replace(result, cases=cases, changed=self._told(suite))

    def _told(self, suite: AskedSuite) -> ChangeResult:
        change, commit = suite.change or SuiteChange(), self._history.commit
        known = self._record(suite) is not None
        return ChangeResult(commit.rev, commit.sha, commit.is_base, known, change.reasons, len(change.cases))

    def _record(self, suite: AskedSuite) -> Record | None:
        path = relative_path(suite.plan.suite.path, self._config.rootpath)
        return self._records.get(record_key(path, suite.plan.suite.name))

    @property
    def _spec(self) -> str:
        return self._settings.specs[0] if len(self._settings.specs) == 1 else ""
