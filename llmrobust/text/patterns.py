"""Searches with a pattern that somebody else wrote: never longer than a time limit.

A pattern with nested repeats can take exponential time on an ordinary answer. The standard module cannot be
interrupted; `regex` reads the same patterns and can.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

TIME_LIMIT_S = 0.5
"""For one search; ordinary patterns need microseconds."""
_HARD = tuple(piece * 400 + "!" for piece in ("a", "1", "a ", "1,", " ", "\n", "(a)", '"a",'))
"""Long texts that make pathological patterns backtrack endlessly."""


class PatternTooSlow(Exception):
    """A search took longer than the time limit."""


def first_match(pattern: str, text: str, *, ignore_case: bool = False, limit_s: float = TIME_LIMIT_S) -> str | None:
    """The first group (the whole match without groups) of the first match; None without a match.

    A group that takes no part in the match gives an empty text. Raises PatternTooSlow.
    """
    compiled = _compiled(pattern, ignore_case)
    try:
        found = compiled.search(text, timeout=limit_s)
    except TimeoutError:
        raise PatternTooSlow(f"the pattern {pattern} takes longer than {limit_s:g} s") from None
    return None if found is None else found.group(1 if compiled.groups else 0) or ""


def first_groups(
    pattern: str, text: str, *, ignore_case: bool = False, limit_s: float = TIME_LIMIT_S
) -> dict[str, str | None] | None:
    """The named groups of the first match, None for those that take no part; None without a match.

    Raises PatternTooSlow.
    """
    try:
        found = _compiled(pattern, ignore_case).search(text, timeout=limit_s)
    except TimeoutError:
        raise PatternTooSlow(f"the pattern {pattern} takes longer than {limit_s:g} s") from None
    return None if found is None else found.groupdict()


def is_whole_match(pattern: str, text: str, *, limit_s: float = TIME_LIMIT_S) -> bool | None:
    """Whether a pattern matches all of a text; None where it takes too long, or cannot be read."""
    import regex

    try:
        return _compiled(pattern, False).fullmatch(text, timeout=limit_s) is not None
    except (TimeoutError, regex.error, OverflowError, RecursionError, ValueError):
        return None


def group_names(pattern: str) -> set[str]:
    """The names of a pattern's groups; none of one that is not valid."""
    import regex

    try:
        return set(_compiled(pattern, False).groupindex)
    except (regex.error, OverflowError, RecursionError, ValueError):
        return set()


def problem_of(pattern: str, ignore_case: bool = False, limit_s: float = TIME_LIMIT_S) -> str:
    """Why a pattern cannot be used; empty if it can."""
    import regex

    try:
        _compiled(pattern, ignore_case)
    except (regex.error, OverflowError, RecursionError, ValueError) as error:
        return f"not a valid regular expression: {error}"
    for text in _HARD:
        try:
            first_match(pattern, text, ignore_case=ignore_case, limit_s=limit_s)
        except PatternTooSlow:
            return f"takes longer than {limit_s:g} s on a text of {len(text):,} characters"
    return ""


@lru_cache(maxsize=256)
def _compiled(pattern: str, ignore_case: bool) -> Any:
    import regex

    return regex.compile(pattern, regex.VERSION0 | (regex.IGNORECASE if ignore_case else 0))
