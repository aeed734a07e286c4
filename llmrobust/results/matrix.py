"""Prompts x models x methods side by side: what each of them answers, where it breaks, and whether it differs from the
first. No request is sent.

Every row is measured on the same examples. Where methods that learn from gold answers are among the rows, only the half
of the examples is shown that no method chose anything on (see `method_comparison`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from llmrobust.methods import PLAIN, Answered, Asked, NotUsable, use_of
from llmrobust.methods.ensembles import OVER, format_columns
from llmrobust.methods.method import Floats, Sent
from llmrobust.results.method_arrays import asked_of, chosen_half
from llmrobust.results.method_comparison import EDITS, FORMATS, chosen_uses, tokens_of
from llmrobust.results.method_figures import (
    Difference,
    Figures,
    example_means,
    figures_of,
    kept_of,
    paired_difference,
    right_of,
)
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import Column, SuiteResult
from llmrobust.results.suite_warnings import FEW, MOSTLY, NEARLY_ALL
from llmrobust.stats import holm

Figure = Literal["accuracy", "consistency", "median", "spread", "worst_case", "tokens", "requests"]
SMALLER: tuple[Figure, ...] = ("spread", "tokens", "requests")
"""Figures of which the smallest is the best; of the others the largest is."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a row does to the variants of one use of an operator. accuracy, consistency: None where not known."""

    family: str
    use: str
    accuracy: float | None
    consistency: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A prompt, asked of a model, answered by a method; prompt and model are empty where there is only one.

    unusable: why it has no figures; empty if it has. tokens, requests: of one answer. parts: by use of an operator;
    empty for methods that answer other columns than the suite's. withholds: whether it may leave cases unanswered.
    one_answer: whether it answers nearly all unperturbed prompts alike, so that it is consistent whatever it reads.
    """

    prompt: str
    model: str
    method: str
    unusable: str = ""
    figures: Figures | None = None
    tokens: float | None = None
    requests: float | None = None
    parts: tuple[Part, ...] = ()
    difference: Difference | None = None
    withholds: bool = False
    one_answer: bool = False

    @property
    def names(self) -> tuple[str, str, str]:
        """Prompt, model and method."""
        return self.prompt, self.model, self.method

    def value(self, figure: Figure) -> float | None:
        """One of its figures."""
        if figure == "tokens" or figure == "requests":
            return self.tokens if figure == "tokens" else self.requests
        found: float | None = None if self.figures is None else getattr(self.figures, figure)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The rows of a suite. over: FORMATS or EDITS, what the figures are over. measured: what differences are of,
    "accuracy", or "consistency" without gold answers. examples: how many (clusters of) examples are measured; half:
    whether as many others are left to methods to choose on."""

    suite: str
    path: str
    over: str
    measured: str
    examples: int
    unit: str
    half: bool
    rows: tuple[MatrixRow, ...]

    @property
    def shown(self) -> tuple[MatrixRow, ...]:
        """The rows that have figures; differences are to the first of them."""
        return tuple(row for row in self.rows if row.figures is not None)

    def axes(self) -> list[int]:
        """Which of prompt (0), model (1) and method (2) differ between rows."""
        return [axis for axis in range(3) if len({row.names[axis] for row in self.rows}) > 1] or [1]

    def label(self, row: MatrixRow) -> str:
        """A row's name: what distinguishes it from others."""
        return " / ".join(self.parts(row))

    def parts(self, row: MatrixRow) -> tuple[str, ...]:
        """The parts of a row's name, of one to three axes."""
        return tuple(row.names[axis] or "-" for axis in self.axes())

    def best(self, figure: Figure) -> float | None:
        """The best value of a figure among rows that may be the best; None where they are all the same."""
        found = [value for row in self.shown if _may_be_best(row, figure) and (value := row.value(figure)) is not None]
        if len(set(found)) < 2:
            return None
        return min(found) if figure in SMALLER else max(found)

    def is_best(self, row: MatrixRow, figure: Figure) -> bool:
        """Whether no row has a better value of a figure."""
        best = self.best(figure)
        return best is not None and _may_be_best(row, figure) and row.value(figure) == best

    @property
    def families(self) -> list[str]:
        """The families of edits, in the suite's order."""
        return list(dict.fromkeys(name for row in self.shown if row.figures for name, _ in row.figures.drops))

    @property
    def uses(self) -> list[tuple[str, str]]:
        """(family, use) of every use of an operator, in the suite's order."""
        return list(dict.fromkeys((part.family, part.use) for row in self.shown for part in row.parts))


def _may_be_best(row: MatrixRow, figure: Figure) -> bool:
    """A row that withholds answers may not; nor may one that nearly always gives the same answer be the most stable."""
    return not row.withholds and not (row.one_answer and figure in ("consistency", "spread"))


def matrices(runs: Sequence[RunResult], over: Sequence[str] = ()) -> list[Matrix]:
    """The matrix of each suite of which runs have several prompts, models or runs. over: families to compare over."""
    groups: dict[str, list[tuple[RunResult, SuiteResult]]] = {}
    for run in runs:
        for suite in run.suites:
            groups.setdefault(base_of(suite), []).append((run, suite))
    return [matrix_of(parts, over) for parts in groups.values() if len([one for one in parts if one[1].cases]) > 1]


def matrix_of(parts: Sequence[tuple[RunResult, SuiteResult]], over: Sequence[str] = ()) -> Matrix:
    """The prompts, models and methods of one suite. parts: its results, with the runs that they are of."""
    named = list(zip(parts, model_labels(parts), strict=True))
    silent = [_silent(suite, model) for (_, suite), model in named if not suite.cases]
    parts = [(run, suite) for run, suite in parts if suite.cases]
    asked = aligned([asked_of(suite) for _, suite in parts])
    labels = [model for (_, suite), model in named if suite.cases]
    made: list[tuple[SuiteResult, MatrixRow, Asked, Answered | None]] = []
    half = False
    for (run, suite), model, one in zip(parts, labels, asked, strict=True):
        column = suite.column or Column(suite.name)
        for use in (use_of(PLAIN), *(use for use in chosen_uses(suite) if use.method.name != PLAIN)):
            half = half or "gold" in use.method.needs
            row = MatrixRow(prompt=column.prompt, model=model, method=use.label)
            answered: Answered | None
            try:
                answered = use.answers(one)
            except NotUsable as error:
                made.append((suite, replace(row, unusable=str(error)), one, None))
                continue
            tokens = suite.tokens if suite.tokens is not None else _mean_tokens(run)
            row = replace(
                row, tokens=tokens_of(answered, tokens), requests=answered.requests, withholds=answered.withholds
            )
            made.append((suite, row, one, answered))
    own_columns = any(answered is not None and answered.columns != one.columns for _, _, one, answered in made)
    measured = "accuracy" if any((one.gold >= 0).any() for one in asked) else "consistency"
    scopes = [_scope(one, over, own_columns) for one in asked]
    what = FORMATS if (over and set(over) <= set(OVER)) or (not over and own_columns) else EDITS
    rows: list[MatrixRow] = []
    means: list[Floats | None] = []
    for _, row, one, answered in made:
        keep = ~one.choosing if half else np.ones(len(one.examples), dtype=bool)
        columns = next(scope for scope, other in zip(scopes, asked, strict=True) if other is one)
        own = None if answered is None else _own(answered, one, columns)
        if answered is None or own is None or not own.size:
            rows.append(replace(row, unusable=row.unusable or "answers nothing of what is compared"))
            means.append(None)
            continue
        values = right_of(answered) if measured == "accuracy" else kept_of(answered)
        mean = np.where(keep, example_means(values[:, own]), np.nan)
        means.append(None if row.withholds else mean)
        figures = figures_of(answered, own, keep)
        row = replace(row, figures=figures, parts=_parts(answered, one, keep), one_answer=_one_answer(answered, keep))
        rows.append(row)
    first = asked[0]
    clusters = first.clusters[~first.choosing] if half else first.clusters
    return Matrix(
        suite=base_of(parts[0][1]),
        path=parts[0][1].path,
        over=what,
        measured=measured,
        examples=len(np.unique(clusters)),
        unit="cluster" if len(np.unique(first.clusters)) < len(first.examples) else "example",
        half=half,
        rows=(*_with_differences(rows, means, first), *silent),
    )


def _silent(suite: SuiteResult, model: str) -> MatrixRow:
    """The row of a column without answers, such as one of a model that could not be opened."""
    prompt = "" if suite.column is None else suite.column.prompt
    return MatrixRow(prompt=prompt, model=model, method=PLAIN, unusable="no case was answered")


def base_of(suite: SuiteResult) -> str:
    """The name of a result's suite, without its prompt and model."""
    return suite.name if suite.column is None else suite.column.suite


def aligned(asked: Sequence[Asked]) -> list[Asked]:
    """The same with the examples that all of them have, in the order of the first."""
    common = set(asked[0].examples).intersection(*(one.examples for one in asked))
    wanted = [name for name in asked[0].examples if name in common]
    return [one if list(one.examples) == wanted else _with_examples(one, wanted, asked[0]) for one in asked]


def _with_examples(one: Asked, wanted: Sequence[str], first: Asked) -> Asked:
    place = {name: number for number, name in enumerate(one.examples)}
    of_first = {name: number for number, name in enumerate(first.examples)}
    rows = np.array([place[name] for name in wanted], dtype=np.intp)
    groups = first.clusters[np.array([of_first[name] for name in wanted], dtype=np.intp)]
    _, clusters = np.unique(groups, return_inverse=True)
    clusters = clusters.astype(np.intp)
    return replace(
        one,
        given=one.given[rows],
        gold=one.gold[rows],
        stays=one.stays[rows],
        logprobs=None if one.logprobs is None else one.logprobs[rows],
        examples=tuple(wanted),
        clusters=clusters,
        choosing=chosen_half(clusters, first.seed),
        seed=first.seed,
        sent={label: _of_rows(sent, rows) for label, sent in one.sent.items()},
    )


def _of_rows(sent: Sent, rows: NDArray[np.intp]) -> Sent:
    """Some examples' answers of a method that sent prompts of its own."""
    return replace(
        sent,
        given=sent.given[rows],
        shares=None if sent.shares is None else sent.shares[rows],
        right=None if sent.right is None else sent.right[rows],
        drawn=None if sent.drawn is None else sent.drawn[rows],
    )


def _with_differences(rows: Sequence[MatrixRow], means: Sequence[Floats | None], asked: Asked) -> list[MatrixRow]:
    """The rows with their differences to the first that has figures, and p-values adjusted for all of them."""
    first = next((number for number, mean in enumerate(means) if mean is not None), None)
    if first is None:
        return list(rows)
    base = means[first]
    assert base is not None
    found = [
        None if mean is None or number == first else paired_difference(mean, base, asked.clusters, asked.seed)
        for number, mean in enumerate(means)
    ]
    tested = [one.p for one in found if one is not None and one.p is not None]
    values = iter(holm(tested))
    return [
        row if one is None else replace(row, difference=one if one.p is None else replace(one, holm=next(values)))
        for row, one in zip(rows, found, strict=True)
    ]


def _scope(asked: Asked, over: Sequence[str], formats: bool) -> NDArray[np.intp]:
    """The columns that are compared: of the named families, the formats and wordings, or all edits."""
    if over:
        return np.array([n for n, family in enumerate(asked.families) if n and family in over], dtype=np.intp)
    if formats:
        return format_columns(asked)[0]
    return np.arange(1, len(asked.columns), dtype=np.intp)


def _own(answered: Answered, asked: Asked, columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """The row's columns that stand for nothing but compared ones; the unperturbed one where nothing is perturbed."""
    if answered.columns == asked.columns:
        return columns if len(asked.columns) > 1 else np.array([0], dtype=np.intp)
    if not np.isin(answered.stands_for, columns).all():
        return np.array([], dtype=np.intp)
    return np.arange(1, len(answered.columns), dtype=np.intp)


def _one_answer(answered: Answered, keep: NDArray[np.bool_]) -> bool:
    """Whether nearly all unperturbed prompts have the same answer, and that is not mostly right."""
    given, gold = answered.given[keep, 0], answered.gold[keep, 0]
    given, gold = given[given >= 0], gold[gold >= 0]
    if given.size < FEW:
        return False
    counts = np.bincount(given)
    rightly = gold.size and (gold == counts.argmax()).mean() >= MOSTLY
    return bool(counts.max() >= NEARLY_ALL * given.size and not rightly)


def _parts(answered: Answered, asked: Asked, keep: NDArray[np.bool_]) -> tuple[Part, ...]:
    """What the row does to the variants of each use of an operator, compared or not."""
    if answered.columns != asked.columns:
        return ()
    right, kept = right_of(answered)[keep], kept_of(answered)[keep]
    uses: dict[tuple[str, str], list[int]] = {}
    for column in range(1, len(asked.columns)):
        name = asked.columns[column].partition("/")[0]
        uses.setdefault((asked.families[column], name), []).append(column)
    return tuple(
        Part(family, use, _mean(right[:, columns]), _mean(kept[:, columns])) for (family, use), columns in uses.items()
    )


def _mean(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else None


def model_labels(parts: Iterable[tuple[RunResult, SuiteResult]]) -> list[str]:
    """The models of some results; where several runs have one of the same name, the run's number with it."""
    found = []
    numbers: dict[int, int] = {}
    for run, suite in parts:
        number = numbers.setdefault(id(run), len(numbers) + 1)
        model = run.model_of(suite)
        own = suite.column.model if suite.column is not None else ""
        found.append((own or ("" if model is None else model.spec), suite.column and suite.column.prompt, number))
    double = {one[:2] for one in found if sum(other[:2] == one[:2] for other in found) > 1}
    return [f"{name} ({number})" if (name, prompt) in double else name for name, prompt, number in found]


def _mean_tokens(run: RunResult) -> float | None:
    """Tokens of one request of the run, prompt and answer together; None where nothing was sent or counted."""
    total = run.requests.prompt_tokens + run.requests.completion_tokens
    return total / run.requests.sent if run.requests.sent and total else None
