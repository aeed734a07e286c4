"""The verdict on a whole run as text: whether a prompt or a model may ship, and what prevents it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from llmrobust.gate import Decision, DecisionStatus
from llmrobust.results.changes_summary import changed_lines, is_left_out
from llmrobust.results.run_data import RunData
from llmrobust.results.suite_result import SuiteResult
from llmrobust.results.suite_warnings import suite_warnings
from llmrobust.score.verdict import Status
from llmrobust.text.phrases import many


class Outcome(StrEnum):
    """How a run ended; only PASSED and WARNED let a prompt or a model ship."""

    PASSED = "passed"
    WARNED = "passed with warnings"
    FAILED = "failed"
    UNDECIDED = "not decided"
    SHARD = "one shard, not decided"
    UNGATED = "no gates"
    EMPTY = "nothing was run"


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """A run's outcome, the sentence for it, and caveats."""

    outcome: Outcome
    sentence: str
    notes: tuple[str, ...] = ()

    @property
    def may_ship(self) -> bool:
        """True only if everything that must be decided was decided and passed."""
        return self.outcome in (Outcome.PASSED, Outcome.WARNED)


def run_verdict(run: RunData) -> RunVerdict:
    """The verdict on all suites of a run together; an undecided gate is never a pass."""
    if run.manifest.shard:
        return _of_shard(run)
    judged = [suite for suite in run.suites if not is_left_out(suite)]
    suites = [suite for suite in judged if suite.cases]
    if not suites:
        return RunVerdict(
            Outcome.EMPTY, "No cases were run, so nothing is known.", (*changed_lines(run), *_empty(judged))
        )
    decisions = [decision for suite in suites for decision in suite.decisions]
    partial = [suite for suite in suites if not suite.decisions and len(suite.cases) < suite.planned]
    outcome = _outcome(decisions, bool(partial) or len(suites) < len(judged), suites)
    return RunVerdict(
        outcome, _sentence(outcome, decisions, suites), (*changed_lines(run), *_empty(judged), *_notes(suites))
    )


def is_clean(run: RunData) -> bool:
    """Whether pytest would exit with 0: every gate passes or may stay undecided, every case was answered, and every
    case of a strict suite passes."""
    suites = run.suites
    return all(one.tolerated for suite in suites for one in suite.decisions) and not any(
        _strict_faults(suite) or _unanswered(suite) or (not suite.decisions and len(suite.cases) < suite.planned)
        for suite in suites
    )


def _of_shard(run: RunData) -> RunVerdict:
    """What one shard shows alone: strict cases that fail; never a pass, and never what a gate says."""
    suites = [suite for suite in run.suites if suite.cases]
    asked, planned = sum(len(suite.cases) for suite in suites), sum(suite.planned for suite in run.suites)
    said = f"Shard {run.manifest.shard}: {asked:,} of {many(planned, 'case')}. Gates need all shards: llmrobust merge."
    if faults := sum(map(_strict_faults, suites)):
        strict = sum(len(suite.cases) for suite in suites if suite.strict)
        said = f"{faults:,} of {many(strict, 'case')} in strict suites did not pass. {said}"
    notes = [f"{suite.name}: {many(lost, 'case')} got no answer." for suite in suites if (lost := _unanswered(suite))]
    return RunVerdict(Outcome.FAILED if faults else Outcome.SHARD, said, (*changed_lines(run), *notes))


def _outcome(decisions: Sequence[Decision], in_part: bool, suites: Sequence[SuiteResult]) -> Outcome:
    if any(_strict_faults(suite) for suite in suites):
        return Outcome.FAILED
    open_gates = [one for one in decisions if not one.tolerated]
    if any(one.status is DecisionStatus.FAIL for one in open_gates):
        return Outcome.FAILED
    if open_gates or in_part:
        return Outcome.UNDECIDED
    if not any(suite.decisions or suite.strict for suite in suites):
        return Outcome.UNGATED
    return Outcome.PASSED if all(one.passed for one in decisions) else Outcome.WARNED


def _sentence(outcome: Outcome, decisions: Sequence[Decision], suites: Sequence[SuiteResult]) -> str:
    failed = sum(one.status is DecisionStatus.FAIL for one in decisions)
    left_open = sum(not one.tolerated for one in decisions) - failed
    more = f"; {left_open:,} could not be decided" if left_open else ""
    faults, strict = sum(map(_strict_faults, suites)), sum(len(suite.cases) for suite in suites if suite.strict)
    match outcome:
        case Outcome.FAILED if faults:
            gates = f" and {failed:,} of {many(len(decisions), 'gate')} fail" if failed else ""
            return f"{faults:,} of {many(strict, 'case')} in strict suites did not pass{gates}{more}."
        case Outcome.FAILED:
            return f"{_of(failed, len(decisions))}{more}."
        case Outcome.UNDECIDED if left_open:
            return (
                f"{left_open:,} of {many(len(decisions), 'gate')} could not be decided, which does not count as a pass."
            )
        case Outcome.UNDECIDED:
            return "Only some of the cases were run, so gates were not decided."
        case Outcome.WARNED:
            warned = sum(not one.passed for one in decisions)
            return f"{len(decisions) - warned:,} of {many(len(decisions), 'gate')} pass; {warned:,} may stay undecided."
        case Outcome.PASSED if not decisions:
            return f"All {strict:,} strict cases pass."
        case Outcome.PASSED:
            return "The gate passes." if len(decisions) == 1 else f"All {len(decisions):,} gates pass."
    bad, count = sum(_not_passed(suite) for suite in suites), sum(len(suite.cases) for suite in suites)
    return f"The run has no gates; {bad:,} of {many(count, 'case')} did not pass."


def _notes(suites: Sequence[SuiteResult]) -> tuple[str, ...]:
    notes = []
    for suite in suites:
        if not suite.decisions and len(suite.cases) < suite.planned:
            asked = f"{len(suite.cases):,} of {suite.planned:,} cases"
            notes.append(f"{suite.name}: only {asked} were run; gates need all of them.")
        elif not suite.decisions and len(suites) > 1:
            notes.append(f"{suite.name}: has no gates; {_not_passed(suite):,} of its cases did not pass.")
        missing = _unanswered(suite)
        if missing:
            notes.append(f"{suite.name}: {many(missing, 'case')} got no answer; without them no gate is decided.")
        notes += [f"{suite.name}: {warning}." for warning in suite_warnings(suite)]
    return tuple(notes)


def _empty(suites: Sequence[SuiteResult]) -> tuple[str, ...]:
    return tuple(f"{suite.name}: no cases were run." for suite in suites if not suite.cases)


def _strict_faults(suite: SuiteResult) -> int:
    """Cases that make a strict suite fail."""
    return sum(not case.acceptable for case in suite.cases) if suite.strict else 0


def _unanswered(suite: SuiteResult) -> int:
    return suite.statuses()[Status.NO_ANSWER]


def _not_passed(suite: SuiteResult) -> int:
    return len(suite.cases) - suite.statuses()[Status.PASSED]


def _of(count: int, total: int) -> str:
    if total == 1:
        return "The gate fails"
    return f"{count:,} of {total:,} gates {'fails' if count == 1 else 'fail'}"
