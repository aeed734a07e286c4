"""`traffic_flip_rate`: flip rates of uses weighted by their shares of real inputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.metrics import METRICS, Table, measure
from llmrobust.suitefile.suite import Share
from tests.metrics.tables import NAN, table_of

KNOWN = {"a": Share(0.2, 0.2, 0.2), "b": Share(0.5, 0.5, 0.5)}


def weighted(agrees, columns, shares=KNOWN) -> Table:
    cells = np.array(agrees, dtype=float)
    return replace(table_of(cells, cells), columns=tuple(columns), shares=shares)


def test_by_hand():
    table = weighted([[1, 0, 1], [0, 0, NAN]], ["a/0", "a/1", "b/0"])
    assert METRICS.get("traffic_flip_rate").value(table) == pytest.approx(1 - (1 - 0.2 * 0.75) * (1 - 0.5 * 0))
    both = weighted([[0, 1, 1], [0, 0, 0]], ["a/0", "a/1", "b/0"])
    assert METRICS.get("traffic_flip_rate").value(both) == pytest.approx(1 - (1 - 0.2 * 0.75) * (1 - 0.5 * 0.5))


def test_a_use_without_a_case_leaves_it_undefined():
    for columns in (["a/0", "c/0"], ["a/0", "b/0"]):
        found = measure(weighted([[1, NAN], [0, NAN]], columns), "traffic_flip_rate")[0]
        assert found.value is None
        assert found.undefined == "a use has no case whose answer must stay"


def test_without_shares_it_is_undefined():
    found = measure(weighted([[1, 0]], ["a/0", "b/0"], {}), "traffic_flip_rate")[0]
    assert "weights: traffic" in found.undefined


def test_a_selection_has_its_own_uses_only():
    table = weighted([[0, 1], [0, 1]], ["a/0", "b/0"])
    table = replace(table, operators=("f.a", "f.b"))
    found = measure(table, "traffic_flip_rate", "operator")
    assert [one.value for one in found] == pytest.approx([0.2, 0.0])


def test_uncertain_shares_widen_the_interval():
    rng = np.random.default_rng(1)
    cells = (rng.random((80, 2)) < 0.7).astype(float)
    unsure = {"a": Share(0.1, 0.2, 0.4), "b": Share(0.5, 0.5, 0.5)}
    sure, wide = (
        measure(weighted(cells, ["a/0", "b/0"], shares), "traffic_flip_rate")[0] for shares in (KNOWN, unsure)
    )
    assert sure.value == wide.value
    assert wide.low < sure.low < sure.value < sure.high < wide.high
    assert wide.high - wide.value > wide.value - wide.low, "the share may be off further upwards"


def test_no_flip_among_few_examples_is_no_proof():
    found = measure(weighted(np.ones((10, 2)), ["a/0", "b/0"]), "traffic_flip_rate")[0]
    assert (found.value, found.low) == (0, 0)
    assert 0.05 < found.high < 0.2


def test_the_interval_holds_the_truth_when_shares_are_estimates_too():
    rng = np.random.default_rng(3)
    rates, shares, n = np.array([0.3, 0.1]), np.array([0.2, 0.4]), 200
    truth = 1 - np.prod(1 - shares * rates)
    held = 0
    for _ in range(200):
        seen = rng.binomial(n, shares) / n
        half = 1.96 * np.sqrt(seen * (1 - seen) / n)
        given_shares = {
            use: Share(float(s - h), float(s), float(s + h)) for use, s, h in zip("ab", seen, half, strict=True)
        }
        own = rng.beta(rates * 2, (1 - rates) * 2, (100, 2))
        cells = 1 - (rng.random((100, 2)) < own)
        found = measure(weighted(cells, ["a/0", "b/0"], given_shares), "traffic_flip_rate", resamples=500)[0]
        held += found.low <= truth <= found.high
    assert held / 200 >= 0.91


@settings(max_examples=60)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=4), st.integers(0, 2**31))
def test_it_is_a_share_and_never_above_that_of_texts_with_an_edit(shares, seed):
    rng = np.random.default_rng(seed)
    uses = {f"u{n}": Share(0.0, share, 1.0) for n, share in enumerate(shares)}
    table = weighted(rng.integers(0, 2, (12, len(uses))), [f"{use}/0" for use in uses], uses)
    found = measure(table, "traffic_flip_rate", resamples=50)[0]
    assert 0 <= found.low <= found.value + 1e-12 <= found.high + 1e-9 <= 1 + 1e-9
    assert found.value <= 1 - np.prod([1 - share for share in shares]) + 1e-12
