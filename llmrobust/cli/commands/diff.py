"""`diff`: two runs, models or revisions compared case by case."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, colour_option, command, project_option
from llmrobust.cli.diff_sources import Side, runs_of
from llmrobust.cli.project import project_of
from llmrobust.errors import WrongUse, readable_file
from llmrobust.text.colour import styled, wants_colour

if TYPE_CHECKING:
    from llmrobust.results.comparison import Comparison


@command(
    "Compare OLD and NEW, paired by example and variant: which answers and gates changed, which cases "
    "broke or healed, and the effect with its interval. Each side is the file of a stored run, a model (with "
    "--suite), or a git revision of the suites (with --suite; . is the working tree). Exit code 0: NEW is not "
    "worse, 1: it is worse (a gate that passed no longer passes, or accuracy fell by more than chance explains; "
    "consistency where there are no gold answers), 2: they cannot be compared, or a usage error.",
    [
        ("llmrobust diff main.json run.json", "two stored runs"),
        ("llmrobust diff tiny hf:./candidate --suite suites/triage.robust.yaml", "two models"),
        ("llmrobust diff main . --suite suites/triage.robust.yaml", "a prompt before and after an edit"),
        ("llmrobust diff main.json run.json --format markdown --output comment.md", "for a pull request"),
    ],
)
@click.argument("old", metavar="OLD", help="a run's file, a model, or a revision (run:..., model:..., git:...)")
@click.argument("new", metavar="NEW", help="the same")
@click.option(
    "--suite", type=PATH, metavar="FILE", multiple=True, help="suite to run, or to limit the report to; repeatable"
)
@click.option("--llm", metavar="SPEC", multiple=True, help="model for revisions (default: as for pytest)")
@click.option("--format", type=click.Choice(("terminal", "markdown", "json")), default="terminal")
@click.option("--output", type=PATH, metavar="FILE", help="write to FILE (default: standard output)")
@click.option("--cases", type=int, metavar="N", default=10, help="cases to show of each kind (default: 10)")
@click.option("--key", default="diff", help="markdown: KEY in the hidden first line (default: diff)")
@colour_option
@project_option
def diff(chosen: Chosen) -> int:
    """Compare two runs, models or revisions."""
    from llmrobust.models.choices import only_model
    from llmrobust.results.comparison import Outcome, compare
    from llmrobust.text.atomic_write import write_whole

    if chosen.cases < 0:
        raise WrongUse(f"--cases must be at least 0, not {chosen.cases}")
    suites = [readable_file(path, "a suite file") for path in chosen.suite or ()]
    sides = [Side.of(text, Path.cwd()) for text in (chosen.old, chosen.new)]
    _check(sides, chosen)
    project = project_of(suites or [Path.cwd()], noconftest=chosen.noconftest or not suites)
    names = [name for path in suites for name in _names(path, project.root)]
    git = any(side.kind == "git" for side in sides)
    runs = runs_of(sides, suites, only_model(chosen.llm or project.settings.specs) if git else (), project)
    comparison = compare(runs[0], runs[1], (chosen.old, chosen.new), names)
    text = _rendered(comparison, chosen)
    if chosen.output is None:
        sys.stdout.write(text)
    else:
        write_whole(chosen.output, text.encode("utf-8", "backslashreplace"))
        print(f"wrote {chosen.output}", file=sys.stderr)
    return {Outcome.NOT_WORSE: 0, Outcome.WORSE: 1, Outcome.UNDECIDED: 2}[comparison.outcome]


def _check(sides: list[Side], chosen: Chosen) -> None:
    """Refuse what would be ignored or could mean nothing. Raises WrongUse."""
    from llmrobust.report.markdown_blocks import is_key

    kinds = {side.kind for side in sides}
    if kinds != {"run"} and not chosen.suite:
        raise WrongUse("models and revisions are compared on suites: name them with --suite FILE")
    if chosen.llm and "git" not in kinds:
        raise WrongUse("--llm names the model for revisions, and neither side is one")
    if sides[0] == sides[1]:
        raise WrongUse(f"both sides are {chosen.old}")
    if chosen.key and not is_key(chosen.key):
        raise WrongUse(f"--key {chosen.key}: letters, digits and _, joined by single . : / - or spaces")


def _names(path: Path, root: Path) -> list[str]:
    from llmrobust.loading import load_suite_files

    return [suite.name for suite in load_suite_files(path, root)]


def _rendered(comparison: Comparison, chosen: Chosen) -> str:
    from llmrobust.report.comparison_json import comparison_json
    from llmrobust.report.comparison_markdown import comparison_markdown
    from llmrobust.report.comparison_text import comparison_lines

    if chosen.format == "json":
        return json.dumps(comparison_json(comparison), indent=1, allow_nan=False) + "\n"
    if chosen.format == "markdown":
        return comparison_markdown(comparison, key=chosen.key, cases=chosen.cases)
    on = chosen.output is None and wants_colour(chosen.color)
    lines = comparison_lines(comparison, chosen.cases)
    return "".join("".join(styled(text, style, on) for text, style in line) + "\n" for line in lines)
