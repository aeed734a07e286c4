"""What changed in a suite since a commit: git first, then the two plans for files that differ in git."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from llmrobust.changes.dependencies import check_sources, metric_sources, missing_templates, operator_sources, templates
from llmrobust.changes.git import ChangesError, History
from llmrobust.changes.last_runs import Record, requests_digest
from llmrobust.changes.plan_diff import (
    SuiteChange,
    cases_of_operators,
    compared,
    everything,
    operator_versions,
    other_versions,
)
from llmrobust.errors import LlmRobustError
from llmrobust.loading import load_plans
from llmrobust.plan import Plan
from llmrobust.suitefile.suite import Suite
from llmrobust.suitefile.yaml_source import read_source

SUITE_SUFFIXES = (".robust.yaml", ".robust.yml")


def change_of(
    plan: Plan, history: History, root: Path, record: Record | None = None, baselines: Path | None = None
) -> SuiteChange:
    """Why and where a suite changed since the history's commit, and since its last whole run in what git cannot know.

    root, baselines: as they were given when the plan was loaded. Never raises: what cannot be read counts as changed.
    """
    suite = plan.suite
    if not history.contains(suite.path):
        return everything(plan, f"not in the repository {history.top}")
    files = list(dict.fromkeys([*suite.files, *templates(suite)]))
    sources, metrics = operator_sources(suite, history), metric_sources(suite, history)
    checks = check_sources(suite, history)
    runs = [path for gate in suite.gates for path in (*gate.against, gate.baseline) if path is not None]
    try:
        differs = history.differing([*files, *sources, *metrics, *checks, *runs])
        others = {path for path, how in differs.items() if how != "ignored"}
        gone = any(map(history.existed, missing_templates(suite)))
        same = not gone and not others.intersection(files) and not history.has_other_links(_base(suite, root))
        change = SuiteChange() if same else _compared(plan, history, root, differs, baselines)
    except ChangesError as error:
        return everything(plan, str(error))
    for path in sorted(others.intersection(sources)):
        names = sources[path]
        reasons = [f"operator {name}: its source {path.name} changed" for name in sorted(names)]
        change = change.and_also(reasons, cases_of_operators(plan, names))
    for path in sorted(others.intersection(metrics)):
        reasons = [f"metric {name}: its source {path.name} changed" for name in sorted(metrics[path])]
        change = change.and_also(reasons)
    changed_checks = sorted(others.intersection(checks))
    change = change.and_also(f"check {suite.answer.check}: its source {path.name} changed" for path in changed_checks)
    change = change.and_also(f"gate: the run {path.name} changed" for path in runs if path in others)
    if record is not None:
        versions = other_versions(record.versions, operator_versions(suite))
        change = change.and_also(versions.values(), cases_of_operators(plan, versions))
    unknown = [path.name for path in files if differs.get(path) == "ignored"]
    why = _unlike_last_run(plan, record) if unknown else ""
    if why:
        reason = f"examples: {', '.join(unknown)} is not in git, and {why}"
        change = change.and_also([reason], everything(plan, reason).cases)
    return change


def deleted_suites(suites: Sequence[Suite], history: History, folders: Sequence[Path]) -> list[Path]:
    """The suite files below these folders that the commit has and the working tree has not, renamed ones left out.

    suites: all that the working tree has there. Raises ChangesError.
    """
    there = {path for folder in folders for path in history.files_below(folder)}
    gone = sorted(path for path in there if path.name.endswith(SUITE_SUFFIXES) and not path.exists())
    added = {suite.base or suite.name for suite in suites if not history.existed(suite.path)} if gone else set()
    if added:
        tree = history.then(history.top)
        gone = [path for path in gone if _suite_name(tree / path.relative_to(history.top)) not in added]
    return gone


def _suite_name(path: Path) -> object:
    """The name that a suite file gives its suite; None if it cannot be read."""
    try:
        value = read_source(path).value
    except LlmRobustError:
        return None
    return value.get("suite") if isinstance(value, dict) else None


def _unlike_last_run(plan: Plan, record: Record | None) -> str:
    """Why a plan's prompts may differ from those of its last run; empty if they do not."""
    if record is None:
        return "no earlier run is recorded"
    same = record.requests == requests_digest(case.request.content_hash() for case in plan.cases)
    return "" if same else "the prompts differ from the last run's"


def _compared(
    plan: Plan, history: History, root: Path, differs: Mapping[Path, str], baselines: Path | None
) -> SuiteChange:
    suite = plan.suite
    base = _base(suite, root)
    tree = history.then(base, [path for path in (*suite.files, *templates(suite)) if path not in differs])
    before = suite.path if history.existed(suite.path) else _renamed(suite, history, base, tree)
    if before is None:
        return everything(plan, "new")
    try:
        found = load_plans(tree / before.relative_to(base), tree, baselines)
    except LlmRobustError:
        return everything(plan, f"cannot be read at {history.commit.short}")
    then = next((one for one in found if one.suite.prompt == suite.prompt), None)
    return everything(plan, f"prompt {suite.prompt or 'of the suite'}: new") if then is None else compared(then, plan)


def _renamed(suite: Suite, history: History, base: Path, tree: Path) -> Path | None:
    """The suite's file at the commit, if it had another path there."""
    for path in history.files_below(base):
        gone = path.name.endswith(SUITE_SUFFIXES) and not path.exists()
        if gone and _suite_name(tree / path.relative_to(base)) == (suite.base or suite.name):
            return path
    return None


def _base(suite: Suite, root: Path) -> Path:
    """The folder that a suite's files lie below."""
    full = root.resolve()
    return full if suite.path.is_relative_to(full) else suite.path.parent
