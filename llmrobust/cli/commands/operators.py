"""`operators`, `metrics`: what can be used in a suite."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llmrobust.cli.project import add_project_option, project_of
from llmrobust.errors import WrongUse

if TYPE_CHECKING:
    from llmrobust.cli.parser import Commands, Parser


def add(commands: Commands[Parser]) -> None:
    """Put the commands on the parser."""
    operators = commands.add_parser(
        "operators",
        help="list the perturbation operators",
        description="List the perturbation operators with what they promise, an example, and where they come from.",
        examples=[
            ("llmrobust operators", "all families with their operators"),
            ("llmrobust operators typo", "one family"),
            ("llmrobust operators word.swap", "one operator with its parameters"),
        ],
    )
    operators.add_argument("name", nargs="?", help="an operator or a family, with its parameters")
    form = operators.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="the built-in ones as a page (docs/operators.md)")
    form.add_argument("--json", action="store_true", help="for machines")
    add_project_option(operators)
    operators.set_defaults(run=_operators)
    metrics = commands.add_parser(
        "metrics",
        help="list the metrics that gates may name",
        description="List the metrics with their formulas, ranges, and what they need.",
        examples=[
            ("llmrobust metrics", "what a gate may be put on"),
            ("llmrobust metrics consistency", "one of them in full"),
            ("llmrobust metrics --json", "the same for a script"),
        ],
    )
    metrics.add_argument("name", nargs="?", help="a metric, in full")
    form = metrics.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="the table of docs/metrics.md")
    form.add_argument("--json", action="store_true", help="for machines")
    add_project_option(metrics)
    metrics.set_defaults(run=_metrics)


def _metrics(chosen: argparse.Namespace) -> int:
    from llmrobust.metrics import metric_names
    from llmrobust.report.catalogue.metrics import metric_facts_of, metrics_table, metrics_text

    if chosen.markdown:
        print(metrics_table(), end="")
        return 0
    project_of([Path.cwd()], noconftest=chosen.noconftest)
    names = metric_names()
    if chosen.name is not None:
        names = [chosen.name] if chosen.name in names else []
        _stop_without(names, f'no metric is called "{chosen.name}"', chosen.name, metric_names())
    if chosen.json:
        print(json.dumps([metric_facts_of(name) for name in names], indent=2, ensure_ascii=False))
    else:
        print(metrics_text(names, in_full=chosen.name is not None), end="")
    return 0


def _operators(chosen: argparse.Namespace) -> int:
    from llmrobust.operators import REGISTRY
    from llmrobust.operators.registry import load_installed
    from llmrobust.report.catalogue.operators import operator_facts, operators_page, operators_text

    load_installed()
    if not chosen.markdown:
        project_of([Path.cwd()], noconftest=chosen.noconftest)
    names = REGISTRY.names()
    if chosen.name is not None:
        names = [name for name in names if chosen.name in (name, name.split(".")[0])]
        known = REGISTRY.names() if "." in chosen.name else REGISTRY.families()
        _stop_without(names, f'no operator or family is called "{chosen.name}"', chosen.name, known)
    found = [operator for name in names if (operator := REGISTRY.get(name)) is not None]
    if chosen.json:
        print(json.dumps([operator_facts(operator) for operator in found], indent=2, ensure_ascii=False))
    elif chosen.markdown:
        print(operators_page([one for one in found if one.apply.__module__.startswith("llmrobust.")]), end="")
    else:
        print(operators_text(found, with_parameters=chosen.name is not None), end="")
    return 0


def _stop_without(found: Sequence[str], message: str, name: str, known: Sequence[str]) -> None:
    """Raises WrongUse, with the nearest names, where nothing was found."""
    from llmrobust.text.phrases import did_you_mean

    if not found:
        raise WrongUse(f"{message}; {did_you_mean(name, known)}")
