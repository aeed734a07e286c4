"""Calibration: what a format makes of every input is taken off the scores of the labels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydantic import Field

from llmrobust.methods.method import (
    NEEDS,
    Answered,
    Asked,
    Floats,
    NotUsable,
    Params,
    best_labels,
    method,
    shares_of,
)
from llmrobust.prompt.content_free import Content

FAR_FROM_BALANCED = 0.15
"""Total variation distance between the gold classes' shares and equal shares from which a warning is given: with two
classes, 65 to 35."""


class BatchParams(Params):
    """Parameters of batch calibration."""

    running: bool = Field(default=False, description="As published: a running mean over batches, in file order.")
    batch: int = Field(default=64, ge=1, description="With running: the examples of a batch.")


@method(
    "batch-calibration",
    source="Zhou et al. 2024 (arXiv 2309.17249); Seleznyov et al. 2025 (arXiv 2508.11383)",
    assumes="the classes are about equally frequent among the examples that are answered together",
    cost="1 request",
    needs=("probabilities",),
    params=BatchParams,
)
def batch_calibration(asked: Asked, params: BatchParams) -> Answered:
    """The log-probabilities of the labels minus their mean over the examples of the same format."""
    scores = asked.scored
    means = running_means(scores, params.batch) if params.running else column_means(scores)[None, :, :]
    return _calibrated(asked, scores - means)


@method(
    "contextual-calibration",
    source="Zhao et al. 2021 (arXiv 2102.09690)",
    assumes="the format biases every input as it biases an input without content; balanced classes",
    cost="1 request, and 3 once for each format",
    needs=("probabilities", "no-content"),
)
def contextual_calibration(asked: Asked, params: Params) -> Answered:
    """The probabilities of the labels, divided by those for an input without content ("N/A", "[MASK]", nothing)."""
    return _by_content_free(asked, "no-content")


@method(
    "domain-calibration",
    source="Fei et al. 2023 (arXiv 2305.19148)",
    assumes="the format biases every input as it biases random words of the domain; balanced classes",
    cost="1 request, and 20 once for each format",
    needs=("probabilities", "domain-words"),
)
def domain_calibration(asked: Asked, params: Params) -> Answered:
    """The probabilities of the labels, divided by those for random words from the suite's own inputs."""
    return _by_content_free(asked, "domain-words")


def column_means(scores: Floats) -> Floats:
    """The means over examples, (columns, labels), of (examples, columns, labels); NaN for a column without scores."""
    known = ~np.isnan(scores)
    counted = known.sum(axis=0)
    sums = np.where(known, scores, 0.0).sum(axis=0)
    return np.asarray(np.divide(sums, counted, out=np.full(sums.shape, np.nan), where=counted > 0))


def running_means(scores: Floats, batch: int) -> Floats:
    """For each example, the mean of the means of all batches up to its own, as (examples, columns, labels)."""
    found = np.full(scores.shape, np.nan)
    total, seen = np.zeros(scores.shape[1:]), np.zeros(scores.shape[1:])
    for start in range(0, scores.shape[0], batch):
        mean = column_means(scores[start : start + batch])
        there = ~np.isnan(mean)
        total, seen = total + np.where(there, mean, 0.0), seen + there
        found[start : start + batch] = np.divide(total, seen, out=np.full(total.shape, np.nan), where=seen > 0)
    return found


def _by_content_free(asked: Asked, content: Content) -> Answered:
    scores, prior = asked.scored, asked.content_free.get(content)
    if prior is None:
        raise NotUsable(f"needs {NEEDS[content]}, which the run did not send: name it under `methods:` and run again")
    return _calibrated(asked, scores - prior[None, :, :])


def _calibrated(asked: Asked, scores: Floats) -> Answered:
    given = best_labels(scores, asked.given)
    return Answered.same_prompts(asked, given, shares=shares_of(scores), notes=tuple(_balance(asked)))


def _balance(asked: Asked) -> Iterator[str]:
    """A warning where the classes are far from equally frequent, or nobody knows."""
    gold = asked.gold[:, 0]
    gold = gold[(gold >= 0) & (gold < asked.closed)]
    if not gold.size:
        yield "assumes balanced classes, and without gold answers nobody knows whether they are"
        return
    shares = np.bincount(gold, minlength=asked.closed) / gold.size
    if 0.5 * float(np.abs(shares - 1 / asked.closed).sum()) >= FAR_FROM_BALANCED:
        most = int(shares.argmax())
        yield (
            f"assumes balanced classes, but {shares[most]:.0%} of the examples are {asked.labels[most]} "
            f"({1 / asked.closed:.0%} if balanced): it pulls answers away from them"
        )
