"""Which suites, cases and gates pytest items stand for."""

from __future__ import annotations

import pytest

from llmrobust.plan import Case
from llmrobust.plugin.session_suite import AskedSuite


def is_case_item(item: pytest.Item) -> bool:
    """Whether an item is a case of a suite file, not a test function that takes one."""
    from llmrobust.plugin.items import CaseItem

    return isinstance(item, CaseItem)


def suite_of_gate(item: pytest.Item) -> AskedSuite | None:
    """The suite that an item is a gate of, if it is one."""
    from llmrobust.plugin.items import GateItem

    return item.suite if isinstance(item, GateItem) else None


def case_of(item: pytest.Item) -> tuple[AskedSuite, Case] | None:
    """The suite and case that an item stands for, if it does."""
    from llmrobust.plugin.decorator import AskedCase
    from llmrobust.plugin.items import CaseItem

    if isinstance(item, CaseItem):
        return item.suite, item.case
    callspec = getattr(item, "callspec", None)
    asked = callspec.params.get("case") if callspec is not None else None
    return (asked.suite, asked.planned) if isinstance(asked, AskedCase) else None
