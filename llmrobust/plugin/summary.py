"""What is printed and written when a run has ended."""

from __future__ import annotations

import pytest

from llmrobust.plugin.settings import Settings
from llmrobust.report.json_report import write_json
from llmrobust.report.result import RunResult
from llmrobust.report.terminal import summary_lines


class Summary:
    """The end of a run, in words and files."""

    def __init__(self, config: pytest.Config, result: RunResult):
        self._settings = Settings.of(config)
        self._result = result
        self._written = ""
        self._problem = ""

    def write_files(self) -> bool:
        """Write the JSON report if it was asked for. False if that failed."""
        path = self._settings.json_path
        if path is not None:
            try:
                write_json(self._result, path)
            except OSError as error:
                self._problem = f"cannot write {path}: {error.strerror or error}"
            else:
                self._written = f"wrote {path}"
        return not self._problem

    def show(self, terminal: pytest.TerminalReporter) -> None:
        """Print the summary in a section of its own."""
        terminal.section("robustness")
        for line in summary_lines(self._result, flips=self._settings.flips):
            for text, style in line:
                terminal.write(text, **dict.fromkeys(style.split(), True))
            terminal.line("")
        if self._problem:
            terminal.line(self._problem, red=True)
        if self._written:
            terminal.line(self._written)
