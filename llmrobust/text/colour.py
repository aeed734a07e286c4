"""Colours in a terminal, and none where nobody sees them."""

from __future__ import annotations

import os
import sys
from typing import Literal

Choice = Literal["auto", "always", "never"]
_CODES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "dim": "2", "light": "2"}


def wants_colour(choice: Choice = "auto") -> bool:
    """Whether standard output is to be coloured: as chosen, else in a terminal unless NO_COLOR is set."""
    if choice != "auto":
        return choice == "always"
    return not os.environ.get("NO_COLOR") and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def styled(text: str, style: str, on: bool) -> str:
    """The text in a style ("bold", "red bold", ...), or as it is."""
    codes = ";".join(_CODES[word] for word in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m" if on and codes and text else text
