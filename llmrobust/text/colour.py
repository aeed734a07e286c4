"""Colours in a terminal, and none elsewhere."""

from __future__ import annotations

import os
import sys
from typing import Any, Literal

Choice = Literal["auto", "always", "never"]
_STYLES: dict[str, dict[str, Any]] = {
    "red": {"fg": "red"},
    "green": {"fg": "green"},
    "yellow": {"fg": "yellow"},
    "bold": {"bold": True},
    "dim": {"dim": True},
    "light": {"dim": True},
}


def wants_colour(choice: Choice = "auto") -> bool:
    """Whether to colour standard output: as chosen, else in a terminal unless NO_COLOR is set."""
    if choice != "auto":
        return choice == "always"
    return not os.environ.get("NO_COLOR") and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def styled(text: str, style: str, on: bool) -> str:
    """The text in a style made of the words that pytest uses ("bold", "red bold", ...), or unchanged."""
    if not (on and style and text):
        return text
    import click

    options: dict[str, Any] = {}
    for word in style.split():
        options |= _STYLES[word]
    return click.style(text, **options)
