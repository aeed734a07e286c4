"""How often intervals hold the truth and gates err, by simulation, and how long all metrics take.

Examples have a rate of their own (Beta distributed, so that variants of one example are alike by `likeness`, the
intra-example correlation), and every run draws them anew. Everything goes through the code that suites go through.

    python -m benchmarks.calibration [--runs 1000] [--only coverage gates sequential noise speed]
        [--scenes spread outlier halves]
"""

from __future__ import annotations

import argparse
import math
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import report
from llmrobust.errors import Location
from llmrobust.gate import Decision, GateTarget, NoiseFloor, decide_gate
from llmrobust.gate.waves import Waves
from llmrobust.loading import load_plan
from llmrobust.metrics import METRICS, Dispersion, Table, measure, metric_names
from llmrobust.metrics.values_and_intervals import Estimate, estimated
from llmrobust.plan import Plan
from llmrobust.stats import Interval, dispersion_interval
from llmrobust.suitefile.suite import GateSpec
from tests.metrics.tables import random_table

Floats = NDArray[np.float64]
NUMBERS = (30, 100, 300, 1000)
LIKENESS = (0.0, 0.3, 0.6, 0.9)
SHARES = (0.02, 0.1, 0.5, 0.9, 0.98)
LOSSES = (0.02, 0.1, 0.3)
VARIANTS = 8
CLEAN = 0.8
"""Unperturbed accuracy where a scenario has one."""
GAIN = 0.05
"""Share of wrong answers that a perturbation turns right."""
WANTED = (0.935, 0.965)


def rates(rng: np.random.Generator, mean: float, likeness: float, n: int) -> Floats:
    """Each example's own rate."""
    if likeness == 0 or mean in (0, 1):
        return np.full(n, float(mean))
    strength = 1 / likeness - 1
    return rng.beta(mean * strength, (1 - mean) * strength, n)


def cells(rng: np.random.Generator, mean: float, likeness: float, n: int, m: int = VARIANTS) -> Floats:
    """(examples, variants) of 0 and 1."""
    return (rng.random((n, m)) < rates(rng, mean, likeness, n)[:, None]).astype(float)


def table_of(correct: Floats, clean: Floats | None = None, families: int = 1) -> Table:
    """A table whose answers agree where they are right; without `clean` the unperturbed answers are all right."""
    n, m = correct.shape
    names = tuple(f"f{i % families}" for i in range(m))
    columns = tuple(f"{name}/{i}" for i, name in enumerate(names))
    right = np.ones(n) if clean is None else clean
    return Table(correct, correct, right, columns, names, names, tuple(map(str, range(n))))


def lossy(rng: np.random.Generator, loss: float, likeness: float, n: int) -> Table:
    """Unperturbed answers, and perturbed ones that lose and gain."""
    clean = (rng.random(n) < CLEAN).astype(float)
    changes = np.where(clean == 1, rates(rng, loss, likeness, n), rates(rng, GAIN, likeness, n))
    changed = rng.random((n, VARIANTS)) < changes[:, None]
    return table_of(np.where(changed, 1 - clean[:, None], clean[:, None]), clean)


@lru_cache(maxsize=256)
def true_effect(loss: float, likeness: float) -> float:
    """Cohen's h of all examples there could be: the mean over many."""
    table = lossy(np.random.default_rng(99), loss, likeness, 400_000)
    return METRICS.get("cohens_h").value(table)


def share_scene(rng: np.random.Generator, share: float, likeness: float, n: int) -> tuple[Table, dict[str, float]]:
    """Shares of cases, and of examples (on the first variant alone worst case and accuracy are the same)."""
    return table_of(cells(rng, share, likeness, n)), {"consistency": share}


def example_scene(rng: np.random.Generator, share: float, likeness: float, n: int) -> tuple[Table, dict[str, float]]:
    """Shares of examples: every example's worst case is right with the same probability."""
    worst = (rng.random(n) < share).astype(float)
    drawn = np.maximum(worst[:, None], cells(rng, 0.5, likeness, n))
    drawn[:, 0] = worst
    return table_of(drawn), {"worst_case_accuracy": share}


def drop_scene(rng: np.random.Generator, loss: float, likeness: float, n: int) -> tuple[Table, dict[str, float]]:
    """Drops against the unperturbed answers, as a difference, a ratio, and an effect size."""
    drop = CLEAN * loss - (1 - CLEAN) * GAIN
    truths = {
        "accuracy_drop": drop,
        "performance_drop_rate": drop / CLEAN,
        "cohens_h": true_effect(loss, likeness),
    }
    return lossy(rng, loss, likeness, n), truths


def spread_scene(rng: np.random.Generator, width: float, likeness: float, n: int) -> tuple[Table, dict[str, float]]:
    """Variants of evenly spaced accuracies; an example that is hard is hard for all of them."""
    return accuracies_scene(rng, 0.85 - width * np.arange(VARIANTS) / (VARIANTS - 1), likeness, n)


def outlier_scene(rng: np.random.Generator, width: float, likeness: float, n: int) -> tuple[Table, dict[str, float]]:
    """Variants of one accuracy but for one that is worse, so that the best one is chosen among equals."""
    return accuracies_scene(rng, np.where(np.arange(VARIANTS) == 0, 0.85 - width, 0.85), likeness, n)


def halves_scene(rng: np.random.Generator, width: float, likeness: float, n: int) -> tuple[Table, dict[str, float]]:
    """Three times as many variants of two accuracies, so that the best and the worst are chosen among equals."""
    return accuracies_scene(rng, 0.85 - width * (np.arange(3 * VARIANTS) % 2), likeness, n)


def accuracies_scene(
    rng: np.random.Generator, accuracies: Floats, likeness: float, n: int
) -> tuple[Table, dict[str, float]]:
    """Variants of these accuracies."""
    own, together = rng.random((n, len(accuracies))), rng.random((n, 1))
    draws = np.where(rng.random((n, 1)) < likeness, together, own)  # some examples are as hard for all variants
    truths = {"spread": float(np.ptp(accuracies)), "accuracy_std": float(np.std(accuracies, ddof=1))}
    return table_of((draws < accuracies).astype(float)), truths


Scene = Callable[[np.random.Generator, float, float, int], tuple[Table, dict[str, float]]]
SCENES: dict[str, tuple[Scene, tuple[float, ...], float]] = {
    "share of cases": (share_scene, SHARES, 1.0),
    "share of examples": (example_scene, SHARES, 1.0),
    "drop": (drop_scene, LOSSES, 0.4),
    "spread": (spread_scene, (0.0, 0.05, 0.1, 0.3), 0.4),
    "outlier": (outlier_scene, (0.05, 0.3), 0.4),
    "halves": (halves_scene, (0.0, 0.1), 0.4),
}
"""Each with its levels, and the part of the runs that are made (resampling takes longer)."""


def covered(job: tuple[str, float, float, int, int]) -> list[dict[str, Any]]:
    """How often the 95 % intervals of a scene hold the truth, and on which side they miss it."""
    name, level, likeness, n, runs = job
    rng = np.random.default_rng([len(name), round(level * 1000), round(likeness * 10), n])
    hits: dict[str, Counter[str]] = {}
    widths: dict[str, list[float]] = {}
    for _ in range(runs):
        table, truths = SCENES[name][0](rng, level, likeness, n)
        for found in estimated(table, [METRICS.get(metric) for metric in truths], True):
            for metric, interval in intervals(found):
                truth, where = truths[found.metric.name], "none"
                if interval is not None:
                    where = "low" if truth < interval.low else "high" if truth > interval.high else "held"
                    widths.setdefault(metric, []).append(interval.high - interval.low)
                hits.setdefault(metric, Counter())[where] += 1
    return [
        {
            "scene": name,
            "metric": metric,
            "level": level,
            "likeness": likeness,
            "n": n,
            "coverage": one["held"] / runs,
            "width": float(np.mean(widths.get(metric, [math.nan]))),
            **one,
        }
        for metric, one in hits.items()
    ]


def intervals(found: Estimate) -> Iterator[tuple[str, Interval | None]]:
    """The interval that gates use; for distances between variants also the bound on the noise, for comparison."""
    yield found.metric.name, found.interval(0.95)
    if isinstance(found.statistic, Dispersion) and found.totals is not None:
        noise = found.statistic.noise(found.totals)
        yield f"{found.metric.name}, bound", dispersion_interval(noise, found.value, 0.95)


def coverage(pool: ProcessPoolExecutor, runs: int) -> Iterator[tuple[str, ...]]:
    """One row a metric and number of examples: how many settings lie in the wanted range, and the extremes."""
    jobs = [
        (name, level, likeness, n, max(50, round(runs * part)))
        for name, (_, levels, part) in SCENES.items()
        if not CHOSEN_SCENES or name in CHOSEN_SCENES
        for level in levels
        for likeness in LIKENESS
        for n in NUMBERS
    ]
    found = [row for rows in pool.map(covered, sorted(jobs, key=lambda job: -job[3])) for row in rows]
    FIGURES["coverage"] = found
    yield (
        "metric",
        "examples",
        "coverage of 95 %: median (range)",
        "settings in 93.5 to 96.5 %",
        "under 93.5 %",
        "mean width",
    )
    for metric in dict.fromkeys(row["metric"] for row in found):
        for n in NUMBERS:
            values = [row["coverage"] for row in found if row["metric"] == metric and row["n"] == n]
            inside = sum(WANTED[0] <= value <= WANTED[1] for value in values)
            below = sum(value < WANTED[0] for value in values)
            shown = f"{100 * np.median(values):.1f} % ({100 * min(values):.1f} to {100 * max(values):.1f})"
            width = np.mean([row["width"] for row in found if row["metric"] == metric and row["n"] == n])
            yield metric, str(n), shown, f"{inside} of {len(values)}", str(below), f"{width:.3f}"


def gate(metric: str, **options: Any) -> GateSpec:
    """A gate at 95 % unless it says otherwise."""
    return GateSpec(metric, Location(Path("simulated.robust.yaml"), 1, 1), **{"confidence": 0.95, **options})


def decided(
    spec: GateSpec, table: Table, groups: Sequence[str] = ("",), noise: NoiseFloor | None = None
) -> list[Decision]:
    """The gate's decisions on a table."""
    targets = [GateTarget(spec, group, f"{spec.metric}[{group}]") for group in groups]
    return decide_gate(targets, table, noise=noise)


def judged(job: tuple[str, str, float, float, int, int]) -> Counter[str]:
    """What a gate with the bound 0.9 (or a drop of 0.05) says of a share or loss, over runs."""
    kind, correction, level, likeness, n, runs = job
    rng = np.random.default_rng([len(kind), round(level * 1000), n])
    said: Counter[str] = Counter()
    for _ in range(runs):
        if kind == "drop":
            one = decided(gate("accuracy_drop", max=CLEAN * 0.1 - (1 - CLEAN) * GAIN), lossy(rng, level, likeness, n))
            said[one[0].status] += 1
            continue
        groups = [f"f{i}" for i in range(8)] if kind == "families" else [""]
        spec = gate("consistency", min=0.9, per="family" if kind == "families" else "suite", correction=correction)
        found = decided(spec, table_of(cells(rng, level, likeness, n, 16), families=len(groups)), groups)
        for status in ("pass", "fail"):
            said[status] += any(one.status == status for one in found)
        said["inconclusive"] += all(one.status == "inconclusive" for one in found)
    return said


def gates(pool: ProcessPoolExecutor, runs: int) -> Iterator[tuple[str, ...]]:
    """Shares of runs in which gates pass and fail, at the bound (where both are errors) and away from it."""
    jobs = [
        ("share", "none", level, likeness, n, runs)
        for level in (0.8, 0.9, 0.97)
        for likeness in (0.3, 0.9)
        for n in (100, 300)
    ]
    jobs += [("drop", "none", level, 0.3, n, runs) for level in (0.02, 0.1, 0.2) for n in (100, 300)]
    jobs += [("families", kind, 0.9, 0.3, 200, runs // 2) for kind in ("none", "holm", "benjamini-hochberg", "max")]
    found = list(pool.map(judged, jobs))
    FIGURES["gates"] = [{"job": job, "said": dict(said)} for job, said in zip(jobs, found, strict=True)]
    yield "gate at 95 %", "truth", "examples, likeness", "PASS", "FAIL"
    for (kind, correction, level, likeness, n, made), said in zip(jobs, found, strict=True):
        name = {"share": "consistency >= 0.9", "drop": "accuracy_drop <= 0.07", "families": f"8 families, {correction}"}
        truth = level if kind != "drop" else CLEAN * level - (1 - CLEAN) * GAIN
        at_bound = " (the bound)" if level == (0.1 if kind == "drop" else 0.9) else ""
        shown = [f"{100 * said[status] / made:.1f} %" for status in ("pass", "fail")]
        yield name[kind], f"{truth:.2f}{at_bound}", f"{n}, {likeness}", *shown


SUITE = """\
suite: simulated
prompt: {user: "Say yes.\\nText: {{ text }}\\nAnswer:"}
examples: {file: simulated.jsonl}
answer: {field: answer, choices: ["yes", "no"]}
perturb: [typo.keyboard: {samples: 8, target: input}]
gate: [GATE]
"""


@lru_cache(maxsize=8)
def simulated_plan(gate_text: str, n: int) -> Plan:
    """A suite of n examples with eight variants each."""
    with tempfile.TemporaryDirectory() as folder:
        words = "The quick brown fox jumps over the lazy dog and runs home before the night"
        rows = (f'{{"id": "{i}", "text": "{words} {i}", "answer": "yes"}}\n' for i in range(n))
        Path(folder, "simulated.jsonl").write_text("".join(rows), encoding="utf-8")
        path = Path(folder, "simulated.robust.yaml")
        path.write_text(SUITE.replace("GATE", gate_text), encoding="utf-8")
        return load_plan(path, Path(folder))


def in_waves(job: tuple[str, float, float, int, int]) -> tuple[Counter[str], list[float]]:
    """What the sequential mode decides, and the share of requests that it sends."""
    gate_text, level, likeness, n, runs = job
    plan = simulated_plan(gate_text, n)
    columns = list(plan.columns())
    place = {name: i for i, name in enumerate(columns)}
    rng = np.random.default_rng([round(level * 1000), round(likeness * 10), n])
    said: Counter[str] = Counter()
    sent = []
    for _ in range(runs):
        right = cells(rng, level, likeness, n, len(columns))
        truth = right.mean() >= 0.9
        waves = Waves(plan)
        order: dict[str, int] = {}
        asked = 0
        known = np.full((n, len(columns)), np.nan)

        def so_far(known: Floats = known, order: Mapping[str, int] = order) -> Table:
            rows = list(order.values())
            table = table_of(known[rows])
            return replace(table, columns=tuple(columns), examples=tuple(order))

        while wave := waves.next():
            asked += len(wave)
            for case in wave:
                row = order.setdefault(case.example.id, int(case.example.id))
                if not case.is_original:
                    known[row, place[case.column]] = right[row, place[case.column]]
            waves.tell(so_far())
        (decision,) = waves.finish(so_far()).values()
        said[decision.status] += 1
        said["unlike the whole suite"] += bool(decision.passed != truth)
        (at_once,) = decided(plan.suite.gates[0], table_of(right))
        said[f"whole suite {at_once.status}"] += 1
        sent.append(asked / len(plan.cases))
    return said, sent


def sequential(pool: ProcessPoolExecutor, runs: int) -> Iterator[tuple[str, ...]]:
    """Errors and savings of the sequential mode."""
    sure, plain = "accuracy: {min: 0.9, confidence: 0.95}", "accuracy: {min: 0.9}"
    levels = (0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0)
    jobs = [(sure, level, likeness, 1000, runs // 2) for level in levels for likeness in (0.3, 0.9)]
    jobs += [(plain, level, 0.3, 1000, runs // 2) for level in (0.8, 0.88, 0.9, 0.92, 0.98)]
    jobs += [(sure, level, 0.3, 200, runs // 2) for level in (0.7, 0.98)]
    found = list(pool.map(in_waves, jobs))
    FIGURES["sequential"] = [
        {"job": job, "said": dict(said), "sent": sent} for job, (said, sent) in zip(jobs, found, strict=True)
    ]
    yield (
        "gate",
        "truth, likeness, examples",
        "PASS / FAIL in waves",
        "PASS / FAIL at once",
        "requests sent",
        "unlike at once",
    )
    for (text, level, likeness, n, made), (said, sent) in zip(jobs, found, strict=True):
        name = "min 0.9 at 95 %" if text == sure else "min 0.9"
        shown = [
            f"{100 * said[f'{way}pass'] / made:.1f} / {100 * said[f'{way}fail'] / made:.1f} %"
            for way in ("", "whole suite ")
        ]
        unlike = "" if text == sure else f"{100 * said['unlike the whole suite'] / made:.1f} %"
        yield name, f"{level}, {likeness}, {n:,}", *shown, f"{100 * np.mean(sent):.0f} %", unlike


def noisy(job: tuple[float, float, bool, int]) -> Counter[str]:
    """What a consistency gate (at least 0.93, 95 %) says of a model whose server answers equal prompts unequally."""
    flips, noise, measured, runs = job
    rng = np.random.default_rng([round(flips * 1000), round(noise * 1000)])
    n, asked_again, times = 300, 100, 4
    said: Counter[str] = Counter()
    for _ in range(runs):
        own = rates(rng, noise / 2, 0.3, n) if noise else np.zeros(n)  # of one answer; two differ about twice as often
        clean = rng.random(n) < own
        again = rng.random((asked_again, times)) < own[:asked_again, None]
        moved = cells(rng, flips, 0.3, n) == 1
        answers = moved ^ (rng.random((n, VARIANTS)) < own[:, None])
        table = table_of((answers == clean[:, None]).astype(float))
        floor = None
        if measured:
            names = table.examples[:asked_again]
            differs = (again != clean[:asked_again, None]).sum(axis=1)
            floor = NoiseFloor.of(dict.fromkeys(names, times), dict(zip(names, map(int, differs), strict=True)))
        said[decided(gate("consistency", min=0.93), table, noise=floor)[0].status] += 1
    return said


def noise(pool: ProcessPoolExecutor, runs: int) -> Iterator[tuple[str, ...]]:
    """Alarms of a consistency gate with and without the noise floor."""
    jobs = [
        (flips, rate, measured, runs)
        for flips in (0.02, 0.07, 0.12)
        for rate in (0.0, 0.03, 0.08)
        for measured in (False, True)
    ]
    found = list(pool.map(noisy, jobs))
    FIGURES["noise"] = [{"job": job, "said": dict(said)} for job, said in zip(jobs, found, strict=True)]
    yield "consistency >= 0.93 at 95 %, true value", "equal prompts differ", "noise floor", "PASS", "FAIL"
    for (flips, rate, measured, made), said in zip(jobs, found, strict=True):
        shown = [f"{100 * said[status] / made:.1f} %" for status in ("pass", "fail")]
        yield f"{1 - flips:.2f}", f"{rate:.2f}", "measured" if measured else "no", *shown


def speed(pool: ProcessPoolExecutor, runs: int) -> Iterator[tuple[str, ...]]:
    """All metrics of a large table, with 10,000 resamples each."""
    names = [name for name in metric_names() if METRICS.get(name).reads != "texts"]
    seconds, peak = pool.submit(measured_at_once, names).result()
    FIGURES["speed"] = {"seconds": seconds, "gib": peak, "metrics": len(names)}
    yield "metrics", "table", "resamples", "seconds", "peak memory"
    yield str(len(names)), "10,000 examples x 64 variants", "10,000", f"{seconds:.1f}", f"{peak:.2f} GiB"


def measured_at_once(names: list[str]) -> tuple[float, float]:
    """Seconds and the process's peak of GiB."""
    table = random_table(1, 10_000, 64)
    start = time.perf_counter()
    measure(table, names, resamples=10_000)
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


FIGURES: dict[str, Any] = {}
CHOSEN_SCENES: list[str] = []
"""The scenes whose coverage is simulated; empty for all."""
PARTS: dict[str, Callable[[ProcessPoolExecutor, int], Iterator[tuple[str, ...]]]] = {
    "speed": speed,
    "coverage": coverage,
    "gates": gates,
    "sequential": sequential,
    "noise": noise,
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--jobs", type=int, help="processes (default: one a core)")
    parser.add_argument("--scenes", nargs="+", choices=SCENES, default=[], help="of the coverage")
    chosen = parser.parse_args()
    CHOSEN_SCENES.extend(chosen.scenes)
    for name in chosen.only:
        start = time.perf_counter()
        with ProcessPoolExecutor(chosen.jobs) as pool:
            rows = list(PARTS[name](pool, chosen.runs))
        report(f"statistics-{name}", rows, {name: FIGURES[name], "runs": chosen.runs})
        error = 100 * 1.96 * math.sqrt(0.05 * 0.95 / chosen.runs)
        print(f"{name}: {time.perf_counter() - start:.0f} s; a share of 5 % is told to within {error:.1f} points\n")


if __name__ == "__main__":
    main()
