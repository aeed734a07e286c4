"""`report`: a stored run shown again, in any of the forms that pytest writes, without a model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, StoredRun, colour_option, command
from llmrobust.cli.stored_models import model_option, run_of_model
from llmrobust.errors import ReportError, WrongUse
from llmrobust.text.colour import wants_colour

if TYPE_CHECKING:
    from llmrobust.report.formats import ReportFormat
    from llmrobust.results.run_result import RunResult

FORMS = ("terminal", "markdown", "html", "json", "parquet", "sarif", "github")
"""The built-in formats; distributions add more."""


def _formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The formats that begin so."""
    from llmrobust.report.formats import FORMATS

    FORMATS.load_installed()
    return [name for name in FORMATS.names() if name.startswith(incomplete)]


@command(
    "Show a run stored with --robust-json, without a model: as the summary that pytest prints, a pull request "
    "comment (markdown), a page (html), JSON, Parquet, SARIF, or annotations (github). Gates are not re-evaluated. "
    "Exit code 0 whatever they decided, unless --exit-code is given (1: not passed). 2: the run cannot be read.",
    [
        ("llmrobust report run.json", "the summary, as pytest printed it"),
        ("llmrobust report run.json --output run.html", "the file name selects the format"),
        ("llmrobust report new.json --against old.json --output change.html", "two runs side by side"),
        ("llmrobust report both.json --model tiny --output tiny.json", "one model of a run of several, as a run"),
        ('llmrobust report run.json --format markdown >> "$GITHUB_STEP_SUMMARY"', "in a GitHub workflow"),
        ("llmrobust report run.json --exit-code", "exit with 1 if the run did not pass"),
    ],
)
@click.argument("stored", type=StoredRun(), metavar="RUN", help="file of a run (JSON, .gz too, or Parquet)")
@click.option(
    "--format",
    metavar="FORMAT",
    shell_complete=_formats,
    help=f"{', '.join(FORMS)}, or an installed one (default: from the name of --output, else terminal)",
)
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
@model_option
@click.option("--exit-code", is_flag=True, help="exit with 1 unless every gate was decided and passed")
@colour_option
def report(chosen: Chosen) -> int:
    """Show a stored run in the wanted form."""
    from llmrobust.report.formats import FORMATS, ReportOptions
    from llmrobust.results.run_verdict import run_verdict

    FORMATS.load_installed()
    form = _form(chosen)
    run = run_of_model(chosen.stored, chosen.model, needed=False)
    options = ReportOptions(
        colour=chosen.color == "always" or (chosen.output is None and wants_colour(chosen.color)),
        cases=chosen.cases,
        key=chosen.key,
        root=chosen.root,
        against=None if chosen.against is None else _stored(chosen.against),
    )
    try:
        if chosen.output is None:
            sys.stdout.write(form.text(run, options))
        else:
            form.write(run, chosen.output, options)
            print(f"wrote {chosen.output}", file=sys.stderr)
    except (ValueError, ReportError) as error:
        raise WrongUse(f"{'--key' if chosen.key else form.name}: {error}") from None
    return 1 if chosen.exit_code and not run_verdict(run).may_ship else 0


def _form(chosen: Chosen) -> ReportFormat:
    """The requested format. Raises WrongUse for options that do not apply to it."""
    from llmrobust.report.formats import FORMATS, format_of

    named = None if chosen.output is None else format_of(chosen.output)
    if chosen.format is None and chosen.output is not None and named is None:
        known = ", ".join(suffix for one in FORMATS for suffix in one.suffixes)
        raise WrongUse(
            f"{chosen.output}: cannot choose a format from this name; give --format, or a name that ends in {known}"
        )
    if chosen.format is not None and chosen.format not in FORMATS:
        raise WrongUse(f"--format: {FORMATS.unknown(chosen.format)}")
    form = FORMATS.get(chosen.format) if chosen.format is not None else named or FORMATS.get("terminal")
    for option in ("against", "key", "cases"):
        if getattr(chosen, option) not in (None, "") and option not in form.takes:
            fits = " and ".join(one.name for one in FORMATS if option in one.takes)
            raise WrongUse(f"--{option} only applies to {fits}, not to {form.name}")
    return form


def _stored(path: Path) -> RunResult:
    """A stored run. Raises WrongUse for any other file."""
    from llmrobust.errors import readable_file
    from llmrobust.results.json_reader import read_run
    from llmrobust.results.run_column import file_and_model

    try:
        readable_file(file_and_model(path)[0], "a stored run")
        return read_run(path)
    except ReportError as error:
        raise WrongUse(str(error)) from None
