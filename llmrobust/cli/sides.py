"""What `diff` compares: a stored run, a model, or a revision of the suites, told apart by how it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from llmrobust.cli.use import WrongUse

if TYPE_CHECKING:
    from llmrobust.cli.project import Project
    from llmrobust.engine import Asker
    from llmrobust.plan import Plan
    from llmrobust.report.result import RunResult

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
        tests: dict[Kind, Callable[[], bool]] = {
            "run": lambda: Path(text).is_file(),
            "model": lambda: not _why_no_model(text),
            "git": lambda: _is_revision(text, folder),
        }
        found = [known for known, test in tests.items() if test()]
        if len(found) == 1:
            return cls(found[0], text)
        if found:
            ways = " or ".join(f"{one}:{text}" for one in found)
            raise WrongUse(f'"{text}" is {" and ".join(KINDS[one] for one in found)}; write {ways}')
        if text.endswith((".json", ".json.gz")) or Path(text).parent != Path():
            raise WrongUse(f"{text}: there is no such file" + (" (it is a folder)" if Path(text).is_dir() else ""))
        raise WrongUse(f'"{text}" is no file and no git revision here; as a model: {_why_no_model(text)}')


def runs_of(sides: Sequence[Side], suites: Sequence[Path], specs: Sequence[str], project: Project) -> list[RunResult]:
    """The run of each side: read, or made by asking for the suites; equal models are opened once.

    specs: the model that revisions are asked of. Raises ReportError, SuiteError or ModelError.
    """
    from llmrobust.engine import Engine, Store
    from llmrobust.models import parse_specs
    from llmrobust.report.stored import read_run

    found: dict[int, RunResult] = {}
    asked: dict[tuple[str, ...], list[int]] = {}
    for number, side in enumerate(sides):
        if side.kind == "run":
            found[number] = read_run(Path(side.text))
        else:
            asked.setdefault((side.text,) if side.kind == "model" else tuple(specs), []).append(number)
    plans = {number: _plans(sides[number], suites, project) for numbers in asked.values() for number in numbers}
    settings = project.settings
    for model, numbers in asked.items():
        engine = Engine(parse_specs(model), lambda: Store(settings.store), settings.limits)
        try:
            for number in numbers:
                found[number] = _asked(plans[number], engine, project.root)
        finally:
            engine.close()
    return [found[number] for number in range(len(sides))]


def _asked(plans: Sequence[Plan], asker: Asker, root: Path) -> RunResult:
    from llmrobust.run import run_plans

    return run_plans(plans, asker, root)


def _plans(side: Side, suites: Sequence[Path], project: Project) -> list[Plan]:
    """The plans of the suites, as they are or were."""
    from llmrobust.run import load_plan

    return [load_plan(path, project.root, project.settings.baselines) for path in suites]


def _why_no_model(text: str) -> str:
    """Why a text is no model, in words; empty if it is one."""
    from llmrobust.errors import ModelError
    from llmrobust.models.specs import parse_spec

    try:
        parse_spec(text)
    except ModelError as error:
        return str(error)
    return ""


def _is_revision(text: str, folder: Path) -> bool:
    return False
