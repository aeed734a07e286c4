"""What an address of the view shows: from a path and a query to a page, over a library of runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from llmrobust.errors import LlmRobustError
from llmrobust.report.html import html_report
from llmrobust.report.html.cases_view import Filters, RunColumn, cases_page
from llmrobust.report.html.leaderboard_view import side_by_side_page
from llmrobust.report.html.runs_view import RunSummary, runs_page
from llmrobust.results.matrix import matrices
from llmrobust.view.library import Library

MOST_MODELS = 6
"""Models that are shown side by side: those with the newest runs."""
AT_ONCE = 4
"""Runs that the first page reads before it is shown; the others are read meanwhile."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: HTTP's status, and HTML or plain text."""

    status: int
    text: str
    kind: str = "text/html"


class Pages:
    """The pages of a library. Thread-safe."""

    def __init__(self, library: Library, folder: str):
        self._library = library
        self._folder = folder
        self._reading = threading.Lock()

    def page(self, path: str, query: Mapping[str, str]) -> Page:
        """The page at an address, without its host. Never raises because of what was asked or stored."""
        parts = path.strip("/").split("/")
        found: Callable[[], Page | None]
        match parts:
            case [""]:
                found = self._runs
            case ["run", id]:

                def found() -> Page | None:
                    return self._run(id, query.get("against", ""))

            case ["models"]:
                found = self._models
            case ["cases"]:

                def found() -> Page | None:
                    return self._cases(query)

            case _:
                return _missing()
        try:
            return found() or _missing()
        except Exception as error:  # whatever a stored run, a metric or a method of the project makes of it
            kind = "" if isinstance(error, LlmRobustError) else f"{type(error).__name__}: "
            return Page(500, f"this page cannot be shown: {kind}{error}\n", "text/plain")

    def read_all(self) -> None:
        """Read every run that is not known yet; one thread at a time does that."""
        if self._reading.acquire(blocking=False):
            try:
                self._library.summaries()
            finally:
                self._reading.release()

    def _runs(self) -> Page:
        runs, unread = self._library.summaries(AT_ONCE)
        if unread:
            threading.Thread(target=self.read_all, name="llmrobust-view-reader", daemon=True).start()
        return Page(200, runs_page(runs, self._folder, unread, before(runs)))

    def _run(self, id: str, against: str) -> Page | None:
        run = self._library.run(id)
        other = self._library.run(against) if against else None
        if run is None or (against and other is None):
            return None
        return Page(200, html_report(run, other, home="/"))

    def _models(self) -> Page:
        runs, _ = self._library.summaries()
        newest: dict[tuple[str, tuple[str, ...]], RunSummary] = {}
        for one in runs:
            if not one.problem:
                newest.setdefault((one.model, tuple(sorted(suite.name for suite in one.suites))), one)
        chosen = list(newest.values())[:MOST_MODELS]
        read = [run for one in chosen if (run := self._library.run(one.id)) is not None]
        found = matrices(read) if len(read) > 1 or (read and read[0].models) else []
        return Page(200, side_by_side_page("Models side by side", matrices=found, home="/"))

    def _cases(self, query: Mapping[str, str]) -> Page | None:
        runs, _ = self._library.summaries()
        names = list(dict.fromkeys(suite.name for run in runs for suite in run.suites if suite.cases))
        name = query.get("suite") or next(iter(names), "")
        if name not in names:
            return None
        newest: dict[str, RunSummary] = {}
        for run in runs:
            for suite in run.suites:
                if suite.name == name and suite.cases:
                    newest.setdefault(suite.model, run)
        columns = []
        for model, summary in list(newest.items())[:MOST_MODELS]:
            read = self._library.run(summary.id)
            found = [] if read is None else [one for one in read.suites if one.name == name]
            columns += [RunColumn(model, summary.id, summary.saved, one) for one in found[:1]]
        return Page(200, cases_page(names, name, columns, Filters.of(query))) if columns else None


def before(runs: list[RunSummary]) -> dict[str, str]:
    """By a run's id, the id of the newest earlier run that has a suite in common with it. runs: the newest first."""
    found = {}
    for number, run in enumerate(runs):
        names = {suite.name for suite in run.suites}
        older = (one for one in runs[number + 1 :] if not names.isdisjoint(suite.name for suite in one.suites))
        earlier = next(older, None)
        if earlier is not None:
            found[run.id] = earlier.id
    return found


def said_paths(paths: list[Path]) -> str:
    """The paths for a reader."""
    return ", ".join(map(str, paths[:3])) + (f" and {len(paths) - 3:,} more" if len(paths) > 3 else "")


def _missing() -> Page:
    return Page(404, "there is no such page\n", "text/plain")
