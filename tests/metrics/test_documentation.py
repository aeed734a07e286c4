"""docs/metrics.md lists the metrics as they are registered."""

from __future__ import annotations

from pathlib import Path

from llmrobust.report.catalogue.metric_facts import metrics_table
from tests.metrics.tables import BUILT_IN

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_the_page_lists_every_metric_as_registered() -> None:
    assert metrics_table() in PAGE.read_text(), "renew the table with: llmrobust metrics --markdown"
    assert metrics_table().count("\n| `") == len(BUILT_IN)
