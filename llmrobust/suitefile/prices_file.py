"""The file of a project's prices, with every mistake at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from llmrobust.errors import Location, SuiteError
from llmrobust.prices import Price, Prices
from llmrobust.suitefile.schema import Section
from llmrobust.suitefile.validation import validated
from llmrobust.suitefile.yaml_source import read_source

Amount = Annotated[float, Field(ge=0)]


class PriceSection(Section):
    """The price of a model; a million tokens each."""

    input: Amount
    output: Amount = 0.0
    cached: Amount | None = None


class PricesSection(Section):
    """A file of prices."""

    currency: str = Field(default="USD", min_length=1, max_length=8)
    prices: dict[str, PriceSection] = Field(min_length=1)


def read_prices(path: Path) -> Prices:
    """The prices of a file. Raises SuiteError with all problems, each with its location."""
    source = read_source(path)
    if not isinstance(source.value, dict):
        hint = "prices: {gpt-4o-mini: {input: 0.15, cached: 0.075, output: 0.60}}"
        raise SuiteError([source.problem("a file of prices is a mapping", Location(path, 1, 1), hint)])
    section = validated(PricesSection, source.value, source, ())
    if section is None or source.problems:
        raise SuiteError(source.problems)
    return Prices(
        section.currency,
        tuple(
            Price(model, one.input, one.output, one.input if one.cached is None else one.cached)
            for model, one in section.prices.items()
        ),
    )
