"""From the results of cases to the arrays that metrics are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.answer_codes import AnswerGrid, answers_of
from llmrobust.metrics.table import Table
from llmrobust.score.case_result import CaseResult
from llmrobust.score.json_fields import field_answer, gold_fields
from llmrobust.score.tool_calls import CHECK as TOOL_CALL
from llmrobust.score.tool_calls import gold_calls
from llmrobust.score.verdict import Outcome
from llmrobust.suitefile.suite import AnswerSpec, Suite, field_text


def suite_table(suite: Suite, cases: Iterable[CaseResult], beside: Iterable[CaseResult] = ()) -> Table:
    """The table of a suite's cases, with the fields and clusters of its examples. beside: see `build_table`."""
    fields = {example.id: example.fields for example in suite.examples}
    clusters = {example.id: example.cluster for example in suite.examples if example.cluster is not None}
    shares = {use.label: use.share for use in suite.perturb if use.share is not None}
    table = build_table(cases, suite.answer.choices, suite.answer, fields=fields, clusters=clusters, beside=beside)
    return replace(table, shares=shares) if suite.weights else table


def build_table(
    cases: Iterable[CaseResult],
    choices: Sequence[str] = (),
    answer: AnswerSpec | None = None,
    *,
    fields: Mapping[str, Mapping[str, Any]] | None = None,
    clusters: Mapping[str, str] | None = None,
    beside: Iterable[CaseResult] = (),
) -> Table:
    """The table of cases, of a run that just ended or of a stored one.

    choices: the suite's closed set of answers. answer: how its answers are read; each field of JSON answers gets a
    table of its own. fields, clusters: those of examples by id; used if every example of the table has them. beside:
    unperturbed cases that others were judged beside and that are not among `cases`. Rows are in the order in which
    examples first occur, likewise columns. Repeats are averaged. Failed requests have no value and are counted in
    `unanswered`.
    """
    cases = list(cases)
    names = list(dict.fromkeys(case.example for case in cases))
    by_example, grouped = fields or {}, clusters or {}
    return _table(
        [*beside, *cases],
        names,
        choices,
        answer,
        [by_example[name] for name in names] if by_example.keys() >= set(names) else [],
        tuple(grouped[name] for name in names) if grouped.keys() >= set(names) else (),
    )


def _table(
    cases: Sequence[CaseResult],
    examples: Sequence[str],
    choices: Sequence[str],
    answer: AnswerSpec | None,
    fields: Sequence[Mapping[str, Any]],
    clusters: tuple[str, ...],
) -> Table:
    """The table of cases. examples: ids of its rows, in order; fields, clusters: of each example, or none at all."""
    perturbed = [case for case in cases if not case.is_original]
    rows = {name: i for i, name in enumerate(examples)}
    first = {case.column: case for case in reversed(perturbed)}
    columns = {name: i for i, name in enumerate(dict.fromkeys(case.column for case in perturbed))}
    shape = (len(rows), len(columns))
    correct, agrees, moves, clean_correct = _Mean(shape), _Mean(shape), _Mean(shape), _Mean((len(rows), 1))
    grid, clean_grid = AnswerGrid(shape, choices, answer), AnswerGrid((len(rows), 1), choices, answer)
    for case in cases:
        is_original = case.is_original
        row, column = rows[case.example], 0 if is_original else columns[case.column]
        (clean_correct if is_original else correct).add(row, column, case.is_right)
        if case.outcome is not Outcome.NO_ANSWER:
            (clean_grid if is_original else grid).add(
                row, column, case.answer, case.expected, case.probabilities, case.label_mass, case.mass_is_bound
            )
        if not is_original:
            agrees.add(row, column, case.agrees)
            moves.add(row, column, case.moves)
    agreeing = agrees.values()
    return Table(
        correct=correct.values(),
        agrees=agreeing,
        clean_correct=clean_correct.values()[:, 0],
        columns=tuple(columns),
        operators=tuple(first[name].operator for name in columns),
        families=tuple(first[name].family for name in columns),
        examples=tuple(rows),
        unanswered=sum(case.outcome is Outcome.NO_ANSWER for case in cases),
        moves=moves.values() if any(case.may_move for case in perturbed) else None,
        answers=answers_of(grid, clean_grid, agreeing),
        severities=tuple(first[name].severity for name in columns),
        fields=_short_fields(fields),
        parts={} if answer is None else _parts(cases, examples, answer, fields, clusters),
        clusters=clusters,
    )


def _parts(
    cases: Sequence[CaseResult],
    examples: Sequence[str],
    answer: AnswerSpec,
    fields: Sequence[Mapping[str, Any]],
    clusters: tuple[str, ...],
) -> dict[str, Table]:
    """A table per field of JSON answers: of the same responses, but only that field counts."""
    if not answer.fields:
        return {}
    read = gold_calls if answer.check == TOOL_CALL else gold_fields
    gold = {case.expected: read(case.expected, answer) for case in cases if case.expected is not None}
    cases = [replace(case, expected=gold.get(case.expected or "")) for case in cases]
    clean = {case.example: case.expected for case in cases if case.is_original}
    found = {}
    for field in answer.fields:
        inside = [_only_field(case, field.name, clean.get(case.example, case.expected)) for case in cases]
        found[field.name] = _table(inside, examples, (), None, fields, clusters)
    return found


def _only_field(case: CaseResult, name: str, clean_gold: str | None) -> CaseResult:
    """The case as if its answer were one field. clean_gold: the gold answer to the example's unperturbed prompt."""
    expected, clean = field_answer(case.expected, name), field_answer(case.clean_answer, name)
    answer = field_answer(case.answer, name)
    known = case.outcome is not Outcome.NO_ANSWER
    right = None if expected is None or not known else answer == expected
    part = replace(
        case,
        answer=answer,
        clean_answer=clean,
        expected=expected,
        correct=right,
        agrees=None,
        moves=None,
        may_move=False,
    )
    if case.is_original or not case.promises or not known or (case.agrees is None and case.moves is None):
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
