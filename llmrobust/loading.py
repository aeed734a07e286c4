"""Loads suite files with everything they may refer to: metrics, operators of installed distributions, baselines."""

from __future__ import annotations

from pathlib import Path

from llmrobust.metrics import METRICS
from llmrobust.operators.registry import load_installed
from llmrobust.plan import Plan, plan_suite
from llmrobust.suitefile import MetricFacts, Suite, load_suite


def metric_facts() -> dict[str, MetricFacts]:
    """What suite files may say about every metric."""
    metrics = (METRICS.get(name) for name in METRICS.names())
    return {
        m.name: MetricFacts(
            m.needs_gold,
            m.reads != "clean",
            *m.range,
            "field" in m.needs,
            "answer-field" in m.needs,
            "reference" in m.needs,
            "severities" in m.needs,
        )
        for m in metrics
    }


def load_suite_file(path: Path, project_root: Path, baselines: Path | None = None) -> Suite:
    """A suite file, with the operators of installed distributions. Raises SuiteError or OperatorError.

    baselines: the folder of baselines, else `baselines` beside the suite file.
    """
    load_installed()
    return load_suite(path, project_root, metrics=metric_facts(), baselines=baselines)


def load_plan(path: Path, project_root: Path, baselines: Path | None = None) -> Plan:
    """The plan of a suite file, see `load_suite_file`. Raises SuiteError or OperatorError."""
    return plan_suite(load_suite_file(path, project_root, baselines))
