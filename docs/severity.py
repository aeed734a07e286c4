"""Draw accuracy and consistency against severity for every operator use of some suites that has a ladder.

    pip install matplotlib
    python docs/severity.py docs/severity.svg suites/severity.robust.yaml suites/severity-format.robust.yaml

Every point is a metric over the cases of one severity with its 95 % interval over examples.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib as mpl
import numpy as np

from llmrobust.engine import Engine, Store
from llmrobust.loading import load_plan
from llmrobust.metrics import METRICS, Measurement, measure_selection
from llmrobust.models import parse_specs
from llmrobust.runner import SuiteRun, ask_all

mpl.use("svg")
mpl.rcParams |= {"svg.hashsalt": "llmrobust", "svg.fonttype": "none", "font.size": 9}
from matplotlib import pyplot as plt  # noqa: E402  (after the backend is chosen)

Curves = dict[str, list[tuple[int, Measurement]]]
Panel = tuple[str, Curves, float]
"""An operator use, its curves by metric, and the accuracy without perturbation."""
COLOURS = {"accuracy": "#1f6feb", "consistency": "#d1242f"}


def curves(run: SuiteRun) -> dict[str, Curves]:
    """For each use of an operator and metric, the measurement at every severity."""
    table = run.table
    severity = {case.column: case.severity for case in run.plan.cases}
    found: dict[str, Curves] = {}
    for use in dict.fromkeys(column.split("/")[0] for column in table.columns):
        for metric in COLOURS:
            for level in range(1, 6):
                keep = np.array([column.split("/")[0] == use and severity[column] == level for column in table.columns])
                if keep.any():
                    m = measure_selection(table.select(keep), METRICS.get(metric))
                    found.setdefault(use, {}).setdefault(metric, []).append((level, m))
    return found


def draw(panels: list[Panel], picture: Path) -> None:
    """One panel a use."""
    figure, axes = plt.subplots(1, len(panels), figsize=(3.1 * len(panels), 2.9), sharey=True, squeeze=False)
    for axis, (use, metrics, clean) in zip(axes[0], panels, strict=True):
        axis.axhline(clean, color="#57606a", linewidth=0.8, linestyle=":", label="accuracy, unperturbed")
        for shift, (metric, points) in zip((-0.07, 0.07), metrics.items(), strict=True):
            known = [(level, m) for level, m in points if m.value is not None]
            levels = [level + shift for level, _ in known]
            values = np.array([m.value for _, m in known])
            ends = np.array([[m.value - m.low, m.high - m.value] for _, m in known]).clip(0).T
            look = {"color": COLOURS[metric], "marker": "o", "ms": 3, "capsize": 2, "lw": 1.2}
            axis.errorbar(levels, values, ends, label=metric, **look)
        axis.set(title=use, xlabel="severity", xticks=range(1, 6), xlim=(0.6, 5.4), ylim=(0, 1.03))
        axis.grid(axis="y", linewidth=0.3)
    axes[0][0].set_ylabel("share of cases")
    axes[0][0].legend(loc="lower left", frameon=False)
    figure.tight_layout()
    figure.savefig(picture, metadata={"Date": None})


def main() -> None:
    """Run the suite, print the points, draw them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=Path)
    parser.add_argument("suites", type=Path, nargs="+")
    parser.add_argument("--llm", default="tiny")
    chosen = parser.parse_args()
    plans = [load_plan(suite, Path.cwd()) for suite in chosen.suites]
    engine = Engine(parse_specs([chosen.llm]), lambda: Store(None))
    try:
        replies = ask_all(engine, [case.request for plan in plans for case in plan.cases])
    finally:
        engine.close()
    panels: list[Panel] = []
    print("| suite | use | severity | accuracy | consistency | cases |\n|---|---|---|---|---|---|")
    for plan in plans:
        run = SuiteRun.of(plan, replies)
        clean = measure_selection(run.table, METRICS.get("clean_accuracy")).value
        for use, metrics in curves(run).items():
            panels.append((use, metrics, clean if clean is not None else float("nan")))
            for (level, a), (_, c) in zip(metrics["accuracy"], metrics["consistency"], strict=True):
                cells = [f"{m.value:.2f} ({m.low:.2f} to {m.high:.2f})" if m.value is not None else "-" for m in (a, c)]
                print(f"| {plan.suite.name} | {use} | {level} | {cells[0]} | {cells[1]} | {a.n_cases} |")
    draw(panels, chosen.picture)


if __name__ == "__main__":
    main()
