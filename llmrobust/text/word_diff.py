"""What a perturbation changed in a prompt, word by word, short enough for one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Literal

from llmrobust.text.escaping import visible

Kind = Literal["same", "removed", "added"]
Piece = tuple[Kind, str]
Messages = Iterable[tuple[str, str]]

_WORDS = re.compile(r"\s|\w+|[^\w\s]")
COMPARED_WORDS = 2000
"""Longer changed stretches are shown as replaced as a whole: comparing them word by word takes too long."""
ELISION = "…"
_MARKS = 4
"""Characters that `marked` puts around an edit."""


def prompt_diff(before: Messages, after: Messages) -> list[Piece]:
    """The pieces of both prompts in reading order: what stayed, what was removed, what was added.

    Joining the pieces that are not removed gives the new text, joining those not added the old one.
    """
    old, new = (_WORDS.findall(_joined(messages)) for messages in (before, after))
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    pieces = [
        ("same", "".join(old[:start])),
        *_changed(middle_old, middle_new),
        ("same", "".join(old[len(old) - end :])),
    ]
    return list(_merged(pieces))


def short_diff(pieces: list[Piece], width: int) -> list[Piece]:
    """The pieces with unchanged text elided around the edits, in at most about `width` characters.

    White space is made visible where it was changed, control characters everywhere.
    """
    edits = [text for kind, text in pieces if kind != "same"]
    whole = [(kind, visible(text, spaces=kind != "same" and not text.strip())) for kind, text in pieces]
    if len(marked(whole)) <= width:
        return whole
    most = max(12, width // 2)
    gaps = sum(kind == "same" for kind, _ in pieces) or 1
    room = max(4, min(24, (width - sum(min(len(text), most) + _MARKS for text in edits)) // (2 * gaps) - 1))
    out: list[Piece] = []
    used = 0
    for position, (kind, text) in enumerate(pieces):
        if kind == "same":
            shown = _elided(text, room, position > 0, position < len(pieces) - 1)
        else:
            shown = text if len(text) <= most else f"{text[: most - 1]}{ELISION}"
        piece = visible(shown, spaces=kind != "same" and not text.strip())
        used += len(piece) + (_MARKS if kind != "same" else 0)
        if used > width and out:
            out.append(("same", ELISION))
            break
        out.append((kind, piece))
    return out


def marked(pieces: Iterable[Piece]) -> str:
    """The pieces as plain text, `[-removed-]` and `{+added+}` as in `git diff --word-diff`."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[kind].format(text) for kind, text in pieces)


def _joined(messages: Messages) -> str:
    return "\n".join(text for _, text in messages)


def _common(first: list[str], second: list[str]) -> int:
    """How many words the lists have in common at their start."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _changed(old: list[str], new: list[str]) -> Iterator[Piece]:
    if len(old) + len(new) > COMPARED_WORDS:
        yield "removed", "".join(old)
        yield "added", "".join(new)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(old[a:b])
        else:
            yield "removed", "".join(old[a:b])
            yield "added", "".join(new[c:d])


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces without empty ones, neighbours of one kind joined."""
    last: Piece | None = None
    for kind, text in pieces:
        if not text:
            continue
        if last is not None and last[0] == kind:
            last = (kind, last[1] + text)
            continue
        if last is not None:
            yield last
        last = (kind, text)
    if last is not None:
        yield last


def _elided(text: str, room: int, before: bool, after: bool) -> str:
    """Unchanged text cut to the part next to an edit: its start if one is before it, its end if one is after."""
    head = text[:room] if before else ""
    tail = text[-room:] if after else ""
    if len(head) + len(tail) >= len(text) or not (before or after):
        return text if before or after else text[: 2 * room]
    return f"{head}{ELISION}{tail}"
