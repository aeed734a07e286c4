"""`merge`: the runs of all shards put together, with the gates decided on them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, colour_option, command, project_option
from llmrobust.cli.project import project_of
from llmrobust.errors import ReportError, readable_file
from llmrobust.text.colour import wants_colour

if TYPE_CHECKING:
    from llmrobust.plan import Plan
    from llmrobust.results.suite_result import SuiteResult


@command(
    "Put the runs of all shards of `pytest --robust-shard K/N --robust-json FILE` together, as if one machine had run "
    "everything, and decide the gates on that. Exit code 0: everything passes, 1: a gate or a strict case does not "
    "pass, 2: the runs cannot be merged: a shard is missing, or they are of different suites, models or versions.",
    [
        ("pytest suites/ --robust-shard 1/2 --robust-json shard-1.json", "on one machine"),
        ("pytest suites/ --robust-shard 2/2 --robust-json shard-2.json", "on another"),
        ("llmrobust merge shard-*.json --output run.json", "gates, decided on all cases"),
        ("llmrobust report run.json --output comment.md", "everything that reports show, as of any run"),
    ],
)
@click.argument(
    "stored", type=ReadableFile("a stored run"), nargs=-1, required=True, metavar="RUN...", help="JSON files of shards"
)
@click.option("--output", type=PATH, metavar="FILE", help="write the merged run to FILE")
@click.option("--baselines", type=PATH, metavar="DIR", help="folder of baselines (default: as pytest's)")
@click.option(
    "--root", type=PATH, metavar="DIR", default=Path(), help="pytest's rootdir, which suites are below (default: here)"
)
@colour_option
@project_option
def merge(chosen: Chosen) -> int:
    """Merge shards and decide their gates."""
    from llmrobust.loading import load_plan
    from llmrobust.merging import merged_run
    from llmrobust.report.formats import FORMATS, ReportOptions
    from llmrobust.results.json_reader import read_run
    from llmrobust.results.json_writer import write_json
    from llmrobust.results.run_verdict import is_clean

    runs = [(path, read_run(readable_file(path, "a stored run"))) for path in chosen.stored]
    named = dict.fromkeys(suite.path for _, run in runs for suite in run.suites)
    files = [_suite_file(chosen.root / name) for name in named]
    project = project_of(files or [chosen.root], noconftest=chosen.noconftest)

    def planned(suite: SuiteResult) -> Plan:
        methods = [one.method for one in suite.methods]
        return load_plan(
            chosen.root / suite.path,
            project.root,
            chosen.baselines or project.settings.baselines,
            methods,
            prompt=suite.column.prompt if suite.column is not None else None,
        )

    run = merged_run(runs, planned, project.root)
    if chosen.output is not None:
        write_json(run, chosen.output)
    colour = chosen.color == "always" or wants_colour(chosen.color)
    sys.stdout.write(FORMATS.get("terminal").text(run, ReportOptions(colour=colour, root=project.root)))
    if chosen.output is not None:
        print(f"wrote {chosen.output}")
    return 0 if is_clean(run) else 1


def _suite_file(path: Path) -> Path:
    """A suite file that a run names. Raises ReportError where it is not there."""
    if not path.is_file():
        raise ReportError(f"{path}: this suite of the run is not here; gates need it (--root names pytest's rootdir)")
    return path.resolve()
