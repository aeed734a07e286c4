"""The failure of a suite whose operators perturb nothing: zero perturbed cases prove nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmrobust.plan import Plan
from llmrobust.text.escaping import inert


class NothingPerturbed(pytest.Collector):
    """Replaces the families that the suite's operators should have generated."""

    def __init__(self, *, plan: Plan, **kwargs: Any):
        super().__init__(**kwargs)
        self._plan = plan

    def collect(self) -> Iterator[pytest.Item]:
        """One item, which fails."""
        yield NothingPerturbedItem.from_parent(self, name="any", plan=self._plan)


class NothingPerturbedItem(pytest.Item):
    """Fails with the operators that found nothing to perturb, and why."""

    def __init__(self, *, plan: Plan, **kwargs: Any):
        super().__init__(**kwargs)
        self._plan = plan
        self.add_marker(pytest.mark.robust(suite=self.path.name, family="perturbed", operator=""))

    def runtest(self) -> None:
        """Fail."""
        lines = [f"  {use}: {why}" for use, why in self._plan.idle_uses()]
        headline = f"no case is perturbed, so {self._plan.suite.name} tests nothing:"
        pytest.fail(inert("\n".join([headline, *lines])), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The first operator's line in the suite file."""
        uses = self._plan.suite.perturb
        return self.path, uses[0].location.line - 1 if uses else 0, self.name
