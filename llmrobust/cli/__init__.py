"""`llmrobust`: the command line for everything besides test runs.

Each module of `commands` is one command: a function from the arguments to the exit code (`command.EXIT_CODES`).
A command's module is imported when the command is used, and heavy modules in the function that needs them, so that
`llmrobust --help` is fast.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import click

from llmrobust import __version__
from llmrobust.cli.command import Entry, LazyGroup
from llmrobust.errors import LlmRobustError

WRITE, BESIDE, JUDGE, LOOK_UP = "write suites", "before a run, and single cases", "evaluate stored runs", "reference"
TABLE = {
    "init": Entry(WRITE, "write a first suite from a prompt file"),
    "check": Entry(WRITE, "report every error in suite files"),
    "show": Entry(WRITE, "print the variants of an example, edits highlighted"),
    "schema": Entry(WRITE, "print the JSON Schema of suite files, for editors"),
    "generate": Entry(WRITE, "have a model write variants, checked by guards"),
    "review": Entry(WRITE, "decide on generated variants"),
    "fit": Entry(WRITE, "estimate rates of typos and the like from real inputs"),
    "convert": Entry(WRITE, "read variants or answers of LangTest, promptfoo, PromptSuite, DOVE"),
    "watch": Entry(BESIDE, "run suites again on every save"),
    "plan": Entry(BESIDE, "estimate a suite's cost and what its gates can detect"),
    "models": Entry(BESIDE, "show what a SPEC resolves to, and the supported forms"),
    "replay": Entry(BESIDE, "rerun one case and show everything about it"),
    "search": Entry(BESIDE, "search for the worst wording or format of a prompt"),
    "fix": Entry(BESIDE, "search for a way of answering that makes the gates pass"),
    "merge": Entry(JUDGE, "put the runs of all shards together and decide their gates"),
    "gate": Entry(JUDGE, "re-evaluate a suite's gates on a stored run"),
    "rescore": Entry(JUDGE, "rescore a stored run's replies, without a model"),
    "diff": Entry(JUDGE, "compare two runs, models or revisions case by case"),
    "methods": Entry(JUDGE, "compare ways of answering over stored runs"),
    "matrix": Entry(JUDGE, "show prompts, models and methods side by side"),
    "leaderboard": Entry(JUDGE, "rank prompts and models of stored runs"),
    "view": Entry(JUDGE, "show stored runs in a browser, with the history of gates"),
    "keep": Entry(JUDGE, "keep flips of a stored run as regression cases"),
    "baseline": Entry(JUDGE, "save, list or show the baselines that gates compare with"),
    "report": Entry(JUDGE, "show a stored run in any format"),
    "operators": Entry(LOOK_UP, "list the perturbation operators"),
    "metrics": Entry(LOOK_UP, "list the metrics that gates can use"),
    "completion": Entry(LOOK_UP, "print a shell completion script"),
}
"""Every command with its task and its help in one line; `--help` needs nothing else of them."""
COMPLETE_VARIABLE = "_LLMROBUST_COMPLETE"
"""The environment variable with which a shell asks for completions."""
INTERRUPTED = 130
READER_GONE = 141


def make_group() -> LazyGroup:
    """`llmrobust` with every command."""
    group = LazyGroup(
        TABLE,
        name="llmrobust",
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Tests whether a prompt or a model still answers the same when the wording changes. Suites are run by "
        "pytest (`pytest suites/ --llm SPEC`); this command writes, checks and explains them, and works on stored "
        "runs.",
    )
    group.examples = (
        ("llmrobust check suites/", "every error in every suite below a folder"),
        ("llmrobust show suites/triage.robust.yaml --only typo", "the first example under the typo operators"),
    )
    return click.version_option(__version__, message="llmrobust %(version)s")(group)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code (`command.EXIT_CODES`)."""
    _print_anything()
    try:
        try:
            return _run(list(sys.argv[1:] if arguments is None else arguments))
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except (KeyboardInterrupt, click.Abort):
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except LlmRobustError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        named = f"{error.filename}: " if error.filename is not None else ""
        print(f"{named}{error.strerror or error}", file=sys.stderr)
        return 2


def _run(arguments: list[str]) -> int:
    """The exit code of a command, or of help, wrong use, or a shell's question for completions.

    `click.Group.main` is not used: it would turn a closed pipe into exit code 1.
    """
    group = make_group()
    if instruction := os.environ.get(COMPLETE_VARIABLE):
        from click.shell_completion import shell_complete

        return shell_complete(group, {}, "llmrobust", COMPLETE_VARIABLE, instruction)
    try:
        with group.make_context("llmrobust", arguments) as context:
            return int(group.invoke(context))
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return 2


def _print_anything() -> None:
    """Escape what standard output's encoding does not have, instead of ending in an error of encoding."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
