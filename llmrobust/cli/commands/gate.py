"""`gate`: a suite's gates decided again on a stored run, without a model."""

from __future__ import annotations

import json
import sys

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, command, json_option, project_option
from llmrobust.cli.project import suite_plan


@command(
    "Re-evaluate a suite's gates on a run stored with --robust-json: after a bound changed, or where "
    "no model is available. Exit code 0: all pass, 1: a gate does not pass, 2: the run cannot be used.",
    [
        ("pytest suites/triage.robust.yaml --robust-json run.json", "run once and store everything"),
        ("llmrobust gate run.json suites/triage.robust.yaml", "after changing a bound"),
    ],
)
@click.argument("stored", type=ReadableFile("a stored run"), metavar="RUN", help="JSON file of a run")
@click.argument("suite", type=ReadableFile("a suite file"), help="suite file with the gates")
@click.option("--baselines", type=PATH, metavar="DIR", help="folder of baselines (default: beside the suite)")
@json_option()
@project_option
def gate(chosen: Chosen) -> int:
    """Decide a suite's gates again on a stored run."""
    from llmrobust.errors import ReportError
    from llmrobust.gate import evaluate
    from llmrobust.report.failure_messages import explain_decision
    from llmrobust.report.run_terminal import decision_text
    from llmrobust.results.compatibility import incompatibilities
    from llmrobust.results.json_reader import read_run, stored_table, suite_in
    from llmrobust.results.json_writer import decision_json
    from llmrobust.runner import stored_references

    if chosen.suite.suffix == ".json" and chosen.stored.suffix in (".yaml", ".yml"):
        print(f"{chosen.suite} is a run and {chosen.stored} is a suite; the order is: gate RUN SUITE", file=sys.stderr)
        return 2
    plan = suite_plan(chosen)
    suite = plan.suite
    try:
        run = read_run(chosen.stored)
        stored = suite_in(run, suite, chosen.stored)
        problem = next(incompatibilities("gates", stored, plan=plan), None)
        table = stored_table(stored, suite) if problem is None else None
    except ReportError as error:
        print(error, file=sys.stderr)
        return 2
    if table is None:
        print(f"{chosen.stored}: {problem}", file=sys.stderr)
        return 2
    if not suite.gates:
        print(f"{chosen.suite}: the suite has no gates", file=sys.stderr)
        return 2
    references = stored_references(suite, run.manifest.model)
    agreement = None if stored.judge is None else stored.judge.agreement
    decisions = evaluate(suite, table, references, stored.noise, agreement)
    if chosen.json:
        print(json.dumps([decision_json(one) for one in decisions], indent=2, ensure_ascii=False))
    else:
        print("\n".join(decision_text(decisions)))
        for one in decisions:
            if not one.passed:
                print(f"\n{explain_decision(one)}")
    return 0 if all(one.tolerated for one in decisions) else 1
