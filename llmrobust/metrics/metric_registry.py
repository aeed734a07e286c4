"""What a metric is, and the registry that gates and reports find metrics in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from llmrobust.errors import GateError
from llmrobust.metrics.table import Table
from llmrobust.registry import Registry, summary_of
from llmrobust.stats import Interval, Statistic, normal_quantile

Better = Literal["higher", "lower", "nearer to zero"]
IntervalRule = Literal["proportion", "difference", "bca", "dispersion"]
Reads = Literal["correct", "agrees", "moves", "clean", "answers", "probabilities", "mass", "texts"]
Unit = Literal["case", "example"]
Needs = Literal["gold", "field", "answer-field", "reference", "severities", "embedder", "shares"]
"""What a metric is undefined without: gold answers, the `field:` of a gate, one that holds an answer, another run, a
severity ladder, a registered embedder, shares of real inputs (`weights: traffic`)."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """A statistic that is any function of sums over examples; see `llmrobust.stats.Statistic`.

    support: how many examples its thinnest part rests on, such as its rarest class; None for all of them.
    """

    parts: Floats
    function: Callable[[Floats], Floats]
    support: int | None = None

    def reduce(self, totals: Floats) -> Floats:
        """From sums (resamples, k) to values (resamples,), NaN where undefined."""
        return self.function(totals)


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A function of sums over examples with weights that are estimates themselves.

    parts, function, support: as in `Sums`. most: the largest value that the weights allow. down, up: half of the 95 %
    interval that the weights alone give the value, below and above it.
    """

    parts: Floats
    function: Callable[[Floats], Floats]
    support: int | None
    most: float
    down: float
    up: float

    def reduce(self, totals: Floats) -> Floats:
        """From sums (resamples, k) to values (resamples,), NaN where undefined."""
        return self.function(totals)

    def widened(self, known: Interval, value: float, confidence: float) -> Interval:
        """An interval that knows the weights, with what the weights may be off.

        Source: Zou and Donner 2008, "Construction of Confidence Limits about Effect Measures".
        """
        scale = normal_quantile(confidence) / normal_quantile(0.95)
        low = value - math.hypot(value - known.low, scale * self.down)
        high = value + math.hypot(known.high - value, scale * self.up)
        return Interval(max(0.0, low), min(1.0, high))


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """A statistic that is a sum over examples divided by another.

    numerator, denominator: (examples,); an example that does not count has 0 in both.
    """

    numerator: Floats
    denominator: Floats

    @property
    def parts(self) -> Floats:
        """(examples, 2)."""
        return np.stack([self.numerator, self.denominator], axis=1)

    def reduce(self, totals: Floats) -> Floats:
        """The ratio of the sums (resamples, 2); NaN where the denominator is 0."""
        return divided(totals[:, 0], totals[:, 1])

    def variance(self) -> float:
        """Variance of the ratio over samples of examples (delta method), which the bootstrap's tends to."""
        below = float(self.denominator.sum())
        value = float(self.numerator.sum()) / below
        return float(((self.numerator - value * self.denominator) ** 2).sum()) / below**2


@dataclass(frozen=True, slots=True, eq=False)
class Dispersion:
    """A statistic of how the accuracies of at least two variants differ from each other.

    right, counted: (examples, variants), sums and numbers of cases. function: from accuracies (resamples, variants) to
    values (resamples,). reach: the same, of what resampling changes in the accuracies: how far the value can be off.
    None for a distance: a function that is 0 where all are equal, at most the sum of its values for two terms of a
    sum, and c times as much for accuracies c times as far apart. of_extremes: it is the distance between the best and
    the worst variant.
    """

    right: Floats
    counted: Floats
    function: Callable[[Floats], Floats]
    reach: Callable[[Floats], Floats] | None = None
    of_extremes: bool = False

    @property
    def support(self) -> int | None:
        """How many examples the variant with the fewest has; None without variants."""
        return int((self.counted > 0).sum(axis=0).min()) if self.counted.size else None

    @property
    def parts(self) -> Floats:
        """(examples, 2 x variants)."""
        return np.concatenate([self.right, self.counted], axis=1)

    def reduce(self, totals: Floats) -> Floats:
        """The dispersion of the sums' accuracies; NaN where a variant has no case."""
        return self._reduced(totals, self.function, np.zeros(self.right.shape[1]))

    def noise(self, totals: Floats) -> Floats:
        """How far resampling moves the value at most."""
        return self._reduced(totals, self.reach or self.function, self.accuracies)

    @property
    def accuracies(self) -> Floats:
        """(variants,) of all examples."""
        return np.asarray(self.right.sum(axis=0) / self.counted.sum(axis=0))

    def deviations(self, totals: Floats) -> Floats:
        """(resamples, variants): what resampling changes in the accuracies, NaN where a variant has no case."""
        variants = self.right.shape[1]
        return divided(totals[:, :variants], totals[:, variants:]) - self.accuracies

    def _reduced(self, totals: Floats, function: Callable[[Floats], Floats], centres: Floats) -> Floats:
        values = np.full(totals.shape[0], np.nan)
        variants = self.right.shape[1]
        if variants < 2:
            return values
        right, below = totals[:, :variants], totals[:, variants:]
        whole = (below > 0).all(axis=1)
        if whole.any():
            values[whole] = function(right[whole] / below[whole] - centres)
        return values


def divided(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0."""
    values: Floats = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=values, where=below != 0)
    return values


@dataclass(frozen=True, slots=True)
class Metric:
    """A registered metric.

    formula: in plain text, for people. range: smallest and largest possible value. needs: what it is undefined
    without. undefined: when it has no value. interval: which rule gives its interval (see `measure`).
    reads: the array of the table that it looks at. paired: it compares with the unperturbed answers.
    unit: what counts once in the denominator of a share. statistic: from a table to a `Statistic`. check: the
    `answer: {check: ...}` that it needs, empty for any. rows: it counts unperturbed answers too, so that it can be
    measured on rows alone, without perturbations.
    """

    name: str
    formula: str
    range: tuple[float, float]
    better: Better
    needs: tuple[Needs, ...]
    source: str
    undefined: str
    interval: IntervalRule
    reads: Reads
    paired: bool
    unit: Unit
    statistic: Callable[[Table], Statistic]
    summary: str
    check: str = ""
    rows: bool = False

    @property
    def needs_gold(self) -> bool:
        """Whether it is undefined without gold answers."""
        return "gold" in self.needs

    def value(self, table: Table) -> float:
        """The metric of a table, NaN where it is undefined."""
        statistic = self.statistic(table)
        return float(statistic.reduce(statistic.parts.sum(axis=0)[None, :])[0])


METRICS: Registry[Metric] = Registry("metric", "llmrobust.metrics", GateError)


def metric(
    name: str,
    *,
    formula: str,
    source: str,
    reads: Reads,
    interval: IntervalRule,
    range: tuple[float, float] = (0.0, 1.0),
    better: Better = "higher",
    undefined: str = "no case in the selection",
    paired: bool = False,
    unit: Unit = "case",
    needs: tuple[Needs, ...] | None = None,
    check: str = "",
    rows: bool = False,
    registry: Registry[Metric] = METRICS,
) -> Callable[[Callable[[Table], Statistic]], Callable[[Table], Statistic]]:
    """Register the decorated function as a metric; its docstring's first line is the summary.

    The function takes a table and returns a statistic. A metric with the rule "proportion" or "difference" returns a
    Ratio, one with the rule "dispersion" a Dispersion. Unless `needs` is given, every metric that reads right and
    wrong needs gold answers, and no other does.
    """

    def register(statistic: Callable[[Table], Statistic]) -> Callable[[Table], Statistic]:
        summary = summary_of(statistic)
        what: tuple[Needs, ...] = ("gold",) if reads in ("correct", "clean") else ()
        made = Metric(
            name=name,
            formula=formula,
            range=range,
            better=better,
            needs=what if needs is None else needs,
            source=source,
            undefined=undefined,
            interval=interval,
            reads=reads,
            paired=paired,
            unit=unit,
            statistic=statistic,
            summary=summary,
            check=check,
            rows=rows,
        )
        registry.add(name, made)
        return statistic

    return register


def metric_names() -> list[str]:
    """The names of all metrics, sorted."""
    return METRICS.names()
