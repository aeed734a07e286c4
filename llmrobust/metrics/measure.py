"""Values with intervals, for the suite, each family or each operator.

How an interval is found depends on the metric:

- *proportion*: Wilson's interval with an effective number of observations (`clustered_proportion_interval`);
- *difference*: normal, with two examples added (`adjusted_difference_interval`);
- *bca*: the bias-corrected and accelerated bootstrap over examples;
- *dispersion*: the bootstrap over examples for differences between variants (`dispersion_interval`).

Where every resample gives the same value, the bootstrap's interval is the value and what examples that none of these
resemble could change (`unseen_share` of the metric's range).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.registry import METRICS, Dispersion, Metric, MetricRegistry, Ratio
from llmrobust.metrics.table import Table
from llmrobust.seeds import derived_seed
from llmrobust.stats import (
    Interval,
    adjusted_difference_interval,
    bca_interval,
    clustered_proportion_interval,
    dispersion_interval,
    draws,
    unseen_share,
)
from llmrobust.suitefile.model import GateScope

RESAMPLES = 2000
NO_GOLD = "there are no gold answers"


@dataclass(frozen=True, slots=True)
class Measurement:
    """A metric over a selection of cases.

    scope: "suite", "family" or "operator"; group: which one, empty for the suite. over: the family or operator that
    the selection was limited to. value: None where undefined, and then `undefined` says why. low, high: the interval
    at `confidence`, None where there is none. n_cases: cells of examples x variants; repeats of one count once.
    """

    metric: str
    scope: GateScope
    group: str
    value: float | None
    low: float | None
    high: float | None
    confidence: float
    n_examples: int
    n_variants: int
    n_cases: int
    undefined: str = ""
    over: str | None = None


def measure(
    table: Table,
    metric: str | Sequence[str],
    per: GateScope = "suite",
    over: str | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    resamples: int = RESAMPLES,
    registry: MetricRegistry = METRICS,
) -> list[Measurement]:
    """One measurement for each group and metric, groups in the table's order.

    metric: a name or several. per: one group for the suite, or one a family or operator. over: only variants of this
    family or operator. seed: equal seeds give equal intervals; groups and metrics do not disturb each other.
    Raises GateError for an unknown metric.
    """
    names = [metric] if isinstance(metric, str) else list(metric)
    metrics = [registry.get(name) for name in names]
    return [
        measure_selection(selected, one, per, group, over, confidence, seed, resamples)
        for group, selected in selections(table, per, over)
        for one in metrics
    ]


def selections(table: Table, per: GateScope = "suite", over: str | None = None) -> Iterator[tuple[str, Table]]:
    """Each group's name and the table of its variants; the suite's group is named ""."""
    groups = table.operators if per == "operator" else table.families
    kept = np.array(
        [over in (None, family, operator) for family, operator in zip(table.families, table.operators, strict=True)],
        dtype=bool,
    )
    if per == "suite":
        yield "", table.select(kept)
        return
    for name in dict.fromkeys(group for group, keep in zip(groups, kept, strict=True) if keep):
        yield name, table.select(kept & np.array([group == name for group in groups], dtype=bool))


def measure_selection(
    table: Table,
    metric: Metric,
    per: GateScope = "suite",
    group: str = "",
    over: str | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Measurement:
    """The metric over all variants of a table that `selections` gave for this group.

    Examples without a case in the selection do not count, except that the unperturbed prompts of the whole suite all
    count for metrics that read only those.
    """
    whole = metric.reads == "clean" and per == "suite" and over is None
    used = table if whole else table.rows(_has_values(metric, table))
    cells = ~np.isnan(read(metric, used))
    n_variants = int(cells.any(axis=0).sum()) if cells.size else 0
    n_examples = int((~np.isnan(used.clean_correct)).sum()) if metric.reads == "clean" else len(used.examples)
    counts = (confidence, n_examples, n_variants, int(cells.sum()))
    value = metric.value(used) if used.examples else math.nan
    if math.isnan(value):
        return Measurement(metric.name, per, group, None, None, None, *counts, _why(metric, table), over)
    drawn_from = derived_seed(seed, "bootstrap")
    interval = _interval(metric, used, value, confidence, drawn_from, resamples)
    low, high = (None, None) if interval is None else (interval.low, interval.high)
    return Measurement(metric.name, per, group, value, low, high, *counts, over=over)


def read(metric: Metric, table: Table) -> NDArray[np.float64]:
    """The cells (examples, variants) that a metric looks at."""
    return {"agrees": table.agrees, "moves": table.moved}.get(metric.reads, table.correct)


def _has_values(metric: Metric, table: Table) -> NDArray[np.bool_]:
    """Which examples have something that the metric looks at in this selection."""
    if metric.reads == "clean":
        return np.asarray(table.cells.any(axis=1))
    known = ~np.isnan(read(metric, table))
    if metric.reads == "correct" and metric.paired:
        known &= ~np.isnan(table.clean_correct)[:, None]
    return np.asarray(known.any(axis=1))


def _why(metric: Metric, table: Table) -> str:
    if metric.needs_gold and np.isnan(table.clean_correct).all() and np.isnan(table.correct).all():
        return NO_GOLD if table.cells.any() else "no case in the selection"
    return metric.undefined if table.cells.any() else "no case in the selection"


def _interval(
    metric: Metric, table: Table, value: float, confidence: float, seed: int, resamples: int
) -> Interval | None:
    statistic = metric.statistic(table)
    if metric.interval in ("proportion", "difference"):
        if not isinstance(statistic, Ratio):
            raise TypeError(f"the metric {metric.name} has the interval rule {metric.interval!r} but is no Ratio")
        counted = statistic.denominator > 0
        if metric.interval == "difference":
            return adjusted_difference_interval(value, statistic.variance(), int(counted.sum()), confidence)
        not_all = statistic.numerator[counted] < statistic.denominator[counted]
        some = statistic.numerator[counted] > 0
        return clustered_proportion_interval(
            min(max(value, 0.0), 1.0),
            statistic.variance(),
            int(counted.sum()),
            max(1, int(statistic.denominator.sum())),
            int(min(not_all.sum(), some.sum())),
            confidence,
        )
    n_examples = len(table.examples)
    changing = statistic.noise if isinstance(statistic, Dispersion) else statistic
    values = draws(changing, n_examples, resamples, seed)
    if np.all(values == values[0]):
        lowest, highest = metric.range
        unseen = unseen_share(n_examples, confidence)
        reach = unseen * (highest - lowest if math.isfinite(highest - lowest) else 1.0)
        return Interval(max(lowest, value - reach), min(highest, value + reach))
    if metric.interval == "bca":
        return bca_interval(values, value, statistic, n_examples, confidence)
    return dispersion_interval(values, value, confidence)
