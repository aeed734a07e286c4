"""Progress in xdist's controller, whose workers wait for replies of the engine that the controller owns.

Only the main thread may write to the terminal, and there the controller waits for what its workers report. So a thread
watches the engine and adds an event of its own to xdist's queue of reports, which the main thread takes in turn. What
pytest writes next goes where it left off: the line is removed before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from llmrobust.engine import Asker
from llmrobust.plugin import progress
from llmrobust.plugin.progress import CountedAsker, Progress, TerminalDisplay, display_of

EVENT = "llmrobust_progress"
_FIRST = pytest.hookimpl(tryfirst=True)
_FIRST_OPTIONAL = pytest.hookimpl(tryfirst=True, optionalhook=True)


class ControllerProgress:
    """The progress line of a run under xdist. Once shown it is a pytest plugin, which learns when pytest will write."""

    def __init__(self, config: pytest.Config, display: TerminalDisplay, dsession: Any):
        """dsession: xdist's session; it calls `worker_NAME(**arguments)` for every (NAME, arguments) in its queue."""
        self._plugins = config.pluginmanager
        self._display = display
        self._queue = dsession.queue
        self._over = threading.Event()
        setattr(dsession, f"worker_{EVENT}", self._show)

    @classmethod
    def of(cls, config: pytest.Config) -> ControllerProgress | None:
        """The controller's; None where nobody wants progress, or xdist has no queue of reports."""
        display, dsession = display_of(config), config.pluginmanager.get_plugin("dsession")
        return None if display is None or not hasattr(dsession, "queue") else cls(config, display, dsession)

    def watch(self, asker: Asker, model: str, flips: Callable[[], int]) -> Asker:
        """The engine, watched until the session ends. model: its name for a reader. flips: counts those so far."""
        counted = CountedAsker(asker, flips)
        shown = self._display.progress(model)
        threading.Thread(target=self._watch, args=(counted, shown), name="llmrobust-progress", daemon=True).start()
        return counted

    def stop(self) -> None:
        """Show no more, and leave the terminal as pytest expects it."""
        self._over.set()
        self._display.end()

    def _watch(self, asker: CountedAsker, shown: Progress) -> None:
        while not self._over.wait(progress.TICK_S):
            is_open = asker.info() is not None
            line = shown.line(is_open, asker.counts)
            if line is not None and (asker.is_awaited or not is_open):
                self._queue.put((EVENT, {"line": line}))

    def _show(self, line: str) -> None:
        if self._over.is_set():
            return
        if not self._plugins.is_registered(self):
            self._plugins.register(self, "llmrobust-progress")
        self._display.show(line)

    # Whenever pytest or xdist is about to write.

    @_FIRST
    def pytest_runtest_logstart(self) -> None:
        """A worker begins an item."""
        self._display.end()

    @_FIRST
    def pytest_runtest_logreport(self) -> None:
        """A worker reports an outcome."""
        self._display.end()

    @_FIRST
    def pytest_collectreport(self) -> None:
        """A worker could not collect something."""
        self._display.end()

    @_FIRST_OPTIONAL
    def pytest_xdist_newgateway(self) -> None:
        """A worker starts."""
        self._display.end()

    @_FIRST_OPTIONAL
    def pytest_xdist_node_collection_finished(self) -> None:
        """A worker has collected all items."""
        self._display.end()

    @_FIRST_OPTIONAL
    def pytest_testnodeready(self) -> None:
        """A worker is ready, perhaps in place of one that was lost."""
        self._display.end()

    @_FIRST_OPTIONAL
    def pytest_testnodedown(self) -> None:
        """A worker has ended."""
        self._display.end()

    @_FIRST
    def pytest_keyboard_interrupt(self) -> None:
        """The user ends the run."""
        self.stop()

    @_FIRST
    def pytest_internalerror(self) -> None:
        """A defect ends the run."""
        self.stop()

    @_FIRST
    def pytest_sessionfinish(self) -> None:
        """The run is over."""
        self.stop()
