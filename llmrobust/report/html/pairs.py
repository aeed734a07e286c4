"""The cases of a run beside the same cases of another one."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from llmrobust.report.result import CaseResult, RunResult, SuiteResult
from llmrobust.score.status import Status

Change = Literal["same", "changed", "broke", "healed"]
CHANGES: tuple[Change, ...] = get_args(Change)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The cases of another run by what they are paired on.

    others: for each suite of the new run, that of its name in the other one (the first whose path is equal too, if
    any), or None. cases: for each suite of the new run, the other's cases.
    """

    others: tuple[SuiteResult | None, ...]
    cases: tuple[dict[Hashable, CaseResult], ...]

    @classmethod
    def of(cls, run: RunResult, other: RunResult) -> Pairs:
        """Suites are paired by name, cases by use, variant, example and repeat."""
        others = tuple(_namesake(suite, other) for suite in run.suites)
        cases = tuple({_key(case): case for case in (suite.cases if suite is not None else ())} for suite in others)
        return cls(others, cases)

    def before(self, suite: int, case: CaseResult) -> CaseResult | None:
        """The same case in the other run; suite: its number in the new run."""
        return self.cases[suite].get(_key(case))

    def paired(self, suite: int, cases: tuple[CaseResult, ...]) -> Iterator[tuple[CaseResult, CaseResult]]:
        """(before, after) of every case that is in both runs."""
        for case in cases:
            before = self.before(suite, case)
            if before is not None:
                yield before, case

    @staticmethod
    def change(before: CaseResult, after: CaseResult) -> Change:
        """What became of a case: it broke or healed, or only its answer changed."""
        passed, passes = before.status is Status.PASSED, after.status is Status.PASSED
        if passed != passes:
            return "healed" if passes else "broke"
        return "same" if before.answer == after.answer else "changed"


def _namesake(suite: SuiteResult, run: RunResult) -> SuiteResult | None:
    named = [one for one in run.suites if one.name == suite.name]
    return next((one for one in named if one.path == suite.path), named[0] if named else None)


def _key(case: CaseResult) -> Hashable:
    return case.use, case.variant, case.example, case.repeat
