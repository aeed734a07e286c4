"""`keep`: the smallest flipping edits of a stored run, kept as regression cases of its suites."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, StoredRun, command
from llmrobust.errors import ReportError, WrongUse

if TYPE_CHECKING:
    from llmrobust.operators.kept_cases import KeptCase, KeptCases
    from llmrobust.results.suite_result import SuiteResult
    from llmrobust.score.case_result import CaseResult


@command(
    "Keep the flips of a stored run as regression cases: the smallest edits that pytest --robust-shrink found, or with "
    "--all every flip with all of its edits. Writes a file beside each suite (kept/NAME.yaml), which the suite "
    "runs with `- kept: {file: kept/NAME.yaml}` under `perturb:`. Cases that it has already stay. Exit code 1: the "
    "run has nothing to keep.",
    [
        ("pytest suites/ --robust-shrink --robust-json run.json", "first find the smallest edits"),
        ("llmrobust keep run.json", "then keep them"),
        ("llmrobust keep run.json --suite triage --output kept/triage.yaml", "of one suite, elsewhere"),
    ],
)
@click.argument("stored", type=StoredRun(), metavar="RUN", help="JSON file of a run (.gz too)")
@click.option("--suite", metavar="NAME", multiple=True, help="only suites of this name; repeatable")
@click.option("--all", "every", is_flag=True, help="also flips that were not shrunk")
@click.option("--output", type=PATH, metavar="FILE", help="the output file, if one suite is kept")
@click.option("--root", type=PATH, metavar="DIR", default=Path(), help="the project's root folder (default: here)")
def keep(chosen: Chosen) -> int:
    """Write the kept cases of each suite."""
    from llmrobust.operators.kept_cases import KeptCases
    from llmrobust.results.json_reader import read_run
    from llmrobust.text.atomic_write import write_whole

    try:
        run = read_run(chosen.stored)
    except ReportError as error:
        raise WrongUse(str(error)) from None
    suites = [suite for suite in run.suites if not chosen.suite or suite.name in chosen.suite]
    if not suites:
        raise WrongUse(f"--suite: the run holds {', '.join(suite.name for suite in run.suites) or 'no suite'}")
    found = [(suite, cases) for suite in suites if (cases := _cases(suite, chosen.every))]
    if not found:
        more = "" if chosen.every else "; pytest --robust-shrink finds them, --all keeps whole edits"
        print(f"{chosen.stored}: no flip with a smallest edit{more}")
        return 1
    if chosen.output is not None and len(found) > 1:
        raise WrongUse(f"--output: the run has flips of {len(found)} suites; choose one with --suite")
    for suite, cases in found:
        path = chosen.output or _path(suite, chosen.root)
        before = _there(path) or KeptCases(suite=suite.name)
        after = before.with_cases(cases)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, after.text().encode("utf-8", "backslashreplace"))
        new = len(after.cases) - len(before.cases)
        print(f"wrote {path}: {len(after.cases):,} {'case' if len(after.cases) == 1 else 'cases'}, {new:,} new")
        _advise(suite, path, chosen.root)
    return 0


def _cases(suite: SuiteResult, every: bool) -> list[KeptCase]:
    """The flips of a suite as kept cases."""
    from llmrobust.operators.kept_cases import KeptCase, kept_edits
    from llmrobust.score.verdict import Status
    from llmrobust.text.edit_script import edits_of

    made = []
    for case in suite.cases:
        if case.smallest is not None:
            edits, answer = case.smallest.edits, case.smallest.answer
        elif every and case.status is Status.FLIPPED and case.relation == "same" and _same_roles(case):
            edits, answer = tuple(edits_of(case.clean_prompt, case.prompt)), case.answer
        else:
            continue
        name = re.sub(r"[^a-z0-9._=+-]+", "-", f"{case.use}-{case.variant}".lower()).strip("-")
        made.append(
            KeptCase(
                example=case.example,
                name=name or "kept",
                came_from=case.column,
                answer=case.clean_answer,
                flipped_to=answer,
                edits=kept_edits(case.clean_prompt, edits),
            )
        )
    return made


def _same_roles(case: CaseResult) -> bool:
    return [role for role, _ in case.clean_prompt] == [role for role, _ in case.prompt]


def _path(suite: SuiteResult, root: Path) -> Path:
    """Beside the suite file. Raises WrongUse where that is not below the root."""
    file = root / suite.path
    if not file.exists():
        raise WrongUse(f"{file}: the suite file does not exist; name the project's root with --root, or give --output")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", suite.name).strip("-") or "suite"
    return file.parent / "kept" / f"{name}.yaml"


def _there(path: Path) -> KeptCases | None:
    """The cases that a file has already. Raises WrongUse for another file."""
    from llmrobust.operators.kept_cases import read_kept

    if not path.exists():
        return None
    try:
        return read_kept(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise WrongUse(f"{path}: cannot be replaced: {error}") from None


def _advise(suite: SuiteResult, path: Path, root: Path) -> None:
    """Say how the suite runs them, unless it does."""
    if any(use.operator == "kept" for use in suite.uses):
        return
    file = root / suite.path
    shown = path
    if file.exists() and path.resolve().is_relative_to(file.parent.resolve()):
        shown = path.resolve().relative_to(file.parent.resolve())
    print(f"run them with this entry under perturb: of {suite.path}:\n  - kept: {{file: {shown.as_posix()}}}")
