"""A run again: with nothing changed beside bare pytest, and with one changed prompt of ten.

    python -m benchmarks.rerun [--cases 10000] [--rounds 5]

(a) Whole pytest processes, start-up included, in turns: a suite whose replies are all stored; as many items that do
nothing; as many calls of a test function that does nothing (`parametrize`). The run fails if anything is sent.
Seconds of processor time are compared too: other work on the machine distorts them less.
(b) Ten suites in a git repository, run once; then the prompt of one is edited and they run with
`--robust-changed-since HEAD`. Requests are counted at the model.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import report, spread, wall_s
from benchmarks.overhead import BACKEND, BARE_CONFTEST

COUNTED = """
    async def answer(self, batch):
        import os
        with open(os.environ["SENT"], "a") as sent:
            sent.writelines(f"{request.content_hash()}\\n" for request in batch)
        return [Response("positive", "stop") for _ in batch]
"""
FUNCTION = """
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_nothing(number):
    pass
"""
SUITE = """\
suite: {name}
prompt:
  user: |
    {{% instruction %}}Decide whether the review is positive or negative.{{% endinstruction %}}
    Review: {{{{ text }}}}
    Sentiment:
examples: {{file: {data}}}
answer: {{field: answer, choices: [positive, negative]}}
perturb:
  - punctuation.strip_final: {{target: input}}
  - typo.keyboard: {{rate: 0.05, samples: 3, target: input}}
  - format: {{sample: 4}}
  - casing.upper
gate:
  accuracy: {{min: 0.5}}
  consistency: {{min: 0.5, per: family}}
"""
VARIANTS = 10
"""Cases an example: the unperturbed one and nine variants."""
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]


def make_project(folder: Path, cases: int) -> dict[str, str]:
    """Files for both parts; returns the environment to run in."""
    (folder / "conftest.py").write_text(BARE_CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\nllm = instant:\n")
    info = folder / "site" / "instant-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: instant\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[llmrobust.models]\ninstant = instant:Instant\n")
    start, end = BACKEND.index("    async def answer"), BACKEND.index("    async def close")
    (folder / "site" / "instant.py").write_text(BACKEND[:start] + COUNTED.lstrip("\n") + BACKEND[end:])
    (folder / "bare").mkdir()
    (folder / "bare" / "items.bare").write_text(str(cases))
    (folder / "functions").mkdir()
    (folder / "functions" / "test_nothing.py").write_text(FUNCTION.format(count=cases))
    write_suites(folder / "one", ["all"], cases // VARIANTS)
    write_suites(folder / "ten", [f"part{number}" for number in range(10)], cases // VARIANTS // 10)
    (folder / ".gitignore").write_text(".llmrobust/\nsent*.txt\n__pycache__/\ncompiled/\n")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(folder / "site"), str(Path(__file__).parent.parent)]),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "SENT": str(folder / "sent.txt"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def write_suites(folder: Path, names: list[str], examples: int) -> None:
    """Suites of as many examples each, all of whose prompts differ."""
    folder.mkdir()
    for name in names:
        rows = [
            {"text": f"Film {i} of {name} was a joy to watch from its start to its end.", "answer": "positive"}
            for i in range(examples)
        ]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        (folder / f"{name}.robust.yaml").write_text(SUITE.format(name=name, data=f"{name}.jsonl"))


def seconds(folder: Path, environment: dict[str, str], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Seconds of whole processes on the clock and of the processor, one figure a round, in turns."""
    kinds = {"nothing": "bare", "function": "functions", "llmrobust": "one"}
    found: dict[str, dict[str, list[float]]] = {what: {kind: [] for kind in kinds} for what in ("clock", "processor")}
    for name in kinds.values():
        wall_s([*PYTEST, name], cwd=folder, env=environment)
    asked = sent(environment)
    for _ in range(rounds):
        for kind, name in kinds.items():
            before = processor_s()
            found["clock"][kind].append(wall_s([*PYTEST, name], cwd=folder, env=environment))
            found["processor"][kind].append(processor_s() - before)
    if sent(environment) != asked:
        raise SystemExit("the timed runs sent something: they were not served from the store")
    return found


def processor_s() -> float:
    """Seconds that all processes started and ended so far took of the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sent(environment: dict[str, str]) -> int:
    """How many requests reached the model so far."""
    path = Path(environment["SENT"])
    return len(path.read_text().split()) if path.exists() else 0


def one_of_ten(folder: Path, environment: dict[str, str]) -> tuple[int, int]:
    """Requests of the first run of ten suites, and of the run after one prompt was edited."""

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=folder, env=environment, check=True)

    git("init", "-q")
    git("add", "ten", "pytest.ini", "conftest.py", ".gitignore")
    git("commit", "-q", "-m", "ten suites")
    before = sent(environment)
    wall_s([*PYTEST, "ten"], cwd=folder, env=environment)
    first = sent(environment)
    suite = folder / "ten" / "part3.robust.yaml"
    suite.write_text(suite.read_text().replace("Decide whether", "Say whether"))
    wall_s([*PYTEST, "ten", "--robust-changed-since", "HEAD"], cwd=folder, env=environment)
    return first - before, sent(environment) - first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = make_project(folder, chosen.cases)
        times = seconds(folder, environment, chosen.rounds)
        all_ten, one = one_of_ten(folder, environment)
    rows = [("figure", "median (range)")]
    ratios: dict[str, dict[str, list[float]]] = {}
    for what, of in times.items():
        ratios[what] = {
            kind: [ours / theirs for ours, theirs in zip(of["llmrobust"], of[kind], strict=True)]
            for kind in ("nothing", "function")
        }
        rows += [
            (f"{what}: bare pytest, {chosen.cases:,} items that do nothing, s", spread(of["nothing"])),
            (f"{what}: bare pytest, {chosen.cases:,} calls of an empty function, s", spread(of["function"])),
            (f"{what}: llmrobust, {chosen.cases:,} cases, nothing changed, s", spread(of["llmrobust"])),
            (f"{what}: ratio to items (aim: at most 1.5)", spread(ratios[what]["nothing"])),
            (f"{what}: ratio to functions", spread(ratios[what]["function"])),
        ]
    rows += [
        ("requests of ten suites", f"{all_ten:,}"),
        ("requests after one prompt of ten changed (aim: one tenth)", f"{one:,}"),
    ]
    figures = {
        "seconds": times,
        "ratio": ratios,
        "median_ratio": {what: statistics.median(values["nothing"]) for what, values in ratios.items()},
        "requests": {"all": all_ten, "one_changed": one},
    }
    report("rerun", rows, figures)


if __name__ == "__main__":
    main()
