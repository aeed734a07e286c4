"""What tokens cost: prices of models, and the money for counts of tokens."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

PER = 1_000_000
"""Tokens that a price is for."""


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a model's tokens, a million of them. model: its name, or a pattern with * and ?. cached: of prompt
    tokens that the server had in its cache."""

    model: str
    input: float
    output: float
    cached: float

    def money(self, prompt_tokens: float, cached_tokens: float, completion_tokens: float) -> float:
        """What tokens cost. cached_tokens: those of the prompt tokens that are cheaper."""
        fresh = prompt_tokens - cached_tokens
        return (fresh * self.input + cached_tokens * self.cached + completion_tokens * self.output) / PER


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices that a project knows, in one currency."""

    currency: str
    prices: tuple[Price, ...]

    def of(self, *names: str) -> Price | None:
        """The price of the model that has one of these names: an exact one before a pattern, in the order of the file.

        None where there is none: what it costs is then unknown, which is not nothing.
        """
        exact = (one for name in names for one in self.prices if one.model == name)
        alike = (one for name in names for one in self.prices if fnmatchcase(name, one.model))
        return next(exact, None) or next(alike, None)


def shown_money(amount: float, currency: str) -> str:
    """ "0.012 USD": two digits behind the point, of small amounts as many as show two figures."""
    if amount == 0 or amount >= 1:
        return f"{amount:,.2f} {currency}"
    digits = next((n for n in range(2, 9) if round(amount, n) * 10**n >= 10), 8)
    return f"{amount:.{digits}f} {currency}"
