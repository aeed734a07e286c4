"""`methods`: ways of answering compared over stored runs, without a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, StoredRun, colour_option, command, project_option
from llmrobust.cli.side_by_side import deliver
from llmrobust.errors import MethodError, ReportError, WrongUse
from llmrobust.text.colour import styled, wants_colour

if TYPE_CHECKING:
    from llmrobust.methods import MethodUse
    from llmrobust.results.method_comparison import MethodComparison
    from llmrobust.results.run_result import RunResult
    from llmrobust.results.suite_result import SuiteResult

FORMS = ("terminal", "markdown", "json", "html")
_SUFFIXES = {".md": "markdown", ".json": "json", ".html": "html", ".htm": "html"}
CRITERIA = ("accuracy", "consistency", "worst-case", "spread")


def _names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The methods that begin so."""
    from llmrobust.methods import METHODS

    METHODS.load_installed()
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in METHODS.names() if name.startswith(last)]


@command(
    "Compare ways of answering (calibration, ensembles of formats, votes, abstention) with the plain prompt over the "
    "answers of stored runs, without a model and without a request. Half of the examples choose the best method, all "
    "figures are from the other half, and a difference is only claimed if it is significant. Exit code 0; 2: a run "
    "cannot be read.",
    [
        ("llmrobust methods run.json", "every method that the run allows"),
        ("llmrobust methods run.json --methods template-vote --by worst-case", "one method, chosen by worst case"),
        ("llmrobust methods a.json b.json --output methods.html", "two runs, as a page"),
        ("llmrobust methods --list", "the methods, their assumptions and their costs"),
    ],
)
@click.argument("stored", type=StoredRun(), metavar="[RUN]...", nargs=-1, help="JSON files of runs")
@click.option("--methods", metavar="A,B", shell_complete=_names, help="only these (default: all)")
@click.option("--by", type=click.Choice(CRITERIA), default="accuracy", help="criterion for the best method")
@click.option("--over", metavar="FAMILY", multiple=True, help="compare over these families of edits; repeatable")
@click.option("--suite", metavar="NAME", multiple=True, help="only suites of this name; repeatable")
@click.option("--format", type=click.Choice(FORMS), help="default: from the name of --output, else terminal")
@click.option("--output", type=PATH, metavar="FILE", help="write to FILE (default: standard output)")
@click.option("--list", "listed", is_flag=True, help="list the methods instead")
@colour_option
@project_option
def methods(chosen: Chosen) -> int:
    """Compare methods over stored runs, or list them."""
    from llmrobust.cli.project import project_of
    from llmrobust.methods import METHODS

    METHODS.load_installed()
    project_of([Path.cwd()], noconftest=chosen.noconftest)
    form = chosen.format or ("terminal" if chosen.output is None else _SUFFIXES.get(chosen.output.suffix, "terminal"))
    if chosen.listed:
        text = _catalogue(form)
    else:
        if not chosen.stored:
            raise WrongUse("name the file of a stored run (pytest --robust-json FILE), or give --list")
        text = _rendered(_compared(chosen), form, chosen)
    deliver(text, chosen.output)
    return 0


def _compared(chosen: Chosen) -> list[MethodComparison]:
    from llmrobust.results.json_reader import read_run
    from llmrobust.results.method_comparison import compare_methods

    try:
        runs = [read_run(path) for path in chosen.stored]
    except ReportError as error:
        raise WrongUse(str(error)) from None
    suites = [(run, suite) for run in runs for suite in run.suites if not chosen.suite or suite.name in chosen.suite]
    if not suites:
        held = ", ".join(dict.fromkeys(suite.name for run in runs for suite in run.suites)) or "none"
        raise WrongUse(f"--suite: no such suite in these runs; they hold {held}")
    return [_one(run, suite, chosen, compare_methods) for run, suite in suites]


def _one(run: RunResult, suite: SuiteResult, chosen: Chosen, compare: object) -> MethodComparison:
    families = {case.family for case in suite.cases if not case.is_original}
    lacking = [one for one in chosen.over if one not in families]
    if lacking:
        held = ", ".join(sorted(families)) or "none"
        raise WrongUse(f'--over: {suite.name} has no edits of the family "{lacking[0]}"; it has {held}')
    if not suite.cases:
        raise WrongUse(f"{suite.name}: the run has no cases of this suite")
    made: MethodComparison = compare(run, suite, _uses(chosen, suite), chosen.by, chosen.over)  # type: ignore[operator]
    return made


def _uses(chosen: Chosen, suite: SuiteResult) -> list[MethodUse]:
    """The named methods, with the parameters that the suite gave them. Raises WrongUse for an unknown one."""
    from llmrobust.methods import use_of
    from llmrobust.results.method_comparison import all_uses, chosen_uses

    if not chosen.methods:
        return all_uses(suite)
    own = chosen_uses(suite)
    names = [name for part in chosen.methods.split(",") if (name := part.strip())]
    try:
        return [use for name in names for use in ([one for one in own if one.method.name == name] or [use_of(name)])]
    except MethodError as error:
        raise WrongUse(f"--methods: {error}") from None


def _rendered(found: list[MethodComparison], form: str, chosen: Chosen) -> str:
    from llmrobust.report.methods_json import methods_json
    from llmrobust.report.methods_text import method_lines, methods_markdown

    if form == "json":
        return json.dumps(methods_json(found), indent=1, allow_nan=False) + "\n"
    if form == "markdown":
        return "\n".join(line for one in found for line in [*methods_markdown(one), ""])
    if form == "html":
        from llmrobust.report.html.methods_page import methods_page

        return methods_page(found)
    on = chosen.output is None and wants_colour(chosen.color)
    lines = [line for one in found for line in [*method_lines(one), []]][:-1]
    return "".join("".join(styled(text, style, on) for text, style in line) + "\n" for line in lines)


def _catalogue(form: str) -> str:
    from llmrobust.report.catalogue.method_facts import method_facts, methods_table, methods_text

    if form == "json":
        return json.dumps(method_facts(), indent=2, ensure_ascii=False) + "\n"
    if form == "html":
        raise WrongUse("--list is for the terminal, markdown or json")
    return methods_table() if form == "markdown" else methods_text()
