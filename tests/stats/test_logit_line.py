"""The line on logit axes, and distances from it."""

from __future__ import annotations

import numpy as np
import pytest

from llmrobust.stats.logit_line import inner_share, logit, logit_line, off_the_line, share_of


def points(slope, intercept, n=7):
    x = np.linspace(0.4, 0.95, n)
    return x, share_of(intercept + slope * logit(x))


def test_a_line_is_found_again():
    x, y = points(0.8, -0.3)
    line = logit_line(x, y)
    assert (line.slope, line.intercept, line.error) == pytest.approx((0.8, -0.3, 0), abs=1e-9)
    assert line.at(0.7) == pytest.approx(float(share_of(np.array(-0.3 + 0.8 * np.log(0.7 / 0.3)))))


def test_the_fit_is_least_squares():
    generator = np.random.default_rng(3)
    x = generator.uniform(0.3, 0.9, 9)
    y = generator.uniform(0.3, 0.9, 9)
    slope, intercept = np.polyfit(logit(x), logit(y), 1)
    line = logit_line(x, y)
    assert (line.slope, line.intercept) == pytest.approx((slope, intercept))
    residuals = logit(y) - intercept - slope * logit(x)
    assert line.error == pytest.approx(np.sqrt((residuals**2).sum() / 7))


def test_what_has_no_line_is_refused():
    with pytest.raises(ValueError, match="three points"):
        logit_line(np.array([0.5, 0.6]), np.array([0.5, 0.6]))
    with pytest.raises(ValueError, match="the same x"):
        logit_line(np.full(5, 0.5), np.linspace(0.3, 0.7, 5))


def test_shares_always_have_a_logit():
    assert np.isfinite(logit(inner_share(np.array([0.0, 5.0, 10.0]), 10))).all()


@pytest.mark.parametrize("entries", [5, 8])
def test_intervals_cover_a_point_on_the_line(entries):
    """Points scattered around one line, the last of them like the others: its true distance is that of its own scatter,
    which is known here; the interval of its distance from the line must hold it in at least about 95 of 100."""
    generator = np.random.default_rng(11)
    held = 0
    for trial in range(300):
        x = generator.uniform(-0.5, 2.5, entries)
        scatter = generator.normal(0, 0.3, entries)
        scatter[-1] = 0.0
        y = -0.2 + 0.9 * x + scatter
        clean, shifted = (np.tile(share_of(one), (800, 1)) for one in (x, y))
        off = off_the_line(clean, shifted, entries - 1, trial)
        low, high = np.quantile(off, [0.025, 0.975])
        held += low <= 0 <= high
    assert held / 300 >= 0.92
