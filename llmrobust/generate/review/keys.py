"""Single keys of a person at a terminal, and an editor for texts."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O.)?")
"""What an arrow or function key sends: never the letter in it."""


class Keys:
    """Keys without Enter, in the order in which they are typed, those typed ahead included.

    `click.getchar` alone would switch the terminal for each key, which discards what was typed before it.
    """

    def __init__(self, settings: Any = None):
        """settings: of the terminal as it was; None where there is no termios (Windows)."""
        self._settings = settings
        self._typed = ""

    def key(self) -> str:
        """Wait for a key; empty for one that is no character, "q" at the end of the input."""
        if self._settings is None:
            return click.getchar()
        if not self._typed:
            read = os.read(sys.stdin.fileno(), 1024)
            if not read:
                return "q"
            self._typed = _SEQUENCE.sub("\x1b", read.decode("utf-8", "replace"))
        first, self._typed = self._typed[0], self._typed[1:]
        return "" if first == "\x1b" else first

    def edit(self, text: str) -> str | None:
        """The text after the person's editor ($VISUAL, $EDITOR); None if it was left as it was."""
        if self._settings is None:
            return click.edit(text, extension=".txt")
        self._switch(back=True)
        try:
            return click.edit(text, extension=".txt")
        finally:
            self._switch()

    def _switch(self, *, back: bool = False) -> None:
        import termios
        import tty

        if back:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._settings)
        else:
            tty.setcbreak(sys.stdin.fileno(), termios.TCSADRAIN)

    @classmethod
    @contextmanager
    def of_terminal(cls) -> Iterator[Keys]:
        """Keys of standard input, whose settings are as before afterwards."""
        try:
            import termios
        except ImportError:
            yield cls()
            return
        keys = cls(termios.tcgetattr(sys.stdin.fileno()))
        keys._switch()
        try:
            yield keys
        finally:
            keys._switch(back=True)
