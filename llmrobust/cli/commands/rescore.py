"""`rescore`: another way of reading answers, and other gates, on the replies of a stored run."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, StoredRun, command, json_option, project_option
from llmrobust.cli.project import project_of
from llmrobust.cli.stored_models import model_option, run_of_model
from llmrobust.errors import WrongUse, readable_file

if TYPE_CHECKING:
    from llmrobust.results.suite_result import SuiteResult

SHOWN = 10
"""Cases with another verdict that are listed."""


@command(
    "Judge a stored run's replies by the current suite: after its answer section, gold answers or "
    "gates changed. Exit code 0: all gates pass, 1: a gate does not pass, 2: the run cannot be used, because its "
    "prompts changed or its answers cannot be reread without new requests.",
    [
        ("llmrobust rescore run.json suites/triage.robust.yaml", "old replies, judged by the changed suite"),
        ("llmrobust rescore run.json suites/triage.robust.yaml --output new.json", "also store the result as a run"),
    ],
)
@click.argument("stored", type=StoredRun(), metavar="RUN", help="JSON file of a run, with its replies")
@click.argument("suite", type=ReadableFile("a suite file"), metavar="SUITE", help="the current suite file")
@click.option("--output", type=PATH, metavar="FILE", help="write the whole new run to FILE")
@click.option("--baselines", type=PATH, metavar="DIR", help="folder of baselines (default: as pytest's)")
@model_option
@json_option("for machines: the decisions, as `gate --json`")
@project_option
def rescore(chosen: Chosen) -> int:
    """Judge a stored run's replies by the suite as it is now."""
    from llmrobust.loading import load_plans
    from llmrobust.results.json_reader import suite_in
    from llmrobust.results.json_writer import decision_json, write_json
    from llmrobust.runner import rescored

    if chosen.suite.suffix == ".json" and chosen.stored.suffix in (".yaml", ".yml"):
        raise WrongUse(f"{chosen.suite} is a run and {chosen.stored} is a suite; the order is: rescore RUN SUITE")
    path = readable_file(chosen.suite, "a suite file")
    project = project_of([path], noconftest=chosen.noconftest)
    plans = load_plans(path, project.root, chosen.baselines or project.settings.baselines)
    new = run_of_model(chosen.stored, chosen.model)
    rescores = []
    for plan in plans:
        before = suite_in(new, plan.suite, chosen.stored)
        new, suite = rescored(new, plan, chosen.stored, project.root)
        rescores.append(suite)
        if not chosen.json:
            _print(before, suite)
    if chosen.json:
        decisions = [decision_json(one) for suite in rescores for one in suite.decisions]
        print(json.dumps(decisions, indent=2, ensure_ascii=False))
    if chosen.output is not None:
        write_json(new, chosen.output)
        print(f"wrote {chosen.output}", file=sys.stderr if chosen.json else sys.stdout)
    for plan, suite in zip(plans, rescores, strict=True):
        if plan.suite.gates and not suite.decisions:
            print(f"gates were not decided: only {len(suite.cases)} of {suite.planned} cases were run", file=sys.stderr)
            return 2
    return 0 if all(one.tolerated for suite in rescores for one in suite.decisions) else 1


def _print(before: SuiteResult, after: SuiteResult) -> None:
    from llmrobust.report.run_terminal import decision_lines, suite_lines
    from llmrobust.report.terminal_lines import inert_line
    from llmrobust.runner import changed_verdicts
    from llmrobust.text.escaping import inert, visible
    from llmrobust.text.phrases import many

    changed = changed_verdicts(before, after)
    print(f"{many(len(changed), 'verdict')} of {many(len(after.cases), 'case')} changed")
    for old, new in changed[:SHOWN]:
        answers = f"{visible(old.answer or '?')} -> {visible(new.answer or '?')}"
        print(inert(f"  {visible(new.name)}  {old.status} -> {new.status}  ({answers})"))
    if len(changed) > SHOWN:
        print(f"  and {len(changed) - SHOWN:,} more")
    if before.noise is not None and after.noise is None:
        print("no noise floor is known for this way of reading answers, so none is subtracted")
    print()
    for line in [*suite_lines(after), *decision_lines(after)]:
        print("".join(text for text, _ in inert_line(line)))
