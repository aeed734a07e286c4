"""`--robust-bulk`: one item for all cases of an operator, or of a family, of a suite file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pytest

from llmrobust.cases import ORIGINAL
from llmrobust.errors import LlmRobustError
from llmrobust.plugin.items import RobustItem, robust_marker
from llmrobust.report.failure_messages import explain_cases, explain_unanswered
from llmrobust.report.junit import bulk_properties, changed_property
from llmrobust.runner import is_too_long
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status

if TYPE_CHECKING:
    from llmrobust.plugin.session_suite import SessionSuite

Grouping = Literal["operator", "family"]


class CasesFailed(Exception):
    """Some of an item's strict cases flipped, were wrong or gave no readable answer."""

    def __init__(self, failed: Sequence[CaseResult], judged: Sequence[CaseResult]):
        super().__init__()
        self.failed = failed
        self.judged = judged


def bulk_collectors(parent: pytest.Collector, suite: SessionSuite, by: Grouping) -> Iterator[pytest.Item | Any]:
    """The items of a suite: below a collector for each family one for each operator's use, or one for each family."""
    families: dict[str, dict[str, str]] = {}
    for kind in suite.plan.kinds():
        families.setdefault(kind.family, {})[kind.use] = kind.operator
    lines = {use.label: use.location.line - 1 for use in suite.plan.suite.perturb}
    for family, uses in families.items():
        if by == "operator":
            yield BulkFamily.from_parent(parent, name=family, suite=suite, uses=uses, lines=lines)
        else:
            first, *others = uses.values()
            yield BulkItem.from_parent(
                parent,
                name=family,
                suite=suite,
                line=lines.get(next(iter(uses)), 0),
                family=family,
                uses=tuple(uses),
                operator="" if others else first,
            )


class BulkFamily(pytest.Collector):
    """The items of one family."""

    def __init__(self, *, suite: SessionSuite, uses: dict[str, str], lines: dict[str, int], **kwargs: Any):
        super().__init__(**kwargs)
        self._suite, self._uses, self._lines = suite, uses, lines

    def collect(self) -> Iterator[pytest.Item]:
        """One item per use of an operator."""
        for use, operator in self._uses.items():
            name = "plain" if use == ORIGINAL else use.removeprefix(self.name).lstrip(".-") or use
            line = self._lines.get(use, 0)
            yield BulkItem.from_parent(
                self, name=name, suite=self._suite, line=line, family=self.name, uses=(use,), operator=operator
            )


class BulkItem(RobustItem):
    """All cases of some uses of operators: fails where one of them would by itself."""

    def __init__(self, *, family: str, uses: tuple[str, ...], operator: str, **kwargs: Any):
        super().__init__(**kwargs)
        self._uses = uses
        self._judged: list[CaseResult] = []
        self.add_marker(robust_marker(self.suite, self.suite.plan.suite.name, family=family, operator=operator))

    def select(self) -> None:
        """Select the cases."""
        self.suite.add_uses(self._uses)

    def is_in_shard(self) -> bool:
        """Whether the shard has any of the cases."""
        return self.suite.has_uses(self._uses)

    def setup(self) -> None:
        """Wait for the responses; missing ones are an error, not a failure."""
        suite = self.suite
        try:
            judged = suite.judged_of(self._uses)
        except LlmRobustError as error:
            self.report_once(error)
        if not judged and suite.in_waves:
            pytest.skip("not sent: every gate on these cases was decided without them")
        if not judged:
            pytest.skip(suite.why_not_asked)
        if suite.change is not None:
            changed = suite.change.cases
            self.user_properties.append(changed_property(any(one.key in changed for one in judged)))
        self.user_properties.extend(bulk_properties(suite.column.name, judged))
        unanswered = [one for one in judged if one.status is Status.NO_ANSWER]
        left_out = self._left_out(unanswered)
        if left_out and len(left_out) == len(judged):
            pytest.skip("left out (too_long: skip): no prompt here fits the model's context")
        unanswered = [one for one in unanswered if id(one) not in left_out]
        self._judged = [one for one in judged if id(one) not in left_out]
        if unanswered:
            pytest.fail(explain_unanswered(unanswered, self._judged), pytrace=False)

    def _left_out(self, unanswered: Sequence[CaseResult]) -> frozenset[int]:
        """Those of the cases, by identity, that the suite leaves out as they or their originals are too long."""
        if not unanswered or self.suite.plan.suite.too_long != "skip":
            return frozenset()
        originals = self.suite.judged_of((ORIGINAL,))
        gone = {(one.example, one.repeat) for one in originals if is_too_long(one)}
        mine = (one for one in unanswered if is_too_long(one) or (one.example, one.repeat) in gone)
        return frozenset(map(id, mine))

    def runtest(self) -> None:
        """Fail in a strict suite if an answer is not acceptable; otherwise the gates decide."""
        judged, self._judged = self._judged, []
        if self.suite.plan.suite.cases == "strict":
            failed = [one for one in judged if not one.acceptable]
            if failed:
                raise CasesFailed(failed, judged)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """How many cases failed, and the worst examples."""
        error = excinfo.value
        if isinstance(error, CasesFailed):
            text = explain_cases(error.failed, error.judged)
            return self.message(text.splitlines()[0], text)
        return super().repr_failure(excinfo, style)
