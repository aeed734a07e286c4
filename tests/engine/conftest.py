"""Engines that are closed after the test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from llmrobust.engine import Engine, Limits, Store
from llmrobust.models.protocol import Model


@pytest.fixture
def engine() -> Iterator[Callable[..., Engine]]:
    made: list[Engine] = []

    def make(
        model: Model,
        store: Path | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Engine:
        made.append(Engine(model, lambda: Store(store, clock), limits))
        return made[-1]

    yield make
    for one in made:
        one.close()
