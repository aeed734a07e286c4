"""What is printed and written when a run has ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from llmrobust.plugin.github import GitHubStep
from llmrobust.plugin.settings import Settings
from llmrobust.report.html import write_html
from llmrobust.report.json_report import write_json
from llmrobust.report.places import repository_places
from llmrobust.report.result import RunResult
from llmrobust.report.run_page import write_markdown
from llmrobust.report.sarif import write_sarif
from llmrobust.report.terminal import summary_lines

WRITERS: Mapping[str, Callable[..., None]] = {
    "json": write_json,
    "html": write_html,
    "markdown": write_markdown,
    "sarif": write_sarif,
}
"""How each of `settings.REPORTS` is written, whole or not at all; each raises OSError."""


class Summary:
    """The end of a run, in words, files, and on GitHub."""

    def __init__(self, config: pytest.Config, result: RunResult):
        self._settings = Settings.of(config)
        self._result = result
        self._written: list[str] = []
        self._problems: list[str] = []
        self._options: dict[str, dict[str, Any]] = {
            "markdown": {"key": self._settings.comment_key},
            "sarif": {"places": repository_places(config.rootpath)},
        }
        self._github = GitHubStep(config.rootpath) if self._settings.github else None

    def write_files(self) -> bool:
        """Write the files that were asked for. False if one of them cannot be written."""
        for kind, path in self._settings.reports:
            try:
                WRITERS[kind](self._result, path, **self._options.get(kind, {}))
            except OSError as error:
                self._problems.append(f"cannot write {path}: {error.strerror or error}")
            else:
                self._written.append(f"wrote {path}")
        if self._github is not None:
            try:
                self._written += filter(None, [self._github.add_summary(self._result, self._settings.comment_key)])
            except OSError as error:
                self._problems.append(f"cannot write the job's summary: {error.strerror or error}")
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
        for written in self._written:
            terminal.line(written)
        if self._github is not None:
            for said in filter(None, [self._github.missing, *self._github.annotations(self._result)]):
                terminal.line(said)
