"""`gate`: a suite's gates decided again on a stored run, without a model."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, StoredRun, command, json_option, project_option
from llmrobust.cli.project import suite_plans
from llmrobust.cli.stored_models import model_option, run_of_model
from llmrobust.errors import ReportError, WrongUse

if TYPE_CHECKING:
    from llmrobust.gate import Decision
    from llmrobust.plan import Plan
    from llmrobust.results.run_result import RunResult


@command(
    "Re-evaluate a suite's gates on a run stored with --robust-json: after a bound changed, or where "
    "no model is available. Exit code 0: all pass, 1: a gate does not pass, 2: the run cannot be used.",
    [
        ("pytest suites/triage.robust.yaml --robust-json run.json", "run once and store everything"),
        ("llmrobust gate run.json suites/triage.robust.yaml", "after changing a bound"),
    ],
)
@click.argument("stored", type=StoredRun(), metavar="RUN", help="JSON file of a run")
@click.argument("suite", type=ReadableFile("a suite file"), help="suite file with the gates")
@click.option("--baselines", type=PATH, metavar="DIR", help="folder of baselines (default: beside the suite)")
@model_option
@json_option()
@project_option
def gate(chosen: Chosen) -> int:
    """Decide a suite's gates again on a stored run."""
    from llmrobust.report.failure_messages import explain_decision
    from llmrobust.report.run_terminal import decision_text
    from llmrobust.results.json_writer import decision_json

    if chosen.suite.suffix == ".json" and chosen.stored.suffix in (".yaml", ".yml"):
        print(f"{chosen.suite} is a run and {chosen.stored} is a suite; the order is: gate RUN SUITE", file=sys.stderr)
        return 2
    plans = suite_plans(chosen)
    run = run_of_model(chosen.stored, chosen.model)
    decided = [(plan, _decided(plan, run, chosen)) for plan in plans]
    decisions = [one for _, found in decided for one in found]
    if chosen.json:
        print(json.dumps([decision_json(one) for one in decisions], indent=2, ensure_ascii=False))
        return 0 if all(one.tolerated for one in decisions) else 1
    for plan, found in decided:
        if len(plans) > 1:
            print(f"{plan.suite.name}:")
        print("\n".join(decision_text(found)))
        for one in found:
            if not one.passed:
                print(f"\n{explain_decision(one)}")
    return 0 if all(one.tolerated for one in decisions) else 1


def _decided(plan: Plan, run: RunResult, chosen: Chosen) -> Sequence[Decision]:
    """What the gates of a suite decide on its part of a run. Raises WrongUse."""
    from llmrobust.gate import evaluate
    from llmrobust.results.compatibility import incompatibilities
    from llmrobust.results.json_reader import stored_table, suite_in
    from llmrobust.runner import stored_references

    suite = plan.suite
    try:
        stored = suite_in(run, suite, chosen.stored)
        problem = next(incompatibilities("gates", stored, plan=plan), None)
        if problem is not None:
            raise WrongUse(f"{chosen.stored}: {problem}")
        table = stored_table(stored, suite)
    except ReportError as error:
        raise WrongUse(str(error)) from None
    if not suite.gates:
        raise WrongUse(f"{chosen.suite}: the suite has no gates")
    references = stored_references(suite, run.manifest.model)
    return evaluate(suite, table, references, stored.noise, None if stored.judge is None else stored.judge.agreement)
