"""`--robust-shrink`: the smallest edit that still flips an answer, for the first flips of each suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llmrobust.errors import ModelError
from llmrobust.plugin.session_suite import SessionSuite
from llmrobust.results.case_result import SmallestEdit
from llmrobust.results.run_result import RunResult
from llmrobust.runner import SuiteRun
from llmrobust.score.verdict import Judged
from llmrobust.search.shrink import can_shrink, smallest_edits


def smallest_of(suite: SessionSuite, judged: Sequence[Judged], most: int) -> dict[int, SmallestEdit]:
    """The smallest edits of the first flips among these cases, by the `id` of the case; at most `most` in a suite.

    Each is looked for once. Nothing is sent for a suite that is answered from the store alone, or by a model that is
    gone.
    """
    known = suite.smallest
    wanted = [one for one in judged if id(one.case) not in known and can_shrink(one)][: max(0, most - len(known))]
    if wanted and not suite.is_unchanged:
        try:
            found = smallest_edits(suite.plan, wanted, suite.asker)
        except ModelError:
            return known
        known.update({id(one.case): edit for one, edit in zip(wanted, found, strict=True)})
    return known


def with_smallest(result: RunResult, suites: Sequence[SessionSuite], runs: Sequence[SuiteRun]) -> RunResult:
    """The result with the smallest edits that were found for its cases."""
    changed = []
    for one, suite, run in zip(result.suites, suites, runs, strict=True):
        pairs = zip(one.cases, run.judged, strict=True)
        cases = tuple(
            replace(case, smallest=suite.smallest[id(judged.case)]) if id(judged.case) in suite.smallest else case
            for case, judged in pairs
        )
        changed.append(replace(one, cases=cases))
    return replace(result, suites=tuple(changed))
