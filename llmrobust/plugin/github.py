"""`--robust-github`: annotations beside files, and the summary of a job, where a run is part of GitHub Actions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from llmrobust.errors import Diagnostic
from llmrobust.report.github import annotation_lines, mistake_lines
from llmrobust.report.markdown import SUMMARY_LIMIT
from llmrobust.report.places import repository_places
from llmrobust.report.result import RunResult
from llmrobust.report.run_page import run_markdown

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
        return f"--robust-github: {', '.join(lacks)}: this is no step of GitHub Actions" if lacks else ""

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
