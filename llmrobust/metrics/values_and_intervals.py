"""Values with intervals, for the suite, each family, operator or variant, or each value of an example field.

How an interval is found depends on the metric:

- *proportion*: Wilson's interval with an effective number of observations (`clustered_proportion_interval`);
- *difference*: Student's (`difference_interval`), with two examples added where few differ from the rest
  (`adjusted_difference_interval`);
- *bca*: the bias-corrected and accelerated bootstrap over examples;
- *dispersion*: for the distance between variants (spread, standard deviation) an inverted bootstrap test over
  examples (`distance_interval`); for the best and the worst variant, and for distances that rest on few examples, a
  bound on the noise on either side (`dispersion_interval`).

Where every resample gives the same value, or few examples have an influence on it (`influential_examples`), the
bootstrap's interval covers what examples that none of these resemble could change: `unseen_share` of the way to the
metric's smallest and largest value. Metrics of the same examples share their resamples.

Where examples belong together (`cluster:` of the suite), all of these resample and count clusters instead of examples.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.clusters import by_cluster
from llmrobust.metrics.metric_registry import METRICS, Dispersion, Metric, Ratio, Weighted
from llmrobust.metrics.table import NO_CASE, Table
from llmrobust.registry import Registry
from llmrobust.seeds import derived_seed
from llmrobust.stats import (
    FEW_INFLUENTIAL,
    Interval,
    Statistic,
    adjusted_difference_interval,
    bca_interval,
    clustered_proportion_interval,
    difference_interval,
    dispersion_interval,
    distance_interval,
    influential_examples,
    resampled_totals,
    unseen_share,
)
from llmrobust.suitefile.suite import SCOPES

RESAMPLES = 2000
NO_GOLD = "there are no gold answers"
NO_CASES = "no cases in the selection"
_LACKING = {
    "field": "no field given (`field:` of the gate)",
    "reference": "no other run given (`against:` of the gate)",
    "severities": "no operator has variants of at least two severities",
    "shares": "the suite does not say how often real inputs have what its operators make (`weights: traffic`)",
}
Where = Mapping[str, tuple[str, ...]]
"""Examples by the values of their fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A metric over a selection of cases.

    scope: "suite", "family", "operator", "variant" or a field of the examples; group: which one, empty for the suite.
    over: the family or operator that the selection was limited to. value: None if undefined, with the reason in
    `undefined`. low, high: the interval at `confidence`, None if there is none. n_cases: cells of examples x variants;
    repeats count once. n_clusters: clusters of examples, which the interval resamples; None: it resamples examples.
    """

    metric: str
    scope: str
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
    n_clusters: int | None = None

    @property
    def n_units(self) -> int:
        """How many independent observations there are: clusters, or examples where each is its own."""
        return self.n_examples if self.n_clusters is None else self.n_clusters


def measure(
    table: Table,
    metric: str | Sequence[str],
    per: str = "suite",
    over: str | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    resamples: int = RESAMPLES,
    registry: Registry[Metric] = METRICS,
    where: Where | None = None,
) -> list[Measurement]:
    """One measurement for each group and metric, groups in the table's order.

    metric: a name or several. per: one group for the suite, or one a family, operator, variant or value of an example
    field. over: only variants of this family or operator. where: only examples with these values. seed: equal seeds
    give equal intervals; groups and metrics do not disturb each other. Raises GateError for an unknown metric.
    """
    names = [metric] if isinstance(metric, str) else list(metric)
    metrics = [registry.get(name) for name in names]
    found = []
    for group, selected in selections(table, per, over, where):
        found += measure_all(selected, metrics, per, group, over, confidence=confidence, seed=seed, resamples=resamples)
    return found


def selections(
    table: Table, per: str = "suite", over: str | None = None, where: Where | None = None
) -> Iterator[tuple[str, Table]]:
    """Each group's name and the table of its cases; the suite's group is named ""."""
    table = _limited(table, over, where)
    if per == "suite":
        yield "", table
    elif per in SCOPES:
        groups = {"operator": table.operators, "family": table.families, "variant": table.columns}[per]
        for name in dict.fromkeys(groups):
            yield name, table.select(np.array([group == name for group in groups], dtype=bool))
    else:
        values = table.fields.get(per, ())
        for name in dict.fromkeys(values):
            yield name, table.rows(np.array([value == name for value in values], dtype=bool))


def measure_selection(
    table: Table,
    metric: Metric,
    per: str = "suite",
    group: str = "",
    over: str | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Measurement:
    """The metric over all variants of a table that `selections` gave for this group."""
    return measure_all(table, [metric], per, group, over, confidence=confidence, seed=seed, resamples=resamples)[0]


def measure_all(
    table: Table,
    metrics: Sequence[Metric],
    per: str = "suite",
    group: str = "",
    over: str | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> list[Measurement]:
    """The metrics over all variants of a table that `selections` gave for this group, with shared resamples.

    Examples without a case in the selection do not count, except that the unperturbed prompts of the whole suite all
    count for metrics that read only those.
    """
    found = estimated(table, metrics, per == "suite" and over is None, seed, resamples)
    return [one.measurement(per, group, confidence, over) for one in found]


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """A metric of a selection; it gives intervals at any confidence.

    statistic: None if the metric has no value, with the reason in `undefined`. totals: its sums over resamples, None
    for a rule in closed form. n_*: as in `Measurement`.
    """

    metric: Metric
    statistic: Statistic | None
    value: float
    n_examples: int
    n_variants: int
    n_cases: int
    n_drawn: int
    totals: NDArray[np.float64] | None = None
    undefined: str = ""
    n_clusters: int | None = None

    def interval(self, confidence: float) -> Interval | None:
        """The interval at this confidence; None where there is none."""
        if self.statistic is None:
            return None
        return _interval(self.metric, self.statistic, self.n_drawn, self.value, confidence, self.totals)

    def draws(self, resamples: int, seed: int) -> NDArray[np.float64]:
        """The metric over resamples of its examples, (resamples,)."""
        if self.statistic is None:
            return np.full(resamples, np.nan)
        totals = self.totals
        if totals is None:
            totals = resampled_totals(self.statistic.parts, resamples, derived_seed(seed, "bootstrap"))
        return self.statistic.reduce(totals)

    def measurement(self, per: str, group: str, confidence: float, over: str | None) -> Measurement:
        """The value with the interval at this confidence."""
        interval = None if self.undefined else self.interval(confidence)
        return Measurement(
            metric=self.metric.name,
            scope=per,
            group=group,
            value=None if self.undefined else self.value,
            low=None if interval is None else interval.low,
            high=None if interval is None else interval.high,
            confidence=confidence,
            n_examples=self.n_examples,
            n_variants=self.n_variants,
            n_cases=self.n_cases,
            undefined=self.undefined,
            over=over,
            n_clusters=self.n_clusters,
        )


def estimated(
    table: Table, metrics: Sequence[Metric], whole: bool, seed: int = 0, resamples: int = RESAMPLES
) -> list[Estimate]:
    """The metrics over all cases of a table. whole: it is the table of the whole suite, unperturbed prompts and all."""
    found = [_estimate(metric, table, whole) for metric in metrics]
    by_rows: dict[tuple[int, int], list[int]] = {}
    for place, one in enumerate(found):
        if one.statistic is not None and one.metric.interval in ("bca", "dispersion"):
            by_rows.setdefault((one.statistic.parts.shape[0], one.n_drawn), []).append(place)
    for places in by_rows.values():
        parts = [statistic.parts for place in places if (statistic := found[place].statistic) is not None]
        widths = np.cumsum([part.shape[1] for part in parts])[:-1]
        drawn = resampled_totals(np.concatenate(parts, axis=1), resamples, derived_seed(seed, "bootstrap"))
        for place, totals in zip(places, np.split(drawn, widths, axis=1), strict=True):
            found[place] = replace(found[place], totals=totals)
    return found


def estimate_of(
    metric: Metric, statistic: Statistic, n_cases: int, seed: int = 0, resamples: int = RESAMPLES
) -> Estimate:
    """An estimate from a statistic not made from a table, such as a difference of two runs."""
    value = float(statistic.reduce(statistic.parts.sum(axis=0)[None, :])[0])
    n = statistic.parts.shape[0]
    if math.isnan(value):
        return Estimate(metric, None, value, n, 0, n_cases, n, undefined=metric.undefined)
    totals = None
    if metric.interval in ("bca", "dispersion"):
        totals = resampled_totals(statistic.parts, resamples, derived_seed(seed, "bootstrap"))
    return Estimate(
        metric=metric,
        statistic=statistic,
        value=value,
        n_examples=n,
        n_variants=0,
        n_cases=n_cases,
        n_drawn=n,
        totals=totals,
    )


def _estimate(metric: Metric, table: Table, whole: bool) -> Estimate:
    """The estimate without resamples."""
    clean = metric.reads == "clean" or (metric.rows and not table.columns)
    used = table if clean and whole else table.rows(_has_values(metric, table))
    cells = known_cells(metric, used)
    n_variants = int(cells.any(axis=0).sum()) if cells.size else 0
    n_examples = int((~np.isnan(used.clean_correct)).sum()) if clean else len(used.examples)
    n_drawn = used.n_clusters or len(used.examples)
    counts = (n_examples, n_variants, int(cells.sum()), n_drawn)
    if clean:
        counts = (n_examples, 1, n_examples, n_drawn)
    if used.examples and not _lacks(metric, used):
        statistic = by_cluster(metric.statistic(used), used.clusters)
        value = float(statistic.reduce(statistic.parts.sum(axis=0)[None, :])[0])
        if not math.isnan(value):
            return Estimate(metric, statistic, value, *counts, n_clusters=used.n_clusters)
    return Estimate(metric, None, math.nan, *counts, undefined=_why(metric, table), n_clusters=used.n_clusters)


def known_cells(metric: Metric, table: Table) -> NDArray[np.bool_]:
    """The cells (examples, variants) that a metric looks at."""
    answers = table.answers
    if metric.reads == "answers":
        return np.zeros(table.correct.shape, dtype=bool) if answers is None else answers.given != NO_CASE
    if metric.reads == "probabilities":
        known = None if answers is None else answers.probabilities
        return np.zeros(table.correct.shape, dtype=bool) if known is None else ~np.isnan(known[:, :, 0])
    if metric.reads == "mass":
        mass = None if answers is None else answers.mass
        return np.zeros(table.correct.shape, dtype=bool) if mass is None else ~np.isnan(mass)
    if metric.reads == "texts":
        texts = {} if answers is None else answers.texts
        return np.zeros(table.correct.shape, dtype=bool) if metric.name not in texts else ~np.isnan(texts[metric.name])
    values = {"agrees": table.agrees, "moves": table.moved}.get(metric.reads, table.correct)
    return ~np.isnan(values)


def _limited(table: Table, over: str | None, where: Where | None) -> Table:
    if over is not None:
        kinds = zip(table.families, table.operators, strict=True)
        table = table.select(np.array([over in kind for kind in kinds], dtype=bool))
    for name, wanted in (where or {}).items():
        values = table.fields.get(name, ("",) * len(table.examples))
        keep = np.array([name in table.fields and value in wanted for value in values], dtype=bool)
        table = table.rows(keep)
    return table


def _has_values(metric: Metric, table: Table) -> NDArray[np.bool_]:
    """Which examples have something that the metric looks at in this selection."""
    if not table.columns:  # the suite perturbs nothing: its rows are all there is
        return np.asarray(~np.isnan(table.clean_correct)) & (metric.reads == "clean" or metric.rows)
    if metric.reads == "clean":
        return np.asarray(table.cells.any(axis=1))
    known = known_cells(metric, table)
    if metric.reads == "correct" and metric.paired:
        known = known & ~np.isnan(table.clean_correct)[:, None]
    return np.asarray(known.any(axis=1))


def _lacks(metric: Metric, table: Table) -> str:
    """The reason why a table lacks what a metric needs; empty if it lacks nothing."""
    if "field" in metric.needs and table.by is None:
        return _LACKING["field"]
    if "reference" in metric.needs and not table.references:
        return _LACKING["reference"]
    if "shares" in metric.needs and not table.shares:
        return _LACKING["shares"]
    if "severities" in metric.needs and len({level for level in table.severities if level is not None}) < 2:
        return _LACKING["severities"]
    return ""


def _why(metric: Metric, table: Table) -> str:
    if not table.cells.any() and (table.columns or not metric.rows or not table.examples):
        return NO_CASES
    if metric.needs_gold and np.isnan(table.clean_correct).all() and np.isnan(table.correct).all():
        return NO_GOLD
    return _lacks(metric, table) or metric.undefined


def _interval(
    metric: Metric,
    statistic: Statistic,
    n_examples: int,
    value: float,
    confidence: float,
    totals: NDArray[np.float64] | None,
) -> Interval | None:
    """As `_interval_of`, with what weights may be off. totals: sums over resamples, None for a rule in closed form."""
    if not isinstance(statistic, Weighted):
        return _interval_of(metric, statistic, n_examples, value, confidence, totals)
    within = replace(metric, range=(0.0, statistic.most))
    known = _interval_of(within, statistic, n_examples, value, confidence, totals)
    return None if known is None else statistic.widened(known, value, confidence)


def _interval_of(
    metric: Metric,
    statistic: Statistic,
    n_examples: int,
    value: float,
    confidence: float,
    totals: NDArray[np.float64] | None,
) -> Interval | None:
    """totals: the statistic's sums over resamples, None for a rule in closed form."""
    if totals is None:
        if not isinstance(statistic, Ratio):
            raise TypeError(f"the metric {metric.name} has the rule {metric.interval!r} but returns no Ratio")
        return ratio_interval(statistic, value, metric.interval == "difference", confidence)
    spreads = metric.interval == "dispersion" and isinstance(statistic, Dispersion)
    values = statistic.noise(totals) if spreads else statistic.reduce(totals)  # type: ignore[attr-defined]
    defined = values[~np.isnan(values)]
    support = min(n_examples, getattr(statistic, "support", None) or n_examples)
    if defined.size and np.all(defined == defined[0]):
        return _with_unseen(metric, value, Interval(value, value), support, confidence)
    if metric.interval == "dispersion":
        if (
            isinstance(statistic, Dispersion)
            and statistic.reach is None
            and influential_examples(statistic) >= FEW_INFLUENTIAL
        ):
            wide = distance_interval(
                statistic.deviations(totals),
                statistic.accuracies,
                n_examples,
                statistic.function,
                confidence,
                statistic.of_extremes,
            )
        else:
            wide = dispersion_interval(values, value, confidence)
        return None if wide is None else Interval(wide.low, min(wide.high, metric.range[1]))
    found = bca_interval(values, value, statistic, confidence)
    if found is None or influential_examples(statistic) >= FEW_INFLUENTIAL:
        return found
    return _with_unseen(metric, value, found, support, confidence)


def _with_unseen(metric: Metric, value: float, known: Interval, n_examples: int, confidence: float) -> Interval:
    """An interval, at least as wide as what examples that none of these resemble could make of the value."""
    lowest, highest = metric.range
    unseen = unseen_share(n_examples, confidence)
    down = value - lowest if math.isfinite(lowest) else 1.0
    up = highest - value if math.isfinite(highest) else 1.0
    return Interval(min(known.low, value - unseen * down), max(known.high, value + unseen * up))


def ratio_interval(ratio: Ratio, value: float, is_difference: bool, confidence: float) -> Interval:
    """The interval of a share, or of a mean of paired differences, in closed form."""
    counted = ratio.denominator > 0
    if is_difference:
        rule = difference_interval if influential_examples(ratio) >= FEW_INFLUENTIAL else adjusted_difference_interval
        return rule(value, ratio.variance(), int(counted.sum()), confidence)
    not_all = ratio.numerator[counted] < ratio.denominator[counted]
    some = ratio.numerator[counted] > 0
    return clustered_proportion_interval(
        min(max(value, 0.0), 1.0),
        ratio.variance(),
        int(counted.sum()),
        max(1, int(ratio.denominator.sum())),
        int(min(not_all.sum(), some.sum())),
        confidence,
    )
