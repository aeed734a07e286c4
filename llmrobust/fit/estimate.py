"""From counts to rates: the share of texts that an operator would have had to change, and how much of each.

A detector fires on a share f of clean texts, and on a share q of those that its operator changes, beyond f. Of real
texts it fires on d = f + share * q, so share = (d - f) / q (Rogan and Gladen 1978, "Estimating Prevalence from the
Results of a Screening Test"). What the operators of other features do to this detector is measured as well and taken
off. Each of these shares has Wilson's interval, that of d by clusters where they are given; the interval of the result
is theirs combined (Zou and Donner 2008, "Construction of Confidence Limits about Effect Measures").
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmrobust.errors import WrongUse
from llmrobust.fit.calibration import Calibration, Response
from llmrobust.fit.counting import PERCENTILES, Counted
from llmrobust.fit.features import BY_NAME
from llmrobust.metrics.clusters import by_cluster
from llmrobust.metrics.metric_registry import Ratio
from llmrobust.metrics.values_and_intervals import ratio_interval
from llmrobust.stats import Interval, normal_quantile, wilson_interval

FORMAT, VERSION = "llmrobust-fit", 1
FEWEST = 30
"""Rows of logs below which nothing is estimated."""
FEWEST_CHANGED = 10
"""Clean texts that an operator must have changed for its detector's sensitivity to be known."""
LEAST_SENSITIVE = 0.25
"""The least share of changed texts that a detector must find: below it, chance decides."""
_ROUNDS = 12
"""Of shares and rates that depend on each other; a dozen leave changes far below any interval."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A feature in real texts.

    found: texts that the detector fired on, of `n`. clean: the share of clean texts that it fires on. sensitivity: of
    texts that the operator changes, the share on which it fires because of that. share, low, high: of texts that the
    operator would have had to change; None where that cannot be told, with the reason in `why_not`. rate and its
    interval: the operator's rate in those texts; None for operators without one, or where nothing is there.
    n_effective: independent texts that the share found is worth. each: occurrences in a text that has any, with its
    standard error; most: in any text.
    """

    feature: str
    n: int
    found: int
    clean: float = 0.0
    n_effective: float = 0.0
    each: float = 1.0
    each_error: float = 0.0
    most: int = 0
    sensitivity: float = 0.0
    share: float | None = None
    low: float | None = None
    high: float | None = None
    rate: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None
    why_not: str = ""

    @property
    def is_there(self) -> bool:
        """Whether real texts have it beyond what clean ones have: the interval excludes 0."""
        return self.low is not None and self.low > 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """Every feature's estimate. lengths: percentiles 0, 5, 25, 50, 75, 95 and 100 of the texts' words."""

    n: int
    n_clusters: int | None
    confidence: float
    estimates: tuple[Estimate, ...]
    lengths: tuple[float, ...]
    calibration: str

    def of(self, name: str) -> Estimate:
        """The estimate of a feature."""
        return next(one for one in self.estimates if one.feature == name)

    @property
    def there(self) -> tuple[Estimate, ...]:
        """The estimates of features that real texts have beyond clean ones."""
        return tuple(one for one in self.estimates if one.is_there)

    def as_json(self) -> dict[str, Any]:
        """The estimates as JSON values: numbers and names, no texts."""
        return {"format": FORMAT, "version": VERSION, **asdict(self)}


def fitted_from(value: Mapping[str, Any], where: str) -> Fitted:
    """What `Fitted.as_json` gave. where: names it in messages. Raises WrongUse for anything else."""
    if value.get("format") != FORMAT:
        raise WrongUse(f"{where}: is not the rates that `llmrobust fit` keeps")
    if value.get("version") != VERSION:
        raise WrongUse(f"{where}: version {value.get('version')}; this llmrobust reads version {VERSION}: fit again")
    try:
        estimates = tuple(Estimate(**one) for one in value["estimates"])
        return Fitted(
            value["n"],
            value["n_clusters"],
            value["confidence"],
            estimates,
            tuple(value["lengths"]),
            value["calibration"],
        )
    except (KeyError, TypeError) as error:
        raise WrongUse(f"{where}: cannot be used: {error}; fit again") from None


@dataclass(frozen=True, slots=True)
class _Effect:
    """What an operator does to detectors, per text that it changes, and occurrences of its own feature per find."""

    changed: int
    on: Mapping[str, float]
    off: Mapping[str, float]
    each: float

    def net(self, name: str) -> float:
        return self.on.get(name, 0.0) - self.off.get(name, 0.0)


def fitted(counts: Counted, calibration: Calibration, confidence: float = 0.95) -> Fitted:
    """The estimates of all features. Raises WrongUse for fewer than 30 texts, or without variation to look at."""
    n = len(counts.words)
    if n < FEWEST:
        raise WrongUse(f"{n} texts with something in them; at least {FEWEST} are needed for rates")
    problem = _Problem(counts, calibration, confidence)
    return Fitted(
        n,
        len(set(counts.clusters)) if counts.clusters else None,
        confidence,
        tuple(problem.estimate(name) for name in BY_NAME if name in counts.names or name in calibration.skipped),
        tuple(float(value) for value in np.percentile(counts.words, PERCENTILES)),
        calibration.source,
    )


class _Problem:
    """The shares of all features at once: each depends on what the others' operators do to its detector."""

    def __init__(self, counts: Counted, calibration: Calibration, confidence: float):
        self.counts, self.calibration, self.confidence = counts, calibration, confidence
        self.n = len(counts.words)
        self.untold = {name: why for name in counts.names if (why := self._why_not(name))}
        self.names = [name for name in counts.names if name not in self.untold]
        self.found = {name: float((counts.of(name) > 0).mean()) for name in counts.names}
        self.clean = {name: calibration.base.get(name, 0) / calibration.n for name in counts.names}
        self.each = {name: _per_find(counts.of(name)) for name in self.names}
        self.rates: dict[str, float | None] = {name: self._first_rate(name) for name in self.names}
        self.shares = dict.fromkeys(self.names, 0.0)
        for _ in range(_ROUNDS):
            self.effects = {name: self._effect(name) for name in self.names}
            self.shares = {name: self._share(name) for name in self.names}
            self.rates = {name: self._rate(name, self.each[name]) for name in self.names}
        self.around = {name: self._found_interval(name) for name in self.names}

    def estimate(self, name: str) -> Estimate:
        """The feature's estimate with its interval."""
        if name not in self.counts.names:
            return Estimate(name, self.n, 0, why_not=self.calibration.skipped[name])
        seen = self._seen(name)
        if name not in self.names:
            return replace(seen, why_not=self.untold[name])
        effect, share = self.effects[name], self.shares[name]
        low, high = self._interval(name)
        rate = self.rates[name] if share > 0 else None
        rates = self._rate_interval(name) if rate is not None else (None, None)
        return replace(
            seen,
            sensitivity=effect.net(name),
            share=share,
            low=low,
            high=high,
            rate=rate,
            rate_low=rates[0],
            rate_high=rates[1],
        )

    def _seen(self, name: str) -> Estimate:
        """What was counted, without an estimate."""
        hits = self.counts.of(name)
        return Estimate(
            name,
            self.n,
            int((hits > 0).sum()),
            self.clean[name],
            self._n_effective(name),
            _per_find(hits),
            math.sqrt(self._of_finds(name).variance()),
            int(hits.max()),
        )

    def _why_not(self, name: str) -> str:
        if name in self.calibration.skipped:
            return self.calibration.skipped[name]
        responses = self.calibration.responses.get(name, ())
        changed = min((one.changed for one in responses), default=0)
        if changed < FEWEST_CHANGED:
            return f"its operator changes only {changed} of {self.calibration.n} clean texts"
        net = min((one.gained.get(name, 0) - one.lost.get(name, 0)) / one.changed for one in responses)
        if net < LEAST_SENSITIVE:
            return f"its detector finds only {net:.0%} of what its operator changes"
        return ""

    def _effect(self, name: str) -> _Effect:
        """The effect at the feature's present rate, between those measured."""
        responses = self.calibration.responses[name]
        base_hits = self.calibration.base_hits.get(name, 0)
        rate = self.rates[name]
        if rate is None or len(responses) == 1:
            return _measured(responses[0], name, base_hits)
        low, high, part = _between([one.rate or 0.0 for one in responses], rate)
        first, second = (_measured(responses[index], name, base_hits) for index in (low, high))
        return _mixed(first, second, part)

    def _share(self, name: str) -> float:
        rest = self._expected_without(name)
        return min(1.0, max(0.0, (self.found[name] - rest) / self.effects[name].net(name)))

    def _expected_without(self, name: str) -> float:
        """The share of texts that the detector would fire on without its own feature."""
        others = (self.shares[other] * self.effects[other].net(name) for other in self.names if other != name)
        return min(1.0, max(0.0, self.clean[name] + sum(others)))

    def _first_rate(self, name: str) -> float | None:
        responses = self.calibration.responses[name]
        return responses[0].rate

    def _rate(self, name: str, each: float) -> float | None:
        """The operator's rate at which finds have as many occurrences each."""
        responses = self.calibration.responses[name]
        if responses[0].rate is None:
            return None
        base_hits = self.calibration.base_hits.get(name, 0)
        own = self.shares[name] * self.effects[name].net(name)
        other = max(0.0, self.found[name] - own)
        known = np.array([_measured(one, name, base_hits).each for one in responses])
        mean = (own * known + other) / (own + other) if own + other > 0 else known
        return float(np.interp(each, np.maximum.accumulate(mean), [one.rate or 0.0 for one in responses]))

    def _rate_interval(self, name: str) -> tuple[float | None, float | None]:
        each = self.each[name]
        measured = max(each - 1, 0.05) / max(1.0, self.effects[name].net(name) * self.effects[name].changed)
        finds = max(1.0, self.found[name] * self.n)
        seen = max(self._of_finds(name).variance(), (each - 1 + 1 / finds) / finds)
        half = normal_quantile(self.confidence) * math.sqrt(seen + measured)
        return self._rate(name, each - half), self._rate(name, each + half)

    def _interval(self, name: str) -> tuple[float, float]:
        effect, share = self.effects[name], self.shares[name]
        q = effect.net(name)
        found = self.around[name]
        clean = wilson_interval(self.clean[name], self.calibration.n, self.confidence)
        net = _net_interval(effect, name, self.confidence)
        down = [self.found[name] - found.low, clean.high - self.clean[name], share * (net.high - q)]
        up = [found.high - self.found[name], self.clean[name] - clean.low, share * (q - net.low)]
        for other in self.names:
            if other == name or not self.shares[other]:
                continue
            crossed = self.effects[other]
            c = crossed.net(name)
            around = _net_interval(crossed, name, self.confidence)
            theirs = self.around[other]
            spread = (theirs.high - theirs.low) / 2 / crossed.net(other)
            down += [self.shares[other] * (around.high - c), abs(c) * spread]
            up += [self.shares[other] * (c - around.low), abs(c) * spread]
        middle = (self.found[name] - self._expected_without(name)) / q
        low, high = middle - math.hypot(*down) / q, middle + math.hypot(*up) / q
        return min(1.0, max(0.0, low)), min(1.0, max(0.0, high))

    def _found_interval(self, name: str) -> Interval:
        return ratio_interval(self._of_texts(name), self.found[name], False, self.confidence)

    def _of_texts(self, name: str) -> Ratio:
        """The share of texts with the feature, by cluster."""
        fired = (self.counts.of(name) > 0).astype(np.float64)
        return by_cluster(Ratio(fired, np.ones(self.n)), self.counts.clusters)

    def _of_finds(self, name: str) -> Ratio:
        """Occurrences in each text that has any, by cluster; without any, a share of one text."""
        hits = self.counts.of(name).astype(np.float64)
        fired = (hits > 0).astype(np.float64)
        return by_cluster(Ratio(hits, fired), self.counts.clusters) if fired.any() else Ratio(np.ones(1), np.ones(1))

    def _n_effective(self, name: str) -> float:
        ratio, share = self._of_texts(name), self.found[name]
        count = len(ratio.numerator)
        variance = ratio.variance() * count / max(1, count - 1)
        return min(float(self.n), max(1.0, share * (1 - share) / variance)) if variance > 0 else float(count)


def _per_find(hits: NDArray[np.int64]) -> float:
    """Occurrences in each text that has any; 1 without any."""
    fired = hits > 0
    return float(hits[fired].mean()) if fired.any() else 1.0


def _measured(response: Response, name: str, base_hits: int) -> _Effect:
    changed = max(1, response.changed)
    net = response.gained.get(name, 0) - response.lost.get(name, 0)
    return _Effect(
        changed,
        {other: count / changed for other, count in response.gained.items()},
        {other: count / changed for other, count in response.lost.items()},
        max(1.0, (response.hits - base_hits) / net) if net > 0 else 1.0,
    )


def _mixed(first: _Effect, second: _Effect, part: float) -> _Effect:
    """The effect at a part of the way from the first to the second."""

    def between(a: Mapping[str, float], b: Mapping[str, float]) -> dict[str, float]:
        return {name: (1 - part) * a.get(name, 0.0) + part * b.get(name, 0.0) for name in a.keys() | b.keys()}

    return _Effect(
        min(first.changed, second.changed),
        between(first.on, second.on),
        between(first.off, second.off),
        (1 - part) * first.each + part * second.each,
    )


def _between(rates: Sequence[float], rate: float) -> tuple[int, int, float]:
    """The places of the measured rates around a rate, and how far it is between them."""
    high = min(len(rates) - 1, max(1, int(np.searchsorted(rates, rate))))
    low = high - 1
    part = (rate - rates[low]) / (rates[high] - rates[low])
    return low, high, min(1.0, max(0.0, part))


def _net_interval(effect: _Effect, name: str, confidence: float) -> Interval:
    """The interval of what an operator does to a detector: texts that have the feature only after, less only before."""
    on, off = effect.on.get(name, 0.0), effect.off.get(name, 0.0)
    more, less = (wilson_interval(min(1.0, part), effect.changed, confidence) for part in (on, off))
    if off == 0:  # an operator that never takes a feature away is not taken to do so
        return Interval(more.low, more.high) if on else Interval(0.0, 0.0)
    down = math.hypot(on - more.low, less.high - off)
    up = math.hypot(more.high - on, off - less.low)
    return Interval(on - off - down, on - off + up)
