"""Decisions on variants as a file: what the page saves, and what `llmrobust review --import` reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llmrobust.operators.frozen_variants import (
    Decided,
    FrozenFile,
    FrozenVariant,
    Review,
    State,
    kappa_pairs,
    text_hash,
)
from llmrobust.stats import cohens_kappa, counted, kappa_interval


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Decision(_Strict):
    """A decision on the variant of that place and name. of: the start of the SHA-256 of the text that was shown. text:
    what the reviewer made of it, empty if nothing."""

    target: str
    example: str | None = None
    name: str
    of: str
    decision: Decided
    text: str = ""


class Decisions(_Strict):
    """A file of decisions of one reviewer."""

    llmrobust_decisions: Literal[1] = 1
    suite: str = ""
    reviewer: str = Field(min_length=1)
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}")
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """A file with decisions in it. taken: how many; skipped: those that do not fit, each with the reason."""

    file: FrozenFile
    taken: int
    skipped: tuple[str, ...]


def read_decisions(text: str) -> Decisions:
    """A file of decisions. Raises ValueError for another one."""
    if text.lstrip()[:9].lower() in ("<!doctype", "<html><he"):
        raise ValueError("it is the page itself: open it in a browser, decide, and save; --import takes what it saves")
    try:
        return Decisions.model_validate_json(text)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        raise ValueError(f"not a file of decisions: {where + ': ' if where else ''}{problem['msg']}") from None


def with_decisions(file: FrozenFile, decisions: Decisions) -> Imported:
    """The file with a reviewer's decisions; those on texts that it does not have are skipped and said."""
    places = {(*one.place, one.name): number for number, one in enumerate(file.variants)}
    variants = list(file.variants)
    skipped = []
    for one in decisions.decisions:
        shown = f"{one.name} of {one.example or one.target}"
        number = places.get((one.target, one.example, one.name))
        if number is None:
            skipped.append(f"{shown}: the file has no such variant")
        elif text_hash(variants[number].text)[:16] != one.of:
            skipped.append(f"{shown}: its text has changed since it was shown")
        else:
            variants[number] = decided(variants[number], decisions.reviewer, one.decision, decisions.date, one.text)
    taken = len(decisions.decisions) - len(skipped)
    return Imported(FrozenFile(file.suite, tuple(variants)), taken, tuple(skipped))


def decided(variant: FrozenVariant, reviewer: str, decision: Decided, date: str, text: str = "") -> FrozenVariant:
    """The variant with a decision. text: what the reviewer made of it, empty if nothing."""
    return variant.reviewed(Review.on(text or variant.text, reviewer, decision, date), text or None)


def undecided(variants: Sequence[FrozenVariant], reviewer: str) -> list[int]:
    """The positions of the variants that the reviewer has not decided on."""
    return [number for number, one in enumerate(variants) if reviewer not in one.decisions]


def review_summary(file: FrozenFile) -> list[str]:
    """What was decided by kind, and how far reviewers agree (Cohen's kappa with its 95 % interval)."""
    counts = file.counts()
    lines = [
        f"{len(file.variants):,} variants: {counts[State.APPROVED]:,} approved, {counts[State.REJECTED]:,} rejected, "
        f"{counts[State.UNREVIEWED]:,} not reviewed"
    ]
    kinds = dict.fromkeys(one.family for one in file.variants)
    width = max(map(len, kinds), default=0)
    for kind in kinds if len(kinds) > 1 else ():
        mine = Counter(one.state for one in file.variants if one.family == kind)
        lines.append(f"  {kind:<{width}}  {mine[State.APPROVED]:,} of {mine.total():,} approved")
    return [*lines, *_agreement(file.variants)]


def _agreement(variants: Iterable[FrozenVariant]) -> list[str]:
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for first, second, one, other in kappa_pairs(variants):
        pairs.setdefault((first, second), []).append((int(one == "approved"), int(other == "approved")))
    lines = []
    for (first, second), both in sorted(pairs.items()):
        table = counted(both, 2)
        kappa, interval = cohens_kappa(table), kappa_interval(table)
        same = sum(one == other for one, other in both)
        shown = "kappa is undefined: both gave all of them one verdict"
        if kappa == kappa:
            shown = f"kappa {kappa:.2f}"
            if interval is not None:
                shown += f", 95% interval {interval.low:.2f} to {interval.high:.2f}"
        lines.append(f"{first} and {second} agree on {same:,} of {len(both):,} ({shown})")
    return lines
