"""`plan`: what a suite asks and what its gates can detect, before any request."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import Chosen, ReadableFile, command, json_option, project_option
from llmrobust.cli.project import plans_in_project
from llmrobust.text.phrases import many

if TYPE_CHECKING:
    from llmrobust.models.choices import ModelChoice
    from llmrobust.plan import Plan


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
    plans, project = plans_in_project(chosen)
    models = project.settings.models
    contexts = [size for model in models if (size := known_context(model.specs))]
    found = [forecast(one, chosen.likeness, min(contexts, default=0)) for one in plans]
    if chosen.json:
        forms = [one.as_json() for one in found]
        print(json.dumps(forms[0] if len(forms) == 1 else forms, indent=2, ensure_ascii=False))
    else:
        print("\n".join(line for one in found for line in one.lines()))
        if len(plans) > 1 or len(models) > 1:
            print("\n".join(_together(plans, models)))
    return 1 if any(gate.hopeless for one in found for gate in one.gates) else 0


def _together(plans: Sequence[Plan], models: Sequence[ModelChoice]) -> Iterator[str]:
    """What prompts and models ask together: equal prompts of one model are sent once."""
    distinct = len({request for plan in plans for request in plan.requests()})
    asked = f"{many(len(plans), 'prompt')} of the suite: {distinct:,} distinct prompts together"
    if len(models) > 1:
        asked += f", {distinct * len(models):,} for the {len(models)} models {', '.join(one.label for one in models)}"
    yield asked
