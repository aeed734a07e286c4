"""Marks in rendered text that record which part came from where.

A template is rendered once, to one string. To know its parts, every output and every tag writes marks around what it
prints: Unicode noncharacters, which are set aside for a program's internal use and cannot be part of a text. Marks
have no case and no letters, so filters over a block leave them whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from llmrobust.prompt.spans import Span, SpanKind

OPEN, END, CLOSE = "\ufdd0", "\ufdd1", "\ufddc"
DIGITS = "\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6\ufdd7\ufdd8\ufdd9\ufdda\ufddb"
RESERVED = re.compile("[\ufdd0-\ufdef]")
UNUSABLE = re.compile("[\ufdd0-\ufdef\ud800-\udfff]")
"""Characters not allowed in a prompt: those reserved for marks, and surrogates, which have no UTF-8 form."""
_TOKEN = re.compile(f"{OPEN}([{DIGITS}]+){END}|{CLOSE}")
REGIONS = ("instruction", "context", "choices", "example")


class BrokenMarks(ValueError):
    """A template cut or repeated marks, for instance by a filter that shortens a block."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a marked part is; `protect` is for {% protect %}."""

    kind: SpanKind | None
    name: str = ""
    protect: bool = False


@dataclass(slots=True)
class Marks:
    """The marks of one template."""

    _table: list[Mark] = field(default_factory=list)

    def opening(self, mark: Mark) -> str:
        """The text that opens a part; equal marks share a number."""
        if mark not in self._table:
            self._table.append(mark)
        digits = "".join(DIGITS[int(digit)] for digit in str(self._table.index(mark)))
        return f"{OPEN}{digits}{END}"

    def around(self, text: str, mark: Mark) -> str:
        """The text as a marked part."""
        return f"{self.opening(mark)}{text}{CLOSE}"

    def spans(self, marked: str) -> list[Span]:
        """The parts of a marked text in order, none of them empty, neighbours of one kind joined.

        A part inside another keeps its own kind and the other's region; what is printed by an output without parts of
        its own is a variable. Raises BrokenMarks.
        """
        spans: list[Span] = []
        stack: list[tuple[Mark, str]] = []
        counts: dict[str, int] = {}
        end = 0
        for token in _TOKEN.finditer(marked):
            _append(spans, marked[end : token.start()], stack)
            end = token.end()
            if token[1] is None:
                if not stack:
                    raise BrokenMarks
                stack.pop()
                continue
            mark = self._table[int("".join(str(DIGITS.index(digit)) for digit in token[1]))]
            region = stack[-1][1] if stack else ""
            if mark.kind in REGIONS:
                number = counts.get(mark.kind, 0)
                counts[mark.kind] = number + 1
                region = f"{mark.kind}:{number}"
            stack.append((mark, region))
        _append(spans, marked[end:], stack)
        if stack or any(RESERVED.search(span.text) for span in spans):
            raise BrokenMarks
        return spans


def unusable_character(value: object) -> str | None:
    """A character (as "U+D800") anywhere in a nested value that is not allowed in a prompt; None without one."""
    if isinstance(value, str):
        character = UNUSABLE.search(value)
        return f"U+{ord(character[0]):04X}" if character else None
    if isinstance(value, Mapping):
        value = [part for item in value.items() for part in item]
    if isinstance(value, list | tuple):
        return next((found for part in value if (found := unusable_character(part))), None)
    return None


def _append(spans: list[Span], text: str, stack: list[tuple[Mark, str]]) -> None:
    if not text:
        return
    kind, name = next(((mark.kind, mark.name) for mark, _ in reversed(stack) if mark.kind), (None, ""))
    protected = any(mark.protect for mark, _ in stack)
    span = Span(text, kind or "text", name, protected, stack[-1][1] if stack else "")
    if spans and kind != "variable" and spans[-1].saying("") == span.saying(""):
        spans[-1] = span.saying(spans[-1].text + text)
    else:
        spans.append(span)
