"""Baselines: what is kept of a suite's run to compare with, the problems with it, and what it replaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from llmrobust.metrics import METRICS, Measurement
from llmrobust.results.differences import changed_model
from llmrobust.results.run_data import Requests, Timing
from llmrobust.results.run_result import RunResult
from llmrobust.results.sanity_baselines import sanity_baselines
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.case_result import CaseResult

COMPARED = ("clean_accuracy", "accuracy", "consistency")
"""The facts of a baseline."""
_WORDS = {"clean_accuracy": "unperturbed"}


def baseline_of(run: RunResult, suite: SuiteResult, full: bool = False) -> RunResult:
    """One suite of a run as a baseline: a separate run, equal for equal runs.

    It has no request counts besides the suite's prompts, and no timing. Without `full`, cases lose what no gate reads:
    the raw reply, its log-probabilities and margin, and the label probabilities unless a gate of the run needs them.
    """
    if not full:
        shares = any(METRICS.get(one.target.gate.metric).reads in ("probabilities", "mass") for one in suite.decisions)
        cases = tuple(_slim(case, shares) for case in suite.cases)
        judge = None if suite.judge is None else replace(suite.judge, opinions=())
        sanity = sanity_baselines(suite)
        suite = replace(suite, cases=cases, replies_kept=False, judge=judge, sanity=sanity, sent=())
    prompts = Requests(planned=len(suite.cases), unique=len({case.request for case in suite.cases}))
    return RunResult(run.manifest, (suite,), prompts, Timing())


def replaced(before: RunResult | None, after: RunResult) -> Iterator[tuple[str, str]]:
    """(what, old -> new) of a baseline and the one that it is to be replaced by; only the new one without an old."""
    suite = after.suites[0]
    old = None if before is None else before.suites[0]
    model = after.manifest.model
    yield "model", _then(_same_model(before, after), model.name if model else "not known")
    if old is not None:
        yield "prompt", "the same" if old.prompt_digest == suite.prompt_digest else "changed"
        if old.path != suite.path:
            yield "suite file", f"{old.path} -> {suite.path}"
    yield "cases", _then(None if old is None else f"{len(old.cases):,}", f"{len(suite.cases):,}")
    for metric in COMPARED:
        now = suite.measurement(metric)
        then = None if old is None else old.measurement(metric)
        if now is not None and now.value is not None:
            yield _WORDS.get(metric, metric), _then(None if old is None else with_interval(then), with_interval(now))


def with_interval(m: Measurement | None) -> str:
    """ "0.912 [0.880, 0.944]"."""
    if m is None or m.value is None:
        return "n/a"
    return f"{m.value:.3f}" if m.low is None or m.high is None else f"{m.value:.3f} [{m.low:.3f}, {m.high:.3f}]"


def _same_model(before: RunResult | None, after: RunResult) -> str | None:
    """The old model's name, and how it differs; None without an old baseline."""
    if before is None:
        return None
    then, now = before.manifest.model, after.manifest.model
    if then is not None and now is not None and then.fingerprint == now.fingerprint:
        return now.name
    return f"{then.name if then else 'not known'} ({changed_model(then, now)})"


def _then(before: str | None, after: str) -> str:
    return after if before is None else f"{before} -> {after}"


def _slim(case: CaseResult, shares: bool) -> CaseResult:
    kept, mass = (case.probabilities, case.label_mass) if shares else (None, None)
    bound = mass is not None and case.mass_is_bound
    none = replace(case, text="", finish_reason="", logprobs=None, margin=None)
    return replace(none, probabilities=kept, label_mass=mass, mass_is_bound=bound)
