"""What all items of a session share: plans, the engine, verdicts."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from llmrobust.engine import Asker
from llmrobust.engine.service import RemoteEngine
from llmrobust.errors import LlmRobustError, ModelError
from llmrobust.plan import Case, Plan
from llmrobust.plugin import runtime_key
from llmrobust.plugin.settings import Settings
from llmrobust.request import Request
from llmrobust.run import SuiteRun, goes_in_waves, judge, load_plan, model_of, run_in_waves, run_result
from llmrobust.score.judged import Judged

if TYPE_CHECKING:
    from llmrobust.report.result import RunResult


@dataclass(slots=True)
class _Selected:
    """The cases of a suite that were selected, in item order without repetition, and its run once it is complete.

    in_waves: whether the sequential mode may leave some of them out. as_tests: whether test functions take them.
    gates: whether a gate is selected.
    """

    cases: list[Case] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    run: SuiteRun | None = None
    in_waves: bool = False
    as_tests: bool = False
    gates: bool = False
    judged: dict[int, Judged] = field(default_factory=dict)
    """Of a suite asked in waves: the cases that were asked, by identity."""

    def add(self, case: Case) -> None:
        """Select a case; suite files and test functions may share it."""
        if id(case) not in self.seen:
            self.seen.add(id(case))
            self.cases.append(case)


class Runtime:
    """Made when the first suite is collected; one a process."""

    def __init__(self, config: pytest.Config):
        self._config = config
        self._plans: dict[Path, Plan] = {}
        self._originals: dict[Path, dict[tuple[str, int], Case]] = {}
        self._selected: dict[Path, _Selected] = {}
        self._asker: Asker | None = None
        self._unusable: LlmRobustError | None = None
        self._told = False
        self.settings = Settings.of(config)

    @classmethod
    def of(cls, config: pytest.Config) -> Runtime:
        """The session's runtime, made on first use."""
        if runtime_key not in config.stash:
            config.stash[runtime_key] = cls(config)
        return config.stash[runtime_key]

    @property
    def is_worker(self) -> bool:
        """True in an xdist worker."""
        return hasattr(self._config, "workerinput")

    def plan(self, path: Path) -> Plan:
        """The suite's plan, loaded once. Raises SuiteError or OperatorError."""
        path = path.resolve()
        if path not in self._plans:
            self._plans[path] = load_plan(path, self._config.rootpath, self.settings.baselines)
            self._originals[path] = self._plans[path].originals()
        return self._plans[path]

    def start(self, items: Iterable[pytest.Item]) -> None:
        """Note what was selected and ask for all of it in the background."""
        for item in items:
            found = case_of(item)
            if found is not None:
                path, case = found
                selected = self._selected.setdefault(path, _Selected())
                selected.add(case)
                selected.as_tests = selected.as_tests or not is_case_item(item)
            elif (suite_path := suite_of_gate(item)) is not None:
                self._selected.setdefault(suite_path, _Selected()).gates = True
        if not self._selected:
            return
        again = self._config.getoption("lf", False)
        for path, selected in self._selected.items():
            if selected.gates and (again or not selected.cases):  # a gate alone judges its whole suite
                for case in self._plans[path].cases:
                    selected.add(case)
            whole = len(selected.cases) == len(self._plans[path].cases) and not selected.as_tests
            selected.in_waves = self.settings.sequential and whole and goes_in_waves(self._plans[path])
        requests = [
            request
            for path, selected in self._selected.items()
            if not selected.in_waves
            for request in self._asked(path, selected)
        ]
        try:
            self._asker = self._connect()
            self._asker.submit(requests)
        except LlmRobustError as error:  # shown by the first item that waits
            self._unusable = error

    def _connect(self) -> Asker:
        if self.is_worker:
            return RemoteEngine(self._config.workerinput["llmrobust"])  # type: ignore[attr-defined]
        return self.settings.engine()

    def spared(self, path: Path, case: Case) -> bool:
        """Whether the sequential mode decides its gates without this case; waits for that. Raises ModelError."""
        selected = self._selected.get(path)
        if selected is None or not selected.in_waves:
            return False
        self.suite_run(path)
        return id(case) not in selected.judged

    def judged(self, path: Path, case: Case) -> Judged:
        """Wait for a case's reply and its unperturbed twin's, and judge it. Raises ModelError."""
        original = self._original(path, case)
        replies = self._usable().replies([original.request, case.request])
        return judge(self._plans[path].suite, case, replies[1], original, replies[0])

    def suite_run(self, path: Path) -> SuiteRun:
        """Wait for every selected case of a suite. Raises ModelError."""
        selected = self._selected.get(path) or _Selected()
        if selected.run is None:
            if selected.in_waves:
                selected.run = run_in_waves(self._plans[path], self._usable())
                selected.judged = {id(one.case): one for one in selected.run.judged}
            else:
                wanted = self._asked(path, selected)
                replies = dict(zip(wanted, self._usable().replies(wanted), strict=True))
                model = model_of(self._usable())
                selected.run = SuiteRun.of(self._plans[path], replies, selected.cases, model)
        return selected.run

    def missing_cases(self, path: Path) -> tuple[int, int]:
        """(selected, all) cases of a suite."""
        return len(self._selected[path].cases) if path in self._selected else 0, len(self._plans[path].cases)

    def first_to_tell(self) -> bool:
        """True once in the whole session, xdist workers included: the model's end is one error, not thousands."""
        if self._told:
            return False
        self._told = True
        try:
            return self._asker.claim("model gone") if isinstance(self._asker, RemoteEngine) else True
        except ModelError:
            return True

    def result(self) -> RunResult | None:
        """The run so far: everything that was selected and has been answered; None if nothing was asked."""
        if self._asker is None:
            return None
        asker = self._asker
        runs = []
        for path, selected in self._selected.items():
            if selected.run is None:
                wanted = self._asked(path, selected)
                there = {r: reply for r, reply in zip(wanted, asker.ready(wanted), strict=True) if reply is not None}
                runs.append(SuiteRun.of(self._plans[path], there, selected.cases, model_of(asker)))
            else:
                runs.append(selected.run)
        return run_result(runs, asker.info(), asker.stats(), root=self._config.rootpath)

    def hand_over_result(self) -> None:
        """In an xdist worker: put the result where the controller finds it, in one worker only."""
        if isinstance(self._asker, RemoteEngine):
            try:
                if self._asker.claim("result"):
                    self._config.workeroutput["llmrobust"] = pickle.dumps(self.result())  # type: ignore[attr-defined]
            except ModelError:
                return

    def close(self) -> None:
        """Stop the engine."""
        if self._asker is not None:
            self._asker.close()

    def _original(self, path: Path, case: Case) -> Case:
        return self._originals[path][case.example.id, case.repeat]

    def _requests(self, path: Path, cases: Sequence[Case]) -> list[Request]:
        """The requests of the cases and of their unperturbed twins, each once."""
        return list(dict.fromkeys(r for case in cases for r in (self._original(path, case).request, case.request)))

    def _asked(self, path: Path, selected: _Selected) -> list[Request]:
        """What is asked for the selected cases; for a whole suite also what measures the noise floor."""
        plan = self._plans[path]
        if len(selected.cases) < len(plan.cases):
            return self._requests(path, selected.cases)
        return list(dict.fromkeys(plan.requests()))

    def _usable(self) -> Asker:
        if self._unusable is not None:
            raise self._unusable
        if self._asker is None:
            raise ModelError("nothing was asked: the cases of this suite were not part of the collected session")
        return self._asker


def is_case_item(item: pytest.Item) -> bool:
    """Whether an item is a case of a suite file, not a test function that takes one."""
    from llmrobust.plugin.items import CaseItem

    return isinstance(item, CaseItem)


def suite_of_gate(item: pytest.Item) -> Path | None:
    """The suite that an item is a gate of, if it is one."""
    from llmrobust.plugin.items import GateItem

    return item.suite_path if isinstance(item, GateItem) else None


def case_of(item: pytest.Item) -> tuple[Path, Case] | None:
    """The suite and case that an item stands for, if it does."""
    from llmrobust.plugin.functions import AskedCase
    from llmrobust.plugin.items import CaseItem

    if isinstance(item, CaseItem):
        return item.suite_path, item.case
    callspec = getattr(item, "callspec", None)
    asked = callspec.params.get("case") if callspec is not None else None
    return (asked.suite_path, asked.planned) if isinstance(asked, AskedCase) else None
