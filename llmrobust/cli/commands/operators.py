"""`operators`: the perturbation operators that a suite can use."""

from __future__ import annotations

import json
from pathlib import Path

import click

from llmrobust.cli.command import Chosen, command, complete_operators, json_option, project_option
from llmrobust.cli.project import project_of
from llmrobust.errors import WrongUse


@command(
    "List the perturbation operators with their guarantees, an example, and their sources.",
    [
        ("llmrobust operators", "all families with their operators"),
        ("llmrobust operators typo", "one family"),
        ("llmrobust operators word.swap", "one operator with its parameters"),
        ("llmrobust operators --language de", "those that work on German"),
    ],
)
@click.argument(
    "name", required=False, shell_complete=complete_operators, help="show this operator or family with its parameters"
)
@click.option("--language", metavar="CODE", help="only those that work on this language: en, de, zh, fr, ...")
@click.option("--markdown", is_flag=True, help="the built-in ones as a page (docs/operators.md)")
@json_option()
@project_option
def operators(chosen: Chosen) -> int:
    """Print the operators, or one of them."""
    if chosen.markdown and chosen.json:
        raise WrongUse("--markdown and --json exclude each other")
    from llmrobust.loading import load_installed
    from llmrobust.operators import REGISTRY
    from llmrobust.report.catalogue.operator_facts import language_line, operator_facts, operators_page, operators_text
    from llmrobust.text.phrases import unknown_name

    load_installed()
    if not chosen.markdown:
        project_of([Path.cwd()], noconftest=chosen.noconftest)
    names = REGISTRY.names()
    if chosen.name is not None:
        names = [name for name in names if chosen.name in (name, name.split(".")[0])]
        known = REGISTRY.names() if "." in chosen.name else REGISTRY.families()
        if not names:
            raise WrongUse(unknown_name("operator or family", chosen.name, known))
    found = [REGISTRY.get(name) for name in names]
    if chosen.language is not None:
        found = [operator for operator in found if operator.speaks(chosen.language)]
        if not chosen.json and not chosen.markdown:
            print(language_line(chosen.language, found, len(names)), end="\n\n")
    if chosen.json:
        print(json.dumps([operator_facts(operator) for operator in found], indent=2, ensure_ascii=False))
    elif chosen.markdown:
        print(operators_page([one for one in found if one.apply.__module__.startswith("llmrobust.")]), end="")
    else:
        print(operators_text(found, with_parameters=chosen.name is not None), end="")
    return 0
