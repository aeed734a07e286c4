"""docs/metrics.md lists the metrics as they are registered."""

from __future__ import annotations

import math
from pathlib import Path

from llmrobust.metrics import METRICS, metric_names

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


def row(name: str) -> str:
    found = METRICS.get(name)
    low, high = ("-inf" if math.isinf(end) else f"{end:.4g}" for end in found.range)
    gold = "yes" if found.needs_gold else "no"
    cells = (f"`{name}`", found.formula, f"{low} to {high}", found.better, gold, found.undefined, found.source)
    return f"| {' | '.join(cells)} |"


def test_page_holds_a_row_for_every_metric_as_registered() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert rows == [row(name) for name in metric_names()]
