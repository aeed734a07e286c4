"""Estimates and drift as text."""

from __future__ import annotations

from collections.abc import Iterator

from llmrobust.fit.drift import Drift
from llmrobust.fit.estimate import Estimate, Fitted
from llmrobust.fit.features import BY_NAME


def fitted_lines(fitted: Fitted) -> Iterator[str]:
    """The table of all features, those that cannot be told below it, and the lengths."""
    by = "" if fitted.n_clusters is None else f", clustered by {fitted.n_clusters:,} users"
    yield f"{fitted.n:,} texts{by}; rates above those of clean texts ({fitted.calibration})"
    yield ""
    told = [one for one in fitted.estimates if one.share is not None]
    rows: list[tuple[str, ...]] = [
        ("feature", "found", "share", f"{fitted.confidence:.0%} interval", "rate", "operator")
    ]
    rows += [_row(one) for one in told]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""
    untold = [one for one in fitted.estimates if one.share is None]
    for one in untold:
        yield f"not told: {one.feature}: {one.why_not}"
    low, fifth, _, middle, _, most, high = fitted.lengths
    yield f"words in a text: median {middle:g}, nine in ten from {fifth:g} to {most:g}, all from {low:g} to {high:g}"


def _row(one: Estimate) -> tuple[str, ...]:
    mark = "" if one.is_there else " (not shown to be there)"
    interval = f"{one.low or 0:.1%} to {one.high or 0:.1%}"
    rate = "" if one.rate is None or not one.is_there else f"{one.rate:.3f} ({one.rate_low:.3f} to {one.rate_high:.3f})"
    return (
        one.feature,
        f"{one.found:,}",
        f"{one.share or 0:.1%}",
        interval,
        rate,
        BY_NAME[one.feature].operator + mark,
    )


def drift_lines(drift: Drift) -> Iterator[str]:
    """What moved, and how much of the new texts the suite does not cover."""
    interval = f"{drift.interval.low:.1%} to {drift.interval.high:.1%}"
    yield (
        f"{drift.outside:,} of {drift.n:,} new texts ({drift.outside / drift.n:.1%}, {interval}) are outside of what "
        "the suite covers"
    )
    if not drift.moved:
        yield f"nothing moved: {len(drift.compared)} comparisons, Holm at {drift.alpha:.2g}"
        return
    yield f"moved (of {len(drift.compared)} comparisons, Holm at {drift.alpha:.2g}):"
    for one in drift.moved:
        if one.what == "share":
            yield f"  {one.feature}: {one.old:.1%} -> {one.new:.1%} of texts, p = {one.p:.2g}"
        else:
            yield f"  {one.feature}: {one.old:.2f} -> {one.new:.2f} times in a text that has it, p = {one.p:.2g}"
