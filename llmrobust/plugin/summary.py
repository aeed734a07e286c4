"""What is printed and written when a run has ended."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from llmrobust.errors import Diagnostic
from llmrobust.plugin.settings import Settings
from llmrobust.plugin.shrinking import nothing_shrunk
from llmrobust.report.formats import FORMATS, ReportOptions
from llmrobust.report.github_annotations import annotation_lines, mistake_lines
from llmrobust.report.markdown_blocks import SUMMARY_LIMIT
from llmrobust.report.run_markdown import run_markdown
from llmrobust.report.run_terminal import summary_lines
from llmrobust.report.source_links import repository_places
from llmrobust.results.run_result import RunResult

LEAST = 2000
"""Bytes without which a summary is not begun: other programs wrote into the step's file before."""


class GitHubStep:
    """The step of a job that this process is part of, as the environment describes it."""

    def __init__(self, root: Path):
        self._root = root
        self._summary = os.environ.get("GITHUB_STEP_SUMMARY", "")
        self._runs = os.environ.get("GITHUB_ACTIONS") == "true"

    @property
    def missing(self) -> str:
        """What cannot be done here and why; empty if everything can."""
        lacks = [] if self._runs else ["no annotations (GITHUB_ACTIONS is not true)"]
        lacks += [] if self._summary else ["no job summary (GITHUB_STEP_SUMMARY is not set)"]
        return f"--robust-github: {', '.join(lacks)}: not running in a GitHub Actions step" if lacks else ""

    def add_summary(self, result: RunResult, key: str = "") -> str:
        """Add the run to the job's summary, if there is one. Returns where it went. Raises OSError."""
        if not self._summary:
            return ""
        path = Path(self._summary)
        room = SUMMARY_LIMIT - (path.stat().st_size if path.exists() else 0)
        if room < LEAST:
            raise OSError(0, "the step's summary is full")
        with path.open("a", encoding="utf-8") as file:
            file.write(run_markdown(result, room - 1, key) + "\n")
        return "the run was added to the job's summary"

    def mistakes(self, found: Sequence[Diagnostic]) -> list[str]:
        """Workflow commands for suites that cannot be read."""
        return mistake_lines(found, repository_places(self._root)) if self._runs else []

    def annotations(self, result: RunResult) -> list[str]:
        """Workflow commands to print, if a runner reads them."""
        return annotation_lines(result, repository_places(self._root)) if self._runs else []


class Summary:
    """The end of a run: in the terminal, in files, and on GitHub."""

    def __init__(self, config: pytest.Config, result: RunResult):
        self._settings = Settings.of(config)
        self._result = result
        self._written: list[str] = []
        self._problems: list[str] = []
        self._root = config.rootpath
        self._github: GitHubStep | None = None
        if self._settings.github:
            self._github = GitHubStep(config.rootpath)

    def write_files(self) -> bool:
        """Write the requested files. False if one of them cannot be written."""
        options = ReportOptions(key=self._settings.comment_key, root=self._root)
        for kind, path in self._settings.reports:
            try:
                FORMATS.get(kind).write(self._result, path, options)
            except OSError as error:
                self._problems.append(f"cannot write {path}: {error.strerror or error}")
            except Exception as error:  # a format that is not ours
                self._problems.append(f"cannot write {path}: report format {kind}: {type(error).__name__}: {error}")
            else:
                self._written.append(f"wrote {path}")
        if self._github is not None:
            try:
                self._written += filter(None, [self._github.add_summary(self._result, self._settings.comment_key)])
            except OSError as error:
                self._problems.append(f"cannot write the job's summary: {error.strerror or error}")
        return not self._problems

    def show(self, terminal: pytest.TerminalReporter) -> None:
        """Print the summary in its own section."""
        terminal.section("robustness")
        for line in summary_lines(self._result, flips=self._settings.flips):
            for text, style in line:
                terminal.write(text, **dict.fromkeys(style.split(), True))
            terminal.line("")
        if self._settings.shrink and (said := nothing_shrunk(self._result)):
            terminal.line(said)
        for problem in self._problems:
            terminal.line(problem, red=True)
        for written in self._written:
            terminal.line(written)
        if self._github is not None:
            for said in filter(None, [self._github.missing, *self._github.annotations(self._result)]):
                terminal.line(said)
