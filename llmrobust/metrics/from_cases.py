"""From verdicts to the arrays that metrics are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.answer_codes import AnswerGrid, answers_of
from llmrobust.metrics.table import Table
from llmrobust.operators.operator import Relation
from llmrobust.plan import Case
from llmrobust.score.json_fields import field_answer, gold_fields
from llmrobust.score.tool_calls import CHECK as TOOL_CALL
from llmrobust.score.tool_calls import gold_calls
from llmrobust.score.verdict import Outcome, Verdict
from llmrobust.suitefile.suite import AnswerSpec, field_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One reply, as far as metrics care.

    column: empty for the unperturbed prompt. agrees, moves: see `Table`; may_move: whether the case is one whose answer
    moves, though it may not be known.
    """

    example: str
    column: str
    operator: str
    family: str
    severity: int | None
    expected: str | None
    verdict: Verdict
    correct: bool | None
    agrees: bool | None = None
    moves: bool | None = None
    may_move: bool = False
    clean_answer: str | None = None
    promises: bool = True


def build_table(
    cases: Sequence[Case],
    verdicts: Sequence[Verdict],
    cleans: Sequence[Verdict] | None = None,
    choices: Sequence[str] = (),
    answer: AnswerSpec | None = None,
) -> Table:
    """The table of a suite's cases and their verdicts, in the same order.

    cleans: for each case the verdict of its unperturbed case (same example and repeat); needed only where the
    unperturbed cases are not all among `cases`. choices: the suite's closed set of answers. answer: how its answers are
    read; each field of JSON answers gets a table of its own. Rows are in the order in which examples first occur,
    likewise columns. A case whose unperturbed verdict is unknown has no agreement. Repeats are averaged. Failed
    requests have no value and are counted in `unanswered`.
    """
    pairs = list(zip(cases, verdicts, strict=True))
    examples = {case.example.id: case.example for case in cases}
    clean = {(case.example.id, case.repeat): verdict for case, verdict in pairs if case.is_original}
    if cleans is not None:
        clean |= {(case.example.id, case.repeat): verdict for case, verdict in zip(cases, cleans, strict=True)}
    cells = [original_cell(name, examples[name].expected, verdict) for (name, _), verdict in clean.items()]
    cells += [
        case_cell(case, verdict, clean.get((case.example.id, case.repeat)))
        for case, verdict in pairs
        if not case.is_original
    ]
    fields = [example.fields for example in examples.values()]
    clusters = [example.cluster for example in examples.values()]
    return table_of_cells(cells, list(examples), choices, fields, answer, clusters)


def original_cell(example: str, expected: str | None, verdict: Verdict) -> Cell:
    """The cell of an unperturbed prompt."""
    return Cell(
        example=example,
        column="",
        operator="",
        family="",
        severity=None,
        expected=expected,
        verdict=verdict,
        correct=_is_right(verdict, expected),
    )


def case_cell(case: Case, verdict: Verdict, clean: Verdict | None) -> Cell:
    """The cell of a perturbed case. clean: the verdict on its unperturbed prompt."""
    return Cell(
        example=case.example.id,
        column=case.column,
        operator=case.operator,
        family=case.family,
        severity=case.severity,
        expected=case.expected,
        verdict=verdict,
        correct=_is_right(verdict, case.expected),
        agrees=_agrees(case, verdict, clean),
        moves=_moves(case, verdict, clean),
        may_move=may_move(case),
        clean_answer=None if clean is None else clean.answer,
        promises=case.relation not in (Relation.MUST_CHANGE, Relation.NO_PROMISE),
    )


def table_of_cells(
    cells: Iterable[Cell],
    examples: Sequence[str],
    choices: Sequence[str] = (),
    fields: Sequence[Mapping[str, Any]] = (),
    answer: AnswerSpec | None = None,
    clusters: Sequence[str | None] = (),
) -> Table:
    """The table of cells. examples: ids of its rows, in order; fields: those of each example, or none at all.

    answer: how answers are read; each field of JSON answers gets a table of its own. clusters: the cluster of each
    example, or none at all.
    """
    cells = list(cells)
    rows = {name: i for i, name in enumerate(examples)}
    first = {cell.column: cell for cell in reversed(cells) if cell.column}
    columns = {name: i for i, name in enumerate(dict.fromkeys(cell.column for cell in cells if cell.column))}
    shape = (len(rows), len(columns))
    correct, agrees, moves, clean_correct = _Mean(shape), _Mean(shape), _Mean(shape), _Mean((len(rows), 1))
    grid, clean_grid = AnswerGrid(shape, choices, answer), AnswerGrid((len(rows), 1), choices, answer)
    for cell in cells:
        row = rows[cell.example]
        if not cell.column:
            clean_correct.add(row, 0, cell.correct)
            clean_grid.add(row, 0, cell.verdict, cell.expected)
            continue
        column = columns[cell.column]
        correct.add(row, column, cell.correct)
        agrees.add(row, column, cell.agrees)
        moves.add(row, column, cell.moves)
        grid.add(row, column, cell.verdict, cell.expected)
    agreeing = agrees.values()
    return Table(
        correct=correct.values(),
        agrees=agreeing,
        clean_correct=clean_correct.values()[:, 0],
        columns=tuple(columns),
        operators=tuple(first[name].operator for name in columns),
        families=tuple(first[name].family for name in columns),
        examples=tuple(rows),
        unanswered=sum(_failed(cell.verdict) for cell in cells),
        moves=moves.values() if any(cell.may_move for cell in cells) else None,
        answers=answers_of(grid, clean_grid, agreeing),
        severities=tuple(first[name].severity for name in columns),
        fields=_short_fields(fields),
        parts={} if answer is None else _parts(cells, examples, fields, answer, clusters),
        clusters=tuple(name for name in clusters if name is not None) if None not in clusters else (),
    )


def _parts(
    cells: Sequence[Cell],
    examples: Sequence[str],
    fields: Sequence[Mapping[str, Any]],
    answer: AnswerSpec,
    clusters: Sequence[str | None],
) -> dict[str, Table]:
    """A table per field of JSON answers: of the same replies, but only that field counts."""
    if not answer.fields:
        return {}
    read = gold_calls if answer.check == TOOL_CALL else gold_fields
    gold = {cell.expected: read(cell.expected, answer) for cell in cells if cell.expected is not None}
    cells = [replace(cell, expected=gold.get(cell.expected or "")) for cell in cells]
    clean = {cell.example: cell.expected for cell in cells if not cell.column}
    found = {}
    for field in answer.fields:
        inside = [_cell_of_field(cell, field.name, clean.get(cell.example, cell.expected)) for cell in cells]
        found[field.name] = table_of_cells(inside, examples, (), fields, clusters=clusters)
    return found


def _cell_of_field(cell: Cell, name: str, clean_gold: str | None) -> Cell:
    """The cell of a field. clean_gold: the gold answer to the example's unperturbed prompt."""
    verdict, expected, clean = cell.verdict, field_answer(cell.expected, name), field_answer(cell.clean_answer, name)
    answer = field_answer(verdict.answer, name)
    known = not _failed(verdict)
    right = None if expected is None or not known else answer == expected
    part = Cell(
        example=cell.example,
        column=cell.column,
        operator=cell.operator,
        family=cell.family,
        severity=cell.severity,
        expected=expected,
        verdict=replace(verdict, answer=answer, correct=right if answer is not None else None),
        correct=right,
        clean_answer=clean,
        promises=cell.promises,
    )
    if not cell.column or not cell.promises or not known or (cell.agrees is None and cell.moves is None):
        return part
    if expected == field_answer(clean_gold, name):
        return replace(part, agrees=answer is not None and answer == clean)
    return replace(part, moves=right, may_move=True)


def _short_fields(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The fields that every example has and that are short texts, numbers or truths, as text."""
    if not rows:
        return {}
    names = set(rows[0]).intersection(*rows)
    return {
        name: tuple(field_text(row[name]) for row in rows)
        for name in sorted(names)
        if all(isinstance(row[name], str | int | float | bool) for row in rows)
    }


def _failed(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.NO_ANSWER


def _is_right(verdict: Verdict, expected: str | None) -> bool | None:
    """Whether the answer is right; None without a gold answer or a reply."""
    return None if expected is None or _failed(verdict) else verdict.correct is True


def answer_must_stay(case: Case, clean: Verdict | None = None) -> bool:
    """True unless the edit moves the answer, or promises nothing: it must change, must become a certain answer, or may
    change.

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
    """Whether the answer moved as required; None if that is unknown, or if it must stay."""
    if clean is None or _failed(clean) or _failed(verdict) or answer_must_stay(case, clean) or not may_move(case):
        return None
    if verdict.outcome is not Outcome.ANSWERED or clean.outcome is not Outcome.ANSWERED:
        return False
    if clean.answer is not None and clean.answer in case.answer_map:
        return verdict.answer == case.answer_map[clean.answer]
    if case.relation is Relation.MUST_CHANGE:
        return verdict.answer != clean.answer
    return verdict.correct is True


def may_move(case: Case) -> bool:
    """Whether a case is one whose answer moves, though where to may not be known."""
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
