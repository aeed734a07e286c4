"""Draw accuracy and consistency against severity for every operator use of a suite that has a ladder.

    pip install matplotlib
    python docs/severity.py suites/severity.robust.yaml docs/severity.svg [--llm SPEC]

Every point is a metric over the cases of one severity with its 95 % interval over examples.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib as mpl
import numpy as np

from llmrobust.engine import Engine, Store
from llmrobust.metrics import METRICS, Measurement, measure_selection
from llmrobust.models import parse_specs
from llmrobust.run import SuiteRun, ask_all, load_plan

mpl.use("svg")
mpl.rcParams |= {"svg.hashsalt": "llmrobust", "svg.fonttype": "none", "font.size": 9}
from matplotlib import pyplot as plt  # noqa: E402  (after the backend is chosen)

COLOURS = {"accuracy": "#1f6feb", "consistency": "#d1242f"}


def curves(run: SuiteRun) -> dict[str, dict[str, list[tuple[int, Measurement]]]]:
    """For each use of an operator and metric, the measurement at every severity."""
    table = run.table
    severity = {case.column: case.severity for case in run.plan.cases}
    found: dict[str, dict[str, list[tuple[int, Measurement]]]] = {}
    for use in dict.fromkeys(column.split("/")[0] for column in table.columns):
        for metric in COLOURS:
            for level in range(1, 6):
                keep = np.array([column.split("/")[0] == use and severity[column] == level for column in table.columns])
                if keep.any():
                    m = measure_selection(table.select(keep), METRICS.get(metric))
                    found.setdefault(use, {}).setdefault(metric, []).append((level, m))
    return found


def draw(found: dict[str, dict[str, list[tuple[int, Measurement]]]], clean: float, picture: Path) -> None:
    """One panel a use."""
    figure, panels = plt.subplots(1, len(found), figsize=(3.1 * len(found), 2.9), sharey=True, squeeze=False)
    for panel, (use, metrics) in zip(panels[0], found.items(), strict=True):
        panel.axhline(clean, color="#57606a", linewidth=0.8, linestyle=":", label="accuracy, unperturbed")
        for metric, points in metrics.items():
            known = [(level, m) for level, m in points if m.value is not None]
            levels = [level for level, _ in known]
            values = np.array([m.value for _, m in known])
            ends = np.array([[m.value - m.low, m.high - m.value] for _, m in known]).clip(0).T
            panel.errorbar(levels, values, ends, color=COLOURS[metric], marker="o", ms=3, capsize=2, lw=1.2, label=metric)
        panel.set(title=use, xlabel="severity", xticks=range(1, 6), ylim=(0, 1.03))
        panel.grid(axis="y", linewidth=0.3)
    panels[0][0].set_ylabel("share of cases")
    panels[0][0].legend(loc="lower left", frameon=False)
    figure.tight_layout()
    figure.savefig(picture, metadata={"Date": None})


def main() -> None:
    """Run the suite, print the points, draw them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--llm", default="tiny")
    chosen = parser.parse_args()
    plan = load_plan(chosen.suite, Path.cwd())
    engine = Engine(parse_specs([chosen.llm]), lambda: Store(None))
    try:
        run = SuiteRun.of(plan, ask_all(engine, [case.request for case in plan.cases]))
    finally:
        engine.close()
    clean = measure_selection(run.table, METRICS.get("clean_accuracy")).value
    found = curves(run)
    print(f"unperturbed accuracy {clean:.3f}, {len(plan.suite.examples)} examples, {len(plan.cases):,} cases\n")
    print("| use | severity | accuracy | consistency | cases |\n|---|---|---|---|---|")
    for use, metrics in found.items():
        for (level, a), (_, c) in zip(metrics["accuracy"], metrics["consistency"], strict=True):
            cells = [f"{m.value:.2f} ({m.low:.2f} to {m.high:.2f})" if m.value is not None else "-" for m in (a, c)]
            print(f"| {use} | {level} | {cells[0]} | {cells[1]} | {a.n_cases} |")
    draw(found, clean if clean is not None else float("nan"), chosen.picture)


if __name__ == "__main__":
    main()
