"""Lines of styled text for a terminal, which whoever prints them writes."""

from __future__ import annotations

from llmrobust.text.escaping import inert, visible

Line = list[tuple[str, str]]
"""(text, style) pairs; a style is a list of names that pytest's terminal writer knows ("bold red")."""
WIDTH = 98


def inert_line(line: Line) -> Line:
    """The line as one line; without its styles where a CI runner would have found a command in it."""
    shown = [(visible(text), style) for text, style in line]
    whole = "".join(text for text, _ in shown)
    return shown if inert(whole) == whole else [(inert(whole), "")]
