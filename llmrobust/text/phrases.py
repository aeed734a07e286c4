"""Small phrases that messages share: counts with nouns, suggestions for misspelt names."""

from __future__ import annotations

import difflib
from collections.abc import Collection


def many(count: int, what: str) -> str:
    """ "1 prompt", "1,200 prompts"."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def nearest(name: str, known: Collection[str], cutoff: float = 0.6) -> str:
    """The known name most like a wrong one; empty where none is like it. cutoff: from 0 (any) to 1 (equal)."""
    close = difflib.get_close_matches(name, list(known), 1, cutoff)
    return close[0] if close else ""


def did_you_mean(name: str, known: Collection[str], all_of_them: str = "") -> str:
    """A hint for a wrong name: the nearest known one, else `all_of_them` or a list of the known ones."""
    close = nearest(name, known)
    if close:
        return f'did you mean "{close}"?' + (f" {all_of_them}" if all_of_them else "")
    return all_of_them or (f"known are {', '.join(sorted(known))}" if known else "")


def unknown_name(kind: str, name: str, known: Collection[str], all_of_them: str = "") -> str:
    """The message for a wrong name: `unknown metric "acuracy"; did you mean "accuracy"?`. See `did_you_mean`."""
    hint = did_you_mean(name, known, all_of_them)
    return f'unknown {kind} "{name}"' + (f"; {hint}" if hint else "")
