"""What `matrix` and `leaderboard` share: stored runs that are read, and forms that are written."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmrobust.cli.command import PATH, Chosen, StoredRun
from llmrobust.errors import ReportError, WrongUse
from llmrobust.text.colour import styled, wants_colour

if TYPE_CHECKING:
    from llmrobust.report.terminal_lines import Line
    from llmrobust.results.run_result import RunResult

FORMS = ("terminal", "markdown", "json", "html")
_SUFFIXES = {".md": "markdown", ".json": "json", ".html": "html", ".htm": "html"}
runs_argument = click.argument(
    "stored", type=StoredRun(), metavar="RUN...", nargs=-1, required=True, help="JSON files of runs"
)
over_option = click.option("--over", metavar="FAMILY", multiple=True, help="only edits of these families; repeatable")
suite_option = click.option("--suite", metavar="NAME", multiple=True, help="only suites of this name; repeatable")
format_option = click.option(
    "--format", type=click.Choice(FORMS), help="default: from the name of --output, else terminal"
)
output_option = click.option("--output", type=PATH, metavar="FILE", help="write to FILE (default: standard output)")


def runs_of(chosen: Chosen) -> list[RunResult]:
    """The runs, with the named suites only. Raises WrongUse."""
    from dataclasses import replace

    from llmrobust.cli.project import project_of
    from llmrobust.results.json_reader import read_run
    from llmrobust.results.matrix import base_of

    project_of([Path.cwd()], noconftest=chosen.noconftest)
    try:
        runs = [read_run(path) for path in chosen.stored]
    except ReportError as error:
        raise WrongUse(str(error)) from None
    names = list(dict.fromkeys(base_of(suite) for run in runs for suite in run.suites))
    unknown = [name for name in chosen.suite or () if name not in names]
    if unknown:
        raise WrongUse(f'--suite: no suite "{unknown[0]}" in these runs; they hold {", ".join(names) or "none"}')
    families = {case.family for run in runs for suite in run.suites for case in suite.cases if not case.is_original}
    lacking = [name for name in chosen.over or () if name not in families]
    if lacking:
        held = ", ".join(sorted(families)) or "none"
        raise WrongUse(f'--over: no edits of the family "{lacking[0]}" in these runs; they hold {held}')
    if not chosen.suite:
        return runs
    return [replace(run, suites=tuple(one for one in run.suites if base_of(one) in chosen.suite)) for run in runs]


def write(
    chosen: Chosen,
    found: Sequence[Any],
    lines_of: Callable[[Any], list[Line]],
    markdown_of: Callable[[Any], list[str]],
    json_of: Callable[[Sequence[Any]], dict[str, Any]],
    page: Callable[[], str],
) -> int:
    """Write what was found in the chosen form. Returns the exit code."""
    form = chosen.format or ("terminal" if chosen.output is None else _SUFFIXES.get(chosen.output.suffix, "terminal"))
    if form == "json":
        text = json.dumps(json_of(found), indent=1, allow_nan=False) + "\n"
    elif form == "markdown":
        text = "\n".join(line for one in found for line in [*markdown_of(one), ""])
    elif form == "html":
        text = page()
    else:
        on = chosen.output is None and wants_colour(chosen.color)
        lines = [line for one in found for line in [*lines_of(one), []]][:-1]
        text = "".join("".join(styled(part, style, on) for part, style in line) + "\n" for line in lines)
    deliver(text, chosen.output)
    return 0


def deliver(text: str, output: Path | None) -> None:
    """Write a text to a file, or to standard output without one."""
    from llmrobust.text.atomic_write import write_whole

    if output is None:
        sys.stdout.write(text)
    else:
        write_whole(output, text.encode("utf-8", "backslashreplace"))
        print(f"wrote {output}", file=sys.stderr)
