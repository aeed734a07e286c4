"""A metric for llmrobust."""

from __future__ import annotations

import numpy as np

from llmrobust.metrics import Ratio, Table, metric


@metric(
    "never_fooled",
    formula="examples answered right with and without every perturbation / examples",
    source="made for this example",
    reads="correct",
    interval="proportion",
    unit="example",
)
def never_fooled(table: Table) -> Ratio:
    """The share of examples that are right unperturbed and under every variant."""
    seen = ~np.isnan(table.correct)
    right = ((table.correct == 1) | ~seen).all(axis=1) & (table.clean_correct == 1)
    counted = seen.any(axis=1) & ~np.isnan(table.clean_correct)
    return Ratio((right & counted).astype(float), counted.astype(float))
