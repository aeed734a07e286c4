"""`--robust-shrink`: the smallest edit that still flips an answer, for the first flips of each suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llmrobust.errors import ModelError
from llmrobust.plan import CaseKey
from llmrobust.plugin.session_suite import SessionSuite
from llmrobust.results.run_result import RunResult
from llmrobust.score.case_result import CaseResult, SmallestEdit
from llmrobust.score.verdict import Status
from llmrobust.text.phrases import many


def smallest_of(suite: SessionSuite, judged: Sequence[CaseResult], most: int) -> dict[CaseKey, SmallestEdit]:
    """The smallest edits of the first flips among these cases, by the case's key; at most `most` in a suite.

    Each is looked for once. Nothing is sent for a suite that is answered from the store alone, or by a model that is
    gone.
    """
    from llmrobust.search.shrink import flips_to_shrink, smallest_edits

    known = suite.smallest
    found = flips_to_shrink(suite.plan, [one for one in judged if one.key not in known])
    wanted = found[: max(0, most - len(known))]
    if wanted and not suite.is_unchanged:
        try:
            edits = smallest_edits(suite.plan, wanted, suite.asker)
        except ModelError:
            return known
        known.update({one.key: edit for one, edit in zip(wanted, edits, strict=True)})
    return known


def with_smallest(result: RunResult, suites: Sequence[SessionSuite]) -> RunResult:
    """The result with the smallest edits that were found for its cases."""
    changed = []
    for one, suite in zip(result.suites, suites, strict=True):
        known = suite.smallest
        cases = tuple(replace(case, smallest=known[case.key]) if case.key in known else case for case in one.cases)
        changed.append(replace(one, cases=cases))
    return replace(result, suites=tuple(changed))


def nothing_shrunk(result: RunResult) -> str:
    """Why no case has a smallest edit, for a reader; empty where one has."""
    cases = [case for suite in result.suites for case in suite.cases]
    if any(case.smallest is not None for case in cases):
        return ""
    flips = sum(case.status is Status.FLIPPED for case in cases)
    if not flips:
        return "--robust-shrink: no answer flipped, so there is nothing to shrink"
    return (
        f"--robust-shrink: none of {many(flips, 'flip')} was shrunk: answers that need not stay, edits that rename "
        "labels, or a model that is gone"
    )
