"""The HTML report: one file with a verdict, tables and charts that need no script, and an explorer of cases.

Everything that came from a model, a prompt or a file name is escaped; the page's own policy lets no other script or
style run than its own, and nothing be loaded. It opens from disk and needs no network.
"""

from __future__ import annotations

from pathlib import Path

from llmrobust.report.html.page import html_report
from llmrobust.results.run_result import RunResult
from llmrobust.text.atomic_write import write_whole

__all__ = ["html_report", "write_html"]


def write_html(run: RunResult, path: Path) -> None:
    """Write a run's report to a file, whole or not at all. Raises OSError."""
    write_whole(path, html_report(run).encode("utf-8"))
