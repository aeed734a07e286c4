"""The registry of report formats: what a stored or finished run can be shown or written as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from llmrobust.errors import ReportError
from llmrobust.registry import Registry, summary_of
from llmrobust.results.run_result import RunResult
from llmrobust.text.atomic_write import write_whole
from llmrobust.text.colour import styled

Text = Callable[[RunResult], str]
F = TypeVar("F", bound=Text)


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What a user may choose for a report; formats ignore what they do not know.

    colour: terminal. cases: broken cases shown per suite, None for the format's own number. key: distinguishes this
    run's comment from those of other runs on a pull request. root: the folder that files are named from. against: a run
    to compare with.
    """

    colour: bool = False
    cases: int | None = None
    key: str = ""
    root: Path = Path()
    against: RunResult | None = None


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A form that runs are written in.

    suffixes: of file names that ask for it. text: the report; raises ValueError for an option that it cannot use.
    takes: the options (fields of `ReportOptions`) that it heeds.
    """

    name: str
    summary: str
    suffixes: tuple[str, ...]
    text: Callable[[RunResult, ReportOptions], str]
    takes: tuple[str, ...] = ()
    write_file: Callable[[RunResult, Path], None] | None = None
    """Writes the report to a file atomically, where it is no text; raises OSError."""

    def write(self, run: RunResult, path: Path, options: ReportOptions) -> None:
        """Write the report to a file, atomically. Raises OSError, and ValueError as `text`."""
        if self.write_file is not None:
            self.write_file(run, path)
            return
        write_whole(path, self.text(run, options).encode("utf-8", "backslashreplace"))


FORMATS: Registry[ReportFormat] = Registry("report format", "llmrobust.reports", ReportError)
"""What `llmrobust report --format` and `pytest --robust-report NAME=FILE` may name."""


def report_format(name: str, *, suffixes: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Register the decorated function as a report format; its docstring's first line is the summary.

    The function turns a `RunResult` into a text. suffixes: ends of file names that ask for this format, such as
    (".csv",). Raises ReportError when the name is taken.
    """

    def register(function: F) -> F:
        summary = summary_of(function)
        FORMATS.add(name, ReportFormat(name, summary, suffixes, lambda run, options: function(run)))
        return function

    return register


def format_of(path: Path) -> ReportFormat | None:
    """The format that a file's name asks for, None where it asks for none; the longest suffix that fits decides."""
    fits = [(len(end), one) for one in FORMATS for end in one.suffixes if path.name.lower().endswith(end)]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def _terminal(run: RunResult, options: ReportOptions) -> str:
    from llmrobust.report.run_terminal import summary_lines

    lines = summary_lines(run, flips=10 if options.cases is None else options.cases)
    return "".join("".join(styled(text, style, options.colour) for text, style in line) + "\n" for line in lines)


def _markdown(run: RunResult, options: ReportOptions) -> str:
    from llmrobust.report.run_markdown import CASES, run_markdown

    return run_markdown(run, key=options.key, cases=CASES if options.cases is None else options.cases)


def _html(run: RunResult, options: ReportOptions) -> str:
    from llmrobust.report.html import html_report

    return html_report(run, options.against)


def _json(run: RunResult, options: ReportOptions) -> str:
    from llmrobust.results.json_writer import run_text, to_json

    return run_text(to_json(run))


def _parquet(run: RunResult, options: ReportOptions) -> str:
    raise ValueError("Parquet is not text: name a file with --output")


def _write_parquet(run: RunResult, path: Path) -> None:
    from llmrobust.results.parquet_file import write_parquet

    write_parquet(run, path)


def _sarif(run: RunResult, options: ReportOptions) -> str:
    from llmrobust.report.sarif import sarif_text
    from llmrobust.report.source_links import repository_places

    return sarif_text(run, repository_places(options.root))


def _github(run: RunResult, options: ReportOptions) -> str:
    from llmrobust.report.github_annotations import annotation_lines
    from llmrobust.report.source_links import repository_places

    return "".join(f"{line}\n" for line in annotation_lines(run, repository_places(options.root)))


for _built_in in (
    ReportFormat("terminal", "the summary that pytest prints", (".txt",), _terminal, ("colour", "cases")),
    ReportFormat("markdown", "the comment on a pull request", (".md", ".markdown"), _markdown, ("key", "cases")),
    ReportFormat("html", "a page with charts and every case", (".html", ".htm"), _html, ("against",)),
    ReportFormat("json", "the whole run, case by case", (".json", ".json.gz"), _json),
    ReportFormat("parquet", "a row for every case", (".parquet",), _parquet, (), _write_parquet),
    ReportFormat("sarif", "what does not pass, as SARIF 2.1.0", (".sarif", ".sarif.json"), _sarif, ("root",)),
    ReportFormat("github", "annotations for GitHub Actions", (), _github, ("root",)),
):
    FORMATS.add(_built_in.name, _built_in)
