"""The controller's side of a run under xdist."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

from llmrobust.errors import without_credentials
from llmrobust.plugin.run_reporter import RunReporter

if TYPE_CHECKING:
    from llmrobust.engine import Asker, Recorded
    from llmrobust.plugin.xdist_progress import ControllerProgress
    from llmrobust.results.run_result import RunResult


MODEL = ""
"""Stands before the specs of one of several models, which may be those of a judge too."""


class Controller(RunReporter):
    """Owns the service that the workers ask, and reports the result that one of them hands over."""

    NAME = "llmrobust-controller"

    def __init__(self, config: pytest.Config):
        from llmrobust.engine.shared_engine import Service

        super().__init__(config)
        self._service = Service(self._make_engine, self._make_other)
        self._result: RunResult | None = None
        self._progress: ControllerProgress | None = None

    def connect(self, node: Any) -> None:
        """Pass the service's address to a worker."""
        node.workerinput["llmrobust"] = self._service.address.as_dict()

    def result(self) -> RunResult | None:
        """The run's result; None if no suite was run."""
        return self._result

    def close(self) -> None:
        """Stop the service, the engine, and any server it started."""
        if self._progress is not None:
            self._progress.stop()
        self._service.close()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the result that a finished worker hands over; it comes from a process of our own."""
        output = getattr(node, "workeroutput", None) or {}
        if "llmrobust" in output:
            self._result = pickle.loads(output["llmrobust"])

    def _make_engine(self, recorded: Recorded | None) -> Asker:
        from llmrobust.plugin.settings import Settings

        settings = Settings.of(self._config)
        specs = settings.one_model
        return self._watched(settings.engine_of(specs, recorded), specs)

    def _make_other(self, specs: tuple[str, ...], recorded: Recorded | None) -> Asker:
        """The engine of one of several models, or of a judge, which shows no progress."""
        from llmrobust.plugin.settings import Settings

        settings = Settings.of(self._config)
        if specs[0] != MODEL:
            return settings.judge_engine_of(specs)
        return self._watched(settings.engine_of(specs[1:], recorded), specs[1:])

    def _watched(self, engine: Asker, specs: tuple[str, ...]) -> Asker:
        from llmrobust.plugin.xdist_progress import ControllerProgress

        if self._progress is None:
            self._progress = ControllerProgress.of(self._config)
        named = ", ".join(map(without_credentials, specs))
        return engine if self._progress is None else self._progress.watch(engine, named, lambda: self.flips)
