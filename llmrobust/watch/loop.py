"""The loop: files are looked at and keys are read while suites run; what was started last is what is shown."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from llmrobust.errors import LlmRobustError
from llmrobust.plan import CaseKey
from llmrobust.plugin.progress import Counts, progress_line
from llmrobust.report.terminal_lines import Line
from llmrobust.results.comparison import Comparison, compare
from llmrobust.results.run_result import RunResult
from llmrobust.score.verdict import Status
from llmrobust.watch.files import Pace, Watched, code_files, files_below, suites_below
from llmrobust.watch.screen import Screen, Seen, footer, has_failed, screen_lines, shown_names
from llmrobust.watch.warm import Answered, Only, Superseded, Warm

LOOK_S = 0.1
"""Between two looks at the files."""
Ending = Literal["quit", "restart"]
"""Why a watch ends; it restarts where code changed, which a running process has loaded."""


class Terminal(Protocol):
    """Where a watch is shown."""

    @property
    def height(self) -> int:
        """Lines that fit."""
        ...

    def show(self, lines: Sequence[Line], last: str, *, idle: bool) -> None:
        """Show a whole screen. last: its last line. idle: whether nothing runs, so that all of it is current."""
        ...

    def update(self, last: str) -> None:
        """Show another last line."""
        ...


@dataclass(frozen=True, slots=True)
class _Done:
    """A suite file was run: the answer, or the error. took_s: in which time."""

    path: Path
    answered: Answered | None
    error: BaseException | None
    took_s: float


@dataclass(frozen=True, slots=True)
class _Read:
    """A suite file was read, and these files with it."""

    path: Path
    files: tuple[Path, ...]


class Watch:
    """One watch of some suites. paths: suite files, and folders whose suite files are watched, new ones too."""

    def __init__(self, warm: Warm, paths: Sequence[Path], root: Path, models: str, terminal: Terminal):
        self._warm = warm
        self._paths = paths
        self._root = root
        self._terminal = terminal
        self._events: queue.Queue[str | _Read | _Done] = queue.Queue()
        self._watched = Watched()
        self._seen: dict[Path, Seen] = {}
        self._whole: dict[Path, RunResult] = {}
        """The last whole run of each suite file."""
        self._files: dict[Path, tuple[Path, ...]] = {}
        """What each suite file depends on, as far as it could be read."""
        self._waiting: list[Path] = []
        self._running: Path | None = None
        self._screen = Screen(models, root, ())
        self._looked = 0.0
        self._pace = Pace()
        self._began = 0.0
        self._ended = ""

    def key(self, key: str) -> None:
        """A key was pressed; called by any thread."""
        self._events.put(key)

    def run(self) -> Ending:
        """Watch until somebody quits, or code changed."""
        try:
            self._find_suites()
            self._want(list(self._seen), ())
            while not self._ended:
                self._start_next()
                self._take_event()
                self._look()
            return "restart" if self._ended == "restart" else "quit"
        finally:
            self._warm.stop()
            if self._running is not None:
                self._await_end()
            self._warm.close()

    # What happens.

    def _take_event(self) -> None:
        try:
            event = self._events.get(timeout=LOOK_S)
        except queue.Empty:
            return
        if isinstance(event, _Done):
            self._take(event)
        elif isinstance(event, _Read):
            self._files[event.path] = event.files
            self._watch_files()
        else:
            self._press(event)

    def _press(self, key: str) -> None:
        screen = self._screen
        if key == "q":
            self._ended = "quit"
        elif key in ("r", "\r", "\n"):
            if self._running is None:
                self._warm.forget_servers()
            self._want(list(self._seen), ())
        elif key in ("f", "a"):
            self._screen = replace(screen, only_failed=key == "f")
            self._want(self._failed() if key == "f" else list(self._seen), ())
        elif key in ("h", "?", "m"):
            self._screen = (
                replace(screen, help=not screen.help) if key != "m" else replace(screen, more=not screen.more)
            )
            self._draw()

    def _look(self) -> None:
        """Look at the files, not more often than every `LOOK_S`, and run what depends on those that were saved."""
        now = time.monotonic()
        if now - self._looked < LOOK_S:
            self._tick(now)
            return
        self._looked = now
        new: set[Path] = set()
        if self._pace.is_due():
            new = self._find_suites()
            if self._is_broken:
                self._watched.add(files_below(self._root))
            self._pace.looked(now)
        found = self._watched.changed(now)
        if found:
            code = set(code_files(self._root, self._seen))
            if code.intersection(found):
                self._screen = replace(self._screen, saved=shown_names(found, self._root))
                self._terminal.update(f"{', '.join(self._screen.saved)} changed: starting again")
                self._ended = "restart"
                return
        touched = [path for path in self._seen if path in new or self._depends(path, found)]
        if touched:
            self._want(touched, shown_names(found, self._root))
        self._tick(now)

    def _depends(self, suite: Path, changed: Sequence[Path]) -> bool:
        """Whether a suite may be another one now; what could not be read depends on all that the project has."""
        if self._seen[suite].problem and changed:
            return True
        return not {suite, *self._files.get(suite, ())}.isdisjoint(changed)

    @property
    def _is_broken(self) -> bool:
        """Whether a suite could not be read or run, so that any file of the project may mend it."""
        return any(one.problem for one in self._seen.values())

    def _find_suites(self) -> set[Path]:
        """Take note of suite files that are new, or gone. Returns the new ones."""
        there = suites_below(self._paths)
        new = {path for path in there if path not in self._seen}
        gone = len(there) - len(new) < len(self._seen)
        if new or gone:
            self._seen = {path: self._seen.get(path, Seen(path)) for path in there}
            self._watch_files()
        if gone:
            self._screen = replace(self._screen, saved=())
            self._draw()
        return new

    def _watch_files(self) -> None:
        files = [*self._seen, *(file for files in self._files.values() for file in files)]
        if self._is_broken:
            files += files_below(self._root)
        self._watched.watch([*files, *code_files(self._root, self._seen)])

    # Runs.

    def _want(self, paths: Sequence[Path], saved: tuple[str, ...]) -> None:
        """Run these suite files next; a run that is going on for one of them is no longer waited for."""
        if self._running in paths:
            self._warm.stop()
        going = self._waiting or self._running is not None
        ran = self._screen.ran if going else frozenset()
        self._waiting = [*(path for path in self._waiting if path not in paths), *paths]
        self._screen = replace(self._screen, saved=saved, ran=ran | frozenset(paths))
        self._draw()

    def _start_next(self) -> None:
        if self._running is not None or not self._waiting:
            return
        path = self._running = self._waiting.pop(0)
        only = self._only(path) if self._screen.only_failed else None
        self._began = time.monotonic()
        threading.Thread(target=self._run_one, args=(path, only), name="llmrobust-watch", daemon=True).start()

    def _run_one(self, path: Path, only: Only | None) -> None:
        """Run a suite file and put what came of it among the events."""
        began = time.monotonic()
        answered, error = None, None
        try:
            answered = self._warm.run(path, only, lambda files: self._events.put(_Read(path, files)))
        except BaseException as raised:  # a watch goes on whatever a suite, an operator or a plugin raises
            error = raised
        self._events.put(_Done(path, answered, error, time.monotonic() - began))

    def _take(self, done: _Done) -> None:
        """Note what came of a run."""
        self._running = None
        if isinstance(done.error, Superseded):
            if done.path not in self._waiting and not self._ended:
                self._waiting.insert(0, done.path)
            return
        if done.path not in self._seen:  # it was deleted meanwhile
            return
        if done.answered is None:
            problem = problem_text(done.error)
            self._seen[done.path] = replace(self._seen[done.path], problem=problem, took_s=done.took_s)
        else:
            run, before = done.answered.result, self._whole.get(done.path)
            self._seen[done.path] = Seen(done.path, done.answered, compared(before, run), "", done.took_s)
            if not done.answered.partial:
                self._whole[done.path] = run
        self._watch_files()
        self._draw()

    def _await_end(self) -> None:
        while not isinstance(self._events.get(), _Done):
            pass

    def _failed(self) -> list[Path]:
        """The suite files whose last whole run is short of a pass, or which have none."""
        return [path for path in self._seen if path not in self._whole or has_failed(self._whole[path])]

    def _only(self, path: Path) -> Mapping[str, frozenset[CaseKey]] | None:
        """The cases that did not pass in the last whole run of a suite file; None for all where there is none."""
        whole = self._whole.get(path)
        if whole is None:
            return None
        failed = {
            suite.name: frozenset(case.key for case in suite.cases if case.status is not Status.PASSED)
            for suite in whole.suites
        }
        return failed if any(failed.values()) else None

    # What is shown.

    def _draw(self) -> None:
        clock = time.strftime("%H:%M:%S")
        self._screen = replace(self._screen, seen=tuple(self._seen.values()), clock=clock)
        idle = self._running is None and not self._waiting
        self._terminal.show(screen_lines(self._screen, self._terminal.height), self._last_line(), idle=idle)

    def _tick(self, now: float) -> None:
        """Show progress while something runs."""
        if self._running is not None:
            self._terminal.update(self._last_line(now))

    def _last_line(self, now: float | None = None) -> str:
        if self._running is None and not self._waiting:
            return footer()
        name = (self._running or self._waiting[0]).name
        counts = self._warm.counts() if now is not None else Counts(0, 0)
        if counts.planned and now is not None and now - self._began > 1:
            return footer(f"{name}: {progress_line(counts, now - self._began)}")
        return footer(f"running {name}")


def until_mended(problem: str, folder: Path, terminal: Terminal, keys: queue.Queue[str]) -> Ending:
    """Show why a project cannot be loaded, until one of its files is saved, or somebody quits."""
    watched = Watched([*files_below(folder), *code_files(folder, ())])
    screen = Screen("", folder, (), problem=problem, clock=time.strftime("%H:%M:%S"))
    terminal.show(
        screen_lines(screen, terminal.height), "waiting for a file to be saved   r try again   q quit", idle=True
    )
    pace = Pace()
    while not watched.changed(now := time.monotonic()):
        if pace.is_due():
            watched.add(files_below(folder))
            pace.looked(now)
        try:
            key = keys.get(timeout=LOOK_S)
        except queue.Empty:
            continue
        if key in ("q", "r"):
            return "quit" if key == "q" else "restart"
    return "restart"


def compared(before: RunResult | None, run: RunResult) -> Comparison | None:
    """A run beside the last whole one; None where there is none, or they cannot be compared."""
    if before is None:
        return None
    try:
        return compare(before, run, ("before", "now"))
    except LlmRobustError:
        return None


def problem_text(error: BaseException | None) -> str:
    """An error for a reader: the message of one of ours; of any other also its kind, and no traceback."""
    return str(error) if isinstance(error, LlmRobustError) else f"{type(error).__name__}: {error}"
