"""The part of a suite that a pytest item selects."""

from __future__ import annotations

import pytest


class Selectable:
    """An item of a suite file, or the `case` of a test function: it can select its part of a suite."""

    def select(self) -> None:
        """Mark this part of the suite as selected."""


def selectable(item: pytest.Item) -> Selectable | None:
    """The part of a suite that an item covers; None for other plugins' items."""
    if isinstance(item, Selectable):
        return item
    callspec = getattr(item, "callspec", None)
    case = callspec.params.get("case") if callspec is not None else None
    return case if isinstance(case, Selectable) else None
