"""Renews the usage of every command in docs/cli.md: python docs/usages.py"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from llmrobust.cli import make_parser

PAGE = Path(__file__).with_name("cli.md")
_USAGE = re.compile(r"^usage: (?P<name>llmrobust(?: [a-z]+)*).*?\n(?=```)", re.MULTILINE | re.DOTALL)


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers of all commands, and of commands below them."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield below
                yield from parsers(below)


def usages() -> dict[str, str]:
    """Command ("llmrobust check") -> its usage at 100 columns."""
    found = {}
    for one in parsers(make_parser()):
        one.formatter_class = partial(argparse.HelpFormatter, width=100)  # type: ignore[assignment]
        found[one.prog] = one.format_usage()
    return found


def renewed(page: str) -> str:
    """The page with the usages as they are now; a command that is no more keeps its old one."""
    known = usages()
    names = sorted(known, key=len, reverse=True)

    def now(found: re.Match[str]) -> str:
        name = next((one for one in names if re.match(rf"usage: {one}(?=\s)", found[0])), None)
        return known[name] if name else found[0]

    return _USAGE.sub(now, page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
