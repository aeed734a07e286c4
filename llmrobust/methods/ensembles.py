"""Template ensembles: the same example asked in several formats or wordings, and one answer made of theirs."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from llmrobust.methods.method import (
    NO_CASE,
    UNREAD,
    Answered,
    Asked,
    Codes,
    Floats,
    NotUsable,
    Params,
    entropies,
    method,
    shares_of,
)
from llmrobust.seeds import Stream

OVER = ("format", "paraphrase", "instruction")
"""The families of edits that whoever writes the prompt may choose from; typos of users are none of them."""
FEW = 2
Combine = Callable[[NDArray[np.intp]], tuple[Codes, Floats | None]]
_SOURCE = "Voronov et al. 2024 (arXiv 2401.06766); Seleznyov et al. 2025 (arXiv 2508.11383)"


class EnsembleParams(Params):
    """Parameters of template ensembles."""

    k: int = Field(default=5, ge=2, description="Formats in an ensemble: requests for one answer.")
    ensembles: int | None = Field(
        default=None,
        ge=1,
        description="How many different ensembles are drawn; by default as many as there are formats, as a spread over "
        "fewer columns is smaller by itself.",
    )
    over: list[str] = Field(
        default_factory=lambda: list(OVER), min_length=1, description="Families whose variants are formats."
    )


@method(
    "template-ensemble",
    source=_SOURCE,
    assumes="the formats' mistakes differ",
    cost="k requests",
    needs=("probabilities", "formats"),
    params=EnsembleParams,
)
def template_ensemble(asked: Asked, params: EnsembleParams) -> Answered:
    """The label with the highest mean probability over k formats."""
    shares = shares_of(asked.scored)
    return _ensembled(asked, params, lambda members: _labelled(shares[:, members].mean(axis=1)))


@method(
    "template-entropy",
    source="Zeng et al. 2025 (arXiv 2510.13855), the choice form for one model in several formats",
    assumes="the formats' mistakes differ, and a format that is sure is right more often",
    cost="k requests",
    needs=("probabilities", "formats"),
    params=EnsembleParams,
)
def template_entropy(asked: Asked, params: EnsembleParams) -> Answered:
    """The label with the highest mean probability over k formats, each weighted by its inverse entropy."""
    shares = shares_of(asked.scored)

    def combined(members: NDArray[np.intp]) -> tuple[Codes, Floats | None]:
        some = shares[:, members]
        weights = inverse_entropies(some)
        return _labelled((weights[:, :, None] * some).sum(axis=1))

    return _ensembled(asked, params, combined)


@method(
    "template-vote",
    source=_SOURCE,
    assumes="the formats' mistakes differ",
    cost="k requests",
    needs=("formats",),
    params=EnsembleParams,
)
def template_vote(asked: Asked, params: EnsembleParams) -> Answered:
    """The most frequent answer among k formats; ties are broken by the suite's seed."""
    return _ensembled(asked, params, lambda members: (majority(asked, members), None))


def inverse_entropies(shares: Floats) -> Floats:
    """Weights (examples, formats) that add up to 1, of probabilities (examples, formats, labels): proportional to
    1 / entropy, where an entropy counts as at least 1e-6 nats."""
    weights = 1 / np.maximum(entropies(shares), 1e-6)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def majority(asked: Asked, members: NDArray[np.intp]) -> Codes:
    """The most frequent answer of these columns, (examples,); unread ones do not vote, and win where nobody else
    votes."""
    votes = asked.given[:, members]
    counts = np.zeros((votes.shape[0], max(1, len(asked.labels))), dtype=np.int64)
    row, column = np.nonzero(votes >= 0)
    np.add.at(counts, (row, votes[row, column]), 1)
    most = counts.max(axis=1)
    winners = counts == most[:, None]
    best = winners.argmax(axis=1)
    for example in np.flatnonzero((winners.sum(axis=1) > 1) & (most > 0)):
        tied = np.flatnonzero(winners[example])
        best[example] = Stream(asked.seed, "vote", asked.examples[example], *members).choice(list(tied))
    return np.where(most > 0, best, UNREAD).astype(np.int32)


def _labelled(shares: Floats) -> tuple[Codes, Floats | None]:
    known = ~np.isnan(shares).any(axis=1)
    return np.where(known, np.nan_to_num(shares).argmax(axis=1), UNREAD).astype(np.int32), shares


def _ensembled(asked: Asked, params: EnsembleParams, combine: Combine) -> Answered:
    """The answers of several ensembles of k formats; column 0 has the unperturbed prompt among its formats."""
    pool, notes = _formats(asked, params)
    k = min(params.k, len(pool))
    if k < params.k:
        notes.append(f"only {len(pool)} formats were asked, so that an ensemble has {k}")
    drawn = drawn_ensembles(len(pool), k, params.ensembles or len(pool), asked.seed)
    if len(drawn) < len(pool):
        notes.append(f"its spread is over {len(drawn)} ensembles, that of plain over {len(pool)} formats")
    family = "+".join(dict.fromkeys(asked.families[column] for column in pool))
    home = np.array([0, *pool[list(drawn[0][: k - 1])]], dtype=np.intp)
    members = [home, *(pool[list(one)] for one in drawn)]
    made = [combine(some) for some in members]
    asked_of = (asked.given[:, 0] != NO_CASE)[:, None]
    shares = [shares for _, shares in made if shares is not None]
    same = np.stack([asked.gold[:, 0]] * len(members), axis=1)
    return Answered(
        given=np.where(asked_of, np.stack([given for given, _ in made], axis=1), NO_CASE).astype(np.int32),
        gold=same,
        stays=np.repeat(asked_of, len(members), axis=1),
        columns=("", *(f"ensemble-{number}" for number in range(len(drawn)))),
        families=("", *([family] * len(drawn))),
        stands_for=pool,
        shares=np.stack(shares, axis=1) if shares else None,
        requests=float(k),
        notes=tuple(notes),
    )


def drawn_ensembles(formats: int, k: int, wanted: int, seed: int) -> list[tuple[int, ...]]:
    """Different sets of k of so many formats, each sorted; all of them where there are no more than wanted."""
    if math.comb(formats, k) <= wanted:
        return list(combinations(range(formats), k))
    found: dict[tuple[int, ...], None] = {}
    stream = Stream(seed, "template-ensembles", k)
    while len(found) < wanted:
        found[tuple(sorted(stream.sample(range(formats), k)))] = None
    return list(found)


def format_columns(asked: Asked, over: Collection[str] = OVER) -> tuple[NDArray[np.intp], int]:
    """The columns of these families that every example has and that keep its answer, and how many others they have."""
    there = asked.given[:, 0] != NO_CASE
    wanted = [column for column, family in enumerate(asked.families) if column and family in over]
    asked_of_all = (asked.given[there] != NO_CASE).all(axis=0) & asked.stays[there].all(axis=0)
    whole = [column for column in wanted if asked_of_all[column]]
    return np.array(whole, dtype=np.intp), len(wanted) - len(whole)


def _formats(asked: Asked, params: EnsembleParams) -> tuple[NDArray[np.intp], list[str]]:
    """The columns that are formats, and a note on those that are none. Raises NotUsable for too few."""
    whole, skipped = format_columns(asked, params.over)
    if len(whole) < FEW:
        raise NotUsable(
            f"needs at least {FEW} variants of {_listed(params.over)} that every example has, and the run has "
            f"{len(whole)}: add `- format: {{sample: 10}}` under `perturb:`"
        )
    return whole, [f"{skipped} variants that not every example has are not among its formats"] if skipped else []


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
