"""What people who read variants one by one found: `read.tsv`, a line a variant, or a line of counts by an author.

A line of a variant: operator, version, hash of its text (the prompt before and after, as `tools/reading` makes it),
verdict, reader. A line of counts, for readings by who wrote or changed the operator: operator, version, variants read,
broken ones, and the same two figures of a second reading after mending.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Verdict = Literal["fine", "odd", "english", "meaning"]
"""fine; odd: a fluent speaker would not write it, but it is English and says the same; english: ungrammatical where the
operator promises English; meaning: the right answer may be another one."""
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
INDEPENDENT = "independent reader"


@dataclass(frozen=True, slots=True)
class Mark:
    """The verdict of a reader on one variant."""

    operator: str
    version: int
    hash: str
    verdict: Verdict
    reader: str

    def __str__(self) -> str:
        return f"{self.operator}\t{self.version}\t{self.hash}\t{self.verdict}\t{self.reader}"


@dataclass(frozen=True, slots=True)
class Counts:
    """What an author read of an operator: variants, broken ones, and both again after mending."""

    version: int
    variants: int
    broken: int
    again: int = 0
    broken_again: int = 0

    def __str__(self) -> str:
        first = f"{self.variants} variants, {self.broken} broken"
        return first + (f"; mended, then {self.again}, {self.broken_again} broken" if self.again else "")


@dataclass(frozen=True, slots=True)
class Reading:
    """How many variants of one version an independent reader marked, by verdict."""

    version: int
    counts: Mapping[Verdict, int]

    @property
    def variants(self) -> int:
        """How many were read."""
        return sum(self.counts.values())

    def __str__(self) -> str:
        said: dict[Verdict, str] = {"odd": "odd", "english": "ungrammatical", "meaning": "with another meaning"}
        bad = [f"{self.counts[one]} {word}" for one, word in said.items() if self.counts.get(one)]
        return f"{self.variants} variants, {', '.join(bad) or 'all fine'}"


def parsed(lines: Iterable[str]) -> tuple[list[Mark], dict[str, Counts]]:
    """The marks of single variants, and the counts by authors. Raises ValueError for a line that is neither."""
    marks: list[Mark] = []
    counts: dict[str, Counts] = {}
    for line in lines:
        if not line or line.startswith("#"):
            continue
        name, version, *rest = line.split("\t")
        if len(rest) == 3 and rest[1] in VERDICTS:
            marks.append(Mark(name, int(version), rest[0], rest[1], rest[2]))
        else:
            counts[name] = Counts(int(version), *map(int, rest))
    return marks, counts


@cache
def kept() -> tuple[list[Mark], dict[str, Counts]]:
    """What `read.tsv` holds."""
    return parsed(files("llmrobust.operators").joinpath("read.tsv").read_text(encoding="utf-8").splitlines())


@cache
def readings() -> Mapping[str, Reading]:
    """The newest version of each operator that was read independently, by the operator's name."""
    marks, _ = kept()
    newest: dict[str, int] = {}
    for mark in marks:
        newest[mark.operator] = max(mark.version, newest.get(mark.operator, 0))
    return {
        name: Reading(version, tally(mark for mark in marks if (mark.operator, mark.version) == (name, version)))
        for name, version in newest.items()
    }


def tally(marks: Iterable[Mark]) -> dict[Verdict, int]:
    """How many marks have each verdict."""
    counts: dict[Verdict, int] = dict.fromkeys(VERDICTS, 0)
    for mark in marks:
        counts[mark.verdict] += 1
    return counts


def told(name: str, version: int) -> str:
    """What was read of this version of an operator, as a sentence; empty if nothing ever was."""
    reading, counts = readings().get(name), kept()[1].get(name)
    if reading is not None and reading.version == version:
        return f"Read independently: {reading}."
    if counts is not None and counts.version == version:
        return f"Read by its author: {counts}."
    versions = [one.version for one in (reading, counts) if one is not None]
    return f"Not read since version {max(versions)}." if versions else ""
