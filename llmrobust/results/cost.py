"""What a run cost: tokens that were sent and written, and money where prices are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from llmrobust.prices import Price, shown_money
from llmrobust.results.run_data import ModelFacts, Requests, RunData

Role = Literal["model", "judge", "embedder"]


@dataclass(frozen=True, slots=True)
class CostPart:
    """What one model of a run cost. money: None without a price, or where a server does not count tokens."""

    role: Role
    name: str
    requests: Requests
    price: Price | None
    money: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost. parts: of each model, judge and embedder. What came from the store cost nothing."""

    currency: str
    parts: tuple[CostPart, ...]

    @property
    def money(self) -> float:
        """What is known of it."""
        return sum(part.money or 0.0 for part in self.parts)

    @property
    def unknown(self) -> tuple[CostPart, ...]:
        """The parts of which the money is not known, and which sent something."""
        return tuple(part for part in self.parts if part.money is None and part.requests.sent)

    def words(self) -> str:
        """ "cost 0.012 USD: tickets 0.010 USD, judge gpt 0.0023 USD"."""
        known = [part for part in self.parts if part.money is not None and part.requests.sent]
        said = [f"{_name(part)} {shown_money(part.money or 0.0, self.currency)}" for part in known]
        said += [
            f"{_name(part)} {'without a price' if part.price is None else 'counts no tokens'}" for part in self.unknown
        ]
        if not said:
            return f"cost {shown_money(0, self.currency)}: nothing was sent"
        if not known:
            return f"cost unknown: {', '.join(said)}"
        least = "at least " if self.unknown else ""
        return f"cost {least}{shown_money(self.money, self.currency)}: {', '.join(said)}"


def cost_of(run: RunData) -> Cost | None:
    """What a run cost; None for one that was made without prices."""
    return None if run.prices is None else Cost(run.prices.currency, cost_parts(run))


def cost_parts(run: RunData) -> tuple[CostPart, ...]:
    """What each model, judge and embedder of a run was sent, with the money where prices are known."""

    def part(role: Role, name: str, requests: Requests, names: tuple[str, ...]) -> CostPart:
        price = None if run.prices is None else run.prices.of(*names)
        uncounted = requests.sent > requests.failed and not requests.prompt_tokens
        money = None
        if price is not None and not uncounted:
            money = price.money(requests.prompt_tokens, requests.cached_tokens, requests.completion_tokens)
        return CostPart(role, name, requests, price, money)

    models = [(one.label, one.model, one.requests) for one in run.models]
    if not models:
        models = [("", run.manifest.model, run.requests)]
    return (
        *(
            part("model", label or _called("", model), requests, _names(label, model))
            for label, model, requests in models
        ),
        *(
            part("judge", _called(" ".join(one.specs), one.model), one.requests, _names(one.specs[0], one.model))
            for one in run.judges
        ),
        *(part("embedder", one.spec, one.requests, spec_names(one.spec)) for one in run.embedders),
    )


def spec_names(spec: str) -> tuple[str, ...]:
    """The names by which a spec may be in the prices: all of it, the model that it names, the last part of that."""
    model = spec.partition("#")[2] or spec.partition(":")[2].partition("?")[0]
    return tuple(dict.fromkeys(name for name in (spec, model, model.rpartition("/")[2]) if name))


def _called(specs: str, model: ModelFacts | None) -> str:
    return specs if model is None or not model.name else model.name


def _names(label: str, model: ModelFacts | None) -> tuple[str, ...]:
    if model is None:
        return (label, *spec_names(label))
    return tuple(name for name in (label, model.name, *spec_names(model.spec)) if name)


def _name(part: CostPart) -> str:
    name = part.name or "the model"
    return name if part.role == "model" else f"{part.role} {name}"
