"""`gate`, `plan`: what gates say of a stored run, and what they could say at all, both without a model."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llmrobust.cli.project import add_project_option, suite_plan

if TYPE_CHECKING:
    from llmrobust.cli.parser import Commands, Parser


def add(commands: Commands[Parser]) -> None:
    """Put the commands on the parser."""
    gate = commands.add_parser(
        "gate",
        help="decide a suite's gates again on a stored run",
        description="Decide the gates of a suite on a run that pytest stored with --robust-json: after a bound was "
        "changed, or where there is no model. Exit code 0: all pass, 1: one does not, 2: the run is of no use.",
        examples=[
            ("pytest suites/triage.robust.yaml --robust-json run.json", "ask once, and keep everything"),
            ("llmrobust gate run.json suites/triage.robust.yaml", "after a bound was changed"),
        ],
    )
    gate.add_argument("stored", metavar="RUN", type=Path, help="JSON file of a run")
    gate.add_argument("suite", type=Path, help="suite file with the gates")
    gate.add_argument("--baselines", metavar="DIR", type=Path, help="folder of baselines (default: beside the suite)")
    gate.add_argument("--json", action="store_true", help="for machines")
    add_project_option(gate)
    gate.set_defaults(run=_gate)
    plan = commands.add_parser(
        "plan",
        help="how much a suite asks, and what its gates can tell",
        description="Say before any request how many cases, prompts and tokens a suite has, and what smallest "
        "difference its gates can tell from chance. Exit code 1: a gate can never pass or fail.",
        examples=[
            ("llmrobust plan suites/triage.robust.yaml", "cases, prompts, tokens, and the power of each gate"),
            ("llmrobust plan suites/triage.robust.yaml --likeness 0.9", "where variants are answered nearly alike"),
        ],
    )
    plan.add_argument("suite", type=Path, help="suite file")
    plan.add_argument(
        "--likeness",
        type=float,
        default=0.5,
        metavar="R",
        help="how alike the variants of one example are answered, 0 to 1 (default: 0.5)",
    )
    plan.add_argument("--json", action="store_true", help="for machines")
    add_project_option(plan)
    plan.set_defaults(run=_plan)


def _gate(chosen: argparse.Namespace) -> int:
    from llmrobust.errors import ReportError
    from llmrobust.gate import evaluate
    from llmrobust.report.failure_messages import explain_decision
    from llmrobust.report.run_terminal import decision_text
    from llmrobust.results.compatibility import unusable
    from llmrobust.results.json_format import decision_json, read_run, stored_table, suite_in
    from llmrobust.runner import stored_references

    if chosen.suite.suffix == ".json" and chosen.stored.suffix in (".yaml", ".yml"):
        print(f"{chosen.suite} is a run and {chosen.stored} a suite; the order is: gate RUN SUITE", file=sys.stderr)
        return 2
    plan = suite_plan(chosen)
    suite = plan.suite
    try:
        run = read_run(chosen.stored)
        stored = suite_in(run, suite, chosen.stored)
        problem = unusable(stored, plan)
        table = stored_table(stored, suite) if not problem else None
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
    decisions = evaluate(suite, table, references, stored.noise)
    if chosen.json:
        print(json.dumps([decision_json(one) for one in decisions], indent=2, ensure_ascii=False))
    else:
        print("\n".join(decision_text(decisions)))
        for one in decisions:
            if not one.passed:
                print(f"\n{explain_decision(one)}")
    return 0 if all(one.tolerated for one in decisions) else 1


def _plan(chosen: argparse.Namespace) -> int:
    from llmrobust.gate.forecast import forecast

    if not 0 <= chosen.likeness <= 1:
        print("--likeness must lie between 0 and 1", file=sys.stderr)
        return 2
    found = forecast(suite_plan(chosen), chosen.likeness)
    if chosen.json:
        print(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        print("\n".join(found.lines()))
    return 1 if any(one.hopeless for one in found.gates) else 0
