"""`llmrobust`: the command line for what needs no test run.

Each module of this package is one command or a few of a kind: `add` puts them on the parser, and the function that
a command names as `run` takes the parsed arguments and returns the exit code (`parser.EXIT_CODES`). Whatever is heavy
is imported in that function, so that `llmrobust --help` comes at once.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from llmrobust import __version__
from llmrobust.cli.commands import baseline as baselines
from llmrobust.cli.commands import check, completion, diff, init, models, replay, rescore, search
from llmrobust.cli.commands import gate as gates
from llmrobust.cli.commands import operators as listing
from llmrobust.cli.commands import report as reports
from llmrobust.cli.commands import show as suites
from llmrobust.cli.parser import Parser, RootParser
from llmrobust.errors import LlmRobustError, WrongUse

MODULES = (
    check,
    suites,
    baselines,
    gates,
    diff,
    rescore,
    reports,
    models,
    replay,
    search,
    listing,
    completion,
    init,
)
"""The modules whose commands there are; `--help` groups them by task (parser.GROUPS)."""
INTERRUPTED = 130
READER_GONE = 141


def make_parser() -> RootParser:
    """The parser with every command."""
    parser = RootParser(
        prog="llmrobust",
        description="Tests whether a prompt or a model still answers the same when the wording changes. Suites are "
        "run by pytest (`pytest suites/ --llm SPEC`); this command writes, checks and explains them, and works on "
        "stored runs.",
        examples=[
            ("llmrobust check suites/", "every mistake in every suite below a folder"),
            ("llmrobust show suites/triage.robust.yaml --only typo", "what an operator makes of the first example"),
        ],
    )
    parser.add_argument("--version", action="version", version=f"llmrobust {__version__}")
    parser.commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for module in MODULES:
        module.add(parser.commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code (`parser.EXIT_CODES`); wrong options end the process with 2."""
    _print_anything()
    try:
        try:
            chosen = make_parser().parse(sys.argv[1:] if arguments is None else arguments)
            return int(chosen.run(chosen))
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except WrongUse as error:
        print(error, file=sys.stderr)
        return 2
    except LlmRobustError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        named = f"{error.filename}: " if error.filename is not None else ""
        print(f"{named}{error.strerror or error}", file=sys.stderr)
        return 2


def _print_anything() -> None:
    """Escape what standard output's encoding does not have, instead of ending in an error of encoding."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
