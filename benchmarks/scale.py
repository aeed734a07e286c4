"""What a session costs by phase at 1,000 to 1,000,000 cases: seconds, processor time, peak memory.

    python -m benchmarks.scale [--sizes 1000 10000 100000] [--only collect rerun] [--items]

A suite of synthetic examples with ten cases each and cheap operators runs against a model that computes nothing:
`--collect-only`, then once to fill the reply store, then the rerun from the store, which fails if anything is sent.
With `--robust-bulk`, or with one pytest item a case (`--items`). Every figure is of a whole pytest process. The
exponent of growth of a phase is the slope of log seconds over log cases between the two largest sizes.

Phases of the main thread: *import* (from the start of the process until everything is imported), *load* (suite and
data), *plan*, *collect* (the rest of pytest's collection), *wait* (for replies), *judge*, *run* (the rest of running:
pytest's own, gates), *report*.
*engine* is the engine's thread: looking up, sending, storing. *children* are the processes that large suites are
planned in: processor time of all together, memory of the largest; other rows are of the main process.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import add_model, report
from benchmarks.overhead import BACKEND

SUITE = """\
suite: scale
prompt:
  user: |
    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples: {file: data.jsonl}
answer: {field: answer, choices: [positive, negative]}
perturb:
  - punctuation.strip_final: {target: input}
  - typo.keyboard: {rate: 0.05, samples: 3, target: input}
  - format: {sample: 4}
  - casing.upper
gate:
  accuracy: {min: 0.5}
  consistency: {min: 0.5, per: family}
"""
VARIANTS = 10
"""Cases an example: the unperturbed one and nine variants."""

PHASES = """
import atexit, json, os, resource, time
import pytest

FOUND = {}
DEPTH = []

def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def note(name, wall, cpu):
    before = FOUND.get(name, {"wall": 0.0, "cpu": 0.0})
    FOUND[name] = {"wall": before["wall"] + wall, "cpu": before["cpu"] + cpu, "peak_mb": peak_mb()}

class timed:
    def __init__(self, name):
        self.name = name
    def __enter__(self):
        self.start, self.inner = (time.perf_counter(), time.thread_time()), [0.0, 0.0]
        DEPTH.append(self)
    def __exit__(self, *exception):
        DEPTH.pop()
        wall, cpu = time.perf_counter() - self.start[0], time.thread_time() - self.start[1]
        note(self.name, wall - self.inner[0], cpu - self.inner[1])
        if DEPTH:
            DEPTH[-1].inner[0] += wall
            DEPTH[-1].inner[1] += cpu

def wrap(module, attribute, name):
    function = getattr(module, attribute)
    def wrapped(*args, **kwargs):
        with timed(name):
            return function(*args, **kwargs)
    setattr(module, attribute, wrapped)

@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session):
    import llmrobust.plugin.suite_file, llmrobust.plugin.collectors, llmrobust.plugin.session, llmrobust.loading
    from llmrobust.engine.engine import Engine
    from llmrobust.plugin.session_suite import SessionSuite
    note("import", time.time() - float(os.environ["STARTED"]), time.process_time())
    wrap(llmrobust.loading, "load_suite_files", "load")
    wrap(llmrobust.loading, "plan_suite", "plan")
    wrap(llmrobust.loading, "compact_plan", "plan")
    wrap(Engine, "replies", "wait")
    wrap(SessionSuite, "judged", "judge")
    served = Engine._run
    def run(self):
        start = time.perf_counter()
        served(self)
        note("engine", time.perf_counter() - start, time.thread_time())
    Engine._run = run

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session):
    with timed("collect"):
        return (yield)

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session):
    with timed("run"):
        return (yield)

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    with timed("report"):
        return (yield)

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_unconfigure(config):
    with timed("close"):
        return (yield)

def at_exit():
    whole = time.time() - float(os.environ["STARTED"])
    FOUND["all"] = {"wall": whole, "cpu": time.process_time(), "peak_mb": peak_mb()}
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    FOUND["children"] = {"wall": 0.0, "cpu": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}
    with open(os.environ["PHASES"], "w") as file:
        json.dump(FOUND, file)

atexit.register(at_exit)
"""
NAMES = ("import", "load", "plan", "collect", "wait", "judge", "run", "report", "close", "engine", "children", "all")
WAYS = {"collect": ["--collect-only"], "first": [], "rerun": []}
LIMIT_S = 3600


def make_project(folder: Path) -> dict[str, str]:
    """The model that answers at once, and the plugin that measures; returns the environment to run in."""
    add_model(folder / "site", "instant", "instant:Instant")
    (folder / "site" / "instant.py").write_text(BACKEND)
    return measured(folder)


def measured(folder: Path) -> dict[str, str]:
    """The environment in which the plugin measures, and what else lies in the folder's `site` is found."""
    (folder / "site" / "scale_phases.py").write_text(PHASES)
    paths = [str(folder / "site"), str(Path(__file__).parent.parent)]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "OMP_NUM_THREADS": "1",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def write_suite(folder: Path, cases: int) -> Path:
    """A suite of as many cases, all of whose prompts differ, in a folder of its own."""
    place = folder / f"cases{cases}"
    place.mkdir()
    with (place / "data.jsonl").open("w") as file:
        for i in range(cases // VARIANTS):
            row = {"text": f"Film {i} of {cases} was a joy to watch from its start to its end.", "answer": "positive"}
            file.write(json.dumps(row) + "\n")
    (place / "pytest.ini").write_text(f"[pytest]\nllm = instant:\nrobust_store = {place}/replies.sqlite\n")
    (place / "scale.robust.yaml").write_text(SUITE)
    return place


def session(
    place: Path, environment: dict[str, str], arguments: list[str], suite: str = "scale.robust.yaml"
) -> dict[str, Any]:
    """What each phase of a pytest session took. Raises SystemExit when it fails."""
    phases = place / "phases.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    command += ["-p", "no:xdist", "-p", "no:randomly", "-p", "scale_phases", suite, *arguments]
    started = {"STARTED": str(time.time()), "PHASES": str(phases)}
    done = subprocess.run(
        command, cwd=place, env=environment | started, capture_output=True, text=True, timeout=LIMIT_S
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(phases.read_text())
    found["sent"] = sum(" sent" in line and " 0 sent" not in line for line in done.stdout.splitlines())
    return found


def exponent(sizes: list[int], seconds: list[float]) -> float | None:
    """The slope of log seconds over log size between the two largest sizes; None where that says nothing."""
    if len(sizes) < 2 or min(seconds[-2:]) < 0.05:
        return None
    return math.log(seconds[-1] / seconds[-2]) / math.log(sizes[-1] / sizes[-2])


def rows_of(way: str, sizes: list[int], found: dict[int, dict[str, Any]]) -> list[tuple[str, ...]]:
    """A table of the phases of one way of running: wall seconds (processor seconds) and peak memory at each size."""
    rows: list[tuple[str, ...]] = [(way, *(f"{size:,}" for size in sizes), "exponent")]
    for name in NAMES:
        if not all(name in found[size] for size in sizes):
            continue
        there = [found[size][name] for size in sizes]
        cells = [f"{one['wall']:.2f} ({one['cpu']:.2f}) s {one['peak_mb']:,.0f} MB" for one in there]
        slope = exponent(sizes, [found[size][name]["cpu"] for size in sizes])
        rows.append((name, *cells, "" if slope is None else f"{slope:.2f}"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--only", nargs="+", choices=("collect", "rerun"), default=["collect", "rerun"])
    parser.add_argument("--items", action="store_true", help="one pytest item a case, without --robust-bulk")
    parser.add_argument("--extra", nargs="*", default=[], help="further arguments of pytest")
    chosen = parser.parse_args()
    ways = [way for way in WAYS if ("collect" if way == "collect" else "rerun") in chosen.only]
    found: dict[str, dict[int, dict[str, Any]]] = {way: {} for way in ways}
    how = [] if chosen.items else ["--robust-bulk"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = make_project(folder)
        for size in sorted(chosen.sizes):
            place = write_suite(folder, size)
            session(place, environment, [*how, "--collect-only"])  # so that everything is compiled
            for way in ways:
                found[way][size] = one = session(place, environment, [*how, *WAYS[way], *chosen.extra])
                print(f"{way} {size:,}: {json.dumps(one)}", flush=True)
                if way == "rerun" and one["sent"]:
                    raise SystemExit("the rerun sent something: it was not served from the store")
    sizes = sorted(chosen.sizes)
    rows = [row for way in ways for row in rows_of(way, sizes, found[way])]
    report("scale-items" if chosen.items else "scale", rows, {"found": found, "arguments": [*how, *chosen.extra]})


if __name__ == "__main__":
    main()
