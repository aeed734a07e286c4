"""`metrics`: the metrics that gates may name."""

from __future__ import annotations

import json
from pathlib import Path

import click

from llmrobust.cli.command import Chosen, command, complete_metrics, json_option, project_option
from llmrobust.cli.project import project_of
from llmrobust.errors import WrongUse


@command(
    "List the metrics with their formulas, ranges, and what they need.",
    [
        ("llmrobust metrics", "every metric that a gate can use"),
        ("llmrobust metrics consistency", "one metric in full"),
        ("llmrobust metrics --json", "for a script"),
    ],
)
@click.argument("name", required=False, shell_complete=complete_metrics, help="show this metric in full")
@click.option("--markdown", is_flag=True, help="the table of docs/metrics.md")
@json_option()
@project_option
def metrics(chosen: Chosen) -> int:
    """Print the metrics, or one of them."""
    if chosen.markdown and chosen.json:
        raise WrongUse("--markdown and --json exclude each other")
    from llmrobust.loading import load_installed
    from llmrobust.metrics import METRICS
    from llmrobust.report.catalogue.metric_facts import metric_facts_of, metrics_table, metrics_text

    if chosen.markdown:
        print(metrics_table(), end="")
        return 0
    load_installed()
    project_of([Path.cwd()], noconftest=chosen.noconftest)
    names = METRICS.names()
    if chosen.name is not None:
        if chosen.name not in names:
            raise WrongUse(METRICS.unknown(chosen.name))
        names = [chosen.name]
    if chosen.json:
        print(json.dumps([metric_facts_of(name) for name in names], indent=2, ensure_ascii=False))
    else:
        print(metrics_text(names, in_full=chosen.name is not None), end="")
    return 0
