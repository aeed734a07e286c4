"""Metrics of how far the answers to one example agree with each other, without gold answers.

Raters of an example are its prompts: the unperturbed one and every variant whose answer must stay. An answer that
could not be read agrees with nothing, not even with another such.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.metric_registry import Floats, Ratio, Sums, divided, metric
from llmrobust.metrics.table import NO_CASE, UNREAD, Table

MOST_LABELS = 100
"""With more distinct answers than this, chance agreement is negligible: kappa and alpha are for closed sets."""
_FEW = "no example has two answers that must agree"
_CHANCE = _FEW + ", more than 100 distinct answers, or only one"


@metric(
    "pairwise_agreement",
    formula="mean over examples of the share of pairs of its prompts with equal answers",
    source="Fleiss 1971 (P-bar); Mizrahi et al. 2024",
    reads="answers",
    interval="proportion",
    unit="example",
    undefined=_FEW,
)
def pairwise_agreement(table: Table) -> Ratio:
    """Share of pairs of prompts of one example that are answered alike."""
    counted = _count(table)
    return Ratio(counted.agreement, counted.usable)


@metric(
    "fleiss_kappa",
    formula="(P - Pe) / (1 - Pe); P pairwise agreement, Pe the sum over answers of their share squared",
    source='Fleiss 1971, "Measuring Nominal Scale Agreement Among Many Raters"',
    reads="answers",
    interval="bca",
    range=(-1.0, 1.0),
    undefined=_CHANCE,
)
def fleiss_kappa(table: Table) -> Sums:
    """Agreement of an example's answers beyond what chance would give; examples with fewer prompts count as much."""
    counted = _count(table)
    if counted.by_label is None:
        return _undefined(table)

    def kappa(totals: Floats) -> Floats:
        agreement, labels = divided(totals[:, 0], totals[:, 1]), totals[:, 2:]
        alike = np.where(counted.unread, 0.0, labels**2).sum(axis=1)
        expected = divided(alike, labels.sum(axis=1) ** 2)
        return divided(agreement - expected, np.where(expected < 1, 1 - expected, 0.0))

    by_label = counted.by_label * counted.usable[:, None]
    return Sums(np.column_stack([counted.agreement, counted.usable, by_label]), kappa)


@metric(
    "krippendorff_alpha",
    formula="1 - observed / expected disagreement of nominal answers",
    source='Krippendorff 1970; Hayes and Krippendorff 2007, "Answering the Call for a Standard Reliability Measure"',
    reads="answers",
    interval="bca",
    range=(-1.0, 1.0),
    undefined=_CHANCE,
)
def krippendorff_alpha(table: Table) -> Sums:
    """Agreement beyond chance like kappa, every answer counting the same; made for missing answers."""
    counted = _count(table)
    if counted.by_label is None:
        return _undefined(table)

    def alpha(totals: Floats) -> Floats:
        disagreement, labels = totals[:, 0], totals[:, 1:]
        n = labels.sum(axis=1)
        alike = np.where(counted.unread, labels, labels**2).sum(axis=1)  # each unread one is like itself alone
        expected = divided(n**2 - alike, n - 1)
        return 1 - divided(disagreement, expected)

    by_label = counted.by_label * counted.usable[:, None]
    disagreement = (1 - counted.agreement) * counted.answers * counted.usable
    return Sums(np.column_stack([disagreement, by_label]), alpha)


@metric(
    "answer_entropy",
    formula="mean over examples of - sum over answers of share log2 share",
    source="Shannon 1948; Kuhn et al. 2023 for answers of language models",
    reads="answers",
    interval="bca",
    range=(0.0, float("inf")),
    better="lower",
    undefined=_FEW,
)
def answer_entropy(table: Table) -> Ratio:
    """How many different answers an example gets, in bits: 0 where all are the same."""
    counted = _count(table)
    return Ratio(counted.entropy * counted.usable, counted.usable)


@dataclass(frozen=True, slots=True)
class _Counted:
    """For each example: the number of answers, the share of equal pairs, entropy in bits, and whether it has two
    answers.

    by_label: (examples, labels) counts, None if there are too many labels. unread: the label of unparsed answers, each
    of which counts as distinct.
    """

    answers: Floats
    agreement: Floats
    entropy: Floats
    usable: Floats
    by_label: Floats | None
    unread: NDArray[np.bool_]


def _count(table: Table) -> _Counted:
    codes = raters(table)
    n = codes.shape[0]
    row, column = np.nonzero(codes != NO_CASE)
    labels, code = np.unique(codes[row, column], return_inverse=True)
    answers = np.bincount(row, minlength=n).astype(np.float64)
    pairs, count = np.unique(row * max(1, labels.size) + code, return_counts=True)
    of_row = pairs // max(1, labels.size)
    unread = labels[pairs % max(1, labels.size)] == UNREAD if labels.size else np.zeros(0, dtype=bool)
    alike = np.bincount(of_row, weights=np.where(unread, 0.0, count * (count - 1.0)), minlength=n)
    usable: Floats = (answers >= 2).astype(np.float64)
    agreement = np.divide(alike, answers * (answers - 1), out=np.zeros(n), where=answers >= 2)
    times = np.where(unread, count, 1)  # each counts as a distinct answer
    share = count / times / answers[of_row]
    entropy: Floats = np.bincount(of_row, weights=-times * share * np.log2(share), minlength=n).astype(np.float64)
    by_label = None
    if labels.size <= MOST_LABELS:
        by_label = np.zeros((n, max(1, labels.size)))
        by_label[of_row, pairs % max(1, labels.size)] = count
    return _Counted(
        answers, agreement, entropy, usable, by_label, np.append(labels == UNREAD, [False])[: max(1, labels.size)]
    )


def raters(table: Table) -> NDArray[np.int32]:
    """(examples, 1 + variants): codes of the unperturbed answer and of those that must equal it."""
    answers = table.answers
    assert answers is not None
    given = np.where(np.isnan(table.agrees), NO_CASE, answers.given)
    return np.asarray(np.concatenate([answers.clean[:, None], given], axis=1), dtype=np.int32)


def _undefined(table: Table) -> Sums:
    return Sums(np.zeros((len(table.examples), 1)), lambda totals: np.full(totals.shape[0], np.nan))
