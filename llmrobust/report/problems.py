"""Problems found in a run, with file locations: what annotations, SARIF and exit codes report.

A gate that does not pass, a case of a strict suite, a suite that was run only in part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from llmrobust.gate import Decision
from llmrobust.report.failure_messages import case_words, quoted
from llmrobust.results.changes_summary import is_unchanged
from llmrobust.results.json_reader import lacks
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.text.escaping import visible
from llmrobust.text.word_diff import ELISION, Piece, prompt_diff

Level = Literal["error", "warning", "note"]
Places = Callable[[str], str]
"""From a path in a run to one that reports show."""
UNDECIDED = "suite/undecided"
_DIFF = 160


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, with a message."""

    path: str
    line: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that keeps a run from passing, or that a reader must know beside a pass."""

    rule: str
    """What kind it is: "gate/accuracy", "case/flipped", "suite/undecided"."""
    level: Level
    """Only an error makes pytest fail."""
    suite: str
    title: str
    message: str
    place: Place
    key: str
    """Identifies it among all problems of its suite, independent of other edits."""
    related: tuple[Place, ...] = ()
    """The worst examples, at the line of the operator's use, and the prompts."""


def problems(result: RunResult, places: Places = str) -> list[Problem]:
    """All problems of a run, errors first, within them gates first."""
    failed, opened = bool(result.requests.failed), result.manifest.model is not None
    found = [one for suite in result.suites for one in _of_suite(suite, places, failed, opened)]
    kinds = ("gate", "suite", "case")
    levels: tuple[Level, ...] = ("error", "warning", "note")
    return sorted(found, key=lambda one: (levels.index(one.level), kinds.index(one.rule.partition("/")[0])))


def changes(case: CaseResult, most: int = _DIFF) -> str:
    """What a case changed in its prompt, shortened: `"lovely" -> "lovelt"`."""
    said: list[str] = []
    used = 0
    for removed, added in _edits(prompt_diff(case.clean_prompt, case.prompt)):
        edit = f'"{_short(removed)}" -> "{_short(added)}"' if removed and added else ""
        edit = edit or (f'"{_short(added)}" added' if added else f'"{_short(removed)}" removed')
        used += len(edit)
        if used > most and said:
            said.append(ELISION)
            break
        said.append(edit)
    return ", ".join(said)


def answers(case: CaseResult) -> str:
    """ "positive" -> "negative", or why the response could not be read."""
    return f"{quoted(case.clean_answer, 'no answer')} -> {quoted(case.answer, str(case.status))}"


def _of_suite(suite: SuiteResult, places: Places, failed: bool, opened: bool) -> Iterator[Problem]:
    path = places(suite.path)
    lines = {use.label: use.line for use in suite.uses}
    cases = {(case.example, case.column): case for case in suite.cases}
    prompts = tuple(
        Place(places(one.path), one.line, f"the prompt ({one.role})") for one in suite.prompts if one.path != suite.path
    )
    for decision in suite.decisions:
        if not decision.passed:
            yield _of_decision(suite, decision, path, lines, cases, prompts)
    why = undecided(suite)
    if why:
        level: Level = "error" if failed or not suite.cases else "warning"
        if is_unchanged(suite) and opened:  # its items were skipped
            level = "note"
        title = f"{suite.name}: not decided"
        yield Problem(
            rule=UNDECIDED,
            level=level,
            suite=suite.name,
            title=title,
            message=why,
            place=Place(path, 1),
            key=UNDECIDED,
            related=prompts,
        )
    for case in suite.cases if suite.strict else ():
        if not case.acceptable:
            yield _of_case(suite, case, path, lines, prompts)


def undecided(suite: SuiteResult) -> str:
    """Why neither gates nor cases decide a suite; empty if they do."""
    if suite.decisions:
        return ""
    missing = lacks(suite)
    if missing:
        return f"{missing}; gates are not decided on part of a suite"
    return "" if suite.strict else "the suite has no gates, and its cases do not fail by themselves"


def _of_decision(
    suite: SuiteResult,
    decision: Decision,
    path: str,
    lines: Mapping[str, int],
    cases: Mapping[tuple[str, str], CaseResult],
    prompts: tuple[Place, ...],
) -> Problem:
    worst = []
    for one in decision.worst:
        found = next((cases[key] for column in one.columns if (key := (one.example, column)) in cases), None)
        if found is not None:
            line = lines.get(found.use, decision.target.gate.location.line)
            worst.append(Place(path, line, _described(found)))
    return Problem(
        rule=f"gate/{decision.target.gate.metric}",
        level="warning" if decision.tolerated else "error",
        suite=suite.name,
        title=f"{suite.name}: {decision.id} {decision.status.upper()}",
        message="\n".join(filter(None, (decision.reason, decision.remedy))),
        place=Place(path, decision.target.gate.location.line),
        key=decision.id,
        related=(*worst, *prompts),
    )


def _of_case(
    suite: SuiteResult, case: CaseResult, path: str, lines: Mapping[str, int], prompts: tuple[Place, ...]
) -> Problem:
    edit = f"\n{changes(case)}" if not case.is_original else ""
    return Problem(
        rule=f"case/{case.status}",
        level="error",
        suite=suite.name,
        title=f"{suite.name}: {case.family}::{case.name} {case.status.upper()}",
        message=f"{case_words(case.status, case.clean_answer, case.answer, case.expected, case.reason)}{edit}",
        place=Place(path, lines.get(case.use, 1)),
        key=f"{case.family}::{case.name}",
        related=prompts,
    )


def _described(case: CaseResult) -> str:
    edit = f" ({changes(case)})" if not case.is_original else ""
    column = "original" if case.is_original else case.column
    answer = answers(case) if not case.is_original else quoted(case.answer, str(case.status))
    return f"{visible(case.example)}, {visible(column)}: {answer}{edit}"


def _edits(pieces: list[Piece]) -> Iterator[tuple[str, str]]:
    """(removed, added) of each edit."""
    removed = added = ""
    for kind, text in pieces:
        if kind == "same":
            if removed or added:
                yield removed, added
            removed = added = ""
        elif kind == "removed":
            removed += text
        else:
            added += text
    if removed or added:
        yield removed, added


def _short(text: str) -> str:
    shown = visible(text, spaces=not text.strip())
    return shown if len(shown) <= _DIFF // 2 else shown[: _DIFF // 2 - 1] + ELISION
