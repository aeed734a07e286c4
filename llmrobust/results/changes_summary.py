"""Texts about the changes in a run that was limited to them."""

from __future__ import annotations

from collections.abc import Sequence

from llmrobust.results.run_data import RunData
from llmrobust.results.suite_result import ChangeResult, SuiteResult
from llmrobust.text.phrases import many

NO_EVIDENCE = "nothing changed and the reply store has no replies, so nothing was judged and this run proves nothing"


def is_unchanged(suite: SuiteResult) -> bool:
    """Whether a suite was answered from the store alone, as nothing of it changed."""
    return suite.changed is not None and not suite.changed.reasons


def is_left_out(suite: SuiteResult) -> bool:
    """Whether a suite was neither run nor judged as a whole, because it did not change."""
    return is_unchanged(suite) and not suite.decisions and len(suite.cases) < suite.planned


def is_without_evidence(result: RunData) -> bool:
    """Whether nothing changed and nothing was in the store."""
    return bool(result.suites) and all(is_unchanged(suite) and not suite.cases for suite in result.suites)


def headline(suites: Sequence[tuple[str, int, ChangeResult]]) -> str:
    """ "changed since origin/main (1a2b3c4): 1 of 10 suites: triage (prompt; 24 of 54 cases)".

    suites: name, number of cases, and what changed, of every suite of the run; at least one.
    """
    since = suites[0][2]
    changed = [(name, planned, change) for name, planned, change in suites if change.reasons]
    told = ", ".join(f"{name} ({_reasons(planned, change)})" for name, planned, change in changed)
    line = f"changed since {since.since} ({since.commit[:7]}): {len(changed):,} of {many(len(suites), 'suite')}"
    return f"{line}: {told}" if told else line


def notes(changes: Sequence[ChangeResult]) -> list[str]:
    """Caveats on the selection."""
    lines = []
    if changes and not changes[0].is_base:
        rev = changes[0].since
        lines.append(f"{rev} and HEAD have no common ancestor in this clone; compared with {rev} itself")
    unknown = sum(not change.recorded for change in changes)
    if unknown:
        of = "" if unknown == len(changes) else f" of {many(unknown, 'suite')}"
        lines.append(
            f"no earlier run{of} is recorded here, so changes of operator versions and of the model cannot be detected"
        )
    return lines


def changed_lines(result: RunData) -> list[str]:
    """The part of a summary on what changed and how the rest was handled; nothing for other runs."""
    told = [(suite.name, suite.planned, suite.changed) for suite in result.suites if suite.changed is not None]
    if not told:
        return []
    changes = [change for _, _, change in told]
    lines = [headline(told), *(f"  {note}" for note in notes(changes))]
    lines += [f"  {suite.name}: {_unchanged(suite)}" for suite in result.suites if is_unchanged(suite)]
    if is_without_evidence(result):
        lines.append(NO_EVIDENCE)
    return lines


def _unchanged(suite: SuiteResult) -> str:
    if not suite.cases:
        return "unchanged and not in the reply store: not judged"
    if len(suite.cases) < suite.planned:
        return f"unchanged, {len(suite.cases):,} of {suite.planned:,} cases answered from the store: no gate is decided"
    return "unchanged, answered from the store"


def _reasons(planned: int, change: ChangeResult) -> str:
    return f"{', '.join(change.reasons)}; {change.cases:,} of {planned:,} cases"
