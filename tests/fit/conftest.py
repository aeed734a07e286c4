"""Clean texts and what detectors find in them, measured once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

from llmrobust.fit import Calibration, calibrated
from llmrobust.fit.features import BY_NAME
from llmrobust.loading import load_installed

STARTS = (
    "How can I",
    "Where do I",
    "I would like to",
    "Please help me to",
    "Could you tell me how to",
    "I need to",
    "Today I tried to",
    "Explain to Anna how to",
    "My husband would like to",
    "The website does not let me",
)
ENDS = (
    "change the address of my account?",
    "order another card for my daughter.",
    "receive the money that was sent yesterday!",
    "cancel a payment because the amount was different.",
    "find the exchange rate of last Tuesday?",
    "close my account. It is really not necessary any more.",
)
CLEAN = tuple(f"{start} {end}" for start, end in product(STARTS, ENDS))
MEASURED = ("typo.keyboard", "typo.swap", "misspelling", "no_final_mark", "lower", "small_start", "thanks")
"""Features that tests fit: a few, so that measuring them takes no time."""


@pytest.fixture(scope="session")
def calibration() -> Calibration:
    load_installed()
    return calibrated(CLEAN, "test texts", features=[BY_NAME[name] for name in MEASURED])


def repeated(texts: Sequence[str], times: int) -> list[str]:
    """The texts several times over."""
    return [text for _ in range(times) for text in texts]
