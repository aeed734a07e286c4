"""`completion`: a script that makes a shell complete commands, options, files, and names of operators and metrics."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmrobust.cli.parser import Commands, Parser, RootParser

SHELLS = ("bash", "zsh", "tcsh")


def add(commands: Commands[Parser]) -> None:
    """Put the command on the parser."""
    completion = commands.add_parser(
        "completion",
        help="print a script with which a shell completes this command",
        description="Print a script with which a shell completes commands, options, files, and the names of operators, "
        "metrics and recipes that there are now. Renew it when llmrobust or a plugin was updated.",
        examples=[
            ("llmrobust completion bash > ~/.local/share/bash-completion/completions/llmrobust", "bash, for good"),
            ('eval "$(llmrobust completion bash)"', "bash, for this session"),
            ('llmrobust completion zsh > "${fpath[1]}/_llmrobust"', "zsh; then start a new one"),
            ("llmrobust completion tcsh > ~/.llmrobust.tcsh", "tcsh; then `source ~/.llmrobust.tcsh` in ~/.tcshrc"),
        ],
    )
    completion.add_argument("shell", choices=SHELLS, help="which shell's script")
    completion.set_defaults(run=_completion)


def _completion(chosen: argparse.Namespace) -> int:
    import shtab

    from llmrobust.cli import make_parser

    parser = make_parser()
    _say_what_completes(parser, shtab.FILE)
    print(shtab.complete(parser, chosen.shell))
    return 0


def _say_what_completes(parser: RootParser, files: object) -> None:
    """Give every argument that is a path the shell's own completion, and those that take a name the names."""
    names = _names()
    for command, of_command in parser.commands.choices.items():
        for action in _values(of_command):
            if action.type is Path or (command, action.dest) == ("replay", "node"):
                action.complete = files  # type: ignore[attr-defined]
            elif (command, action.dest) in names:
                action.choices = names[command, action.dest]


def _values(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The actions that take a value, those of commands below a command included."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _values(below)
        elif action.nargs != 0:
            yield action


def _names() -> dict[tuple[str, str], Sequence[str]]:
    """(command, argument) -> the names that it takes."""
    from llmrobust.metrics import metric_names
    from llmrobust.operators import REGISTRY
    from llmrobust.operators.registry import load_installed
    from llmrobust.search import RECIPES

    load_installed()
    operators = [*REGISTRY.families(), *REGISTRY.names()]
    return {
        ("operators", "name"): operators,
        ("show", "only"): operators,
        ("metrics", "name"): list(metric_names()),
        ("search", "recipe"): [*RECIPES, "format"],
    }
