"""Conformal sets: the labels that an answer may be, as few as a promised coverage allows."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from llmrobust.methods.method import ABSTAINED, NO_CASE, Answered, Asked, Floats, NotUsable, Params, method, shares_of
from llmrobust.methods.one_of_each import one_of_each
from llmrobust.stats import clopper_pearson_interval

CONFIDENCE = 0.95


class ConformalParams(Params):
    """Parameters of conformal sets."""

    coverage: float = Field(default=0.9, gt=0, lt=1, description="Share of sets that are to hold the right label.")


@method(
    "conformal",
    source="Vovk et al. 2005; Lei et al. 2018 (arXiv 1604.04173), split conformal with 1 less the label's probability",
    assumes="what is answered in use is like the unperturbed examples of the half that chooses; edits break that",
    cost="1 request",
    needs=("probabilities", "gold"),
    params=ConformalParams,
)
def conformal(asked: Asked, params: ConformalParams) -> Answered:
    """The label if the set of labels that may be right holds one alone, otherwise none."""
    shares = shares_of(asked.scored)
    known = ~np.isnan(shares).any(axis=-1) & (asked.given != NO_CASE)
    gold = np.where((asked.gold >= 0) & (asked.gold < asked.closed), asked.gold, 0)
    right = np.take_along_axis(shares, gold[..., None].astype(np.intp), axis=-1)[..., 0]
    right = np.where(known & (asked.gold >= 0) & (asked.gold < asked.closed), right, np.nan)
    strange = 1 - right[asked.choosing, 0]
    strange = strange[~np.isnan(strange)]
    if not strange.size:
        raise NotUsable("needs unperturbed examples with gold answers to calibrate on")
    limit = strangest(strange, params.coverage)
    sets = 1 - np.where(np.isnan(shares), 0.0, shares) <= limit
    size = sets.sum(axis=-1)
    given = np.where(size == 1, sets.argmax(axis=-1), ABSTAINED)
    given = np.where(known, given, np.where(asked.given == NO_CASE, NO_CASE, ABSTAINED))
    covered = np.where(np.isnan(right), np.nan, (1 - right <= limit).astype(np.float64))
    notes = [
        f"{len(strange)} unperturbed examples are too few for sets of {params.coverage:g}: all labels are in every set"
        if math.isinf(limit)
        else f"sets hold labels of at least {max(0.0, 1 - limit):.3f}, from {len(strange)} unperturbed examples"
    ]
    report = ~asked.choosing
    for name, columns in (("unperturbed", slice(0, 1)), ("edited", slice(1, None))):
        note = _coverage(covered[report, columns], size[report, columns], asked, params.coverage)
        if note:
            notes.append(f"{name} prompts: {note}")
    return Answered.same_prompts(asked, given.astype(np.int32), shares=shares, notes=tuple(notes), withholds=True)


def strangest(strange: Floats, coverage: float) -> float:
    """How strange a label may be to be in a set: the ceil((n + 1) coverage)-th smallest of the n strangenesses of right
    labels; infinite where there are too few."""
    rank = math.ceil(round((len(strange) + 1) * coverage, 9))
    return math.inf if rank > len(strange) else float(np.sort(strange)[rank - 1])


def _coverage(covered: Floats, size: NDArray[np.intp], asked: Asked, wanted: float) -> str:
    """How many sets hold the right label, on examples that did not calibrate; empty without any."""
    known = ~np.isnan(covered)
    if not known.any():
        return ""
    drawn = list(one_of_each(covered, asked.clusters[~asked.choosing], asked.seed))
    bounds = clopper_pearson_interval(int(sum(drawn)), len(drawn), CONFIDENCE)
    found = (
        f"{covered[known].mean():.3f} of the sets hold the right label"
        f" [{bounds.low:.3f}, {bounds.high:.3f}], with {size[known].mean():.2f} labels"
    )
    return f"{found}: less than the {wanted:g} promised" if bounds.high < wanted else found
