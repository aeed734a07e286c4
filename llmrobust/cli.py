"""`llmrobust`: the command line for what needs no test run."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from llmrobust import __version__
from llmrobust.errors import OperatorError, SuiteError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code: 0 fine, 1 mistakes were found, 2 wrong use."""
    parser = argparse.ArgumentParser(
        prog="llmrobust",
        description="Tests whether a prompt or a model still answers the same when the wording changes. "
        "Suites are run by pytest: `pytest suites/ --llm SPEC`.",
    )
    parser.add_argument("--version", action="version", version=f"llmrobust {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check", help="report every mistake in suite files", description="Load suites and report every mistake in them."
    )
    check.add_argument("paths", nargs="*", type=Path, default=[Path()], help="suite files or folders (default: here)")
    commands.add_parser(
        "schema",
        help="print the JSON Schema of suite files, for editors",
        description="Print the JSON Schema of suite files. Editors check and complete a suite with it: save it and "
        "start the suite with `# yaml-language-server: $schema=FILE`.",
    )
    commands.add_parser(
        "operators", help="list the perturbation operators", description="Print all operators in Markdown."
    )
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "check":
            return _check(chosen.paths)
        return _schema() if chosen.command == "schema" else _operators()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _schema() -> int:
    from llmrobust.suitefile import suite_json_schema

    print(json.dumps(suite_json_schema(), indent=2, ensure_ascii=False))
    return 0


def _operators() -> int:
    from llmrobust.perturb import REGISTRY
    from llmrobust.perturb.catalogue import operators_page

    print(operators_page(REGISTRY), end="")
    return 0


def _check(paths: Sequence[Path]) -> int:
    from llmrobust.run import load_plan

    files = [file for path in paths for file in _suite_files(path)]
    if not files:
        print(f"no *.robust.yaml file in {', '.join(str(path) for path in paths)}", file=sys.stderr)
        return 2
    root = Path.cwd()
    bad = 0
    for file in files:
        try:
            plan = load_plan(file, root)
        except SuiteError as error:
            bad += 1
            print(error.render(root), end="\n\n")
        except OperatorError as error:
            bad += 1
            print(f"{file}: {error}", end="\n\n")
        else:
            print(f"{file}: {len(plan.suite.examples)} examples, {len(plan.cases)} cases")
    return 1 if bad else 0


def _suite_files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for kind in ("yaml", "yml") for file in path.rglob(f"*.robust.{kind}"))
    return [path]
