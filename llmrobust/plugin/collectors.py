"""What a suite file collects: a collector for each family with an item for each case, and one for the gates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llmrobust.gate import GateTarget, gate_targets
from llmrobust.plan import Case, case_name
from llmrobust.plugin.bulk_items import bulk_collectors
from llmrobust.plugin.gc_tuning import uncollected
from llmrobust.plugin.items import CaseItem, GateItem
from llmrobust.plugin.nothing_perturbed import NothingPerturbed
from llmrobust.plugin.session import Session
from llmrobust.plugin.session_suite import SessionSuite


def collectors(file: pytest.File) -> Iterator[pytest.Collector | pytest.Item]:
    """The collectors of a suite file; below one for each prompt and model where there are several."""
    for suite in Session.of(file.config).suites(file.path, in_bulk=file.config.option.robust_bulk is not None):
        levels = suite.levels
        if levels:
            yield Level.from_parent(file, name=levels[0], suite=suite, below=levels[1:])
        else:
            yield from _collectors(file, suite)


def _collectors(file: pytest.Collector, suite: SessionSuite) -> Iterator[pytest.Collector | pytest.Item]:
    """One collector for the original prompts, each family, and the gates of a suite."""
    plan = suite.plan
    by = file.config.option.robust_bulk
    if by is not None:
        yield from bulk_collectors(file, suite, by)
    families: dict[str, list[Case]] = {}
    for case in plan.cases if by is None else ():
        families.setdefault(case.family, []).append(case)
    for family, cases in families.items():
        yield Family.from_parent(file, name=family, suite=suite, cases=cases)
    if plan.perturbs_nothing:
        yield NothingPerturbed.from_parent(file, name="perturbed", plan=plan)
    targets = gate_targets(plan.suite, plan.columns())
    if targets:
        yield Gates.from_parent(file, name="gate", suite=suite, targets=targets)


class Level(pytest.Collector):
    """One of several prompts, or models, of a suite file."""

    def __init__(self, *, suite: SessionSuite, below: list[str], **kwargs: Any):
        super().__init__(**kwargs)
        self._suite = suite
        self._below = below

    def collect(self) -> Iterator[pytest.Collector | pytest.Item]:
        """The collectors of the suite, or the next level."""
        if self._below:
            yield Level.from_parent(self, name=self._below[0], suite=self._suite, below=self._below[1:])
        else:
            yield from _collectors(self, self._suite)


class Family(pytest.Collector):
    """The cases of one family."""

    def __init__(self, *, suite: SessionSuite, cases: list[Case], **kwargs: Any):
        super().__init__(**kwargs)
        self._suite = suite
        self._cases = cases

    def collect(self) -> Iterator[pytest.Item]:
        """One item per case."""
        lines = {use.label: use.location.line - 1 for use in self._suite.plan.suite.perturb}
        with uncollected():
            items = [
                CaseItem.from_parent(
                    self, name=case_name(case), case=case, suite=self._suite, line=lines.get(case.use, 0)
                )
                for case in self._cases
            ]
        return iter(items)


class Gates(pytest.Collector):
    """The gates of a suite."""

    def __init__(self, *, suite: SessionSuite, targets: tuple[GateTarget, ...], **kwargs: Any):
        super().__init__(**kwargs)
        self._suite = suite
        self._targets = targets

    def collect(self) -> Iterator[pytest.Item]:
        """One item per decision."""
        for target in self._targets:
            yield GateItem.from_parent(self, name=target.id, target=target, suite=self._suite)
