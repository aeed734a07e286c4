"""Files that a suite depends on besides those it was read from: the code of operators and metrics, templates."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from importlib.util import resolve_name
from pathlib import Path
from types import ModuleType
from typing import Any

from llmrobust.changes.git import History
from llmrobust.metrics import METRICS
from llmrobust.score.checks import CHECKS
from llmrobust.suitefile.suite import Suite

OWN = __name__.partition(".")[0]
"""Our own package: its operators have versions, which are compared."""


def operator_sources(suite: Suite, history: History) -> dict[Path, set[str]]:
    """The files of the repository that define operators of a suite, or are imported there, each with their names."""
    found: dict[Path, set[str]] = {}
    for use in suite.perturb:
        for operator in (use.operator, *use.params.operators()):
            for file in _code(operator.apply, history):
                found.setdefault(file, set()).add(operator.name)
    return found


def metric_sources(suite: Suite, history: History) -> dict[Path, set[str]]:
    """The same of the metrics of a suite's gates."""
    found: dict[Path, set[str]] = {}
    for name in {gate.metric for gate in suite.gates}.intersection(METRICS.names()):
        for file in _code(METRICS.get(name).statistic, history):
            found.setdefault(file, set()).add(name)
    return found


def check_sources(suite: Suite, history: History) -> set[Path]:
    """The same of the suite's check."""
    return {file for function in CHECKS.get(suite.answer.check).code for file in _code(function, history)}


def templates(suite: Suite) -> list[Path]:
    """The template files that the prompts of a planned suite include, those whose names are computed too."""
    return list(dict.fromkeys(file for message in suite.messages for file in message.template.files))


def missing_templates(suite: Suite) -> list[Path]:
    """The template files that the prompts of a planned suite would include if they were there."""
    return list(dict.fromkeys(file for message in suite.messages for file in message.template.missing))


def _code(function: Callable[..., Any], history: History) -> set[Path]:
    """The repository's files that define a function, with what they import from the repository, transitively."""
    function = inspect.unwrap(function)
    try:
        file = inspect.getsourcefile(function)
    except TypeError:
        return set()
    if file is None or not history.contains(Path(file)):
        return set()
    found: set[Path] = set()
    waiting = [(Path(file).resolve(), _package(inspect.getmodule(function)))]
    while waiting:
        path, package = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for module in _imported(path, package):
            source = getattr(module, "__file__", None)
            if source is not None and history.contains(Path(source)):
                waiting.append((Path(source).resolve(), _package(module)))
    return found


def _package(module: ModuleType | None) -> str:
    return (getattr(module, "__package__", None) or "") if module is not None else ""


def _imported(path: Path, package: str) -> Iterator[ModuleType]:
    """The loaded modules that a Python file imports anywhere, except our own."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        for name in _names(node, package):
            parts = name.split(".")
            for end in range(1, len(parts) + 1):
                module = sys.modules.get(".".join(parts[:end]))
                if module is not None and parts[0] != OWN:
                    yield module


def _names(node: ast.AST, package: str) -> Iterator[str]:
    """The names in an import that may be modules."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        try:
            base = resolve_name("." * node.level + (node.module or ""), package)
        except ImportError:
            return
        yield from (f"{base}.{alias.name}" for alias in node.names)
