"""Where a watch is shown: a screen that is drawn again, or lines one below the other."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TextIO

from llmrobust.generate.review.keys import Keys
from llmrobust.report.terminal_lines import Line
from llmrobust.text.colour import styled
from llmrobust.text.escaping import visible

_CLEAR = "\x1b[H\x1b[2J\x1b[3J"
_CLEAR_LINE = "\r\x1b[2K"


class ScreenTerminal:
    """A terminal, cleared for every screen."""

    def __init__(self, colour: bool, out: TextIO | None = None):
        self._colour = colour
        self._out = out or sys.stdout
        self._last = ""

    @property
    def height(self) -> int:
        """Lines that fit."""
        return shutil.get_terminal_size().lines

    def show(self, lines: Sequence[Line], last: str, *, idle: bool) -> None:
        """Draw everything anew."""
        text = "\n".join("".join(styled(part, style, self._colour) for part, style in line) for line in lines)
        self._last = ""
        self._write(f"{_CLEAR}{text}\n\n")
        self.update(last)

    def update(self, last: str) -> None:
        """Draw the last line anew, where it is another one."""
        shown = visible(last)[: shutil.get_terminal_size().columns - 1]
        if shown != self._last:
            self._last = shown
            self._write(f"{_CLEAR_LINE}{styled(shown, 'light', self._colour)}")

    def end(self) -> None:
        """Leave the cursor below what was shown."""
        self._write("\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


class PlainTerminal:
    """A file or a pipe: results one below the other."""

    height = 40

    def __init__(self, out: TextIO | None = None):
        self._out = out or sys.stdout

    def show(self, lines: Sequence[Line], last: str, *, idle: bool) -> None:
        """Write the screen once it is current."""
        if idle:
            self._out.write("\n".join("".join(part for part, _ in line) for line in lines) + "\n\n")
            self._out.flush()

    def update(self, last: str) -> None:
        """Nothing: there is no line to write over."""

    def end(self) -> None:
        """Nothing is left to do."""


def read_keys(keys: Keys, press: Callable[[str], None]) -> None:
    """Hand every key to `press`, from a thread that ends with the process."""

    def read() -> None:
        while True:
            key = keys.key()
            if key:
                press(key)
            if key == "q":
                return

    threading.Thread(target=read, name="llmrobust-keys", daemon=True).start()
