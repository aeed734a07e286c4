"""From verdicts to the arrays that metrics are computed from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.table import Table
from llmrobust.perturb.contract import Relation
from llmrobust.plan import Case
from llmrobust.score.verdict import Outcome, Verdict


def build_table(cases: Sequence[Case], verdicts: Sequence[Verdict]) -> Table:
    """The table of a suite's cases and their verdicts, in the same order.

    Rows stand in the order in which examples first occur, columns likewise. Agreement is with the unperturbed answer
    of the same repeat; a case whose unperturbed case is not among the cases has no agreement. Repeats are averaged.
    Failed requests leave no value and are counted in `unanswered`.
    """
    if len(cases) != len(verdicts):
        raise ValueError(f"{len(cases)} cases but {len(verdicts)} verdicts")
    rows = {name: i for i, name in enumerate(dict.fromkeys(case.example.id for case in cases))}
    perturbed = [case for case in cases if not case.is_original]
    first = {case.column: case for case in reversed(perturbed)}
    columns = {name: i for i, name in enumerate(dict.fromkeys(case.column for case in perturbed))}
    clean = {
        (case.example.id, case.repeat): verdict
        for case, verdict in zip(cases, verdicts, strict=True)
        if case.is_original
    }
    shape = (len(rows), len(columns))
    correct, agrees, clean_correct = _Mean(shape), _Mean(shape), _Mean((len(rows), 1))
    for case, verdict in zip(cases, verdicts, strict=True):
        if verdict.outcome is Outcome.NO_ANSWER:
            continue
        row = rows[case.example.id]
        right = None if case.expected is None else verdict.correct is True
        if case.is_original:
            clean_correct.add(row, 0, right)
        else:
            column = columns[case.column]
            correct.add(row, column, right)
            agrees.add(row, column, _agrees(case, verdict, clean.get((case.example.id, case.repeat))))
    return Table(
        correct.values(),
        agrees.values(),
        clean_correct.values()[:, 0],
        tuple(columns),
        tuple(first[name].operator for name in columns),
        tuple(first[name].family for name in columns),
        tuple(rows),
        sum(verdict.outcome is Outcome.NO_ANSWER for verdict in verdicts),
    )


def answer_must_stay(case: Case) -> bool:
    """True unless the edit moves the answer: it must change, or the edit gives another gold answer."""
    return case.relation is not Relation.MUST_CHANGE and case.expected == case.example.expected


def _agrees(case: Case, verdict: Verdict, clean: Verdict | None) -> bool | None:
    """Whether the answer is the unperturbed one; None where that is unknown or nothing to wish for."""
    if clean is None or clean.outcome is Outcome.NO_ANSWER or not answer_must_stay(case):
        return None
    both = verdict.outcome is Outcome.ANSWERED and clean.outcome is Outcome.ANSWERED
    return both and verdict.answer == clean.answer


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
