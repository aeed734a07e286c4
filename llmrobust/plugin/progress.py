"""Progress while an item waits: that the model loads, then prompts answered, their rate, the time left, and flips."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import pytest
from _pytest._io.wcwidth import wcswidth
from _pytest.pathlib import bestrelpath

from llmrobust.engine import Asker
from llmrobust.engine.asker import WrappedAsker
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Reply, Request
from llmrobust.text.escaping import visible
from llmrobust.text.phrases import many

T = TypeVar("T")

DELAY_S = 1.0
"""A session that waits for less than this shows nothing."""
IN_PLACE_S = 1.0
PLAIN_S = 30.0
CI_S = 300.0
"""Between two lines of progress: rewritten on a terminal, one below the other in a file, and in a CI job's log, where
they are there only so that a runner does not take a long run for one that hangs."""
TICK_S = 0.2


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a model is. planned: prompts to be sent, those answered included; from_store: others, whose responses
    were stored. tokens: of the prompts and answers so far. flips: cases judged so far whose answer flipped."""

    planned: int
    answered: int
    from_store: int = 0
    tokens: int = 0
    flips: int = 0

    def since(self, before: Counts) -> Counts:
        """What was added to earlier counts of the same engine."""
        return Counts(
            self.planned - before.planned,
            self.answered - before.answered,
            self.from_store - before.from_store,
            self.tokens - before.tokens,
            self.flips,
        )


def progress_line(counts: Counts, elapsed_s: float, width: int = 0) -> str:
    """ "120 of 276 prompts answered, 15.2/s, about 10 s left, 3 flips, 1,920 tokens/s, 40 % from the store".

    Rates and the time left are shown once anything is answered. elapsed_s: since the first prompt could be sent. width:
    columns that there are, 0 without a limit; what does not fit is left out, the last parts first.
    """
    answered, planned = counts.answered, counts.planned
    parts = [f"{answered:,} of {planned:,} prompts answered"]
    if answered and elapsed_s > 0:
        rate = answered / elapsed_s
        parts.append(f"{rate:,.1f}/s")
        if answered < planned:
            parts.append(f"about {duration((planned - answered) / rate)} left")
    if counts.flips:
        parts.append(many(counts.flips, "flip"))
    if counts.tokens and elapsed_s > 0:
        parts.append(f"{counts.tokens / elapsed_s:,.0f} tokens/s")
    if counts.from_store:
        share = 100 * counts.from_store / (counts.from_store + planned)
        parts.append(f"{min(99, max(1, round(share)))} % from the store")
    while width and len(parts) > 1 and len(", ".join(parts)) > width:
        parts.pop()
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """ "8 s", "2 min 05 s" or "3 h 12 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


class Progress:
    """Decides what to show, and when. On a terminal (in place) that is a line every second; elsewhere one line while
    the model loads, one when it is ready, and then one every `between_s`."""

    def __init__(
        self,
        model: str,
        in_place: bool,
        clock: Callable[[], float] = time.monotonic,
        *,
        width: int = 0,
        between_s: float = PLAIN_S,
    ):
        self._model = model
        self._in_place = in_place
        self._clock = clock
        self._width = width
        self._between_s = IN_PLACE_S if in_place else between_s
        self._began = clock()
        self._ready: float | None = None
        self._last: float | None = None
        self._loading_shown = False
        self._ready_shown = False

    def line(self, is_open: bool, counts: Callable[[], Counts]) -> str | None:
        """What to show now, if anything. counts: called only if needed."""
        now = self._clock()
        if is_open and self._ready is None:
            self._ready = now
        if now - self._began < DELAY_S or not self._is_due(now):
            return None
        if self._ready is None:
            self._last = now
            self._loading_shown = True
            since = f" ({duration(now - self._began)})" if self._in_place else ""
            return f"waiting for {self._model} to load{since}"
        found = counts()
        if not found.planned:  # it is open, but nothing is submitted yet
            return None
        self._last = now
        line = progress_line(found, now - self._ready, self._width)
        if not self._in_place and not self._ready_shown:
            self._ready_shown = True
            return f"{self._model} is ready after {duration(self._ready - self._began)}: {line}"
        return line

    def _is_due(self, now: float) -> bool:
        if self._last is None:
            return True
        if not self._in_place:
            if self._ready is None:
                return not self._loading_shown
            if not self._ready_shown:
                return True
        return now - self._last >= self._between_s


class Display(Protocol):
    """Where lines of progress are shown."""

    def show(self, line: str) -> None:
        """Show a line, replacing the last one if possible."""
        ...

    def end(self) -> None:
        """Leave the terminal as it was."""
        ...


class TerminalDisplay:
    """Pytest's terminal, written past its capturing of output."""

    def __init__(self, config: pytest.Config, terminal: pytest.TerminalReporter):
        self._terminal = terminal
        self._writer = terminal._tw
        self._capture = config.pluginmanager.get_plugin("capturemanager")
        self._begun: Path | str | int | None = None
        """The file or item that pytest has begun a line with."""
        self._line = ""
        self._shown = False
        self.in_place = bool(terminal.isatty) and not in_ci()

    @property
    def width(self) -> int:
        """Columns for a line that is rewritten in place; 0, no limit, for lines one below the other."""
        return self._writer.fullwidth - 1 if self.in_place else 0

    def progress(self, model: str) -> Progress:
        """What to show here, and when. model: its name for a reader."""
        between_s = CI_S if in_ci() else PLAIN_S
        return Progress(visible(model), self.in_place, width=self.width, between_s=between_s)

    def show(self, line: str) -> None:
        """Show a line below what pytest writes, in place of the last one on a terminal."""
        with self._uncaptured():
            if not self._shown:
                self._begun = self._terminal.currentfspath
                self._line = self._writer._current_line.rpartition("\r")[2]  # xdist rewrites lines
                if self._line:  # with -q it does not begin with a file, which pytest would track
                    self._terminal.line("")
                self._terminal.currentfspath = None
                self._shown = True
            if self.in_place:
                self._terminal.rewrite(line[: self._writer.fullwidth - 1], erase=True)
                self._terminal.flush()
            else:
                self._terminal.write_line(line)

    def end(self) -> None:
        """Remove what was shown in place, and let pytest go on where it was; elsewhere begin its line anew."""
        if not self._shown:
            return
        with self._uncaptured():
            self._shown = False
            if self.in_place:
                self._terminal.rewrite("", erase=True)
                self._terminal.write("\r", flush=True)
                if self._line:
                    self._go_back()
                self._writer._current_line = self._line
            elif isinstance(self._begun, Path) and not self._terminal.showlongtestinfo:
                self._terminal.currentfspath = self._begun
                self._terminal.write(f"{bestrelpath(self._terminal.startpath, self._begun)} ", flush=True)

    def _go_back(self) -> None:
        """Move the cursor to the end of the line above, which pytest has begun."""
        column = wcswidth(self._line) % self._writer.fullwidth
        self._terminal.write(f"\x1b[A\x1b[{column + 1}G", flush=True)
        self._terminal.currentfspath = self._begun

    def _uncaptured(self) -> contextlib.AbstractContextManager[Any]:
        if self._capture is None:
            return contextlib.nullcontext()
        disabled: contextlib.AbstractContextManager[Any] = self._capture.global_and_fixture_disabled()
        return disabled


def in_ci() -> bool:
    """Whether a CI job runs this, as the variable that all of them set says."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def display_of(config: pytest.Config) -> TerminalDisplay | None:
    """Where to show progress; None where there is no terminal reporter, or `-qq` asks for silence."""
    terminal: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    return None if terminal is None or config.option.verbose <= -2 else TerminalDisplay(config, terminal)


class CountedAsker(WrappedAsker):
    """An engine that counts the prompts to be sent and those of them that are answered. flips: counts those so far."""

    def __init__(self, asker: Asker, flips: Callable[[], int] = lambda: 0):
        super().__init__(asker)
        self._flips = flips
        self._pending: dict[Request, None] = {}
        self._lock = threading.Lock()

    def submit(self, requests: Sequence[Request], *, stored_only: bool = False) -> None:
        """As the engine does."""
        super().submit(requests, stored_only=stored_only)
        if not stored_only:
            with self._lock:
                self._pending.update(dict.fromkeys(requests))

    def forget(self, requests: Sequence[Request]) -> None:
        """As the engine does."""
        super().forget(requests)
        with self._lock:
            for request in requests:
                self._pending.pop(request, None)

    @property
    def is_awaited(self) -> bool:
        """Whether any prompt was still to be answered when they were counted last."""
        return bool(self._pending)

    def counts(self) -> Counts:
        """How far it is; stored responses are no prompts to be sent."""
        with self._lock:
            waiting = list(self._pending)
            replies = self._asker.ready(waiting)
            self._pending = {one: None for one, reply in zip(waiting, replies, strict=True) if reply is None}
            pending = len(self._pending)
        stats = self._asker.stats()
        answered = stats.answered + stats.failed
        tokens = stats.prompt_tokens + stats.completion_tokens
        return Counts(answered + pending, answered, stats.from_store, tokens, self._flips())


class WatchedAsker(CountedAsker):
    """An engine that shows progress while somebody waits for its replies."""

    def __init__(self, asker: Asker, progress: Progress, display: Display, flips: Callable[[], int] = lambda: 0):
        super().__init__(asker, flips)
        self._progress = progress
        self._display = display

    @classmethod
    def of(cls, asker: Asker, config: pytest.Config, model: str, flips: Callable[[], int]) -> Asker:
        """The engine, watched where there is a terminal that wants progress. model: its name for a reader."""
        display = display_of(config)
        return asker if display is None else cls(asker, display.progress(model), display, flips)

    def opened(self) -> ModelInfo:
        """The model; shows progress while it loads. Raises ModelError."""
        return self._watched(self._asker.opened)

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        """Wait for the replies, in order, and show progress meanwhile. Raises ModelError."""
        there = [reply for reply in self._asker.ready(requests) if reply is not None]
        if len(there) == len(requests):
            return there
        return self._watched(lambda: self._asker.replies(requests))

    def _watched(self, wait: Callable[[], T]) -> T:
        """What is waited for, with progress shown meanwhile. Raises what the wait raises."""
        waiting = Waiting(wait)
        try:
            while not waiting.is_over(TICK_S):
                line = self._progress.line(self._asker.info() is not None, self.counts)
                if line is not None:
                    self._display.show(line)
        except KeyboardInterrupt:
            # Anew: Python 3.11 can interrupt between two lines, and pytest fails on a traceback without a line number.
            raise KeyboardInterrupt from None
        finally:
            self._display.end()
        return waiting.result()


class Waiting(Generic[T]):
    """A wait in a separate thread, so that the main thread can write meanwhile and be interrupted."""

    def __init__(self, wait: Callable[[], T]):
        self._wait = wait
        self._result: T
        self._error: BaseException | None = None
        self._over = threading.Event()
        threading.Thread(target=self._run, name="llmrobust-waiting", daemon=True).start()

    def _run(self) -> None:
        try:
            self._result = self._wait()
        except BaseException as error:  # raised in the main thread
            self._error = error
        finally:
            self._over.set()

    def is_over(self, timeout_s: float) -> bool:
        """Whether the wait ends within this time."""
        return self._over.wait(timeout_s)

    def result(self) -> T:
        """What was waited for. Raises what the wait raised."""
        if self._error is not None:
            raise self._error.with_traceback(None)
        return self._result
