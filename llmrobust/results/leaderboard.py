"""Prompts and models of stored runs in order: what can be told apart, and who is more robust than its accuracy
suggests. No request is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from llmrobust.errors import ReportError
from llmrobust.methods import PLAIN, Asked, use_of
from llmrobust.methods.method import Floats
from llmrobust.metrics.clusters import summed
from llmrobust.metrics.metric_registry import Ratio
from llmrobust.metrics.values_and_intervals import ratio_interval
from llmrobust.results.matrix import aligned, base_of, model_labels
from llmrobust.results.method_arrays import asked_of
from llmrobust.results.method_figures import Difference, example_means, kept_of, paired_difference, right_of
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import CONFIDENCE, SuiteResult
from llmrobust.seeds import derived_seed
from llmrobust.stats import Interval, holm, percentile_interval, resampled_totals
from llmrobust.stats.logit_line import LEAST_POINTS, LogitLine, inner_share, logit_line, off_the_line

Criterion = Literal["accuracy", "consistency", "worst-case", "unperturbed", "effective"]
CRITERIA: tuple[Criterion, ...] = ("accuracy", "consistency", "worst-case", "unperturbed", "effective")
RESAMPLES = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure of an entry with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A prompt of a model in a leaderboard; prompt and model are empty where there is only one.

    figures: by criterion; those that are not known are missing. best, worst: the ranks that it may have, given the
    entries that it can be told apart from.
    """

    prompt: str
    model: str
    figures: dict[Criterion, Measured]
    best: int = 1
    worst: int = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries, by their places, and the difference of the first less the second."""

    first: int
    second: int
    difference: Difference

    @property
    def told(self) -> bool:
        """Whether they can be told apart."""
        return self.difference.told


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """The entries of a suite, the best first. examples: how many (clusters of) examples all of them answered. line:
    accuracy under edits against unperturbed accuracy, None where `no_line` says why it is not fitted."""

    suite: str
    path: str
    by: Criterion
    examples: int
    unit: str
    entries: tuple[Entry, ...]
    pairs: tuple[Pair, ...]
    line: LogitLine | None
    no_line: str
    silent: tuple[str, ...] = ()
    """Names of the results without any answer, such as those of a model that could not be opened."""

    def label(self, entry: Entry) -> str:
        """An entry's name: what distinguishes it from others."""
        axes = [n for n in (0, 1) if len({(one.prompt, one.model)[n] for one in self.entries}) > 1] or [1]
        return " / ".join((entry.prompt, entry.model)[n] or "-" for n in axes)

    def like_the_first(self) -> list[Entry]:
        """The entries that cannot be told apart from the first."""
        told = {(pair.first, pair.second) for pair in self.pairs if pair.told}
        return [one for n, one in enumerate(self.entries) if n and (0, n) not in told]


def leaderboards(runs: Sequence[RunResult], by: Criterion = "accuracy", over: Sequence[str] = ()) -> list[Leaderboard]:
    """A leaderboard for each suite of some runs. over: only edits of these families. Raises ReportError."""
    groups: dict[str, list[tuple[RunResult, SuiteResult]]] = {}
    for run in runs:
        for suite in run.suites:
            groups.setdefault(base_of(suite), []).append((run, suite))
    return [leaderboard_of(parts, by, over) for parts in groups.values() if any(suite.cases for _, suite in parts)]


def leaderboard_of(
    parts: Sequence[tuple[RunResult, SuiteResult]], by: Criterion = "accuracy", over: Sequence[str] = ()
) -> Leaderboard:
    """The leaderboard of one suite. parts: its results, with the runs that they are of. Raises ReportError where they
    share no examples, lack what they are ranked by, or where a line is needed and cannot be fitted."""
    name = base_of(parts[0][1])
    silent = tuple(dict.fromkeys(suite.name for _, suite in parts if not suite.cases))
    parts = [(run, suite) for run, suite in parts if suite.cases]
    _check_examples(name, [suite for _, suite in parts])
    asked = aligned([asked_of(suite) for _, suite in parts])
    if not asked[0].examples:
        raise ReportError(f"{name}: its runs have no example in common, so nothing can be compared")
    cells = [_cells(one, over) for one in asked]
    values = [{kind: example_means(one) for kind, one in found.items()} for found in cells]
    clusters, seed = asked[0].clusters, asked[0].seed
    figures: list[dict[Criterion, Measured]] = [
        {kind: found for kind, those in one.items() if (found := _measured(those, clusters)) is not None}
        for one in cells
    ]
    line, no_line, off = _effective(values, clusters, seed)
    for entry, draws in zip(figures, off, strict=True):
        measured = _of_draws(draws, len(parts))
        if measured is not None:
            entry["effective"] = measured
    if by == "effective" and line is None:
        raise ReportError(f"{name}: {no_line}")
    lacking = next((n for n, found in enumerate(figures) if by not in found), None)
    if lacking is not None:
        raise ReportError(f"{name}: {parts[lacking][1].name} has no {by}: it takes gold answers, and edits")
    order = sorted(range(len(parts)), key=lambda n: -figures[n][by].value)
    if by == "effective":
        pairs = _pairs_of_draws([off[n] for n in order])
    else:
        pairs = _pairs([values[n][by] for n in order], clusters, seed)
    labels = model_labels(parts)
    entries = [
        Entry(
            prompt=column.prompt if (column := parts[n][1].column) is not None else "",
            model=labels[n],
            figures=figures[n],
        )
        for n in order
    ]
    return Leaderboard(
        suite=name,
        path=parts[0][1].path,
        by=by,
        examples=len(np.unique(clusters)),
        unit="cluster" if len(np.unique(clusters)) < len(clusters) else "example",
        entries=tuple(_ranked(entries, pairs)),
        pairs=tuple(pairs),
        line=line,
        no_line=no_line,
        silent=silent,
    )


def _check_examples(name: str, suites: Sequence[SuiteResult]) -> None:
    """Examples are compared by their ids, which must mean the same in all runs. Raises ReportError."""
    contents: dict[str, str] = {}
    for suite in suites:
        for example, digest in suite.digests:
            if contents.setdefault(example, digest) != digest:
                raise ReportError(f"{name}: its runs have different examples under the id {example}")


def _cells(asked: Asked, over: Sequence[str]) -> dict[Criterion, Floats]:
    """What each criterion is the mean of, (examples, cells), NaN where there is none."""
    answered = use_of(PLAIN).answers(asked)
    right, kept = right_of(answered), kept_of(answered)
    columns = np.array([n for n, family in enumerate(asked.families) if n and (not over or family in over)], dtype=int)
    edited = right[:, columns]
    known = ~np.isnan(edited).all(axis=1) if columns.size else np.zeros(len(right), dtype=bool)
    worst = np.where(known, np.where(np.isnan(edited), 1.0, edited).min(axis=1, initial=1.0), np.nan)
    found: dict[Criterion, Floats] = {
        "accuracy": edited,
        "consistency": kept[:, columns],
        "worst-case": worst[:, None],
        "unperturbed": right[:, :1],
    }
    return found


def _measured(cells: Floats, clusters: NDArray[np.intp]) -> Measured | None:
    """The mean of all cells, with the interval of metrics: over clusters, whose cells are not independent."""
    counted = (~np.isnan(cells)).sum(axis=1).astype(np.float64)
    known = counted > 0
    if not known.any():
        return None
    _, group = np.unique(clusters[known], return_inverse=True)
    count = int(group.max()) + 1
    value = float(np.nanmean(cells))
    ratio = Ratio(summed(np.nansum(cells[known], axis=1), group, count), summed(counted[known], group, count))
    interval = ratio_interval(ratio, value, False, CONFIDENCE)
    return Measured(value=value, low=interval.low, high=interval.high)


def _pairs(values: Sequence[Floats], clusters: NDArray[np.intp], seed: int) -> list[Pair]:
    """All pairs of entries, their p-values adjusted by Holm for all of them."""
    found = [
        (first, second, difference)
        for first, second in combinations(range(len(values)), 2)
        if (difference := paired_difference(values[first], values[second], clusters, seed)) is not None
    ]
    adjusted = holm([difference.p for _, _, difference in found if difference.p is not None])
    return [
        Pair(first, second, replace(difference, holm=value))
        for (first, second, difference), value in zip(found, adjusted, strict=True)
    ]


def _pairs_of_draws(draws: Sequence[Floats]) -> list[Pair]:
    """All pairs of entries by effective robustness: intervals that hold for all of them together (Bonferroni)."""
    places = list(combinations(range(len(draws)), 2))
    level = 1 - (1 - CONFIDENCE) / max(1, len(places))
    found = []
    for first, second in places:
        both = draws[first] - draws[second]
        interval = percentile_interval(both[1:], level) or Interval(-1.0, 1.0)
        told = interval.low > 0 or interval.high < 0
        found.append(
            Pair(first, second, Difference(float(both[0]), interval.low, interval.high, holm=0.0 if told else 1.0))
        )
    return found


def _ranked(entries: Sequence[Entry], pairs: Sequence[Pair]) -> list[Entry]:
    """The entries with the ranks that they may have: each can be told from those above and below those bounds."""
    better, worse = [0] * len(entries), [0] * len(entries)
    for pair in pairs:
        if pair.told:
            up, down = (pair.first, pair.second) if pair.difference.value > 0 else (pair.second, pair.first)
            better[down] += 1
            worse[up] += 1
    return [replace(one, best=better[n] + 1, worst=len(entries) - worse[n]) for n, one in enumerate(entries)]


def _effective(
    values: Sequence[dict[Criterion, Floats]], clusters: NDArray[np.intp], seed: int
) -> tuple[LogitLine | None, str, list[Floats]]:
    """The line through all entries, or why there is none, and each entry's draws of its distance from the line through
    the others: first its estimate, then over resamples of the clusters."""
    nothing = [np.full(RESAMPLES + 1, np.nan) for _ in values]
    if len(values) < LEAST_POINTS:
        there = "there is 1 entry" if len(values) == 1 else f"there are {len(values)} entries"
        return None, f"effective robustness takes {LEAST_POINTS} entries or more, and {there}", nothing
    clean = np.stack([one["unperturbed"] for one in values], axis=1)
    edited = np.stack([one["accuracy"] for one in values], axis=1)
    used = ~np.isnan(clean).any(axis=1) & ~np.isnan(edited).any(axis=1)
    if not used.any():
        return None, "effective robustness takes gold answers, and edits", nothing
    _, group = np.unique(clusters[used], return_inverse=True)
    count = int(group.max()) + 1
    parts = summed(np.concatenate([clean[used], edited[used], np.ones((int(used.sum()), 1))], axis=1), group, count)
    drawn = resampled_totals(parts, RESAMPLES, derived_seed(seed, "leaderboard"))
    totals = np.concatenate([parts.sum(axis=0)[None], drawn])
    n = len(values)
    x, y = (inner_share(totals[:, one], totals[:, -1:]) for one in (slice(0, n), slice(n, 2 * n)))
    try:
        line = logit_line(x[0], y[0])
    except ValueError:
        return None, "no line can be fitted: all entries have the same unperturbed accuracy", nothing
    off = [off_the_line(x, y, point, derived_seed(seed, "leaderboard", point)) for point in range(n)]
    for point, draws in enumerate(off):
        others = [other for other in range(n) if other != point]
        try:
            draws[0] = y[0, point] - logit_line(x[0, others], y[0, others]).at(float(x[0, point]))
        except ValueError:
            draws[:] = np.nan
    return line, "", off


def _of_draws(draws: Floats, entries: int) -> Measured | None:
    """An entry's effective robustness; the interval holds for all entries together (Bonferroni)."""
    interval = percentile_interval(draws[1:], 1 - (1 - CONFIDENCE) / entries)
    if interval is None or np.isnan(draws[0]):
        return None
    return Measured(value=float(draws[0]), low=interval.low, high=interval.high)
