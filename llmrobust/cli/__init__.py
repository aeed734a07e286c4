"""`llmrobust`: the command line for what needs no test run.

Each module of this package is one command or a few of a kind: `add` puts them on the parser, and the function that
a command names runs it and returns the exit code: 0 fine, 1 mistakes were found, 2 wrong use.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from llmrobust import __version__
from llmrobust.cli import gates, listing, search, suites
from llmrobust.errors import LlmRobustError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code: 0 fine, 1 mistakes were found, 2 wrong use."""
    parser = argparse.ArgumentParser(
        prog="llmrobust",
        description="Tests whether a prompt or a model still answers the same when the wording changes. "
        "Suites are run by pytest: `pytest suites/ --llm SPEC`.",
    )
    parser.add_argument("--version", action="version", version=f"llmrobust {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    suites.add(commands)
    gates.add(commands)
    listing.add(commands)
    search.add(commands)
    chosen = parser.parse_args(arguments)
    try:
        run = chosen.run
        return int(run(chosen))
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except LlmRobustError as error:
        print(error, file=sys.stderr)
        return 1
