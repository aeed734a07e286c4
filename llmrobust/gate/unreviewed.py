"""Gates on generated variants that nobody has reviewed: whether the answer must stay there is only a model's word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from llmrobust.gate.decision import Decision, DecisionStatus
from llmrobust.gate.targets import selected_columns
from llmrobust.metrics import METRICS
from llmrobust.operators.frozen_variants import UNREVIEWED
from llmrobust.suitefile.suite import Suite
from llmrobust.text.phrases import many

CAUSE = "unreviewed-variants"
REMEDY = "review them with `llmrobust review FILE`, or set accept_unreviewed: true in the suite"


def without_unreviewed(
    decisions: Iterable[Decision], suite: Suite, columns: Mapping[str, tuple[str, str]]
) -> list[Decision]:
    """The decisions; none is made on variants that nobody has reviewed, unless the suite accepts them.

    A gate on unperturbed prompts, or on a selection without such variants, is unchanged.
    columns: (family, operator) of every variant of the table.
    """
    found = list(decisions)
    if not any(column.endswith(UNREVIEWED) for column in columns) or suite.accept_unreviewed:
        return found
    return [_without(one, columns) for one in found]


def _without(decision: Decision, columns: Mapping[str, tuple[str, str]]) -> Decision:
    if decision.status is DecisionStatus.NOT_EVALUATED or METRICS.get(decision.target.gate.metric).reads == "clean":
        return decision
    lacking = sum(column.endswith(UNREVIEWED) for column in selected_columns(decision.target, columns))
    if not lacking:
        return decision
    reason = f"not evaluated: nobody has reviewed {many(lacking, 'generated variant')} ({decision.reason})"
    return replace(decision, status=DecisionStatus.NOT_EVALUATED, reason=reason, remedy=REMEDY, cause=CAUSE)
