"""Which cases of two runs of a suite are the same one, and what became of them.

Cases are paired by use, variant, example and repeat. A pair is compared if it is the same case in both: the example has
the same contents, and the operator made the same variant of it (same version, parameters and seed, or the same prompt).
Variants that are named after the prompt, such as the formats of another template, have no pair; they are compared
together, example by example.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status


class Change(StrEnum):
    """How a case changed."""

    BROKE = "broke"
    """It was right and is wrong; without a gold answer, it was kept or moved as required and no longer is."""
    HEALED = "healed"
    CHANGED = "changed"
    """Another answer that is neither better nor worse."""
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Pair:
    """One case in both runs."""

    old: CaseResult
    new: CaseResult

    @property
    def change(self) -> Change:
        """What became of the case."""
        was, now = _is_good(self.old), _is_good(self.new)
        if was is not None and now is not None and was != now:
            return Change.BROKE if was else Change.HEALED
        return Change.SAME if self.old.answer == self.new.answer else Change.CHANGED


@dataclass(frozen=True, slots=True)
class Group:
    """The variants of an example under one use of an operator whose names changed in the new run."""

    old: tuple[CaseResult, ...]
    new: tuple[CaseResult, ...]

    @property
    def shares(self) -> tuple[float | None, float | None]:
        """The share of good cases, old and new; None if that is unknown."""
        return _good_share(self.old), _good_share(self.new)

    @property
    def change(self) -> Change:
        """What became of the example under this use."""
        was, now = self.shares
        if was is None or now is None or was == now:
            return Change.SAME
        return Change.BROKE if now < was else Change.HEALED


@dataclass(frozen=True, slots=True)
class Left:
    """Cases that are not compared: how many, and why."""

    only_old: int = 0
    only_new: int = 0
    other_examples: int = 0
    """Their example has other contents."""
    other_variants: int = 0
    """Their operator has another version, other parameters, or another seed, and made another prompt."""
    unanswered: int = 0


def paired_cases(old: SuiteResult, new: SuiteResult) -> tuple[tuple[Pair, ...], tuple[Group, ...], Left]:
    """The pairs, the groups of what has no pair but a counterpart, and the counts of the rest."""
    before = {case.key: case for case in old.cases}
    digests = [dict(one.digests) for one in (old, new)]
    uses = [{use.label: use.digest for use in one.uses} for one in (old, new)]
    drawn_alike = (old.seed, old.language, old.protect) == (new.seed, new.language, new.protect)
    pairs, alone, counts = [], [], Counter[str]()
    for case in new.cases:
        then = before.pop(case.key, None)
        if then is None:
            alone.append(case)
        elif digests[0].get(case.example) != digests[1].get(case.example):
            counts["other_examples"] += 1
        elif not _same_variant(then, case, uses, drawn_alike):
            counts["other_variants"] += 1
        elif Status.NO_ANSWER in (then.status, case.status):
            counts["unanswered"] += 1
        else:
            pairs.append(Pair(then, case))

    def same_origin(case: CaseResult) -> bool:
        same_use = case.use in uses[0] and uses[0][case.use] == uses[1].get(case.use)
        return same_use and drawn_alike and digests[0].get(case.example) == digests[1].get(case.example)

    groups = tuple(_groups([case for case in before.values() if same_origin(case)], list(filter(same_origin, alone))))
    only_old, only_new = (
        len(some) - sum(len(getattr(group, side)) for group in groups)
        for some, side in ((before, "old"), (alone, "new"))
    )
    return tuple(pairs), groups, Left(only_old, only_new, **counts)


def _groups(old: Sequence[CaseResult], new: Sequence[CaseResult]) -> Iterator[Group]:
    """The cases by use and example, where both runs have some and all are answered."""
    sides: list[dict[tuple[str, str], list[CaseResult]]] = [{}, {}]
    for side, cases in zip(sides, (old, new), strict=True):
        for case in cases:
            side.setdefault((case.use, case.example), []).append(case)
    for key, after in sides[1].items():
        before = sides[0].get(key, [])
        if before and all(case.status is not Status.NO_ANSWER for case in (*before, *after)):
            yield Group(tuple(before), tuple(after))


def _same_variant(old: CaseResult, new: CaseResult, uses: Sequence[Mapping[str, str]], drawn_alike: bool) -> bool:
    if new.is_original or old.prompt == new.prompt:
        return True
    return drawn_alike and uses[0].get(old.use) == uses[1].get(new.use)


def _is_good(case: CaseResult) -> bool | None:
    """Whether a case is good: right, or else kept or moved as required; None if that is unknown."""
    if case.expected is not None:
        return case.correct is True
    return case.agrees if case.agrees is not None else case.moves


def _good_share(cases: Sequence[CaseResult]) -> float | None:
    known = [good for case in cases if (good := _is_good(case)) is not None]
    return sum(known) / len(known) if known else None
