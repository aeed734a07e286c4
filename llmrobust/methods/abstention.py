"""Abstention: answers of which the model is unsure are withheld."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from llmrobust.methods.method import (
    ABSTAINED,
    NO_CASE,
    Answered,
    Asked,
    Floats,
    NotUsable,
    Params,
    entropies,
    method,
    shares_of,
)


class AbstainParams(Params):
    """Parameters of abstention."""

    risk: float = Field(default=0.05, gt=0, lt=1, description="The wanted share of wrong answers among those given.")
    by: Literal["margin", "entropy"] = Field(default="margin", description="How sure the model is of an answer.")


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which sureness on an answer is given, and what that does to the examples that it was chosen on.

    at: infinite where no threshold keeps the risk. risk: share of wrong answers among those given, NaN without any.
    coverage: share of cases that get an answer.
    """

    at: float
    risk: float
    coverage: float


@method(
    "abstain",
    source="El-Yaniv and Wiener 2010; Geifman and El-Yaniv 2017 (arXiv 1705.08500)",
    assumes="the model is less sure of wrong answers, in use as well as on the examples that chose the threshold",
    cost="1 request",
    needs=("probabilities", "gold"),
    params=AbstainParams,
)
def abstain(asked: Asked, params: AbstainParams) -> Answered:
    """The model's answer if it is sure enough, otherwise none; the threshold is chosen on one half."""
    shares = shares_of(asked.scored)
    sure = sureness(shares, params.by)
    cells = (asked.given != NO_CASE) & (asked.gold >= 0) & ~np.isnan(sure)
    cells[:, 0] &= len(asked.columns) == 1
    usable = cells & asked.choosing[:, None]
    if not usable.any():
        raise NotUsable("needs gold answers to choose a threshold")
    right = asked.given == asked.gold
    found = lowest_threshold(sure[usable], right[usable], params.risk)
    withheld = ((sure < found.at) | np.isnan(sure)) & (asked.given != NO_CASE)
    note = (
        f"no threshold keeps the risk at {params.risk:g} on the examples that choose it: it answers nothing"
        if np.isinf(found.at)
        else f"answers from a {params.by} of {found.at:.3f} on"
        f" (risk {found.risk:.3f} at coverage {found.coverage:.3f} on the examples that chose it)"
    )
    return Answered.same_prompts(
        asked, np.where(withheld, ABSTAINED, asked.given).astype(np.int32), shares=shares, notes=(note,), withholds=True
    )


def sureness(shares: Floats, by: str) -> Floats:
    """How sure a model is, from 0 to 1, of probabilities (..., labels): the best less the second best, or 1 less the
    entropy in units of its maximum."""
    if shares.shape[-1] < 2:
        return np.where(np.isnan(shares[..., 0]), np.nan, 1.0)
    if by == "margin":
        ordered = np.sort(shares, axis=-1)
        return np.asarray(ordered[..., -1] - ordered[..., -2])
    return np.asarray(1 - entropies(shares) / np.log(shares.shape[-1]))


def lowest_threshold(sure: Floats, right: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], risk: float) -> Threshold:
    """The lowest threshold with at most this share of wrong answers among cases that are at least as sure.

    sure, right: (cases,). Cases of equal sureness are answered together or not at all.
    """
    order = np.argsort(-sure, kind="stable")
    levels, wrong = sure[order], np.cumsum(~right[order])
    last = np.append(levels[1:] != levels[:-1], True)
    risks = wrong / np.arange(1, len(levels) + 1)
    kept = np.flatnonzero(last & (risks <= risk))
    if not kept.size:
        return Threshold(np.inf, float("nan"), 0.0)
    at = int(kept[-1])
    return Threshold(float(levels[at]), float(risks[at]), (at + 1) / len(levels))
