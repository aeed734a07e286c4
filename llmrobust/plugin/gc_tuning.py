"""Python's cyclic garbage collector and the plans of large suites.

A plan consists of many small values that form no cycles and live until the session ends. The collector would walk
through all of them again and again, which took a quarter of the time of a session of 10,000 cases.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

LARGE = 1000
"""The least number of cases for which it is worthwhile."""
_set_aside = False


@contextmanager
def uncollected() -> Iterator[None]:
    """Make many values that live long, without the collector looking for garbage among them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def set_aside(cases: int) -> None:
    """Exempt everything that exists from garbage collection, if that includes the plans of many cases."""
    global _set_aside
    if cases >= LARGE:
        gc.freeze()
        _set_aside = True


def release() -> None:
    """Collect what an earlier session of this process set aside, if one did."""
    global _set_aside
    if _set_aside:
        gc.unfreeze()
        gc.collect()
        _set_aside = False
