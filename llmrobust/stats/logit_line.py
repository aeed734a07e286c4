"""Accuracy under a shift against accuracy without it: a line on logit axes, and how far a point lies off it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST_POINTS = 5
"""Points from which a line is fitted: with fewer, the line through the others has no or hardly any residuals."""


@dataclass(frozen=True, slots=True)
class LogitLine:
    """logit(y) = intercept + slope * logit(x), fitted by least squares. error: standard deviation of its residuals.
    centre, squares: mean of logit(x), and the sum of its squared deviations. n: points."""

    intercept: float
    slope: float
    error: float
    centre: float
    squares: float
    n: int

    def at(self, x: float) -> float:
        """The share on the line at a share x in (0, 1)."""
        return float(share_of(np.array(self.intercept + self.slope * logit(np.array(x)))))

    def reach(self, x: float) -> float:
        """The standard error of the line at x, on the logit axis."""
        return float(self.error * np.sqrt(1 / self.n + (logit(np.array(x)) - self.centre) ** 2 / self.squares))


def logit(share: Floats) -> Floats:
    """log(share / (1 - share))."""
    return np.asarray(np.log(share) - np.log1p(-share))


def share_of(value: Floats) -> Floats:
    """The inverse of `logit`."""
    return np.asarray(1 / (1 + np.exp(-value)))


def inner_share(right: Floats, count: float) -> Floats:
    """Shares that have a logit: half a right answer and half a wrong one added.

    Source: Haldane 1956; Anscombe 1956 (the empirical logit).
    """
    return np.asarray((right + 0.5) / (count + 1))


def logit_line(x: Floats, y: Floats) -> LogitLine:
    """The line through points of shares in (0, 1), (points,) each. Raises ValueError for fewer than three points, and
    where all x are the same."""
    if len(x) < 3:
        raise ValueError(f"a line and its residuals take three points, not {len(x)}")
    intercept, slope, error, centre, squares = _lines(logit(x)[None], logit(y)[None])
    if squares[0] <= 1e-12:
        raise ValueError("all points have the same x")
    return LogitLine(float(intercept[0]), float(slope[0]), float(error[0]), float(centre[0]), float(squares[0]), len(x))


def off_the_line(clean: Floats, shifted: Floats, point: int, seed: int) -> Floats:
    """How far a point's share lies above the line through all other points, once for each resample, (resamples,).

    clean, shifted: (resamples, points) shares in (0, 1) over resamples of the examples, which all points share, so that
    the line is fitted anew in each. Its own uncertainty is added as a draw from Student's t with the residuals' degrees
    of freedom. NaN where the other points have no spread.
    Source: Taori et al. 2020, arXiv 2007.00644, section 2 (effective robustness, on logit axes); the point itself does
    not pull its line.
    """
    others = np.arange(clean.shape[1]) != point
    x, y = logit(clean), logit(shifted)
    intercept, slope, error, centre, squares = _lines(x[:, others], y[:, others])
    n = int(others.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = error * np.sqrt(1 / n + (x[:, point] - centre) ** 2 / squares)
        drawn = np.random.Generator(np.random.PCG64(seed)).standard_t(n - 2, size=len(x))
        line = intercept + slope * x[:, point] + drawn * reach
    return np.where(squares > 1e-12, shifted[:, point] - share_of(line), np.nan)


def _lines(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Least squares in each row of (rows, points): intercept, slope, residual error, mean of x, squares of x."""
    centre, middle = x.mean(axis=1), y.mean(axis=1)
    dx, dy = x - centre[:, None], y - middle[:, None]
    squares = (dx**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (dx * dy).sum(axis=1) / squares
    intercept = middle - slope * centre
    residuals = y - intercept[:, None] - slope[:, None] * x
    error = np.sqrt((residuals**2).sum(axis=1) / (x.shape[1] - 2))
    return intercept, slope, error, centre, squares
