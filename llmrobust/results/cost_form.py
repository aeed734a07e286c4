"""The JSON forms of prices, and of what a run cost."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from llmrobust.results.form_types import STRICT, Number


@with_config(STRICT)
class PriceForm(TypedDict):
    """The price of a model, or of those that a pattern fits, for a million tokens."""

    model: str
    input: Number
    output: Number
    cached: Number


@with_config(STRICT)
class PricesForm(TypedDict):
    """The prices that the project knew when it ran."""

    currency: str
    prices: list[PriceForm]


@with_config(STRICT)
class CostPartForm(TypedDict):
    """What a model, a judge or an embedder cost; money is null where that is not known."""

    role: Literal["model", "judge", "embedder"]
    name: str
    money: Number | None


@with_config(STRICT)
class CostForm(TypedDict):
    """What the run cost, as far as that is known; complete: whether nothing is unknown."""

    currency: str
    money: Number
    complete: bool
    parts: list[CostPartForm]
