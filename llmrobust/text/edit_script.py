"""Prompts stored as edits of another prompt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Messages = tuple[tuple[str, str], ...]
Edit = tuple[int, int, int, str]
"""Number of the message, start and end of the characters that are replaced in it, and the replacement."""


def edits_of(before: Messages, after: Messages) -> Iterator[Edit]:
    """One edit for each message that differs; both prompts must have the same roles."""
    for number, ((_, old), (_, new)) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        start = common_start(old, new)
        end = common_start(old[start:][::-1], new[start:][::-1])
        yield number, start, len(old) - end, new[start : len(new) - end]


def edited(messages: Messages, edits: Sequence[Edit]) -> Messages:
    """The prompt after its edits."""
    texts = [text for _, text in messages]
    for number, start, end, text in edits:
        texts[number] = texts[number][:start] + text + texts[number][end:]
    return tuple((role, text) for (role, _), text in zip(messages, texts, strict=True))


def common_start(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
