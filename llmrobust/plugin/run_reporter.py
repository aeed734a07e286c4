"""What every process that reports a run does with it: statuses in the terminal, files, the summary at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import pytest

if TYPE_CHECKING:
    from llmrobust.plugin.summary import Summary
    from llmrobust.results.run_result import RunResult

STATUS = "llmrobust.status"
"""Name of the item property that carries a case's status."""
FLIPS = ("flipped", "stuck")
"""Statuses of cases whose answer moved where it must stay, or stayed where it must move."""
STATUS_LETTERS = {"flipped": "f", "wrong": "w", "unparsed": "u", "truncated": "t", "stuck": "k"}


class RunReporter:
    """The pytest hooks that the session and xdist's controller have in common."""

    NAME: ClassVar[str]
    """Among pytest's plugins."""
    _summary: Summary | None = None

    def __init__(self, config: pytest.Config):
        self._config = config
        self.flips = 0
        """Cases reported so far whose answer flipped."""

    @classmethod
    def of(cls, config: pytest.Config) -> Self:
        """The process's own, registered with pytest on first use."""
        found: Self | None = config.pluginmanager.get_plugin(cls.NAME)
        if found is None:
            found = cls(config)
            config.pluginmanager.register(found, cls.NAME)
        return found

    def result(self) -> RunResult | None:
        """The run's result; None if no suite was run."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop what was started for the run."""
        raise NotImplementedError

    def pytest_report_teststatus(
        self, report: pytest.CollectReport | pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Our own letter and word for a case that neither passes nor fails by itself."""
        if report.when != "call" or not report.passed:
            return None
        status = _status_of(report)
        letter = STATUS_LETTERS.get(status)
        return None if letter is None else (status, letter, (status.upper(), {"yellow": True}))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count flips, for the progress line."""
        self.flips += report.when == "call" and _status_of(report) in FLIPS

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Sum up the run and write the requested files; a file that cannot be written fails the run."""
        result = self.result()
        if result is not None:
            from llmrobust.plugin.summary import Summary

            self._summary = Summary(self._config, result)
            if not self._summary.write_files():
                session.exitstatus = max(session.exitstatus, pytest.ExitCode.TESTS_FAILED)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show metrics, flipped cases, gates, and which files were written."""
        if self._summary is not None:
            self._summary.show(terminalreporter)

    def pytest_unconfigure(self) -> None:
        """Stop the engine and any server it started."""
        self.close()


def _status_of(report: pytest.CollectReport | pytest.TestReport) -> str:
    """The status of the case that a report is about; "None" for anything else."""
    properties: dict[str, Any] = dict(getattr(report, "user_properties", ()))
    return str(properties.get(STATUS))
