"""The part of a suite that a pytest item selects."""

from __future__ import annotations

import pytest


class Selectable:
    """An item of a suite file, or the `case` of a test function: it can select its part of a suite."""

    def select(self) -> None:
        """Mark this part of the suite as selected."""

    def is_in_shard(self) -> bool:
        """Whether the session's shard takes it; always without shards. Every shard has the gates, undecided."""
        return True


def keep_shard(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the cases of other shards; other plugins' tests stay."""
    kept: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        part = selectable(item)
        (kept if part is None or part.is_in_shard() else others).append(item)
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = kept


def selectable(item: pytest.Item) -> Selectable | None:
    """The part of a suite that an item covers; None for other plugins' items."""
    if isinstance(item, Selectable):
        return item
    callspec = getattr(item, "callspec", None)
    case = callspec.params.get("case") if callspec is not None else None
    return case if isinstance(case, Selectable) else None
