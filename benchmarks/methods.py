"""How long all methods take over the stored answers of a large run: `python -m benchmarks.methods`.

Makes a run of 100,000 cases (5,000 examples in 20 prompts, three labels) with prompts without content, so that every
method can be used, and compares all methods over it. No model is involved, and no request is sent.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from benchmarks.measure import report, spread
from llmrobust.plan import ORIGINAL, CaseKey
from llmrobust.results.method_comparison import MethodComparison, compare_methods
from llmrobust.results.run_data import Manifest, Requests, Timing
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.priors import Prior
from llmrobust.score.verdict import Status
from llmrobust.suitefile.suite import AnswerSpec

LABELS = ("negative", "neutral", "positive")
FAMILIES = ("format",) * 12 + ("paraphrase",) * 3 + ("typo",) * 4
"""Of the prompts besides the unperturbed one."""


def made_run(examples: int, seed: int = 0) -> RunResult:
    """A run whose model knows most answers, in formats that are biased."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, len(LABELS), examples)
    scores = rng.normal(0, 1, (examples, len(FAMILIES) + 1, len(LABELS))) + rng.normal(0, 1, (len(FAMILIES) + 1, 3))
    scores[np.arange(examples), :, gold] += 2
    shares = np.exp(scores) / np.exp(scores).sum(axis=2, keepdims=True)
    answers = shares.argmax(axis=2)
    cases = []
    for e in range(examples):
        expected, clean = LABELS[gold[e]], LABELS[answers[e, 0]]
        for c, family in enumerate((ORIGINAL, *FAMILIES)):
            answer = LABELS[answers[e, c]]
            cases.append(
                CaseResult(
                    key=CaseKey(family, f"v{c}", f"ex-{e}", 0),
                    family=family,
                    operator=family,
                    status=Status.PASSED if answer == expected else Status.WRONG,
                    answer=answer,
                    clean_answer=clean,
                    expected=expected,
                    correct=answer == expected,
                    scored_by="logprobs",
                    margin=None,
                    reason="",
                    request="",
                    agrees=None if c == 0 else answer == clean,
                    probabilities=tuple(float(one) for one in shares[e, c]),
                )
            )
    columns = ("", *(f"{family}/v{c}" for c, family in enumerate(FAMILIES, 1)))
    priors = [
        Prior(content, column, 3, (0.2, 0.3, 0.5)) for content in ("no-content", "domain-words") for column in columns
    ]
    suite = SuiteResult(
        name="benchmark",
        path="benchmark.robust.yaml",
        digest="",
        seed=seed,
        repeats=1,
        choices=LABELS,
        prompt_digest="",
        prompts=(),
        uses=(),
        n_examples=examples,
        planned=len(cases),
        cases=tuple(cases),
        measurements=(),
        decisions=(),
        answer=AnswerSpec(field="answer", choices=LABELS, check="choice"),
        priors=tuple(priors),
    )
    return RunResult(Manifest("", "", 0.95, None), (suite,), Requests(), Timing())


def main() -> None:
    """Print the table and write benchmarks/results/methods.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=5000, help="examples, of 20 cases each (default 5000)")
    parser.add_argument("--times", type=int, default=3, help="repetitions (default 3)")
    chosen = parser.parse_args()
    run = made_run(chosen.examples)
    taken: list[float] = []
    found: MethodComparison | None = None
    for _ in range(chosen.times):
        start = time.perf_counter()
        found = compare_methods(run, run.suites[0])
        taken.append(time.perf_counter() - start)
    assert found is not None
    usable = [row.label for row in found.rows if row.figures is not None]
    cases = len(run.suites[0].cases)
    rows = [
        ("cases", "methods", "requests", "seconds (median, range)"),
        (f"{cases:,}", f"{len(usable)} of {len(found.rows)}", "0", spread(taken)),
    ]
    report("methods", rows, {"cases": cases, "methods": usable, "requests": 0, "seconds": taken})


if __name__ == "__main__":
    main()
