"""The quickstart suite on every backend that can run the bundled model: equal answers, but for narrow ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from llmrobust.models.local.tiny import WEIGHTS
from tests.e2e.conftest import FAST_EVERYWHERE

pytestmark = pytest.mark.e2e

REPOSITORY = Path(__file__).parents[2]
LIMIT_S = 300.0
NARROW = 0.15
"""Two labels whose probabilities differ by less than this may change places: bfloat16 moves a logit between 8 and 16 in
steps of 1/16, every implementation adds in its own order, and two steps for each label move the difference by 1/8."""
CLOSE = 0.15
"""Largest difference of a margin between two backends where the answer is the same, for the same reason."""
BACKENDS = ("hf", "http", "vllm", "vllm-offline")


class Report:
    """A run's JSON report."""

    def __init__(self, path: Path):
        run = json.loads(path.read_text())
        (self.suite,) = run["suites"]
        self.model = run["manifest"]["model"]
        self.requests = run["requests"]
        self.cases = {(c["example"], c["use"], c["variant"], c["repeat"]): c for c in self.suite["cases"]}

    def narrow(self, case) -> bool:
        """True when the case or the unperturbed one that it is compared with is a narrow decision."""
        twin = self.cases[case["example"], "original", "original", case["repeat"]]
        return min(case["margin"], twin["margin"]) < NARROW


def quickstart(spec, path):
    """The report of the quickstart suite, asked afresh by a pytest process of its own."""
    command = [sys.executable, "-m", "pytest", "suites/quickstart.robust.yaml", "-q", "-p", "no:cacheprovider"]
    command += ["--robust-fresh", "--llm", spec, "--robust-json", str(path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return Report(path)


@pytest.fixture(scope="module")
def reports(vllm_server, tmp_path_factory):
    """A report a backend; the machine has room for one engine at a time."""
    folder = tmp_path_factory.mktemp("backends")
    vllm_server.stop()
    found = {
        name: quickstart(f"{name}:{WEIGHTS}?dtype={FAST_EVERYWHERE}", folder / f"{name}.json")
        for name in ("hf", "vllm", "vllm-offline")
    }
    found["http"] = quickstart(vllm_server(WEIGHTS), folder / "http.json")
    return found


@pytest.mark.parametrize("name", BACKENDS[1:])
def test_backend_gives_the_verdicts_of_transformers(reports, name):
    reference, other = reports["hf"], reports[name]
    assert other.cases.keys() == reference.cases.keys()
    assert other.requests["sent"] == reference.requests["sent"] > 0
    gaps, unexplained, different = [], [], 0
    for key, one in reference.cases.items():
        two = other.cases[key]
        assert two["request"] == one["request"]
        assert (one["scored_by"], two["scored_by"]) == ("logprobs", "logprobs")
        if (two["status"], two["answer"]) == (one["status"], one["answer"]):
            gaps.append(abs(two["margin"] - one["margin"]))
            continue
        different += 1
        shown = [f"{c['status']} {c['answer']} (margin {c['margin']:.4f})" for c in (one, two)]
        print(f"{' '.join(map(str, key))}: hf {shown[0]}, {name} {shown[1]}")
        if not reference.narrow(one):
            unexplained.append(key)
    gaps.sort()
    print(
        f"{name}: {different} of {len(reference.cases)} cases differ; the others' margins: median {median(gaps):.1e}, "
        f"95 % at most {gaps[int(0.95 * len(gaps))]:.4f}, largest {gaps[-1]:.4f}, {sum(g > 0.001 for g in gaps)} above "
        f"0.001; margins of hf below {NARROW}: {sum(abs(c['margin']) < NARROW for c in reference.cases.values())}, "
        f"above 0.99: {sum(c['margin'] > 0.99 for c in reference.cases.values())}"
    )
    assert unexplained == []
    assert max(gaps) <= CLOSE


def test_backends_are_told_apart_in_the_report(reports):
    assert [reports[name].model["backend"] for name in BACKENDS] == list(BACKENDS)
    assert len({reports[name].model["fingerprint"] for name in BACKENDS}) == len(BACKENDS)
