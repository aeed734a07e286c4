"""The items of a suite file: one per case, and one per gate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTraceback

from llmrobust.errors import LlmRobustError
from llmrobust.gate import GateTarget
from llmrobust.plan import Case
from llmrobust.plugin.run_reporter import STATUS
from llmrobust.plugin.selection import Selectable
from llmrobust.plugin.session import Session
from llmrobust.plugin.session_suite import SessionSuite
from llmrobust.report.failure_messages import explain_case, explain_decision
from llmrobust.report.junit import case_properties, changed_property, gate_properties
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Outcome, Status
from llmrobust.text.escaping import inert

if TYPE_CHECKING:
    from llmrobust.gate import Decision
    from llmrobust.runner import SuiteRun


_ROBUST = pytest.mark.robust
"""The marker without arguments; looking it up by name checks it anew each time."""


class CaseFailed(Exception):
    """A strict case that flipped, was wrong or gave no readable answer."""

    def __init__(self, judged: CaseResult):
        super().__init__()
        self.judged = judged


class GateFailed(Exception):
    """A gate that did not pass."""

    def __init__(self, decision: Decision, judged: Sequence[CaseResult]):
        super().__init__(decision.reason)
        self.decision = decision
        self.judged = judged


class GateWarning(pytest.PytestWarning):
    """A gate with `inconclusive: warn` that could not be decided."""


class RobustItem(pytest.Item, Selectable):
    """What cases and gates have in common: errors are shown as messages, not as tracebacks."""

    def __init__(self, *, name: str, parent: pytest.Collector, suite: SessionSuite, line: int, **kwargs: Any):
        # The id as a text: pytest reads the brackets at its end as it does when it reads ids from its cache.
        super().__init__(name=name, parent=parent, nodeid=f"{parent.nodeid}::{name}", **kwargs)
        self.suite = suite
        self._line = line

    def reportinfo(self) -> tuple[Path, int, str]:
        """The line of the suite file that this item comes from."""
        return self.path, self._line, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message of our own errors; pytest's traceback for everything else."""
        error = excinfo.value
        if isinstance(error, GateFailed):
            return self.message(inert(error.decision.reason), explain_decision(error.decision, error.judged))
        if isinstance(error, CaseFailed):
            text = explain_case(error.judged)
            return self.message(text.splitlines()[0], text)
        return super().repr_failure(excinfo, style)

    def message(self, headline: str, text: str) -> ReprExceptionInfo:
        """A failure that pytest prints as `text` and sums up as `headline`."""
        entry = ReprEntryNative([f"{line}\n" for line in text.splitlines()])
        return ReprExceptionInfo(
            reprtraceback=ReprTraceback([entry], None, style="native"),
            reprcrash=ReprFileLocation(str(self.path), self._line + 1, headline),
        )

    def report_once(self, error: LlmRobustError) -> NoReturn:
        """Show that the model is gone as one error, at the first item that finds out; skip the items after it."""
        if Session.of(self.config).reports_model_error(self.suite.model):
            raise pytest.fail.Exception(inert(str(error)), pytrace=False) from None  # a chain would show the text twice
        pytest.skip("not sent: the model stopped answering (its error is reported once)")


def robust_marker(suite: SessionSuite, name: str, **named: str) -> pytest.MarkDecorator:
    """An item's marker with what `-m` selects by, and the prompt and the model where there are several. name: the
    suite's."""
    column = suite.column
    more = {name: value for name, value in (("prompt", column.prompt), ("model", column.model)) if value}
    return _ROBUST.with_args(suite=name, **named, **more)


class CaseItem(RobustItem):
    """A case: waits for its own response only."""

    def __init__(self, *, case: Case, **kwargs: Any):
        super().__init__(**kwargs)
        self.case = case
        self._judged: CaseResult | None = None
        self.add_marker(
            robust_marker(
                self.suite,
                case.suite,
                family=case.family,
                operator=case.operator,
                variant=case.variant,
                example=case.example.id,
            )
        )

    @property
    def is_quick(self) -> bool:
        """Whether judging the case runs no code of the project's, which may print, log or read the environment."""
        return self.suite.judges_alone

    def select(self) -> None:
        """Select the case."""
        self.suite.add(self.case)

    def is_in_shard(self) -> bool:
        """Whether the case's example belongs to the shard."""
        return self.suite.takes(self.case)

    def setup(self) -> None:
        """Wait for the response; a missing one is an error, not a failure."""
        suite = self.suite
        try:
            if suite.spared(self.case):
                pytest.skip("not sent: every gate on this case was decided without it")
            self._judged = judged = suite.judged(self.case)
        except LlmRobustError as error:
            self.report_once(error)
        if judged is None:
            pytest.skip(suite.why_not_asked)
        self.user_properties.append((STATUS, str(judged.status)))
        if suite.change is not None:
            self.user_properties.append(changed_property(self.case.key in suite.change.cases))
        self.user_properties.extend(case_properties(suite.column.name, judged))
        if judged.status is Status.NO_ANSWER:
            original = suite.original_of(self.case)
            why = "" if original is None else original.reason
            if suite.plan.suite.too_long == "skip" and suite.is_too_long(self.case):
                pytest.skip(inert(f"left out (too_long: skip): {judged.reason or why}"))
            if judged.outcome is Outcome.NO_ANSWER:
                pytest.fail(inert(f"no answer: {judged.reason}"), pytrace=False)
            pytest.fail(inert(f"no answer to the original prompt: {why}"), pytrace=False)

    def runtest(self) -> None:
        """Fail in a strict suite if the answer is not acceptable; otherwise the gates decide."""
        judged = self._judged
        if judged is not None and self.suite.plan.suite.cases == "strict" and not judged.acceptable:
            raise CaseFailed(Session.of(self.config).shrunk(self.suite, judged))


class GateItem(RobustItem):
    """A gate: needs every case of its suite, in whichever process it ran."""

    def __init__(self, *, target: GateTarget, **kwargs: Any):
        super().__init__(line=target.gate.location.line - 1, **kwargs)
        self._target = target
        self._run: SuiteRun | None = None
        self._decision: Decision | None = None
        self.add_marker(robust_marker(self.suite, self.path.name, family="gate", operator=target.gate.metric))

    def select(self) -> None:
        """Select the gate."""
        self.suite.gates = True

    def setup(self) -> None:
        """Wait for all cases; without all of them nothing is decided."""
        suite = self.suite
        selected, planned = len(suite.cases), len(suite.plan.cases)
        if suite.shard is not None:
            held = f"shard {suite.shard} has {selected:,} of {planned:,} cases"
            pytest.skip(f"not decided: {held}; gates need all shards: llmrobust merge")
        if selected < planned:
            pytest.skip(f"not evaluated: {selected} of {planned} cases selected")
        try:
            self._run = run = suite.run()
        except LlmRobustError as error:
            self.report_once(error)
        if suite.is_unchanged and (not run.is_complete or run.decided is not None):
            there = f"{len(run.judged):,} of its {planned:,} cases are in the reply store"
            pytest.skip(f"not evaluated: unchanged since {suite.since}, and only {there}")
        self._decision = decision = run.decision(self._target)
        self.user_properties.extend(gate_properties(decision))

    def runtest(self) -> None:
        """Fail unless the gate passes; warn if it is inconclusive and allowed to be."""
        decision = self._decision
        if decision is None or self._run is None or decision.passed:
            return
        if not decision.tolerated:
            raise GateFailed(decision, self._run.judged)
        self.warn(GateWarning(inert(f"{decision.id} is {decision.status}: {decision.reason}")))
