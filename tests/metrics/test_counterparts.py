"""Which cells of two runs are compared with each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from llmrobust.metrics.across_runs import counterparts
from llmrobust.metrics.table import Table
from tests.metrics.tables import table_of

NAMES = st.lists(st.sampled_from(["a/0", "a/1", "a/2", "b/0", "b/1", "c/0"]), min_size=1, max_size=6, unique=True)


def table(columns: list[str], rows: int) -> Table:
    made = table_of([[1.0] * len(columns)] * rows)
    return replace(made, columns=tuple(columns), operators=tuple(columns), families=tuple(columns))


@given(NAMES, NAMES, st.integers(1, 3), st.booleans(), st.data())
def test_counterparts_are_known_mutual_and_fair(
    mine: list[str], theirs: list[str], rows: int, by_use: bool, data: st.DataObject
) -> None:
    def cells(columns: list[str]) -> NDArray[np.bool_]:
        size = rows * len(columns)
        return np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size))).reshape(rows, -1)

    first, second = cells(mine), cells(theirs)
    one, other = table(mine, rows), table(theirs, rows)
    used, used_there = counterparts(first, second, one, other, by_use)
    assert not (used & ~first).any()
    assert not (used_there & ~second).any()
    again = counterparts(second, first, other, one, by_use)
    np.testing.assert_array_equal(again[0], used_there)
    np.testing.assert_array_equal(again[1], used)
    for row in range(rows):
        here = {name for name, use in zip(mine, used[row], strict=True) if use}
        there = {name for name, use in zip(theirs, used_there[row], strict=True) if use}
        both = {name for i, name in enumerate(mine) if first[row, i]} & {
            name for i, name in enumerate(theirs) if second[row, i]
        }
        assert both <= here & there, "equal columns are always compared"
        if not by_use:
            assert here == there == both
        for use in "abc":
            assert any(name[0] == use for name in here) == any(name[0] == use for name in there)
