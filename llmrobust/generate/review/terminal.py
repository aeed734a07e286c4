"""The review in a terminal: one key a variant, saved after each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llmrobust.generate.review.decisions import decided
from llmrobust.generate.review.screen import KEYS, screen
from llmrobust.operators.frozen_variants import FrozenFile, FrozenVariant


@dataclass(frozen=True, slots=True)
class Terminal:
    """Ways to a person. key: waits for one; edit: has a text edited, None if it was left as it was; show: a whole
    screen; save: keeps the file."""

    key: Callable[[], str]
    edit: Callable[[str], str | None]
    show: Callable[[str], None]
    save: Callable[[FrozenFile], None]
    width: int = 80
    colour: bool = False


def review(file: FrozenFile, wanted: Sequence[int], reviewer: str, date: str, terminal: Terminal) -> FrozenFile:
    """The file after a person's decisions on the variants at these positions, in order.

    Every decision is saved at once, so that nothing is lost whenever it ends.
    """
    variants = list(file.variants)
    before: list[tuple[int, FrozenVariant]] = []
    """Positions in `wanted` with the variants as they were, for undoing."""
    at = 0
    said = ""
    while at < len(wanted):
        number = wanted[at]
        one = variants[number]
        shown = screen(one, at + 1, len(wanted), terminal.width, terminal.colour)
        terminal.show(f"{shown}\n{said}" if said else shown)
        said = ""
        key = terminal.key().lower()
        if key in ("q", "\x03", "\x04"):
            break
        if key == "s":
            before.append((at, one))
            at += 1
            continue
        if key == "u":
            if not before:
                said = "nothing to undo"
                continue
            at, old = before.pop()
            variants[wanted[at]] = old
            terminal.save(FrozenFile(file.suite, tuple(variants)))
            continue
        if key in ("a", "r"):
            new = decided(one, reviewer, "approved" if key == "a" else "rejected", date)
        elif key == "e":
            text = (terminal.edit(one.text) or "").strip("\n")
            if not text.strip() or text == one.text:
                said = "not changed"
                continue
            new = decided(one, reviewer, "approved", date, text)
        else:
            said = f"keys: {', '.join(name for name, _ in KEYS)}"
            continue
        before.append((at, one))
        variants[number] = new
        terminal.save(FrozenFile(file.suite, tuple(variants)))
        at += 1
    return FrozenFile(file.suite, tuple(variants))
