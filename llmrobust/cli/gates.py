"""`gate`, `plan`: what gates say of a stored run, and what they could say at all, both without a model."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put the commands on the parser."""
    gate = commands.add_parser(
        "gate",
        help="decide a suite's gates again on a stored run",
        description="Decide the gates of a suite on a run that pytest stored with --robust-json: after a bound was "
        "changed, or where there is no model. Exit code 0: all pass, 1: one does not.",
    )
    gate.add_argument("stored", metavar="RUN", type=Path, help="JSON file of a run")
    gate.add_argument("suite", type=Path, help="suite file with the gates")
    gate.add_argument("--json", action="store_true", help="for machines")
    gate.set_defaults(run=_gate)
    plan = commands.add_parser(
        "plan",
        help="how much a suite asks, and what its gates can tell",
        description="Say before any request how many cases, prompts and tokens a suite has, and what smallest "
        "difference its gates can tell from chance. Exit code 1: a gate can never pass or fail.",
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
    plan.set_defaults(run=_plan)


def _gate(chosen: argparse.Namespace) -> int:
    from llmrobust.gate import evaluate
    from llmrobust.gate.deciding import needed_references
    from llmrobust.report.explain import explain_decision
    from llmrobust.report.json_report import decision_json
    from llmrobust.report.stored import read_run, reference_table
    from llmrobust.report.terminal import decision_text
    from llmrobust.run import load_suite_file

    suite = load_suite_file(chosen.suite, Path.cwd())
    stored = read_run(chosen.stored).get(suite.name)
    if stored is None:
        print(f'{chosen.stored}: holds no suite "{suite.name}"', file=sys.stderr)
        return 2
    if not stored.is_complete:
        asked = f"only {len(stored.cases)} of its {stored.planned} cases were asked"
        print(f"{chosen.stored}: {asked}; gates judge whole suites only", file=sys.stderr)
        return 2
    if not suite.gates:
        print(f"{chosen.suite}: the suite has no gates", file=sys.stderr)
        return 2
    references = {path: reference_table(path, suite) for path in needed_references(suite.gates)}
    decisions = evaluate(suite, stored.table(suite), references, stored.noise)
    if chosen.json:
        print(json.dumps([decision_json(one) for one in decisions], indent=2, ensure_ascii=False))
    else:
        print("\n".join(decision_text(decisions)))
        for one in decisions:
            if not one.passed:
                print(f"\n{explain_decision(one)}")
    return 0 if all(one.tolerated for one in decisions) else 1


def _plan(chosen: argparse.Namespace) -> int:
    from llmrobust.gate.planning import forecast
    from llmrobust.run import load_plan

    if not 0 <= chosen.likeness <= 1:
        print("--likeness must lie between 0 and 1", file=sys.stderr)
        return 2
    found = forecast(load_plan(chosen.suite, Path.cwd()), chosen.likeness)
    if chosen.json:
        print(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        print("\n".join(found.lines()))
    return 1 if any(one.hopeless for one in found.gates) else 0
