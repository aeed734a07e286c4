"""`--robust-changed-since REV`: which suites of a session changed, and what is reported about it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest.config.findpaths import load_config_dict_from_file

from llmrobust.changes.detect import change_of, deleted_suites
from llmrobust.changes.git import ChangesError, History
from llmrobust.changes.last_runs import Record, record_key, records_of
from llmrobust.changes.plan_diff import SuiteChange, everything, operator_versions
from llmrobust.engine import Recorded
from llmrobust.engine.reply_store import Store, StoreError
from llmrobust.errors import without_credentials
from llmrobust.models.local.identity import identity
from llmrobust.models.protocol import IDENTIFIED_BY, NOT_OPENED, SESSION_ONLY
from llmrobust.plugin.settings import Settings
from llmrobust.results.changes_summary import headline, notes
from llmrobust.results.digests import relative_path
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import ChangeResult, SuiteResult

if TYPE_CHECKING:
    from llmrobust.engine import Asker
    from llmrobust.plugin.session_suite import SessionSuite

_history_key: pytest.StashKey[History] = pytest.StashKey()


def model_change(inipath: Path | None, specs: Sequence[str] | None, history: History) -> str:
    """The reason why the ini option `llm` counts as changed since the history's commit; empty if it did not change.

    specs: the model's specs if they come from the ini file, else None.
    """
    if specs is None or inipath is None or not history.contains(inipath):
        return ""
    try:
        if history.differing([inipath]).get(inipath) not in ("changed", "new"):
            return ""
        folder = inipath.parent.resolve()
        then = _specs(history.then(folder) / inipath.name) if history.existed(inipath) else []
    except (ChangesError, OSError, ValueError, pytest.UsageError, pytest.fail.Exception):
        return f"model: {inipath.name} cannot be read at {history.commit.short}"
    if then == list(specs):
        return ""
    return f"model: was {without_credentials(' '.join(then)) or 'not set'} in {inipath.name}"


def _specs(path: Path) -> list[str]:
    value = (load_config_dict_from_file(path) or {}).get("llm")
    raw = getattr(value, "value", value)
    return (
        list(raw) if isinstance(raw, list) else [line.strip() for line in str(raw or "").splitlines() if line.strip()]
    )


def remember(settings: Settings, result: RunResult, suites: Sequence[SessionSuite]) -> None:
    """Keep the records of the run's whole suites; a store that cannot be written costs the next run, not this one."""
    if settings.store is None:
        return
    named = zip(result.suites, suites, strict=True)
    versions = {record_key(one.path, one.name): operator_versions(suite.plan.suite) for one, suite in named}
    specs = {model.label if result.models else "": model.specs for model in settings.models}
    with contextlib.suppress(StoreError), contextlib.closing(Store(settings.store)) as store:
        for label in dict.fromkeys(suite.model for suite in suites):
            mine = [one for one, suite in zip(result.suites, suites, strict=True) if suite.model == label]
            model = result.model_of(mine[0])
            if model is not None and NOT_OPENED not in dict(model.details):
                store.keep_records(records_of(mine, model, versions, identity(specs[label])))


def recalled(path: Path | None) -> dict[str, Record]:
    """The records in a store, by `record_key`; none without a readable store."""
    if path is None or not path.is_file():
        return {}
    try:
        with contextlib.closing(Store(path)) as store:
            found = {key: Record.read(text) for key, text in store.records().items()}
    except StoreError:
        return {}
    return {key: record for key, record in found.items() if record is not None}


def open_history(config: pytest.Config) -> None:
    """Open the history that the option names. Raises pytest.UsageError."""
    if config.option.robust_fresh:
        raise pytest.UsageError(
            "--robust-fresh sends everything again, --robust-changed-since only what changed: use one of them"
        )
    try:
        config.stash[_history_key] = History.of(config.rootpath, config.option.robust_changed_since)
    except ChangesError as error:
        raise pytest.UsageError(f"--robust-changed-since: {error}") from None


class Changes:
    """What changed in the selected suites of a session."""

    def __init__(self, config: pytest.Config, settings: Settings, history: History):
        self._config = config
        self._settings = settings
        self._history = history
        self._records = recalled(settings.store)
        self._deleted: list[Path] = []

    @classmethod
    def of(cls, config: pytest.Config, settings: Settings) -> Changes | None:
        """The changes since the revision that the option names; None without the option."""
        history = config.stash.get(_history_key, None)
        return None if history is None else cls(config, settings, history)

    def compare(self, suites: Sequence[SessionSuite], collected: Sequence[SessionSuite]) -> None:
        """Note what changed in every selected suite, as far as that is known before the model is open.

        collected: the selected suites and those whose cases were all deselected.
        """
        with closing(self._history) as history:
            model = model_change(self._config.inipath, self._settings.from_ini, history) if suites else ""
            for suite in suites:
                change = change_of(
                    suite.plan, history, self._config.rootpath, self._record(suite), self._settings.baselines
                )
                if model:
                    change = change.and_also([model], everything(suite.plan, model).cases)
                suite.change, suite.since = change, history.commit.rev
            with contextlib.suppress(ChangesError):
                planned = [suite.plan.suite for suite in collected]
                self._deleted = deleted_suites(planned, history, _folders(self._config))

    def recorded(self, suites: Sequence[SessionSuite], specs: Sequence[str]) -> Recorded | None:
        """The model of the last run, where it can answer from the store for all of the suites: none of them changed,
        it had the same name in all of their last runs, and it was identified or the user vouches for it.

        specs: the model's."""
        records = [self._record(suite) for suite in suites]
        known = [record for record in records if record is not None]
        if not known or not all(suite.is_unchanged for suite in suites):
            return None
        if not all(record.answers_for_model(trust_store=self._settings.trust_store) for record in known):
            return None
        if len({(record.spec, record.fingerprint) for record in known}) > 1 or [known[0].spec] != list(specs):
            return None
        now = identity(specs)
        return Recorded(known[0].model(), bool(now) and all(record.identity == now for record in known))

    def compare_model(self, suites: Sequence[SessionSuite], asker: Asker) -> None:
        """Note which suites were last answered by a model with another fingerprint. Raises ModelError."""
        known = [(suite, record) for suite in suites if (record := self._record(suite)) is not None]
        if not known:
            return
        info = asker.opened()
        for suite, record in known:
            if record.fingerprint != info.fingerprint and suite.change is not None:
                same = record.spec == info.spec
                reason = "model: fingerprint changed since the last run" if same else f"model: was {record.spec}"
                if info.details.get(IDENTIFIED_BY, "").startswith(SESSION_ONLY):
                    reason = "model: cannot be identified"
                suite.change = suite.change.and_also([reason], everything(suite.plan, reason).cases)

    def lines(self, suites: Sequence[SessionSuite]) -> list[str]:
        """What changed, for the line at collection."""
        changes = [(suite.column.name, len(suite.plan.cases), self._change_of(suite)) for suite in suites]
        return [headline(changes), *notes([change for _, _, change in changes]), *self._deleted_lines()]

    def _deleted_lines(self) -> list[str]:
        since = self._history.commit.rev
        return [f"deleted since {since}: {relative_path(path, self._config.rootpath)}" for path in self._deleted]

    def marked(self, result: RunResult, suites: Sequence[SessionSuite]) -> RunResult:
        """The result with what changed in every suite and case."""
        pairs = zip(result.suites, suites, strict=True)
        return replace(result, suites=tuple(self._marked(one, suite) for one, suite in pairs))

    def _marked(self, result: SuiteResult, suite: SessionSuite) -> SuiteResult:
        keys = suite.change.cases if suite.change is not None else frozenset()
        cases = tuple(replace(case, changed=case.key in keys) for case in result.cases)
        return replace(result, cases=cases, changed=self._change_of(suite))

    def _change_of(self, suite: SessionSuite) -> ChangeResult:
        change, commit = suite.change or SuiteChange(), self._history.commit
        known = self._record(suite) is not None
        return ChangeResult(commit.rev, commit.sha, commit.is_base, known, change.reasons, len(change.cases))

    def _record(self, suite: SessionSuite) -> Record | None:
        path = relative_path(suite.plan.suite.path, self._config.rootpath)
        return self._records.get(record_key(path, suite.column.name))


def _folders(config: pytest.Config) -> list[Path]:
    """The folders that pytest collects."""
    paths = (config.invocation_params.dir / argument.partition("::")[0] for argument in config.args)
    return [path for path in paths if path.is_dir()]
