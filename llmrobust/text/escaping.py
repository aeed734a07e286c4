"""Makes foreign text harmless before it is shown."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"(\A|[\n\r\v\f\x85\u2028\u2029])(\s*)::|##(?=\w*\[)")


def visible(text: str, spaces: bool = False) -> str:
    """The text on one line, with line ends and control characters (and, optionally, spaces) made visible."""
    shown = []
    for character in text:
        if character == "\n":
            shown.append("⏎")
        elif character == " " and spaces:
            shown.append("␣")
        elif character.isprintable():
            shown.append(character)
        else:
            shown.append(character.encode("unicode_escape").decode("ascii"))
    return "".join(shown)


def inert(text: str) -> str:
    """The text with a backslash in whatever a CI runner would read as a workflow command.

    GitHub obeys `::name::` at the start of a line, spaces before it or not, and `##[name]` anywhere in one; Azure
    Pipelines obeys `##vso[name]`.
    """
    return _COMMAND.sub(lambda found: "#\\#" if found[1] is None else f"{found[1]}{found[2]}\\::", text)
