"""llmrobust: tests whether a prompt or a model still answers the same when the wording changes.

Suites (`*.robust.yaml`) are run by pytest; `suite` gives a Python test the same cases. From Python, `run` runs suites,
`perturb` applies an operator to a text, and `operator`, `metric`, `check`,
`model` and `report_format` add your own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from llmrobust.api import (
        compare,
        list_metrics,
        list_operators,
        load_run,
        load_suite,
        perturb,
        run,
    )
    from llmrobust.errors import (
        CheckError,
        GateError,
        LlmRobustError,
        ModelError,
        OperatorError,
        ReportError,
        ServerGone,
        SuiteError,
        WrongUse,
    )
    from llmrobust.metrics import embedder, metric
    from llmrobust.models.specs import model
    from llmrobust.operators.operator import Operator, Variant
    from llmrobust.operators.registry import operator
    from llmrobust.plan import Case
    from llmrobust.plugin.decorator import suite
    from llmrobust.report.formats import report_format
    from llmrobust.results.run_result import RunResult
    from llmrobust.score.checks import check

_HOMES = {
    "Case": "plan",
    "CheckError": "errors",
    "GateError": "errors",
    "LlmRobustError": "errors",
    "ModelError": "errors",
    "Operator": "operators.operator",
    "OperatorError": "errors",
    "ReportError": "errors",
    "RunResult": "results.run_result",
    "ServerGone": "errors",
    "SuiteError": "errors",
    "Variant": "operators.operator",
    "WrongUse": "errors",
    "check": "score.checks",
    "compare": "api",
    "embedder": "metrics",
    "list_metrics": "api",
    "list_operators": "api",
    "load_run": "api",
    "load_suite": "api",
    "metric": "metrics",
    "model": "models.specs",
    "operator": "operators.registry",
    "perturb": "api",
    "report_format": "report.formats",
    "run": "api",
    "suite": "plugin.decorator",
}
"""Public names and the modules that define them."""

__all__ = [
    "Case",
    "CheckError",
    "GateError",
    "LlmRobustError",
    "ModelError",
    "Operator",
    "OperatorError",
    "ReportError",
    "RunResult",
    "ServerGone",
    "SuiteError",
    "Variant",
    "WrongUse",
    "__version__",
    "check",
    "compare",
    "embedder",
    "list_metrics",
    "list_operators",
    "load_run",
    "load_suite",
    "metric",
    "model",
    "operator",
    "perturb",
    "report_format",
    "run",
    "suite",
]


def __getattr__(name: str) -> Any:
    """Load public names on first use: this package is imported in every pytest run of its environment."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return __all__
