"""What is printed and written when a run has ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from llmrobust.plugin.settings import Settings
from llmrobust.report.json_report import write_json
from llmrobust.report.result import RunResult
from llmrobust.report.terminal import summary_lines

WRITERS: Mapping[str, Callable[[RunResult, Path], None]] = {"json": write_json}
"""How each of `settings.REPORTS` is written, whole or not at all; each raises OSError."""


class Summary:
    """The end of a run, in words and files."""

    def __init__(self, config: pytest.Config, result: RunResult):
        self._settings = Settings.of(config)
        self._result = result
        self._written: list[Path] = []
        self._problems: list[str] = []

    def write_files(self) -> bool:
        """Write the files that were asked for. False if one of them cannot be written."""
        for kind, path in self._settings.reports:
            try:
                WRITERS[kind](self._result, path)
            except OSError as error:
                self._problems.append(f"cannot write {path}: {error.strerror or error}")
            else:
                self._written.append(path)
        return not self._problems

    def show(self, terminal: pytest.TerminalReporter) -> None:
        """Print the summary in a section of its own."""
        terminal.section("robustness")
        for line in summary_lines(self._result, flips=self._settings.flips):
            for text, style in line:
                terminal.write(text, **dict.fromkeys(style.split(), True))
            terminal.line("")
        for problem in self._problems:
            terminal.line(problem, red=True)
        for path in self._written:
            terminal.line(f"wrote {path}")
