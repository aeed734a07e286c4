"""Time per item with every reply stored, beside bare pytest items that do nothing; and what an unused plugin costs.

    python -m benchmarks.overhead [--items 4000] [--runs 5]

Each figure comes from whole pytest processes at two sizes, so that start-up cancels out: (time at N - time at N/8)
/ (N - N/8). The sizes and the two kinds of item take turns. The model is a backend that answers at once (so that its
start-up is not measured); every reply is in the store before the first timed run, and the run fails if anything is
sent.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import add_model, report, spread, wall_s

BARE_CONFTEST = """
import pytest

class Nothing(pytest.Item):
    def runtest(self):
        pass

class Folder(pytest.File):
    def collect(self):
        for number in range(int(self.path.read_text())):
            yield Nothing.from_parent(self, name=f"plain[ex-{number:05d}]")

def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".bare":
        return Folder.from_parent(parent, path=file_path)
"""
BACKEND = """
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Response

class Instant:
    spec = "instant:"
    def __init__(self, spec):
        pass
    async def open(self):
        return ModelInfo("instant:", "instant", "benchmark", "instant", 4096, 1024, 4, ("text",))
    async def answer(self, batch):
        return [Response("positive", "stop") for _ in batch]
    async def close(self):
        pass
"""
SUITE = """\
suite: overhead
prompt:
  user: |
    {{% instruction %}}Decide whether the review is positive or negative.{{% endinstruction %}}
    Review: {{{{ text }}}}
    Sentiment:
examples: {{file: {data}}}
answer: {{field: answer, choices: [positive, negative]}}
gate:
  clean_accuracy: {{min: 0.5}}
"""


def make_project(folder: Path, items: int) -> None:
    """A folder with a bare file and a suite of as many items."""
    (folder / "conftest.py").write_text(BARE_CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\nllm = instant:\n")
    add_model(folder / "site", "instant", "instant:Instant")
    (folder / "site" / "instant.py").write_text(BACKEND)
    for size in (items, items // 8):
        (folder / f"items{size}.bare").write_text(str(size))
        rows = [{"text": f"Film number {i} was a joy to watch.", "answer": "positive"} for i in range(size)]
        (folder / f"data{size}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        (folder / f"items{size}.robust.yaml").write_text(SUITE.format(data=f"data{size}.jsonl"))


def per_item_ms(folder: Path, items: int, runs: int) -> dict[str, list[float]]:
    """Milliseconds an item, one figure a round, for both kinds."""
    environment = os.environ | {"PYTHONPATH": str(folder / "site")}
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]

    def seconds(name: str) -> float:
        return wall_s([*pytest, name], cwd=folder, env=environment)

    small = items // 8
    for size in (items, small):
        seconds(f"items{size}.robust.yaml")
    figures: dict[str, list[float]] = {"bare": [], "llmrobust": []}
    for _ in range(runs):
        for kind, suffix in (("bare", "bare"), ("llmrobust", "robust.yaml")):
            gone = seconds(f"items{items}.{suffix}") - seconds(f"items{small}.{suffix}")
            figures[kind].append(1000 * gone / (items - small))
    out = subprocess.run(
        [*pytest, f"items{items}.robust.yaml"], cwd=folder, env=environment, capture_output=True, text=True
    ).stdout
    if "0 sent" not in out:
        raise SystemExit(f"the timed runs were not served from the store:\n{out[-2000:]}")
    return figures


def unused_ms(folder: Path, runs: int) -> dict[str, list[float]]:
    """Milliseconds that an installed but unused plugin adds, as differences of runs in alternation."""
    empty = folder / "empty"
    empty.mkdir()
    (empty / "test_one.py").write_text("def test_one(): pass\n")
    pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    added: dict[str, list[float]] = {"pytest --version": [], "a run without suites": []}
    for _ in range(4 * runs):
        for name, arguments in (("pytest --version", ["--version"]), ("a run without suites", ["-q"])):
            with_plugin = wall_s([*pytest, *arguments], cwd=empty)
            without = wall_s([*pytest, "-p", "no:llmrobust", *arguments], cwd=empty)
            added[name].append(1000 * (with_plugin - without))
    return added


def import_time() -> str:
    """What `python -X importtime` says of our modules when pytest and the plugin are imported, and nothing else."""
    command = [sys.executable, "-X", "importtime", "-c", "import pytest, llmrobust.plugin"]
    lines = subprocess.run(command, capture_output=True, text=True).stderr.splitlines()
    return "\n".join([lines[0], *(line for line in lines if "llmrobust" in line)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=4000)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_project(folder, chosen.items)
        items = per_item_ms(folder, chosen.items, chosen.runs)
        unused = unused_ms(folder, chosen.runs)
    ratios = [ours / bare for ours, bare in zip(items["llmrobust"], items["bare"], strict=True)]
    print(import_time())
    rows = [
        ("figure", "median (range)"),
        ("bare pytest item, ms", spread(items["bare"])),
        ("llmrobust item with a stored reply, ms", spread(items["llmrobust"])),
        ("ratio (aim: at most 3)", spread(ratios)),
        *((f"unused plugin adds to {name}, ms (aim: under 20)", spread(values)) for name, values in unused.items()),
    ]
    figures = {"item_ms": items, "ratio": ratios, "unused_ms": unused, "median_ratio": statistics.median(ratios)}
    report("overhead", rows, figures)


if __name__ == "__main__":
    main()
