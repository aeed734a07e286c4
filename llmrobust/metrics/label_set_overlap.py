"""Metrics of sets of labels: beside gold sets, and beside the sets without the perturbation."""

from __future__ import annotations

from collections.abc import Set

import numpy as np

from llmrobust.metrics.metric_registry import Ratio, Sums, divided, metric
from llmrobust.metrics.table import Table
from llmrobust.metrics.texts import mean_of


def jaccard(first: Set[str], second: Set[str]) -> float:
    """Shared labels over labels of either set; 1 for two empty sets."""
    return len(first & second) / len(first | second) if first or second else 1.0


@metric(
    "label_jaccard",
    formula="mean over cases of shared labels / labels of the answer or of gold; 1 where both have none",
    source="Jaccard 1912; scikit-learn's jaccard_score with average='samples'",
    reads="texts",
    interval="bca",
    undefined="no set of labels (`check: multilabel`) with a gold set",
    check="multilabel",
    needs=("gold",),
)
def label_jaccard(table: Table) -> Ratio:
    """How much sets of labels share with the gold sets."""
    return mean_of(table, "label_jaccard")


@metric(
    "label_f1",
    formula="2 right labels / (labels answered + gold labels), over all cases",
    source="field standard (micro F1); scikit-learn's f1_score with average='micro'",
    reads="texts",
    interval="bca",
    undefined="no set of labels (`check: multilabel`) with a gold set",
    check="multilabel",
    needs=("gold",),
)
def label_f1(table: Table) -> Sums:
    """F1 of labels over all cases; where nothing is answered and nothing is gold it is undefined."""
    texts = table.answers.texts if table.answers is not None else {}
    names = ("labels_right", "labels_given", "labels_gold")
    parts = np.column_stack([np.nan_to_num(texts[name]).sum(axis=1) for name in names])
    return Sums(parts, lambda totals: divided(2 * totals[:, 0], totals[:, 1] + totals[:, 2]))


@metric(
    "label_overlap",
    formula="mean over cases of shared labels / labels of the answer or of the unperturbed one; 1 where both have none",
    source="Jaccard 1912",
    reads="texts",
    interval="bca",
    undefined="no set of labels (`check: multilabel`) that must stay",
    check="multilabel",
    paired=True,
)
def label_overlap(table: Table) -> Ratio:
    """How much sets of labels share with the unperturbed answer's."""
    return mean_of(table, "label_overlap")
