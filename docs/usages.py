"""Renews the usage and options of every command in docs/cli.md: python docs/usages.py"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from llmrobust.cli import make_group

PAGE = Path(__file__).with_name("cli.md")
WIDTH = 100
_USAGE = re.compile(r"^[Uu]sage: (?P<name>llmrobust(?: [a-z]+)*).*?\n(?=```)", re.MULTILINE | re.DOTALL)


def contexts(group: click.Context) -> Iterator[click.Context]:
    """The contexts of all commands, and of commands below them."""
    command = group.command
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(group):
        found = command.get_command(group, name)
        assert found is not None
        below = click.Context(found, group, name, terminal_width=WIDTH, max_content_width=WIDTH)
        yield below
        yield from contexts(below)


def usages() -> dict[str, str]:
    """Command ("llmrobust check") -> its usage, arguments and options at 100 columns."""
    root = click.Context(make_group(), info_name="llmrobust", terminal_width=WIDTH, help_option_names=["-h", "--help"])
    found = {}
    for context in contexts(root):
        formatter = context.make_formatter()
        context.command.format_usage(context, formatter)
        for write in ("format_arguments", "format_options"):
            if isinstance(context.command, click.Group):
                break
            getattr(context.command, write)(context, formatter)
        found[context.command_path.split(" [")[0]] = formatter.getvalue()
    return found


def renewed(page: str) -> str:
    """The page with the usages as they are now; a command that no longer exists keeps its old one."""
    known = usages()
    names = sorted(known, key=len, reverse=True)

    def now(found: re.Match[str]) -> str:
        name = next((one for one in names if re.match(rf"[Uu]sage: {one}(?=\s)", found[0])), None)
        return known[name] if name else found[0]

    return _USAGE.sub(now, page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
