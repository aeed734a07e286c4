"""Many stored runs on one page: a table of them, and the history of every gate as a line."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from llmrobust import __version__
from llmrobust.gate import Decision, DecisionStatus
from llmrobust.report.html.page import TONES, environment, markup, policy, style_text
from llmrobust.report.html.scale import Scale, fitting
from llmrobust.report.html.view import TONES as GATE_TONES
from llmrobust.results.run_result import RunResult
from llmrobust.results.run_verdict import run_verdict
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.verdict import Status

WIDTH, HEIGHT, LANE = 260.0, 96.0, 16.0
MOST_POINTS = 60
"""Runs that a line shows: the newest ones."""


@dataclass(frozen=True, slots=True)
class GatePoint:
    """A gate as a run decided it. value: None where it was not evaluated; low, high, lower and upper are the ends of
    the interval and the bounds, None where there are none."""

    id: str
    status: DecisionStatus
    value: float | None
    low: float | None
    high: float | None
    lower: float | None
    upper: float | None

    @classmethod
    def of(cls, one: Decision) -> GatePoint:
        """What a decision leaves in a history."""
        m, gate = one.measurement, one.target.gate
        value, low, high = (None, None, None) if m is None else (m.value, m.low, m.high)
        return cls(one.id, one.status, value, low, high, gate.min, gate.max)


@dataclass(frozen=True, slots=True)
class SuiteSummary:
    """A suite of a run in short. model: which answered it."""

    name: str
    path: str
    model: str
    cases: int
    not_passed: int
    accuracy: float | None
    consistency: float | None
    gates: tuple[GatePoint, ...]

    @classmethod
    def of(cls, run: RunResult, suite: SuiteResult) -> SuiteSummary:
        """The summary of a suite."""
        found = [suite.measurement(name) for name in ("accuracy", "consistency")]
        accuracy, consistency = (None if m is None else m.value for m in found)
        model = run.model_of(suite)
        return cls(
            suite.name,
            suite.path,
            "no model" if model is None else model.name,
            len(suite.cases),
            sum(case.status is not Status.PASSED for case in suite.cases),
            accuracy,
            consistency,
            tuple(map(GatePoint.of, suite.decisions)),
        )


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A stored run in short. id: in addresses. name: its file below the folder. saved_s: when the file was written, in
    seconds since 1970. problem: why it cannot be read, or empty; then there is nothing else."""

    id: str
    name: str
    saved_s: float
    suites: tuple[SuiteSummary, ...] = ()
    model: str = ""
    outcome: str = ""
    tone: str = "open"
    sentence: str = ""
    problem: str = ""

    @classmethod
    def of(cls, run: RunResult, id: str, name: str, saved_s: float) -> RunSummary:
        """The summary of a run."""
        verdict, model = run_verdict(run), run.manifest.model
        return cls(
            id,
            name,
            saved_s,
            tuple(SuiteSummary.of(run, suite) for suite in run.suites),
            "no model" if model is None else model.name,
            verdict.outcome.value,
            TONES[verdict.outcome],
            verdict.sentence,
        )

    @property
    def saved(self) -> str:
        """When the file was written, in local time."""
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(self.saved_s))

    @property
    def gates(self) -> tuple[GatePoint, ...]:
        """The gates of all suites."""
        return tuple(gate for suite in self.suites for gate in suite.gates)


@dataclass(frozen=True, slots=True)
class Dot:
    """A run on a line. Where its gate was not evaluated, it stands in a lane below the picture."""

    run: RunSummary
    x: float
    y: float
    tone: str
    said: str


@dataclass(frozen=True, slots=True)
class History:
    """The line of a gate. lines, bands, bounds: points of SVG polylines and polygons; several where runs lack a value.
    left_out: older runs that are not drawn."""

    gate: str
    model: str
    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    bounds: tuple[str, ...]
    scale: Scale
    now: str
    tone: str
    left_out: int
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True, slots=True)
class SuiteHistory:
    """The lines of a suite's gates, one for each gate and model."""

    suite: str
    path: str
    models: tuple[str, ...]
    lines: tuple[History, ...]


def histories(runs: Sequence[RunSummary]) -> list[SuiteHistory]:
    """The history of every suite. runs: the oldest first."""
    points: dict[tuple[str, str], dict[tuple[str, str], list[tuple[RunSummary, GatePoint]]]] = {}
    models: dict[tuple[str, str], list[str]] = {}
    for run in runs:
        for suite in run.suites:
            key = (suite.name, suite.path)
            models.setdefault(key, []).append(suite.model)
            for gate in suite.gates:
                points.setdefault(key, {}).setdefault((gate.id, suite.model), []).append((run, gate))
    return [
        SuiteHistory(
            name,
            path,
            tuple(dict.fromkeys(models[name, path])),
            tuple(history(gate, model, found) for (gate, model), found in sorted(points.get((name, path), {}).items())),
        )
        for name, path in models
    ]


def history(gate: str, model: str, found: Sequence[tuple[RunSummary, GatePoint]]) -> History:
    """The line of a gate through the newest runs. found: the oldest first."""
    shown = found[-MOST_POINTS:]
    values = [
        end for _, one in shown for end in (one.value, one.low, one.high, one.lower, one.upper) if end is not None
    ]
    low = min([0.0, *values])
    scale = fitting(values, HEIGHT, low if low == 0 else -abs(low) - 1, max([1.0, *values]))
    across = Scale(0, max(1, len(shown) - 1), WIDTH)

    def at(number: int, value: float) -> str:
        return f"{across.at(number)},{round(HEIGHT - scale.at(value), 1)}"

    parts: list[list[int]] = [[]]
    for number, (_, one) in enumerate(shown):
        parts[-1].append(number) if one.value is not None else parts.append([])
    lines, bands = [], []
    for part in filter(None, parts):
        ends = [(n, shown[n][1]) for n in part]
        lines.append(" ".join(at(n, one.value) for n, one in ends if one.value is not None))
        wide = [(n, one) for n, one in ends if one.low is not None and one.high is not None]
        if len(wide) == len(ends) == 1:
            x, one = across.at(wide[0][0]), wide[0][1]
            high, low_end = (round(HEIGHT - scale.at(end or 0.0), 1) for end in (one.high, one.low))
            bands.append(f"{x - 2},{high} {x + 2},{high} {x + 2},{low_end} {x - 2},{low_end}")
        elif len(wide) == len(ends):
            highs = [at(n, one.high) for n, one in wide if one.high is not None]
            lows = [at(n, one.low) for n, one in wide if one.low is not None]
            bands.append(" ".join([*highs, *reversed(lows)]))
    bounds = [
        " ".join(at(n, bound) for n, (_, one) in enumerate(shown) if (bound := getattr(one, side)) is not None)
        for side in ("lower", "upper")
    ]
    dots = tuple(
        Dot(
            run,
            across.at(number),
            HEIGHT + LANE if one.value is None else round(HEIGHT - scale.at(one.value), 1),
            GATE_TONES[one.status],
            _said(run, one),
        )
        for number, (run, one) in enumerate(shown)
    )
    last = shown[-1][1]
    return History(
        gate,
        model,
        dots,
        tuple(lines),
        tuple(bands),
        tuple(filter(None, bounds)),
        scale,
        f"{last.status}{'' if last.value is None else f' {last.value:.3f}'}",
        GATE_TONES[last.status],
        len(found) - len(shown),
    )


def _said(run: RunSummary, one: GatePoint) -> str:
    value = "" if one.value is None else f" {one.value:.3f}"
    ends = "" if one.low is None or one.high is None else f" [{one.low:.3f}, {one.high:.3f}]"
    bounds = ((", at least ", one.lower), (", at most ", one.upper))
    said = "".join(f"{word}{bound:g}" for word, bound in bounds if bound is not None)
    return f"{run.saved} {run.name}: {one.status}{value}{ends}{said}"


def runs_page(runs: Sequence[RunSummary], folder: str, unread: int, before: dict[str, str]) -> str:
    """The page of all runs. runs: the newest first. unread: how many are still to be read; the page then loads itself
    again. before: by a run's id, the id of the run before it that has a suite in common."""
    style = style_text()
    template = environment().get_template("runs.html.jinja")
    return str(
        template.render(
            version=__version__,
            policy=policy(style, ""),
            style=markup(style),
            runs=runs,
            folder=folder,
            unread=unread,
            before=before,
            histories=histories([one for one in reversed(runs) if not one.problem]),
            models=len({suite.model for run in runs for suite in run.suites}),
        )
    )
