"""What a run asked, from what a test cares about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from llmrobust.methods import Asked


def asked(
    shares,
    gold: Sequence[int],
    *,
    families: Sequence[str] = (),
    given=None,
    choosing: Sequence[bool] | None = None,
    content_free: Mapping[str, np.ndarray] | None = None,
    seed: int = 0,
) -> Asked:
    """shares: (examples, columns, labels) or None; given: the answers if they are not the most probable labels."""
    values = None if shares is None else np.array(shares, dtype=np.float64)
    codes = np.array(values.argmax(axis=2) if given is None else given, dtype=np.int32)
    examples, columns = codes.shape
    closed = 2 if values is None else values.shape[2]
    with np.errstate(divide="ignore"):
        logs = None if values is None else np.log(values)
    return Asked(
        labels=tuple("abcdefgh"[:closed]),
        closed=closed,
        given=codes,
        gold=np.repeat(np.array(gold, dtype=np.int32)[:, None], columns, axis=1),
        stays=np.ones(codes.shape, dtype=bool),
        logprobs=logs,
        columns=("", *(f"format/{i}" for i in range(1, columns))),
        families=tuple(families) or ("", *["format"] * (columns - 1)),
        examples=tuple(f"ex-{i}" for i in range(examples)),
        clusters=np.arange(examples),
        choosing=np.ones(examples, dtype=bool) if choosing is None else np.array(choosing),
        seed=seed,
        content_free=content_free or {},
    )
