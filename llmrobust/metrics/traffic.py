"""Metrics weighted by how often real inputs have what each use of an operator makes (`weights: traffic`)."""

from __future__ import annotations

import numpy as np

from llmrobust.metrics.metric_registry import Floats, Weighted, metric
from llmrobust.metrics.table import Table


@metric(
    "traffic_flip_rate",
    formula="1 - product over uses of (1 - share of real inputs * flip rate of the use)",
    source="made for llmrobust; shares by `llmrobust fit`, intervals of both combined as in Zou and Donner 2008",
    reads="agrees",
    interval="bca",
    better="lower",
    needs=("shares",),
    undefined="a use has no case whose answer must stay",
    paired=True,
)
def traffic_flip_rate(table: Table) -> Weighted:
    """Share of real inputs to expect another answer to than to their clean form, if edits act one by one."""
    uses = list(table.shares)
    columns = np.array([name.rsplit("/", 1)[0] for name in table.columns])
    flips, cases = (np.zeros((len(table.examples), len(uses))) for _ in range(2))
    for place, use in enumerate(uses):
        cells = table.agrees[:, columns == use]
        cases[:, place] = (~np.isnan(cells)).sum(axis=1)
        flips[:, place] = np.nansum(1 - cells, axis=1)
    shares = [table.shares[use] for use in uses]
    weights = np.array([share.estimate for share in shares])
    rates = np.divide(flips.sum(axis=0), cases.sum(axis=0), out=np.zeros(len(uses)), where=cases.sum(axis=0) > 0)
    return Weighted(
        parts=np.concatenate([flips, cases], axis=1),
        function=lambda totals: _expected(totals, weights),
        support=int((cases > 0).sum(axis=0).min()) if cases.size else None,
        most=float(1 - np.prod(1 - weights)),
        down=_moved(rates, weights, [share.estimate - share.low for share in shares]),
        up=_moved(rates, weights, [share.high - share.estimate for share in shares]),
    )


def _expected(totals: Floats, weights: Floats) -> Floats:
    """From sums of flips and cases by use, (resamples, 2 x uses), to the expected share of flips; NaN without cases."""
    flips, cases = np.split(totals, 2, axis=1)
    rates = np.divide(flips, cases, out=np.full(flips.shape, np.nan), where=cases > 0)
    found: Floats = 1 - np.prod(1 - weights * rates, axis=1)
    return found if weights.size else np.full(len(totals), np.nan)


def _moved(rates: Floats, weights: Floats, by: list[float]) -> float:
    """How far the value moves where every share moves by so much, one independently of the other."""
    kept = 1 - weights * rates
    slopes = np.array([rates[place] * np.prod(np.delete(kept, place)) for place in range(len(rates))])
    return float(np.sqrt(((slopes * np.array(by)) ** 2).sum()))
