"""What a metric is, and the registry that gates and reports find metrics in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from llmrobust.errors import GateError
from llmrobust.metrics.table import Table
from llmrobust.stats import Statistic

Better = Literal["higher", "lower", "nearer to zero"]
IntervalRule = Literal["proportion", "difference", "bca", "dispersion"]
Reads = Literal["correct", "agrees", "moves", "clean"]


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """A statistic that is a sum over examples divided by another.

    numerator, denominator: (examples,); an example that does not count has 0 in both.
    """

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]

    def __call__(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The ratio for each row of weights (resamples, examples); NaN where the denominator is 0."""
        below = weights @ self.denominator
        values = np.full(below.shape, np.nan)
        np.divide(weights @ self.numerator, below, out=values, where=below != 0)
        return values

    def variance(self) -> float:
        """Variance of the ratio over samples of examples (delta method), which the bootstrap's tends to."""
        below = float(self.denominator.sum())
        value = float(self.numerator.sum()) / below
        return float(((self.numerator - value * self.denominator) ** 2).sum()) / below**2


@dataclass(frozen=True, slots=True, eq=False)
class Dispersion:
    """A statistic of how the accuracies of at least two variants differ from each other.

    right, counted: (examples, variants), sums and numbers of cases. reduce: from accuracies (resamples, variants) to
    values (resamples,); 0 where all are equal, and at most the sum of its values for two terms of a sum.
    """

    right: NDArray[np.float64]
    counted: NDArray[np.float64]
    reduce: Callable[[NDArray[np.float64]], NDArray[np.float64]]

    def __call__(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The dispersion for each row of weights (resamples, examples); NaN where a variant has no case."""
        return self._reduced(weights, np.zeros(self.right.shape[1]))

    def noise(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The dispersion of what resampling changes in the accuracies."""
        return self._reduced(weights, self.right.sum(axis=0) / self.counted.sum(axis=0))

    def _reduced(self, weights: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
        values = np.full(weights.shape[0], np.nan)
        if self.counted.shape[1] < 2:
            return values
        below = weights @ self.counted
        whole = (below > 0).all(axis=1)
        if whole.any():
            values[whole] = self.reduce((weights[whole] @ self.right) / below[whole] - centres)
        return values


@dataclass(frozen=True, slots=True)
class Metric:
    """A registered metric.

    formula: in plain text, for people. range: smallest and largest possible value. needs_gold: undefined without
    gold answers. undefined: when it has no value. interval: which rule gives its interval (see `measure`).
    reads: the array of the table that it looks at. paired: it compares with the unperturbed answers.
    statistic: from a table to a function of weights (resamples, examples) that gives (resamples,) values.
    """

    name: str
    formula: str
    range: tuple[float, float]
    better: Better
    needs_gold: bool
    source: str
    undefined: str
    interval: IntervalRule
    reads: Reads
    paired: bool
    statistic: Callable[[Table], Statistic]
    summary: str

    def value(self, table: Table) -> float:
        """The metric of a table, NaN where it is undefined."""
        return float(self.statistic(table)(np.ones((1, len(table.examples))))[0])


@dataclass(slots=True)
class MetricRegistry:
    """Metrics by name."""

    _metrics: dict[str, Metric] = field(default_factory=dict)

    def add(self, metric: Metric) -> None:
        """Register a metric. Raises GateError when its name is taken."""
        if metric.name in self._metrics:
            raise GateError(f"a metric named {metric.name!r} exists already")
        self._metrics[metric.name] = metric

    def get(self, name: str) -> Metric:
        """The metric of that name. Raises GateError, naming all that there are."""
        if name not in self._metrics:
            raise GateError(f"unknown metric {name!r}; there are: {', '.join(self.names())}")
        return self._metrics[name]

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(self._metrics)


METRICS = MetricRegistry()


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
    registry: MetricRegistry = METRICS,
) -> Callable[[Callable[[Table], Statistic]], Callable[[Table], Statistic]]:
    """Register the decorated function as a metric; its docstring's first line is the summary.

    The function takes a table and returns a function of weights. A metric with the rule "proportion" or "difference"
    returns a Ratio, one with the rule "dispersion" a Dispersion. Every metric that reads right and wrong needs gold
    answers.
    """

    def register(statistic: Callable[[Table], Statistic]) -> Callable[[Table], Statistic]:
        summary = (statistic.__doc__ or "").strip().split("\n")[0]
        needs_gold = reads in ("correct", "clean")
        registry.add(
            Metric(
                name, formula, range, better, needs_gold, source, undefined, interval, reads, paired, statistic, summary
            )
        )
        return statistic

    return register


def metric_names() -> list[str]:
    """The names of all metrics, sorted."""
    return METRICS.names()
