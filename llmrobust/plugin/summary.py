"""What is printed and written when a run has ended."""

from __future__ import annotations

import pytest

from llmrobust.errors import LlmRobustError
from llmrobust.plugin.settings import Settings
from llmrobust.report.json_report import write_json
from llmrobust.report.result import RunResult
from llmrobust.report.terminal import summary_lines


def show(terminal: pytest.TerminalReporter, result: RunResult) -> None:
    """Print the summary and write the files that were asked for."""
    settings = Settings.of(terminal.config)
    terminal.section("robustness")
    for line in summary_lines(result, flips=settings.flips):
        for text, style in line:
            terminal.write(text, **{word: True for word in style.split()})
        terminal.line("")
    if settings.json_path is not None:
        try:
            write_json(result, settings.json_path)
        except (OSError, LlmRobustError) as error:
            terminal.line(f"cannot write {settings.json_path}: {error}", red=True)
        else:
            terminal.line(f"wrote {settings.json_path}")
