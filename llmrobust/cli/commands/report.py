"""`report`: a stored run shown again, in any of the forms that pytest writes, without a model."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, colour_option, command
from llmrobust.errors import WrongUse
from llmrobust.text.colour import styled, wants_colour

if TYPE_CHECKING:
    from llmrobust.results.run_result import RunResult

SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".sarif": "sarif",
    ".sarif.json": "sarif",
    ".json": "json",
    ".json.gz": "json",
    ".txt": "terminal",
}
"""The form that a file's name asks for; the longest suffix that fits decides."""


FORMS = ("terminal", "markdown", "html", "json", "sarif", "github")


@command(
    "Show a run stored with --robust-json, without a model: as the summary that pytest prints, a pull request "
    "comment (markdown), a page (html), JSON, SARIF, or annotations (github). Gates are not re-evaluated. Exit code "
    "0 whatever they decided, unless --exit-code is given (1: not passed). 2: the run cannot be read.",
    [
        ("llmrobust report run.json", "the summary, as pytest printed it"),
        ("llmrobust report run.json --output run.html", "the file name selects the format"),
        ("llmrobust report new.json --against old.json --output change.html", "two runs side by side"),
        ('llmrobust report run.json --format markdown >> "$GITHUB_STEP_SUMMARY"', "in a GitHub workflow"),
        ("llmrobust report run.json --exit-code", "exit with 1 if the run did not pass"),
    ],
)
@click.argument("stored", type=ReadableFile("a stored run"), metavar="RUN", help="JSON file of a run (.gz too)")
@click.option("--format", type=click.Choice(FORMS), help="default: from the name of --output, else terminal")
@click.option("--output", type=PATH, metavar="FILE", help="write to FILE (default: standard output)")
@click.option("--against", type=PATH, metavar="OTHER", help="html: compare with this stored run")
@click.option(
    "--cases", type=click.IntRange(min=0), metavar="N", help="terminal, markdown: broken cases to show per suite"
)
@click.option("--key", default="", help="markdown: KEY for the hidden first line")
@click.option(
    "--root",
    type=PATH,
    metavar="DIR",
    default=Path(),
    help="sarif, github: pytest's rootdir, which file names are relative to (default: here)",
)
@click.option("--exit-code", is_flag=True, help="exit with 1 unless every gate was decided and passed")
@colour_option
def report(chosen: Chosen) -> int:
    """Show a stored run in the wanted form."""
    from llmrobust.results.run_verdict import run_verdict
    from llmrobust.text.atomic_write import write_whole

    form = _form(chosen)
    run = _stored(chosen.stored)
    text = _FORMS[form](run, chosen)
    if chosen.output is None:
        sys.stdout.write(text)
    else:
        write_whole(chosen.output, text.encode("utf-8", "backslashreplace"))
        print(f"wrote {chosen.output}", file=sys.stderr)
    return 1 if chosen.exit_code and not run_verdict(run).may_ship else 0


def _form(chosen: Chosen) -> str:
    """The form that was asked for. Raises WrongUse for options that do not fit it."""
    output = chosen.output
    fits = [suffix for suffix in SUFFIXES if output is not None and output.name.lower().endswith(suffix)]
    if chosen.format is None and output is not None and not fits:
        known = ", ".join(SUFFIXES)
        raise WrongUse(
            f"{output}: cannot choose a format from this name; give --format, or a name that ends in {known}"
        )
    form = chosen.format or (SUFFIXES[max(fits, key=len)] if fits else "terminal")
    for option, value, forms in (
        ("--against", chosen.against, ("html",)),
        ("--key", chosen.key, ("markdown",)),
        ("--cases", chosen.cases, ("terminal", "markdown")),
    ):
        if value not in (None, "") and form not in forms:
            raise WrongUse(f"{option} only applies to {' and '.join(forms)}, not to {form}")
    return str(form)


def _stored(path: Path) -> RunResult:
    """A stored run. Raises WrongUse for a file that is none."""
    from llmrobust.errors import ReportError, readable_file
    from llmrobust.results.json_reader import read_run

    try:
        return read_run(readable_file(path, "a stored run"))
    except ReportError as error:
        raise WrongUse(str(error)) from None


def _terminal(run: RunResult, chosen: Chosen) -> str:
    from llmrobust.report.run_terminal import summary_lines

    on = chosen.color == "always" or (chosen.output is None and wants_colour(chosen.color))
    lines = summary_lines(run, flips=10 if chosen.cases is None else chosen.cases)
    return "".join("".join(styled(text, style, on) for text, style in line) + "\n" for line in lines)


def _markdown(run: RunResult, chosen: Chosen) -> str:
    from llmrobust.report.run_markdown import CASES, run_markdown

    try:
        return run_markdown(run, key=chosen.key, cases=CASES if chosen.cases is None else chosen.cases)
    except ValueError as error:
        raise WrongUse(f"--key: {error}") from None


def _html(run: RunResult, chosen: Chosen) -> str:
    from llmrobust.report.html import html_report

    return html_report(run, None if chosen.against is None else _stored(chosen.against))


def _json(run: RunResult, chosen: Chosen) -> str:
    from llmrobust.results.json_writer import run_text, to_json

    return run_text(to_json(run))


def _sarif(run: RunResult, chosen: Chosen) -> str:
    from llmrobust.report.sarif import sarif_text
    from llmrobust.report.source_links import repository_places

    return sarif_text(run, repository_places(chosen.root))


def _github(run: RunResult, chosen: Chosen) -> str:
    from llmrobust.report.github_annotations import annotation_lines
    from llmrobust.report.source_links import repository_places

    return "".join(f"{line}\n" for line in annotation_lines(run, repository_places(chosen.root)))


_FORMS: Mapping[str, Callable[[RunResult, Chosen], str]] = {
    "terminal": _terminal,
    "markdown": _markdown,
    "html": _html,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
"""The forms, each a text from a run and the options."""
