"""What commands have in common: their class, groups that load commands lazily, shared options and completion."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar

import click
from click.shell_completion import CompletionItem

from llmrobust.errors import readable_file
from llmrobust.text.phrases import nearest

Chosen = SimpleNamespace
"""A command's arguments and options by their names."""
Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Examples = Sequence[tuple[str, str]]
"""(command line, what it does), shown below a command's help."""

EXIT_CODES = (
    ("0", "fine"),
    ("1", "a negative result: a gate failed, a run is worse, a suite has errors, a model is unusable"),
    ("2", "the command could not run: usage error, or an unreadable suite, run or file"),
    ("130", "interrupted (Ctrl-C)"),
    ("141", "the reader of the pipe closed it"),
)
_RUNS = ("run", "test", "pytest", "exec", "start", "eval")
PATH = click.Path(path_type=Path)
"""A path that need not exist."""


class ReadableFile(click.Path):
    """A file that exists and can be read. what: its kind with the article, for messages."""

    def __init__(self, what: str):
        super().__init__(path_type=Path)
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path as a Path. Raises WrongUse."""
        return readable_file(Path(os.fsdecode(super().convert(value, param, ctx))), self.what)


class StoredRun(ReadableFile):
    """The file of a stored run, or FILE#MODEL for the part of one of its models."""

    def __init__(self) -> None:
        super().__init__("a stored run")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path as a Path, with the model. Raises WrongUse."""
        from llmrobust.results.run_column import file_and_model

        path = Path(os.fsdecode(value))
        super().convert(file_and_model(path)[0], param, ctx)
        return path


class _Help:
    """Hints for misspelled options, and help that ends with examples as they were written."""

    examples: Examples = ()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's, with the nearest option in the message about an unknown one."""
        try:
            return super().parse_args(ctx, args)  # type: ignore[misc, no-any-return]
        except click.NoSuchOption as error:
            known = [name for param in ctx.command.get_params(ctx) for name in param.opts if name.startswith("-")]
            raise click.UsageError(f"unknown option {error.option_name}{near(error.option_name, known)}", ctx) from None

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        if self.examples:
            formatter.write(f"\n{listed('Examples:', self.examples)}\n")


class Command(_Help, click.Command):
    """A command with examples."""


class Group(_Help, click.Group):
    """A command with commands below it."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As click's, with the nearest command in the message about an unknown one."""
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise click.UsageError(self.unknown(args[0], self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)

    def unknown(self, name: str, known: Collection[str]) -> str:
        """The message about a command that does not exist."""
        others = f"; known are {', '.join(known)}"
        return f'unknown command "{name}"{near(name, known) or others}'


class Entry(NamedTuple):
    """A command in the table of `LazyGroup`: its task, and its help in one line. Its module has the same name."""

    group: str
    summary: str


class LazyGroup(Group):
    """`llmrobust` itself: imports a command's module when the command is used, and lists commands by task."""

    def __init__(self, table: Mapping[str, Entry], **options: Any):
        super().__init__(**options)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; its module is imported here."""
        if cmd_name not in self.table:
            return None
        module = importlib.import_module(f"llmrobust.cli.commands.{cmd_name}")
        found: click.Command = getattr(module, cmd_name)
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands from the table (without importing them), then options."""
        names = [CompletionItem(n, help=e.summary) for n, e in self.table.items() if n.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in their groups."""
        for group in dict.fromkeys(entry.group for entry in self.table.values()):
            rows = [(name, entry.summary) for name, entry in self.table.items() if entry.group == group]
            with formatter.section(group):
                formatter.write_dl(rows, col_max=12)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and the exit codes."""
        super().format_epilog(ctx, formatter)
        formatter.write(f"\n{listed('Exit codes:', EXIT_CODES)}\n")
        formatter.write("\n`llmrobust COMMAND --help` explains a command, with examples.\n")

    def unknown(self, name: str, known: Collection[str]) -> str:
        """The message about a command that does not exist; whoever wants to run a suite is sent to pytest."""
        hint = near(name, known)
        if not hint and (name in _RUNS or Path(name).exists() or name.endswith((".yaml", ".yml"))):
            hint = "; suites are run by pytest: pytest suites/ --llm SPEC"
        return f'unknown command "{name}"{hint or "; llmrobust --help lists all"}'


def command(description: str, examples: Examples) -> Callable[[Callable[[Chosen], int]], Command]:
    """Make a command of a function from the arguments to the exit code; its name is the function's."""

    def decorate(function: Callable[[Chosen], int]) -> Command:
        params = list(reversed(getattr(function, "__click_params__", [])))
        made = Command(
            function.__name__, params=params, help=description, callback=lambda **given: function(Chosen(**given))
        )
        made.examples = examples
        return made

    return decorate


def json_option(help: str = "for machines") -> Callable[[Decorated], Decorated]:
    """The option `--json`."""
    return click.option("--json", is_flag=True, help=help)


def project_option(function: Decorated) -> Decorated:
    """The option of commands that load suites."""
    text = "as for pytest: do not load conftest.py files; operators and metrics defined there are then unknown"
    return click.option("--noconftest", is_flag=True, help=text)(function)


def colour_option(function: Decorated) -> Decorated:
    """The option of commands that print in colours."""
    choice = click.Choice(("auto", "always", "never"))
    text = "auto: in a terminal, unless NO_COLOR is set (the default)"
    return click.option("--color", type=choice, default="auto", help=text)(function)


def complete_operators(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The families and operators that begin so."""
    from llmrobust.loading import load_installed
    from llmrobust.operators import REGISTRY

    load_installed()
    return [name for name in (*REGISTRY.families(), *REGISTRY.names()) if name.startswith(incomplete)]


def complete_metrics(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The metrics that begin so."""
    from llmrobust.loading import load_installed
    from llmrobust.metrics import metric_names

    load_installed()
    return [name for name in metric_names() if name.startswith(incomplete)]


def complete_recipes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The recipes of `search` that begin so."""
    from llmrobust.search import RECIPES

    return [name for name in (*RECIPES, "format") if name.startswith(incomplete)]


def near(name: str, known: Collection[str]) -> str:
    """A hint at the nearest known name; empty where none is near."""
    close = nearest(name, known)
    return f'; did you mean "{close}"?' if close else ""


def listed(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """A title and rows of a word and its meaning, which goes below where the words are long."""
    rows = list(rows)
    width = max(len(word) for word, _ in rows)
    if width > 12:
        return "\n".join([title, *(f"  {word}\n      {meaning}" for word, meaning in rows)])
    return "\n".join([title, *(f"  {word.ljust(width)}  {meaning}" for word, meaning in rows)])
