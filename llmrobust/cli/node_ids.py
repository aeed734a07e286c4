"""From a test's name as pytest prints it to the case of a suite."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llmrobust.errors import WrongUse, readable_file

if TYPE_CHECKING:
    from llmrobust.models.choices import ModelChoice
    from llmrobust.plan import Case, Plan

_SHOWN = 5
_OF_FUNCTION = re.compile(r"(?P<test>[^\[]+)\[(?P<name>.+)\]", re.DOTALL)


def split_node_id(words: Sequence[str], options: str = "") -> tuple[Path, str]:
    """The suite file and the rest of a node id. Raises WrongUse where the id cannot name a case.

    words: the words that the shell passed; several words mean that the id was not quoted. options: of the command in a
    hint, such as " --llm tiny".
    """
    node = " ".join(words)
    if len(words) > 1:
        raise WrongUse(f"the shell split the id: put it in quotes\n  llmrobust replay {shlex.quote(node)}{options}")
    path, colons, name = node.partition("::")
    if not colons:
        raise WrongUse(
            f"{node}: does not name a case; ids look like suites/a.robust.yaml::typo::keyboard-0[ex-001] "
            f"(pytest {shlex.quote(node)} --collect-only -q lists them)"
        )
    if path.endswith(".py"):
        found = _OF_FUNCTION.fullmatch(name)
        case = found["name"] if found else "FAMILY::NAME[EXAMPLE]"
        raise WrongUse(
            f"{path} is a Python test: name the suite file that its cases come from\n"
            f"  llmrobust replay {shlex.quote(f'SUITE.robust.yaml::{case}')}{options}"
        )
    return Path(path), name


def suite_path(path: Path, root: Path) -> Path:
    """The suite file of a node id, which pytest writes from its root folder. Raises WrongUse."""
    below = root / path
    return below if not path.exists() and below.exists() else readable_file(path, "a suite file")


def column_named(
    plans: Sequence[Plan], name: str, models: Sequence[ModelChoice], path: Path
) -> tuple[Plan, str, tuple[str, ...]]:
    """The plan of the prompt that a case's name begins with, the rest of the name, and the specs of the model that it
    names, if it names one. Raises WrongUse where there are several prompts and it names none."""
    specs: tuple[str, ...] = ()
    plan = plans[0]
    if plan.suite.prompt:
        first, _, name = name.partition("::")
        found = [one for one in plans if one.suite.prompt == first]
        if not found:
            ids = ", ".join(one.suite.prompt for one in plans)
            raise WrongUse(
                f"{path} has several prompts ({ids}), and the id must name one: {path}::{ids.split(',')[0]}::…"
            )
        plan = found[0]
    first, colons, rest = name.partition("::")
    named = next((one for one in models if one.label == first), None)
    if colons and named is not None and len(models) > 1:
        return plan, rest, named.specs
    return plan, name, specs


def case_named(plan: Plan, name: str, path: Path, options: str = "") -> Case:
    """The case of that name, "typo::keyboard-0[ex-001]". Raises WrongUse with the names that are nearest."""
    from llmrobust.plan import case_name

    cases = {f"{case.family}::{case_name(case)}": case for case in plan.cases}
    if name in cases:
        return cases[name]
    if name.startswith("gate::") or name == "gate":
        raise WrongUse(
            f"{path}::{name} is a gate, not a case: see `llmrobust gate --help`, or replay one of the "
            "examples that it lists"
        )
    raise WrongUse(f"{path} has no case {name}{_instead(path, name, list(cases), options)}")


def _instead(path: Path, name: str, known: Sequence[str], options: str) -> str:
    """Suggestions: names that start with this one, else the nearest ones."""
    longer = [one for one in known if one.startswith(name)]
    near = longer or difflib.get_close_matches(name, known, _SHOWN, 0.6)
    if not near:
        families = list(dict.fromkeys(one.partition("::")[0] for one in known))
        return f"; its families are {', '.join(families)}\n  (llmrobust show {shlex.quote(str(path))} shows its cases)"
    cut = "; an id ends with an example in brackets, and must be quoted" if longer and "[" not in name else ""
    shown = [f"  llmrobust replay {shlex.quote(f'{path}::{one}')}{options}" for one in near[:_SHOWN]]
    more = [f"  and {len(near) - _SHOWN:,} more"] if len(near) > _SHOWN else []
    return "\n".join([f"{cut}; did you mean", *shown, *more])
