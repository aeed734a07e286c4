"""`baseline save|list|show`: the runs that `against: baseline` in gates compares with."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmrobust.cli.command import PATH, Chosen, Group, command, json_option, project_option
from llmrobust.cli.project import project_of
from llmrobust.cli.stored_models import model_option, run_of_model
from llmrobust.errors import WrongUse

if TYPE_CHECKING:
    from llmrobust.results.run_result import RunResult
    from llmrobust.results.suite_result import SuiteResult


FOLDER = "folder of baselines (default: robust_baselines of the ini file, else `baselines` beside each suite)"


@dataclass(frozen=True, slots=True)
class _Planned:
    """A baseline to be written: the path, what it replaces (None: nothing), and the problems with it."""

    path: Path
    run: RunResult
    before: RunResult | None
    obstacles: tuple[str, ...]


@command(
    "Save a run stored with --robust-json as the baseline of its suites. A run is refused if it is "
    "incomplete, was run in waves, has unanswered cases, or has gates that did not pass. Exit code 0: saved, 1: "
    "refused (nothing is written), 2: the run cannot be used.",
    [
        ("llmrobust baseline save run.json --dry-run", "what would be replaced, and the differences"),
        ("llmrobust baseline save run.json --suite triage --to s3/baselines", "one suite, saved to another folder"),
    ],
)
@click.argument("stored", type=PATH, metavar="RUN", help="JSON file of a stored run")
@click.option("--suite", metavar="NAME", multiple=True, help="only this suite of the run; repeatable")
@click.option("--full", is_flag=True, help="keep replies and label probabilities too (larger file)")
@click.option("--force", is_flag=True, help="save a run even if it would be refused")
@click.option("--dry-run", is_flag=True, help="print what would be saved without writing anything")
@click.option("--to", "folder", type=PATH, metavar="DIR", help=FOLDER)
@model_option
@project_option
def save(chosen: Chosen) -> int:
    """Keep a stored run as the baseline of its suites."""
    from llmrobust.results.json_writer import write_json

    run = run_of_model(chosen.stored, chosen.model)
    project = project_of([Path.cwd()], noconftest=True)
    folder = chosen.folder or project.settings.baselines
    suites = _chosen_suites(run, chosen.suite, chosen.stored)
    planned = [_planned(run, suite, chosen, project.root, folder) for suite in suites]
    doubles = [one.path for one in planned if [other.path for other in planned].count(one.path) > 1]
    if doubles:
        raise WrongUse(f"two suites of {chosen.stored} would be saved as {doubles[0]}; give each suite its own name")
    refused = any(one.obstacles for one in planned) and not chosen.force
    for one in planned:
        for line in _said(one, refused=bool(one.obstacles) and not chosen.force):
            _print(line)
    if refused:
        print("nothing was saved; --force saves it anyway", file=sys.stderr)
        return 1
    if chosen.dry_run:
        print("nothing was saved (--dry-run)")
        return 0
    for one in planned:
        write_json(one.run, one.path)
    return 0


def _chosen_suites(run: RunResult, names: Sequence[str] | None, path: Path) -> list[SuiteResult]:
    if not run.suites:
        raise WrongUse(f"{path}: has no suites")
    held = [suite.name for suite in run.suites]
    unknown = [name for name in names or [] if name not in held]
    if unknown:
        raise WrongUse(f'{path}: has no suite "{unknown[0]}"; it has {", ".join(held)}')
    return [suite for suite in run.suites if not names or suite.name in names]


def _planned(run: RunResult, suite: SuiteResult, chosen: Chosen, root: Path, folder: Path | None) -> _Planned:
    from llmrobust.errors import ReportError
    from llmrobust.results.baseline_contents import baseline_of
    from llmrobust.results.compatibility import incompatibilities
    from llmrobust.results.json_reader import read_run
    from llmrobust.suitefile.paths import baseline_file

    suite_path = root / suite.path
    if folder is None and not suite_path.is_file():
        raise WrongUse(
            f"{suite.path}: no such suite file below {root}, so its baseline cannot be saved beside it; go "
            "to the project that the run was made in, or name a folder with --to"
        )
    path = baseline_file(suite_path, suite.name, folder)
    if path.resolve() == chosen.stored.resolve():
        raise WrongUse(f"{path} is already the suite's baseline")
    before, problems = None, [str(one) for one in incompatibilities("save", suite)]
    if path.exists():
        try:
            before = read_run(path)
            held = before.suites[0] if len(before.suites) == 1 else None
            if held is None or held.name != suite.name:
                problems.append(f"{path} exists and is not a baseline of this suite")
                before = None
            elif held.path != suite.path and (root / held.path).is_file():
                problems.append(f"{path} is the baseline of {held.path}, another suite with this name")
        except ReportError as error:
            problems.append(f"{error}; saving would overwrite it")
    return _Planned(path, baseline_of(run, suite, chosen.full), before, tuple(problems))


def _said(one: _Planned, refused: bool) -> Iterator[str]:
    """What is saved where, how it differs from what it replaces, and the problems with it."""
    from llmrobust.results.baseline_contents import replaced

    done = "refused" if refused else "replaces the baseline" if one.before else "new baseline"
    yield f"{one.run.suites[0].name}: {_short(one.path)}: {done}"
    yield from (f"  {what:12} {values}" for what, values in replaced(one.before, one.run))
    yield from (f"  {'refused:' if refused else 'ignored:'} {problem}" for problem in one.obstacles)


def _print(*lines: str) -> None:
    """Lines that may contain foreign text."""
    from llmrobust.text.escaping import inert, visible

    for line in lines:
        print(inert(visible(line)))


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _files(folder: Path | None) -> list[Path]:
    """The files of baselines: in a folder, else in every `baselines` folder below this one."""
    from llmrobust.suitefile.paths import BASELINES

    if folder is not None:
        return sorted(folder.glob("*.json"))
    hidden = (path for path in Path().rglob(f"{BASELINES}/*.json"))
    return sorted(path for path in hidden if not any(part.startswith(".") for part in path.parts))


def _facts(path: Path, root: Path, folder: Path | None) -> dict[str, Any]:
    """The facts of a baseline, for people and machines. `state`: "matches", or why it does not."""
    from llmrobust.errors import ReportError
    from llmrobust.results.baseline_contents import COMPARED
    from llmrobust.results.json_reader import read_run

    try:
        run = read_run(path)
        if len(run.suites) != 1:
            raise ReportError(f"{path}: has {len(run.suites)} suites; a baseline has exactly one")
    except ReportError as error:
        return {"file": str(path), "suite": None, "cause": error.kind, "state": str(error).removeprefix(f"{path}: ")}
    suite = run.suites[0]
    measured = {name: suite.measurement(name) for name in COMPARED}
    cause, state = _state(run, suite, root, folder, path)
    return {
        "file": str(path),
        "suite": suite.name,
        "suite_file": suite.path,
        "model": None if run.manifest.model is None else run.manifest.model.name,
        "cases": len(suite.cases),
        **{name: None if m is None else m.value for name, m in measured.items()},
        "cause": cause,
        "state": state,
    }


def _state(run: RunResult, suite: SuiteResult, root: Path, folder: Path | None, path: Path) -> tuple[str | None, str]:
    """Whether a baseline still matches its suite: a fixed word for why not (None if it does), and a text."""
    from llmrobust.errors import LlmRobustError
    from llmrobust.loading import load_suite_file
    from llmrobust.results.compatibility import stored_reference

    suite_path = root / suite.path
    if not suite_path.is_file():
        return "no-suite", f"its suite file {suite.path} does not exist"
    try:
        now = load_suite_file(suite_path, root, folder, suite.column.prompt if suite.column is not None else None)
    except LlmRobustError as error:
        return "suite-unreadable", f"its suite cannot be read: {str(error).splitlines()[0]}"
    found = stored_reference(path, now, run.manifest.model, baseline=True)
    if found.problem is not None:
        return found.problem.kind, found.problem.reason
    return None, "matches; the prompt has changed" if "prompt" in found.differs else "matches"


@command(
    "List the baselines below a folder. Exit code 1: a baseline no longer matches its suite.",
    [("llmrobust baseline list", "the baselines below this folder, and whether they still match")],
)
@json_option()
@click.option("--in", "folder", type=PATH, metavar="DIR", help=FOLDER)
@project_option
def list_(chosen: Chosen) -> int:
    """Print the baselines below a folder."""
    project = project_of([Path.cwd()], noconftest=chosen.noconftest)
    folder = chosen.folder or project.settings.baselines
    if folder is not None and not folder.is_dir():
        raise WrongUse(f"{folder}: no such folder")
    found = [_facts(path, project.root, folder) for path in _files(folder)]
    if chosen.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for one in found:
            _print(*_listed(one))
        if not found:
            print("no baselines here; `llmrobust baseline save RUN.json` creates one", file=sys.stderr)
    return 1 if any(one["cause"] for one in found) else 0


def _listed(one: dict[str, Any]) -> Iterator[str]:
    yield f"{one['file']}" if one["suite"] is None else f"{one['suite']}  {one['file']}"
    if one["suite"] is not None:
        shares = (
            f"{word} {one[name]:.3f}"
            for name, word in (("accuracy", "accuracy"), ("consistency", "consistency"))
            if one[name] is not None
        )
        yield f"  {', '.join([f'''{one['cases']:,} cases''', *shares, f'''model {one['model'] or 'not known'}'''])}"
    yield f"  {one['state']}"


@command(
    "Show a baseline. Exit code 1: it no longer matches its suite.",
    [("llmrobust baseline show triage", "the baseline of the suite triage")],
)
@click.argument("baseline", metavar="NAME|FILE", help="the suite's name, or the baseline's file")
@json_option()
@click.option("--in", "folder", type=PATH, metavar="DIR", help=FOLDER)
@project_option
def show(chosen: Chosen) -> int:
    """Print the contents of a baseline."""
    from llmrobust.errors import ReportError
    from llmrobust.report.run_terminal import decision_lines, suite_lines
    from llmrobust.report.terminal_lines import inert_line
    from llmrobust.results.json_reader import read_run

    project = project_of([Path.cwd()], noconftest=chosen.noconftest)
    folder = chosen.folder or project.settings.baselines
    path = _named(chosen.baseline, folder)
    facts = _facts(path, project.root, folder)
    if chosen.json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return 1 if facts["cause"] else 0
    try:
        run = read_run(path)
    except ReportError as error:
        raise WrongUse(str(error)) from None
    _print(*_listed(facts))
    for suite in run.suites:
        for line in [*suite_lines(suite), *decision_lines(suite)]:
            print("".join(text for text, _ in inert_line(line)))
    return 1 if facts["cause"] else 0


def _named(name: str, folder: Path | None) -> Path:
    """The file of a baseline that is named by its file or by its suite. Raises WrongUse."""
    from llmrobust.suitefile.paths import baseline_file

    if Path(name).is_file():
        return Path(name)
    wanted = baseline_file(Path(), name, Path()).name
    found = [path for path in _files(folder) if path.name == wanted]
    if len(found) > 1:
        raise WrongUse(
            f'{len(found)} baselines are named "{name}": {", ".join(map(str, found))}; give the file instead'
        )
    if not found:
        there = ", ".join(sorted({path.stem for path in _files(folder)})) or "none"
        raise WrongUse(f'no baseline named "{name}"; available: {there}')
    return found[0]


baseline = Group(
    "baseline",
    help="A baseline is a run of one suite that later runs are compared with, kept in one file: baselines/NAME.json "
    "beside the suite file, or in another folder.",
    commands={"save": save, "list": list_, "show": show},
    no_args_is_help=True,
)
"""Keep, list and show baselines."""
baseline.examples = (
    ("pytest suites/ --robust-json run.json", "a run"),
    ("llmrobust baseline save run.json", "keep each of its suites as that suite's baseline"),
    ("llmrobust baseline list", "the baselines below this folder, and whether they still match"),
)
