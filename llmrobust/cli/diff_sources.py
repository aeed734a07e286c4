"""What `diff` compares: a stored run, a model, or a revision of the suites, distinguished by their spelling."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from llmrobust.errors import WrongUse

if TYPE_CHECKING:
    from llmrobust.changes import History
    from llmrobust.cli.project import Project
    from llmrobust.plan import Plan
    from llmrobust.results.run_result import RunResult

Kind = Literal["run", "model", "git"]
KINDS: dict[Kind, str] = {"run": "a file", "model": "a model", "git": "a git revision"}
"""The kinds of sides; each can be written before the side with a colon, where it would be ambiguous."""
WORKING_TREE = "."


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison. text: as the user wrote it, without the kind before it."""

    kind: Kind
    text: str

    @classmethod
    def of(cls, text: str, folder: Path) -> Side:
        """The side that a text names. Raises WrongUse for one that names nothing, or several things."""
        kind, colon, rest = text.partition(":")
        for known in KINDS:
            if colon and kind == known:
                return cls(known, rest)
        if text == WORKING_TREE:
            return cls("git", text)
        from llmrobust.results.run_column import file_and_model

        tests: dict[Kind, Callable[[], bool]] = {
            "run": lambda: file_and_model(Path(text))[0].is_file(),
            "model": lambda: not _why_no_model(text),
            "git": lambda: not _why_no_revision(text, folder),
        }
        found = [known for known, test in tests.items() if test()]
        if len(found) == 1:
            return cls(found[0], text)
        if found:
            ways = " or ".join(f"{one}:{text}" for one in found)
            raise WrongUse(f'"{text}" is {" and ".join(KINDS[one] for one in found)}; write {ways}')
        if Path(text).is_dir():
            raise WrongUse(f"{text}: is a folder; expected a run's file, or {WORKING_TREE} for the working tree")
        if str(file_and_model(Path(text))[0]).endswith((".json", ".json.gz", ".parquet")):
            raise WrongUse(f"{text}: no such file")
        raise WrongUse(
            f'"{text}" cannot be compared:\nas a run: no such file\nas a revision: '
            f"{_why_no_revision(text, folder)}\nas a model: {_why_no_model(text)}"
        )


def runs_of(sides: Sequence[Side], suites: Sequence[Path], specs: Sequence[str], project: Project) -> list[RunResult]:
    """The run of each side: read from a file, or made by running the suites; equal models are opened once.

    specs: the model that revisions are run on. Raises ReportError, SuiteError or ModelError.
    """
    from llmrobust.errors import without_credentials
    from llmrobust.models.choices import replicas_of
    from llmrobust.results.json_reader import read_run
    from llmrobust.runner import run_plans
    from llmrobust.score.embedding import keep_vectors_in
    from llmrobust.score.model_judge import Judges

    found: dict[int, RunResult] = {}
    asked: dict[tuple[str, ...], list[int]] = {}
    for number, side in enumerate(sides):
        if side.kind == "run":
            found[number] = read_run(Path(side.text))
        else:
            asked.setdefault(replicas_of(side.text) if side.kind == "model" else tuple(specs), []).append(number)
    settings = project.settings
    with ExitStack() as checkouts:
        plans = {
            number: _plans(sides[number], suites, project, checkouts) for some in asked.values() for number in some
        }
        for model, numbers in asked.items():
            keep_vectors_in(settings.store, model)
            engine, judges = settings.engine_of(model), Judges(replace(settings, specs=model).judge_engine_of)
            try:
                for number in numbers:
                    suites_then, root = plans[number]
                    count = sum(len(plan.requests()) for plan in suites_then)
                    at = "" if sides[number].kind == "model" else f", suites of {sides[number].text}"
                    print(f"{count:,} prompts for {without_credentials(' '.join(model))}{at}", file=sys.stderr)
                    found[number] = run_plans(suites_then, engine, root, judges=judges)
            finally:
                engine.close()
                judges.close()
    return [found[number] for number in range(len(sides))]


def _plans(side: Side, suites: Sequence[Path], project: Project, checkouts: ExitStack) -> tuple[list[Plan], Path]:
    """The plans of the suites, now or at a revision, and the root of the project or of its checkout."""
    from llmrobust.loading import load_plans

    if side.kind == "git" and side.text != WORKING_TREE:
        return _plans_at(side.text, suites, project, checkouts)
    plans = [plan for path in suites for plan in load_plans(path, project.root, project.settings.baselines)]
    return plans, project.root


def _plans_at(rev: str, suites: Sequence[Path], project: Project, checkouts: ExitStack) -> tuple[list[Plan], Path]:
    """The plans of suites as they were at a revision: prompts, data, gates, and the baselines beside them."""
    from llmrobust.changes import History
    from llmrobust.errors import SuiteError
    from llmrobust.loading import load_plans

    history = History.at(suites[0].resolve().parent, rev)
    checkouts.callback(history.close)
    outside = [path for path in suites if not history.contains(path)]
    if outside:
        raise WrongUse(f"{outside[0]}: is outside the git repository {history.top}")
    root = project.root.resolve() if history.contains(project.root) else history.top
    missing = [path for path in suites if not history.existed(path)]
    if missing:
        raise WrongUse(f"{missing[0]}: this suite does not exist at {rev} ({history.commit.short})")
    tree = history.then(root, _unchanged(history, suites, project))
    plans = []
    for path in suites:
        try:
            plans += load_plans(tree / path.resolve().relative_to(root), tree, project.settings.baselines)
        except SuiteError as error:
            raise WrongUse(f"as it was at {rev} ({history.commit.short}):\n{error.render(tree)}") from None
    return plans, tree


def _unchanged(history: History, suites: Sequence[Path], project: Project) -> list[Path]:
    """The suites' files that are the same now: git may have only pointers to large ones. None of unreadable suites."""
    from llmrobust.errors import SuiteError
    from llmrobust.loading import load_suite_files

    files: list[Path] = []
    for path in suites:
        with suppress(SuiteError):
            files += [file for suite in load_suite_files(path, project.root) for file in suite.files]
    differing = history.differing(files)
    return [path for path in files if path not in differing]


def _why_no_model(text: str) -> str:
    """Why a text is not a model; empty if it is."""
    from llmrobust.errors import ModelError
    from llmrobust.models.choices import replicas_of
    from llmrobust.models.specs import parse_specs

    try:
        parse_specs(replicas_of(text))
    except ModelError as error:
        return str(error)
    return ""


def _why_no_revision(text: str, folder: Path) -> str:
    """Why a text is not a revision of the repository around a folder; empty if it is."""
    from llmrobust.changes import ChangesError, History

    try:
        History.at(folder, text)
    except ChangesError as error:
        return str(error)
    return ""
