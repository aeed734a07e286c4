"""From verdicts to the arrays that metrics are computed from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.table import Table
from llmrobust.perturb.contract import Relation
from llmrobust.plan import Case
from llmrobust.score.verdict import Outcome, Verdict


def build_table(cases: Sequence[Case], verdicts: Sequence[Verdict], cleans: Sequence[Verdict] | None = None) -> Table:
    """The table of a suite's cases and their verdicts, in the same order.

    cleans: for each case the verdict of its unperturbed case (same example and repeat); needed only where the
    unperturbed cases are not all among `cases`. Rows stand in the order in which examples first occur, columns
    likewise. A case whose unperturbed verdict is not known has no agreement. Repeats are averaged. Failed requests
    leave no value and are counted in `unanswered`.
    """
    pairs = list(zip(cases, verdicts, strict=True))
    clean = {(case.example.id, case.repeat): verdict for case, verdict in pairs if case.is_original}
    gold = {case.example.id: case.example.expected for case in cases}
    if cleans is not None:
        clean |= {(case.example.id, case.repeat): verdict for case, verdict in zip(cases, cleans, strict=True)}
    rows = {name: i for i, name in enumerate(gold)}
    perturbed = [(case, verdict) for case, verdict in pairs if not case.is_original]
    first = {case.column: case for case, _ in reversed(perturbed)}
    columns = {name: i for i, name in enumerate(dict.fromkeys(case.column for case, _ in perturbed))}
    shape = (len(rows), len(columns))
    correct, agrees, moves, clean_correct = _Mean(shape), _Mean(shape), _Mean(shape), _Mean((len(rows), 1))
    for (example, _), verdict in clean.items():
        clean_correct.add(rows[example], 0, _is_right(verdict, gold[example]))
    for case, verdict in perturbed:
        row, column = rows[case.example.id], columns[case.column]
        correct.add(row, column, _is_right(verdict, case.expected))
        unperturbed = clean.get((case.example.id, case.repeat))
        agrees.add(row, column, _agrees(case, verdict, unperturbed))
        moves.add(row, column, _moves(case, verdict, unperturbed))
    perturbed_cases = [case for case, _ in perturbed]
    failed = [verdict for verdict in (*clean.values(), *(v for _, v in perturbed)) if _failed(verdict)]
    return Table(
        correct.values(),
        agrees.values(),
        clean_correct.values()[:, 0],
        tuple(columns),
        tuple(first[name].operator for name in columns),
        tuple(first[name].family for name in columns),
        tuple(rows),
        len(failed),
        moves.values() if any(map(_may_move, perturbed_cases)) else None,
    )


def _failed(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.NO_ANSWER


def _is_right(verdict: Verdict, expected: str | None) -> bool | None:
    """Whether the answer is right; None without a gold answer or a reply."""
    return None if expected is None or _failed(verdict) else verdict.correct is True


def answer_must_stay(case: Case, clean: Verdict | None = None) -> bool:
    """True unless the edit moves the answer, or promises nothing: it must change, or become another one, or may.

    An answer that the case's map does not move must stay; without the unperturbed verdict, that of the gold answer.
    """
    if case.relation in (Relation.MUST_CHANGE, Relation.NO_PROMISE):
        return False
    if case.answer_map and clean is not None and clean.answer is not None:
        return case.answer_map.get(clean.answer, clean.answer) == clean.answer
    return case.expected == case.example.expected


def _agrees(case: Case, verdict: Verdict, clean: Verdict | None) -> bool | None:
    """Whether the answer is the unperturbed one; None where that is unknown or nothing to wish for."""
    if clean is None or _failed(clean) or _failed(verdict) or not answer_must_stay(case, clean):
        return None
    both = verdict.outcome is Outcome.ANSWERED and clean.outcome is Outcome.ANSWERED
    return both and verdict.answer == clean.answer


def _moves(case: Case, verdict: Verdict, clean: Verdict | None) -> bool | None:
    """Whether the answer moved as it must; None where that is unknown, or where it must stay."""
    if clean is None or _failed(clean) or _failed(verdict) or answer_must_stay(case, clean) or not _may_move(case):
        return None
    if verdict.outcome is not Outcome.ANSWERED or clean.outcome is not Outcome.ANSWERED:
        return False
    if clean.answer is not None and clean.answer in case.answer_map:
        return verdict.answer == case.answer_map[clean.answer]
    if case.relation is Relation.MUST_CHANGE:
        return verdict.answer != clean.answer
    return verdict.correct is True


def _may_move(case: Case) -> bool:
    return bool(case.answer_map) or (case.relation is not Relation.NO_PROMISE and not answer_must_stay(case))


class _Mean:
    """Means of what was added to each cell, NaN for cells without anything."""

    def __init__(self, shape: tuple[int, int]):
        self._sum = np.zeros(shape)
        self._count = np.zeros(shape)

    def add(self, row: int, column: int, value: bool | None) -> None:
        if value is not None:
            self._sum[row, column] += value
            self._count[row, column] += 1

    def values(self) -> NDArray[np.float64]:
        return np.divide(self._sum, self._count, out=np.full_like(self._sum, np.nan), where=self._count > 0)
