"""`plan`: what a suite asks and what its gates can detect, before any request."""

from __future__ import annotations

import json
import sys

import click

from llmrobust.cli.command import Chosen, ReadableFile, command, json_option, project_option
from llmrobust.cli.project import plan_in_project


@command(
    "Estimate, before any request, how many cases, prompts and tokens a suite has, and the smallest "
    "difference its gates can detect. Exit code 1: a gate can never pass, or never fail.",
    [
        ("llmrobust plan suites/triage.robust.yaml", "cases, prompts, tokens, and the power of each gate"),
        (
            "llmrobust plan suites/triage.robust.yaml --likeness 0.9",
            "if the variants of an example get nearly the same answers",
        ),
    ],
)
@click.argument("suite", type=ReadableFile("a suite file"), help="suite file")
@click.option(
    "--likeness",
    type=float,
    metavar="R",
    default=0.5,
    help="correlation of the answers to variants of one example, 0 to 1 (default: 0.5)",
)
@json_option()
@project_option
def plan(chosen: Chosen) -> int:
    """Print what a suite asks and what its gates can detect."""
    from llmrobust.gate.forecast import forecast
    from llmrobust.models.specs import known_context

    if not 0 <= chosen.likeness <= 1:
        print("--likeness must be between 0 and 1", file=sys.stderr)
        return 2
    planned, project = plan_in_project(chosen)
    found = forecast(planned, chosen.likeness, known_context(project.settings.specs))
    if chosen.json:
        print(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        print("\n".join(found.lines()))
    return 1 if any(one.hopeless for one in found.gates) else 0
