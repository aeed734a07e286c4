"""The registered metrics as a table for people and as facts for machines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from llmrobust.metrics import METRICS, Metric

_HEAD = "| metric | formula | range | better | needs | undefined when | source |\n|---|---|---|---|---|---|---|\n"


def metrics_table() -> str:
    """The built-in metrics in Markdown, sorted by name."""
    built_in = (metric for metric in METRICS if metric.statistic.__module__.startswith("llmrobust."))
    return _HEAD + "\n".join(map(_row, built_in)) + "\n"


def metrics_text(names: Sequence[str], in_full: bool = False) -> str:
    """Metrics for a terminal: name, summary, formula, range; in full also when they are undefined, and the source."""
    lines = []
    for name in names:
        metric = METRICS.get(name)
        needs = f"; needs {_needs(metric)}" if _needs(metric) else ""
        lines += [
            f"{name}  ({_range(metric)}, {metric.better} is better{needs})",
            f"    {metric.summary}",
            f"    {metric.formula}",
        ]
        if in_full:
            lines += [f"    undefined when: {metric.undefined}", f"    source: {metric.source}"]
    return "\n".join(lines) + "\n"


def metric_facts_of(name: str) -> dict[str, Any]:
    """A metric as JSON values."""
    metric = METRICS.get(name)
    low, high = (None if math.isinf(end) else end for end in metric.range)
    return {
        "name": name,
        "summary": metric.summary,
        "formula": metric.formula,
        "lowest": low,
        "highest": high,
        "better": metric.better,
        "needs": list(metric.needs),
        "check": metric.check,
        "undefined": metric.undefined,
        "interval": metric.interval,
        "source": metric.source,
    }


_NEEDS = {
    "gold": "gold answers",
    "field": "`field:`",
    "answer-field": "with an answer in it",
    "reference": "`against:`",
    "severities": "severities",
    "shares": "shares of real inputs",
    "embedder": "an embedder",
}


def _needs(metric: Metric) -> str:
    check = [f"`check: {metric.check}`"] if metric.check else []
    return ", ".join([*(_NEEDS[need] for need in metric.needs), *check])


def _row(metric: Metric) -> str:
    needs = _needs(metric) or "nothing"
    cells = (f"`{metric.name}`", metric.formula, _range(metric), metric.better, needs, metric.undefined, metric.source)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _range(metric: Metric) -> str:
    low, high = (f"{end:.4g}" if math.isfinite(end) else "-inf" if end < 0 else "inf" for end in metric.range)
    return f"{low} to {high}"
