"""`check`: every mistake in suite files, for people and for editors, without a model."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmrobust.cli.command import PATH, Chosen, colour_option, command, json_option, project_option
from llmrobust.cli.project import project_of
from llmrobust.errors import Diagnostic, LlmRobustError, Location, SuiteError, WrongUse
from llmrobust.suitefile.suite import left_out_words
from llmrobust.text.colour import styled, wants_colour
from llmrobust.text.phrases import many

if TYPE_CHECKING:
    from llmrobust.plan import Plan
    from llmrobust.suitefile import Example, Suite

FORMAT, VERSION = "llmrobust-check", 1
SUFFIXES = (".robust.yaml", ".robust.yml")
PASSED_OVER = {"_darcs", "build", "CVS", "dist", "node_modules", "venv"}
"""Folders that pytest does not look into by itself, besides those that begin with a dot and virtual environments."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake, or something that is allowed and hardly meant (a warning: it fails nothing)."""

    diagnostic: Diagnostic
    severity: str = "error"

    def as_json(self) -> dict[str, Any]:
        """The finding in the shape that docs/cli.md describes."""
        at = self.diagnostic.location
        return {
            "file": str(at.path.absolute()),
            "line": at.line,
            "column": at.column,
            "end_column": at.column + at.length,
            "severity": self.severity,
            "message": self.diagnostic.message,
            "hint": self.diagnostic.hint,
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """A suite file and what was found in it; plan None: it cannot be used."""

    path: Path
    plan: Plan | None
    findings: tuple[Finding, ...]
    prompts: int = 1

    @property
    def is_good(self) -> bool:
        """True without a mistake; warnings are allowed."""
        return all(one.severity != "error" for one in self.findings)


@command(
    "Load suites, generate all their cases, and report every error. Warnings do not change the exit code: they point "
    "at what is probably unintended, such as a gate that can never pass. Exit code 1: there are errors.",
    [
        ("llmrobust check", "every suite below this folder"),
        ("llmrobust check suites/ more/triage.robust.yaml", "a folder and a file"),
        ("llmrobust check --json suites/triage.robust.yaml", "for an editor"),
    ],
)
@click.argument("paths", type=PATH, nargs=-1, help="suite files or folders (default: here)")
@json_option("for editors and other programs")
@colour_option
@project_option
def check(chosen: Chosen) -> int:
    """Report every mistake in suite files."""
    paths = chosen.paths or [Path()]
    files = suite_files(paths)
    if not files:
        raise WrongUse(f"no *.robust.yaml file in {', '.join(str(path) for path in paths)}")
    root = project_of(files, noconftest=chosen.noconftest).root
    checked = check_files(files, root)
    if chosen.json:
        print(json.dumps(_as_json(checked, root), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_lines(checked, wants_colour(chosen.color))))
    return 0 if all(one.is_good for one in checked) else 1


def suite_files(paths: Sequence[Path]) -> list[Path]:
    """The suite files of files and folders, each once. Raises WrongUse for a path that is not there."""
    found: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise WrongUse(f"{path}: no such file or folder")
        for file in sorted(_below(path)) if path.is_dir() else [path]:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _below(folder: Path) -> Iterator[Path]:
    """The suite files below a folder, where pytest would look for them; links to folders are followed once."""
    seen: set[Path] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        here = Path(place)
        folders[:] = [name for name in folders if not _is_passed_over(here / name)]
        if here.resolve() in seen:
            folders.clear()
            continue
        seen.add(here.resolve())
        yield from (here / name for name in names if name.endswith(SUFFIXES))


def _is_passed_over(folder: Path) -> bool:
    name = folder.name
    hidden = name.startswith(".") or name in PASSED_OVER or name.endswith(".egg")
    return hidden or (folder / "pyvenv.cfg").exists()


def check_files(files: Sequence[Path], root: Path) -> list[Checked]:
    """What is found in each suite file, two suites of one name included."""
    checked = [_checked(file, root) for file in files]
    first: dict[str, Path] = {}
    found = []
    for one in checked:
        double = (
            first.setdefault(one.plan.suite.base or one.plan.suite.name, one.path) if one.plan is not None else one.path
        )
        extra = () if double == one.path else (_same_name(one.path, double),)
        found.append(replace(one, findings=(*one.findings, *extra)))
    return found


def _checked(path: Path, root: Path) -> Checked:
    from llmrobust.loading import load_plans

    try:
        plans = load_plans(path, root)
    except SuiteError as error:
        return Checked(path, None, tuple(map(Finding, error.diagnostics)))
    except LlmRobustError as error:
        return Checked(path, None, (Finding(Diagnostic(str(error), Location(path, 1, 1))),))
    doubts = dict.fromkeys(doubt for plan in plans for doubt in _doubts(path, plan))
    return Checked(path, plans[0], tuple(Finding(one, "warning") for one in doubts), len(plans))


def _doubts(path: Path, plan: Plan) -> Iterator[Diagnostic]:
    """What is allowed and hardly meant."""
    from llmrobust.gate import gate_targets
    from llmrobust.gate.forecast import forecast
    from llmrobust.suitefile.yaml_source import read_source

    source = read_source(path)
    if not path.name.endswith(SUFFIXES):
        hint = f"rename it to {path.name.split('.')[0]}.robust.yaml"
        yield source.problem("pytest collects only files that end in .robust.yaml", Location(path, 1, 1), hint)
    if plan.said_foreign:
        yield source.problem(plan.said_foreign, source.at_key(("examples",)), plan.foreign_hint)
    for at in dict.fromkeys(use.location for use in plan.suite.perturb):
        pairs = zip(plan.suite.perturb, plan.counts, strict=True)
        here = [(use, counts) for use, counts in pairs if use.location == at]
        if not any(counts.cases for _, counts in here):
            use, _ = here[0]
            what = use.label if len(here) == 1 else f"the family {use.family}"
            hint = f"`llmrobust operators {use.operator.name if len(here) == 1 else use.family}` shows what it needs"
            yield source.problem(f"{what} changes nothing in any example, so it adds no cases", at, hint)
        for use, counts in here:
            if counts.said_dropped:
                yield source.problem(
                    f"{use.label}: {counts.said_dropped}", at, "they add no cases; all other variants do"
                )
            if counts.said_fewer:
                yield source.problem(f"{use.label}: {counts.said_fewer}", at, "a short text may have no more")
    unread = [one.id for one in plan.suite.examples if _has_unread_gold(one, plan.suite)]
    if unread:
        more = f" and {len(unread) - 1:,} more" if len(unread) > 1 else ""
        message = f"check: {plan.suite.answer.check} finds no answer in the gold answer of {unread[0]}{more}"
        hint = "no reply can be right there: correct the gold answer, or choose another check"
        yield source.problem(message, source.at_key(("answer",)), hint)
    targets = gate_targets(plan.suite, plan.columns())
    for target, gate in zip(targets, forecast(plan).gates, strict=True):
        if gate.hopeless:
            yield source.problem(f"{gate.id}: {gate.hopeless}", target.gate.location)


def _has_unread_gold(example: Example, suite: Suite) -> bool:
    from llmrobust.score import canonical_answer

    return example.expected is not None and canonical_answer(example.expected, suite.answer) is None


def _same_name(path: Path, other: Path) -> Finding:
    from llmrobust.suitefile.yaml_source import read_source

    source = read_source(path)
    at = source.at_value(("suite",))
    message = f'{other} is named "{source.value["suite"]}" too'
    hint = "stored runs and baselines identify suites by name: give each its own"
    return Finding(source.problem(message, at, hint), "warning")


def _as_json(checked: Sequence[Checked], root: Path) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "root": str(root),
        "files": [
            {
                "file": str(one.path.absolute()),
                "suite": None if one.plan is None else one.plan.suite.base or one.plan.suite.name,
                "examples": None if one.plan is None else len(one.plan.suite.examples),
                "cases": None if one.plan is None else len(one.plan.cases),
                "gates": None if one.plan is None else len(one.plan.suite.gates),
                "left_out": None if one.plan is None else dict(one.plan.suite.left_out),
            }
            for one in checked
        ],
        "diagnostics": [finding.as_json() for one in checked for finding in one.findings],
    }


def _lines(checked: Sequence[Checked], on: bool) -> Iterator[str]:
    """What was found in each file, and how many were looked at."""
    here = Path.cwd()
    for one in checked:
        for finding in one.findings:
            place, _, rest = finding.diagnostic.render(here).partition("\n")
            label = styled("warning: ", "yellow", on) if finding.severity == "warning" else ""
            yield f"{label}{styled(place, 'bold', on)}" + (f"\n{rest}" if rest else "") + "\n"
        if one.plan is not None:
            gates = len(one.plan.suite.gates)
            each = " each" if one.prompts > 1 else ""
            said = [many(one.prompts, "prompt")] if one.prompts > 1 else []
            said += [many(len(one.plan.suite.examples), "example"), many(len(one.plan.cases), "case") + each]
            said.append(many(gates, "gate") if gates else "no gates: each flipped or wrong case fails")
            yield f"{one.path}: {', '.join(said)}"
            if left := left_out_words(one.plan.suite.left_out):
                yield f"  {left}"
    errors = [sum(finding.severity == "error" for finding in one.findings) for one in checked]
    warnings = sum(finding.severity == "warning" for one in checked for finding in one.findings)
    bad = sum(count > 0 for count in errors)
    verdict = f"{many(sum(errors), 'mistake')} in {many(bad, 'file')}" if bad else "no mistake"
    more = f", {many(warnings, 'warning')}" if warnings else ""
    yield styled(f"checked {many(len(checked), 'suite file')}: {verdict}{more}", "red" if bad else "green", on)
