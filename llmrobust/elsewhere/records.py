"""What all formats are read into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})
INSTRUCTION = "instruction"


@dataclass(frozen=True, slots=True)
class Record:
    """A perturbed prompt, and perhaps the answer to it.

    row: in the file, from 1. example: what it is a variant of, equal for all variants of one instance. kind: of the
    change, as the other tool names it. texts: what is put in place of a field, by the field's name, or of
    "instruction". originals: what stood there, as far as the file says. prompt: as it was sent, where the file says.
    is_original: nothing is perturbed. response: as it came, None where there is none; answer: what it
    says, None where that cannot be read; clean_answer: to the unperturbed prompt, where
    the file has it beside this one. agrees: whether both are the same, as the other tool judged; None where it did not.
    correct: likewise. expected: the gold answer. moves_gold: whether the right answer is another one
    than the original's. model: that answered. failed: why there is no answer.
    """

    row: int
    example: str
    kind: str
    texts: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    originals: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    prompt: str = ""
    is_original: bool = False
    response: str | None = None
    answer: str | None = None
    clean_answer: str | None = None
    agrees: bool | None = None
    correct: bool | None = None
    expected: str | None = None
    moves_gold: bool = False
    model: str = ""
    failed: str = ""

    @property
    def has_answer(self) -> bool:
        """Whether the file says what was answered, or why nothing was."""
        return self.response is not None or bool(self.failed)


def slug(text: str, otherwise: str) -> str:
    """A text as a part of ids, or another one where nothing of it can be."""
    return re.sub(r"[^A-Za-z0-9._=+-]+", "-", text).strip("-") or otherwise


def are_alike(first: str, second: str) -> bool:
    """Whether two answers differ in nothing but casing and the space around them."""
    return first.strip().casefold() == second.strip().casefold()
