"""The controller's side of a run under xdist."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from llmrobust.engine import Asker, Recorded
    from llmrobust.results.run_result import RunResult


class Controller:
    """Owns the service that workers ask, and keeps the result that one of them hands over."""

    def __init__(self, config: pytest.Config):
        from llmrobust.engine.shared_engine import Service

        self._config = config
        self._service = Service(self._make_engine)
        self._result: RunResult | None = None

    @property
    def address(self) -> dict[str, str]:
        """Where workers find the service."""
        return self._service.address.as_dict()

    def take_result(self, pickled: bytes) -> None:
        """Keep a worker's result; it comes from a process of our own."""
        self._result = pickle.loads(pickled)

    def result(self) -> RunResult | None:
        """The run's result, if any suite was run."""
        return self._result

    def close(self) -> None:
        """Stop the service, the engine, and whatever server it started."""
        self._service.close()

    def _make_engine(self, recorded: Recorded | None) -> Asker:
        from llmrobust.plugin.settings import Settings

        return Settings.of(self._config).engine(recorded)
