"""The command line's parser: commands grouped by task, examples below each help, and a hint for what is misspelled."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

Commands = argparse._SubParsersAction
"""What a command's module adds its parser to: `add_parser(name, help=..., description=..., examples=...)`."""

GROUPS = (
    ("write suites", ("init", "check", "show", "schema")),
    ("before and beside a run", ("plan", "models", "replay", "search")),
    ("judge stored runs", ("gate", "rescore", "diff", "baseline", "report")),
    ("look up", ("operators", "metrics", "completion")),
)
"""The commands by task, as `--help` lists them; a command that is named in no group stands in one of its own."""
EXIT_CODES = (
    ("0", "fine"),
    ("1", "something was found: mistakes, a gate that does not pass, a model that cannot be used"),
    ("2", "wrong use, or a file that cannot be read or written"),
    ("130", "interrupted (Ctrl-C)"),
    ("141", "the reader of a pipe went away"),
)
"""What every command's exit code says, as far as its own help says nothing else."""
_RUNS = ("run", "test", "pytest", "exec", "start", "eval")


class _Formatter(argparse.HelpFormatter):
    """Wraps descriptions as usual and leaves texts of several lines, such as examples, as they are."""

    def __init__(self, prog: str, **options: Any):
        super().__init__(prog, **{"max_help_position": 28, **options})

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" in text:
            return "".join(f"{indent}{line}" for line in text.splitlines(keepends=True))
        return super()._fill_text(text, width, indent)


class Parser(argparse.ArgumentParser):
    """A parser whose help ends with examples, and which takes no abbreviated options: scripts would break by them.

    examples: (command, what it does), shown below the help.
    """

    def __init__(self, *, examples: Sequence[tuple[str, str]] = (), **options: Any):
        if examples:
            options["epilog"] = _listed("examples:", examples)
        options.setdefault("formatter_class", _Formatter)
        options.setdefault("allow_abbrev", False)
        super().__init__(**options)

    def chosen_below(self, chosen: argparse.Namespace) -> Parser:
        """The parser of the command below this one that was chosen, or this one where there is none."""
        for action in self._actions:
            below = getattr(chosen, action.dest, None) if isinstance(action, argparse._SubParsersAction) else None
            if below is not None and isinstance(action.choices, dict):
                return action.choices[below].chosen_below(chosen)  # type: ignore[no-any-return]
        return self

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """End with the usage of this parser and what may have been meant by arguments that it does not know."""
        options = [name for action in self._actions for name in action.option_strings]
        hints = [_near(one.partition("=")[0], options) for one in unknown if one.startswith("-")]
        self.error(f"unrecognized arguments: {' '.join(unknown)}{next(filter(None, hints), '')}")


class RootParser(Parser):
    """`llmrobust` itself: lists its commands by task."""

    commands: Commands[Parser]

    def format_help(self) -> str:
        """The usage, the commands in their groups, and the exit codes."""
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        formatter.add_text(self.description)
        left = {action.dest: action for action in self.commands._choices_actions}
        groups = [(title, [left.pop(name) for name in names if name in left]) for title, names in GROUPS]
        others = [action for action in self._actions if action is not self.commands]
        for title, actions in (*groups, ("more", list(left.values())), ("options", others)):
            if actions:
                formatter.start_section(title)
                formatter.add_arguments(actions)
                formatter.end_section()
        formatter.add_text(self.epilog)
        formatter.add_text(_listed("exit codes:", EXIT_CODES))
        formatter.add_text("`llmrobust COMMAND --help` explains a command and shows how it is used.")
        return formatter.format_help()

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The chosen command with its arguments; ends the process with exit code 2 and a hint on wrong use."""
        if not arguments:
            self.print_help(sys.stderr)
            self.exit(2)
        first = arguments[0]
        if first.startswith("-") and first not in self._option_string_actions:
            self.refuse([first])
        if not first.startswith("-") and first not in self.commands.choices:
            self.error(self._unknown_command(first))
        chosen, unknown = self.parse_known_args(arguments)
        if unknown:
            self.commands.choices[chosen.command].chosen_below(chosen).refuse(unknown)
        return chosen

    def _unknown_command(self, name: str) -> str:
        near = _near(name, self.commands.choices)
        if not near and (name in _RUNS or Path(name).exists() or name.endswith((".yaml", ".yml"))):
            near = "; suites are run by pytest: pytest suites/ --llm SPEC"
        return f'there is no command "{name}"{near or "; llmrobust --help lists all"}'


def _near(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, list(known), 1, 0.6)
    return f'; did you mean "{close[0]}"?' if close else ""


def _listed(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """A title and rows of a word and its meaning; the meaning stands below where the words are long."""
    rows = list(rows)
    width = max(len(word) for word, _ in rows)
    if width > 12:
        return "\n".join([title, *(f"  {word}\n      {meaning}" for word, meaning in rows)])
    return "\n".join([title, *(f"  {word.ljust(width)}  {meaning}" for word, meaning in rows)])
