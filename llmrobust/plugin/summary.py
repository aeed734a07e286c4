"""What is printed and written when a run has ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from llmrobust.plugin.settings import Settings
from llmrobust.report.result import RunResult
from llmrobust.report.terminal import summary_lines

if TYPE_CHECKING:
    from llmrobust.plugin.github import GitHubStep

WRITERS: Mapping[str, tuple[str, str]] = {
    "json": ("llmrobust.report.json_report", "write_json"),
    "html": ("llmrobust.report.html", "write_html"),
    "markdown": ("llmrobust.report.run_page", "write_markdown"),
    "sarif": ("llmrobust.report.sarif", "write_sarif"),
}
"""Module and function that write each of `settings.REPORTS`, whole or not at all; each raises OSError."""


class Summary:
    """The end of a run, in words, files, and on GitHub."""

    def __init__(self, config: pytest.Config, result: RunResult):
        self._settings = Settings.of(config)
        self._result = result
        self._written: list[str] = []
        self._problems: list[str] = []
        self._root = config.rootpath
        self._github: GitHubStep | None = None
        if self._settings.github:
            from llmrobust.plugin.github import GitHubStep

            self._github = GitHubStep(config.rootpath)

    def write_files(self) -> bool:
        """Write the files that were asked for. False if one of them cannot be written."""
        for kind, path in self._settings.reports:
            try:
                module, name = WRITERS[kind]
                write: Callable[..., None] = getattr(import_module(module), name)
                write(self._result, path, **self._options(kind))
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

    def _options(self, kind: str) -> dict[str, Any]:
        """What a writer must know besides the run and the file."""
        if kind == "markdown":
            return {"key": self._settings.comment_key}
        if kind == "sarif":
            from llmrobust.report.places import repository_places

            return {"places": repository_places(self._root)}
        return {}

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
