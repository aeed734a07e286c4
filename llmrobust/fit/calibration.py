"""What detectors find in clean texts, and after each operator was applied to them: counts, measured once.

The bundled counts were measured on BANKING77 by `benchmarks/fit.py --calibrate`; texts of your own give better ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmrobust.errors import WrongUse
from llmrobust.fit.application import applied, made_by
from llmrobust.fit.counting import PERCENTILES, Counted, counted
from llmrobust.fit.features import FEATURES, Feature

VERSION = 1
FEWEST = 30
"""Clean texts below which nothing is calibrated."""


@dataclass(frozen=True, slots=True)
class Response:
    """What detectors find after an operator was applied to every clean text.

    rate: the operator's, None without one. changed: texts that it changed. gained, lost: by feature, texts that have it
    only after, and only before; features without either are left out. hits: occurrences of the operator's own feature
    in all texts together.
    """

    rate: float | None
    changed: int
    hits: int
    gained: Mapping[str, int]
    lost: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Counts over clean texts.

    source: what they are. n: how many. base: texts that have each feature. base_hits: occurrences in all of them.
    responses: of each feature's operator, by rate. lengths: percentiles 0, 5, 25, 50, 75, 95 and 100 of their words.
    skipped: features that could not be measured, and why.
    """

    source: str
    n: int
    base: Mapping[str, int]
    base_hits: Mapping[str, int]
    responses: Mapping[str, tuple[Response, ...]]
    lengths: tuple[float, ...]
    skipped: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """The counts as JSON values."""
        return {"version": VERSION, **asdict(self)}


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Clean texts, and the same after each operator: what calibrations of all or some of them are counted from.

    after: by feature, for each of its rates the rate, which texts changed, and the counts of them all.
    """

    before: Counted
    after: Mapping[str, tuple[tuple[float | None, NDArray[np.bool_], Counted], ...]]
    skipped: Mapping[str, str]


def calibrated(
    texts: Sequence[str], source: str, *, features: Sequence[Feature] = FEATURES, seed: int = 0
) -> Calibration:
    """The counts over clean texts. Raises WrongUse for fewer than 30 of them."""
    if len(texts) < FEWEST:
        raise WrongUse(f"{source}: {len(texts)} clean texts; at least {FEWEST} are needed to know what detectors find")
    return calibration_of(measured(texts, features=features, seed=seed), source)


def measured(texts: Sequence[str], *, features: Sequence[Feature] = FEATURES, seed: int = 0) -> Measured:
    """Every operator applied to every clean text at every rate, and what detectors find before and after."""
    skipped = {feature.name: why for feature in features if (why := _lacks(feature))}
    after = {
        feature.name: tuple(_after(feature, rate, texts, features, seed) for rate in feature.rates or (None,))
        for feature in features
        if feature.name not in skipped
    }
    return Measured(counted(texts, features=features), after, skipped)


def _lacks(feature: Feature) -> str:
    lacking = made_by(feature)[0].lacks()
    return feature.lacks() or (f"{feature.operator} needs {lacking}" if lacking else "")


def _after(
    feature: Feature, rate: float | None, texts: Sequence[str], features: Sequence[Feature], seed: int
) -> tuple[float | None, NDArray[np.bool_], Counted]:
    operator, params = made_by(feature, rate)
    new = [applied(text, operator, params, seed, str(number)) for number, text in enumerate(texts)]
    changed = np.array([one != old for one, old in zip(new, texts, strict=True)])
    return rate, changed, counted(new, features=features)


def calibration_of(found: Measured, source: str, rows: NDArray[np.intp] | None = None) -> Calibration:
    """The counts over all clean texts, or over those in these rows."""
    before = found.before
    index = np.arange(len(before.words)) if rows is None else rows
    return Calibration(
        source,
        len(index),
        _named(before.names, before.fired[index]),
        _named(before.names, before.hits[index]),
        {
            name: tuple(_response(name, rate, changed[index], before, after, index) for rate, changed, after in several)
            for name, several in found.after.items()
        },
        tuple(float(value) for value in np.percentile(before.words[index], PERCENTILES)),
        dict(found.skipped),
    )


def _response(
    name: str,
    rate: float | None,
    changed: NDArray[np.bool_],
    before: Counted,
    after: Counted,
    index: NDArray[np.intp],
) -> Response:
    had, has = before.fired[index], after.fired[index]
    return Response(
        rate,
        int(changed.sum()),
        int(after.of(name)[index].sum()),
        {other: count for other, count in _named(after.names, has & ~had).items() if count},
        {other: count for other, count in _named(after.names, had & ~has).items() if count},
    )


def _named(names: Sequence[str], values: NDArray[Any]) -> dict[str, int]:
    return {name: int(total) for name, total in zip(names, values.sum(axis=0), strict=True)}


def bundled_calibration() -> Calibration:
    """The counts over BANKING77 that the package brings."""
    text = files("llmrobust.fit").joinpath("banking77.json").read_text(encoding="utf-8")
    return calibration_from(json.loads(text))


def calibration_from(value: Mapping[str, Any]) -> Calibration:
    """The counts of JSON values that `Calibration.as_json` gave. Raises WrongUse for another version."""
    if value.get("version") != VERSION:
        raise WrongUse(f"a calibration of version {value.get('version')}; this llmrobust reads version {VERSION}")
    responses = {name: tuple(Response(**one) for one in several) for name, several in value["responses"].items()}
    return Calibration(
        value["source"],
        value["n"],
        value["base"],
        value["base_hits"],
        responses,
        tuple(value["lengths"]),
        value["skipped"],
    )
