"""Metrics: one registry of pure functions over arrays of examples x variants, each with its formula and source.

`build_table` makes the arrays from the results of cases, `measure` gives values with intervals over examples for the
suite, each family or each operator. An undefined value has a reason and is never a number.
"""

from llmrobust.metrics import (
    accuracy_and_flips,
    across_runs,
    across_variants,
    agreement,
    classes,
    drops,
    example_groups,
    label_probabilities,
    label_set_overlap,
    positions,
    ranking_quality,
    severity,
    texts,
    traffic,
)
from llmrobust.metrics.from_cases import build_table, suite_table
from llmrobust.metrics.metric_registry import METRICS, Dispersion, Metric, Ratio, Sums, metric, metric_names
from llmrobust.metrics.table import NO_CASE, UNREAD, Answers, Table
from llmrobust.metrics.values_and_intervals import Measurement, measure, measure_selection, selections
from llmrobust.score.embedding import embedder

__all__ = [
    "METRICS",
    "NO_CASE",
    "UNREAD",
    "Answers",
    "Dispersion",
    "Measurement",
    "Metric",
    "Ratio",
    "Sums",
    "Table",
    "build_table",
    "embedder",
    "measure",
    "measure_selection",
    "metric",
    "metric_names",
    "selections",
    "suite_table",
]
