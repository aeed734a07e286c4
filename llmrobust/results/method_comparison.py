"""Methods side by side over one stored run: what each answers, whether that is better than the plain prompt, what it
costs. No request is sent.

What a method does to the examples that chose it proves little: half of the clusters of examples choose the best
method, and everything that is shown is measured on the other half.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from llmrobust.methods import METHODS, PLAIN, Answered, Asked, MethodUse, NotUsable, use_of
from llmrobust.methods.ensembles import OVER, format_columns
from llmrobust.methods.method import Floats
from llmrobust.metrics.metric_registry import Sums
from llmrobust.results.method_arrays import asked_of
from llmrobust.results.method_figures import (
    Criterion,
    Difference,
    Figures,
    Selective,
    difference_of,
    figures_of,
    right_of,
    selective_of,
    spread_difference,
)
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import CONFIDENCE, SuiteResult
from llmrobust.seeds import derived_seed
from llmrobust.stats import Interval, bca_interval, holm, resampled_totals, unseen_share

RESAMPLES = 2000
FORMATS, EDITS = "formats", "edits"
"""What the columns of a comparison are: the formats and wordings of the prompt, or (without several) all edits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    """A method in the table. unusable: why it has no figures; empty if it has. tokens: of one answer, prompt and
    answer together; None where the run does not say. once: further requests that are sent once for all examples."""

    label: str
    name: str
    unusable: str = ""
    figures: Figures | None = None
    requests: float | None = None
    tokens: float | None = None
    once: int = 0
    notes: tuple[str, ...] = ()
    difference: Difference | None = None
    spread_difference: Difference | None = None
    selective: Selective | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodComparison:
    """The methods of a suite. over: FORMATS or EDITS. measured: what differences are of, "accuracy", or "consistency"
    without gold answers. chosen: the method that is best on the choosing half by `criterion`, None where that cannot
    be said. choosing, reporting: numbers of clusters (of examples, where each is its own)."""

    suite: str
    path: str
    model: str
    over: str
    columns: int
    measured: str
    criterion: Criterion
    chosen: str | None
    choosing: int
    reporting: int
    unit: str
    rows: tuple[MethodRow, ...]

    def row(self, label: str) -> MethodRow:
        """The row of a method. Raises KeyError."""
        found = next((row for row in self.rows if row.label == label), None)
        if found is None:
            raise KeyError(label)
        return found

    @property
    def conclusion(self) -> str:
        """What to do about it, in a sentence, and never more than the interval says."""
        if self.chosen is None:
            return "no method could be chosen: no figure to choose by"
        chose = f"chosen on {self.choosing:,} {self.unit}s by {self.criterion}: {self.chosen}"
        row = self.row(self.chosen)
        if self.chosen == PLAIN:
            return f"{chose}; no method did better there"
        if row.difference is None:
            return f"{chose}; it withholds answers, so that it has no difference to plain"
        one = row.difference
        ends = f"{one.value:+.3f} [{one.low:+.3f}, {one.high:+.3f}] {self.measured}"
        on = f"on the {self.reporting:,} others"
        if one.p is None or one.p >= 1 - CONFIDENCE or not one.excludes_zero:
            return f"{chose}; {on} no difference to plain can be told ({ends})"
        return f"{chose}; {on} it is {'better' if one.value > 0 else 'worse'} than plain ({ends})"


def chosen_uses(suite: SuiteResult) -> list[MethodUse]:
    """The methods that a stored suite names, with their parameters; those that are not installed are left out."""
    found = []
    for one in suite.methods:
        method = METHODS.find(one.method)
        if method is not None:
            try:
                params = method.params.model_validate(json.loads(one.params))
            except ValidationError:  # of another version of the method
                params = method.params()
            found.append(MethodUse(method, params, one.label))
    return found


def all_uses(suite: SuiteResult) -> list[MethodUse]:
    """The methods that a stored suite names, and every other registered one with its default parameters."""
    chosen = chosen_uses(suite)
    there = {use.method.name for use in chosen}
    return [*chosen, *(use_of(name) for name in METHODS.names() if name not in there)]


def compare_methods(
    run: RunResult,
    suite: SuiteResult,
    uses: Sequence[MethodUse] = (),
    criterion: Criterion = "accuracy",
    over: Sequence[str] = (),
) -> MethodComparison:
    """The methods of a suite of a stored run beside `plain`, which is always there.

    uses: `all_uses` by default. criterion: what the best is chosen by, on the choosing half. over: families
    whose variants are compared; by default the formats and wordings, or all edits where there are not two of those.
    """
    asked = asked_of(suite)
    uses = uses or all_uses(suite)
    uses = [use_of(PLAIN), *(use for use in uses if use.method.name != PLAIN)]
    columns, what = _scope(asked, over)
    measured = "accuracy" if (asked.gold >= 0).any() else "consistency"
    if measured == "consistency" and criterion != "consistency":
        criterion = "consistency"
    made = [(use, *_answers(use, asked)) for use in uses]
    plain = made[0][1]
    assert plain is not None
    tokens = next((one.plain_tokens for one in suite.sent if one.plain_tokens is not None), _tokens(run))
    rows, scores = [], {}
    for use, answered, why in made:
        if answered is None:
            rows.append(MethodRow(label=use.label, name=use.method.name, unusable=why))
            continue
        own = _own_columns(answered, asked, columns)
        if not own.size:
            why = "answers nothing of what is compared"
            rows.append(MethodRow(label=use.label, name=use.method.name, unusable=why))
            continue
        scores[use.label] = figures_of(answered, own, asked.choosing).by(criterion)
        rows.append(
            MethodRow(
                label=use.label,
                name=use.method.name,
                figures=figures_of(answered, own, ~asked.choosing),
                requests=answered.requests,
                tokens=_tokens_of(answered, tokens),
                once=answered.once
                + sum(prior.prompts for prior in suite.priors if prior.content in use.method.contents),
                notes=answered.notes,
                selective=selective_of(answered, own, asked),
                difference=difference_of(answered, own, plain, columns, asked, measured),
            )
        )
    rows = _with_spreads(_with_holm(rows), made, columns, asked)
    clusters = [len(np.unique(asked.clusters[half])) for half in (asked.choosing, ~asked.choosing)]
    own_clusters = len(np.unique(asked.clusters)) < len(asked.examples)
    return MethodComparison(
        suite=suite.name,
        path=suite.path,
        model="" if run.manifest.model is None else run.manifest.model.spec,
        over=what,
        columns=len(columns),
        measured=measured,
        criterion=criterion,
        chosen=_chosen(scores, rows),
        choosing=clusters[0],
        reporting=clusters[1],
        unit="cluster" if own_clusters else "example",
        rows=tuple(rows),
    )


def _chosen(scores: dict[str, float | None], rows: Sequence[MethodRow]) -> str | None:
    """The best on the choosing half; of equals the cheapest, and plain before all. A method that withholds answers is
    no competitor: what it does not answer it cannot get wrong."""
    cost = {row.label: row.requests or 0.0 for row in rows}
    withholds = {row.label for row in rows if row.selective is not None}
    known = {label: value for label, value in scores.items() if value is not None and label not in withholds}
    if not known:
        return None
    best = max(known.values())
    equal = [label for label, value in known.items() if value >= best - 1e-12]
    return min(equal, key=lambda label: (label != PLAIN, cost[label]))


def _answers(use: MethodUse, asked: Asked) -> tuple[Answered | None, str]:
    try:
        return use.answers(asked), ""
    except NotUsable as error:
        return None, str(error)


def _scope(asked: Asked, over: Sequence[str]) -> tuple[NDArray[np.intp], str]:
    """The columns that are compared, and what they are."""
    if over:
        found = [n for n, family in enumerate(asked.families) if n and family in over]
        return np.array(found, dtype=np.intp), FORMATS if set(over) <= set(OVER) else EDITS
    columns, _ = format_columns(asked)
    if len(columns) > 1:
        return columns, FORMATS
    return np.arange(1, len(asked.columns), dtype=np.intp), EDITS


def _own_columns(answered: Answered, asked: Asked, columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """The method's columns that stand for nothing but compared ones."""
    if answered.columns == asked.columns:
        return columns
    if not np.isin(answered.stands_for, columns).all():
        return np.array([], dtype=np.intp)
    return np.arange(1, len(answered.columns), dtype=np.intp)


def _with_holm(rows: Sequence[MethodRow]) -> list[MethodRow]:
    """The rows with p-values adjusted for every method that is compared."""
    tested = [row for row in rows if row.difference is not None and row.difference.p is not None]
    values = holm([row.difference.p for row in tested if row.difference and row.difference.p is not None])
    adjusted = {row.label: value for row, value in zip(tested, values, strict=True)}
    return [
        replace(row, difference=replace(row.difference, holm=adjusted[row.label]))
        if row.difference is not None and row.label in adjusted
        else row
        for row in rows
    ]


def _with_spreads(
    rows: Sequence[MethodRow],
    made: Sequence[tuple[MethodUse, Answered | None, str]],
    columns: NDArray[np.intp],
    asked: Asked,
) -> list[MethodRow]:
    """The rows with the difference of the spread to plain's, over resamples of the clusters that all of them share;
    its intervals hold for all methods together (Bonferroni)."""
    plain = made[0][1]
    assert plain is not None
    statistics: dict[str, Sums] = {}
    for use, answered, _ in made[1:]:
        row = next(row for row in rows if row.label == use.label)
        if answered is None or row.figures is None or row.figures.spread is None or row.difference is None:
            continue
        own = _own_columns(answered, asked, columns)
        theirs = np.intersect1d(answered.stands_for, columns)
        statistics[use.label] = spread_difference(right_of(answered)[:, own], right_of(plain)[:, theirs], asked)
    if not statistics:
        return list(rows)
    widths = np.cumsum([one.parts.shape[1] for one in statistics.values()])[:-1]
    parts = np.concatenate([one.parts for one in statistics.values()], axis=1)
    drawn = resampled_totals(parts, RESAMPLES, derived_seed(asked.seed, "methods"))
    found = {}
    for (label, statistic), totals in zip(statistics.items(), np.split(drawn, widths, axis=1), strict=True):
        value = float(statistic.reduce(statistic.parts.sum(axis=0)[None, :])[0])
        shared = 1 - (1 - CONFIDENCE) / len(statistics)
        interval = _interval_of(statistic, statistic.reduce(totals), value, shared)
        if interval is not None and not np.isnan(value):
            found[label] = Difference(value, interval.low, interval.high)
    return [replace(row, spread_difference=found.get(row.label)) for row in rows]


def _interval_of(statistic: Sums, drawn: Floats, value: float, confidence: float) -> Interval | None:
    """The bootstrap's interval, at least as wide as what examples that none of these resemble could change."""
    unseen = unseen_share(statistic.parts.shape[0], confidence)
    found = bca_interval(drawn, value, statistic, confidence)
    if found is None or found.high > found.low:
        return found
    return Interval(value - unseen, value + unseen)


def _tokens_of(answered: Answered, plain: float | None) -> float | None:
    """Tokens of one answer: its own count, or that of as many plain requests."""
    if answered.tokens is not None:
        return answered.tokens
    return None if plain is None else plain * answered.requests


def _tokens(run: RunResult) -> float | None:
    """Tokens of one request, prompt and answer together; None where nothing was sent, or the model does not count."""
    requests = run.requests
    total = requests.prompt_tokens + requests.completion_tokens
    return total / requests.sent if requests.sent and total else None
