"""The next token from log-probabilities, with the usual sampling parameters in the order of transformers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from llmrobust.models.local.tiny.network import Floats, Ints
from llmrobust.request import Sampling


def next_tokens(
    logprobs: Floats, before: Iterable[Collection[int]], sampling: Sampling, random: np.random.Generator
) -> Ints:
    """(rows,): a token for each row; the likeliest one at temperature 0.

    logprobs: (rows, vocabulary). before: of each row, the different tokens so far, prompt and
    answer; read only where repetition is penalised.
    """
    scores = logprobs.astype(np.float64)
    for token, bias in sampling.logit_bias:
        scores[:, token] += bias
    if sampling.repetition_penalty != 1.0:
        for row, tokens in zip(scores, before, strict=True):
            seen = list(tokens)
            row[seen] = np.where(
                row[seen] < 0, row[seen] * sampling.repetition_penalty, row[seen] / sampling.repetition_penalty
            )
    if sampling.temperature <= 0:
        likeliest: Ints = scores.argmax(axis=1)
        return likeliest
    return np.array([_drawn(row / sampling.temperature, sampling, random) for row in scores])


def _drawn(
    scores: np.ndarray[tuple[int], np.dtype[np.float64]], sampling: Sampling, random: np.random.Generator
) -> int:
    """One token, drawn from the most likely ones: `top_k` of them, then as few as have `top_p` of the probability."""
    order = np.argsort(-scores, kind="stable")
    if sampling.top_k:
        order = order[: sampling.top_k]
    shares = np.exp(scores[order] - scores[order[0]])
    shares /= shares.sum()
    if sampling.top_p < 1:
        enough = int(np.searchsorted(shares.cumsum(), sampling.top_p)) + 1
        order, shares = order[:enough], shares[:enough] / shares[:enough].sum()
    return int(order[np.searchsorted(shares.cumsum(), random.random()).clip(max=len(order) - 1)])
