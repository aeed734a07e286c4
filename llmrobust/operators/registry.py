"""The registry that suites find operators in, and the decorator that adds to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import Literal

from llmrobust.errors import OperatorError
from llmrobust.operators.operator import USUAL_LENGTH, Apply, AtMost, Level, Operator, Params, Relation, Sample


@dataclass(slots=True)
class Registry:
    """Operators by name."""

    _operators: dict[str, Operator] = field(default_factory=dict)

    def add(self, operator: Operator) -> None:
        """Register an operator. Raises OperatorError when its name is taken."""
        if operator.name in self._operators:
            raise OperatorError(f"an operator named {operator.name!r} exists already")
        self._operators[operator.name] = operator

    def get(self, name: str) -> Operator | None:
        """The operator of that name, or None."""
        return self._operators.get(name)

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(self._operators)

    def family(self, name: str) -> list[Operator]:
        """The operators of a family, sorted by name."""
        return [self._operators[n] for n in self.names() if self._operators[n].family == name]

    def families(self) -> list[str]:
        """All families, sorted."""
        return sorted({operator.family for operator in self._operators.values()})


REGISTRY = Registry()


ENTRY_POINTS = "llmrobust.operators"
"""The entry point group of distributions with operators: each names a module that registers them when imported."""


@cache
def load_installed() -> None:
    """Import every installed distribution's operators, once. Raises OperatorError for one that cannot be imported."""
    for point in entry_points(group=ENTRY_POINTS):
        if point.module in sys.modules:
            continue
        try:
            point.load()
        except Exception as error:
            where = point.dist.name if point.dist is not None else point.module
            raise OperatorError(
                f"the operators of {where} cannot be loaded: {type(error).__name__}: {error}"
            ) from error


def operator(
    name: str,
    *,
    level: Level,
    source: str,
    params: type[Params] = Params,
    relation: Relation = Relation.SAME,
    version: int = 1,
    touches: Sequence[str] = ("target",),
    moves: bool = False,
    owns: Sequence[str] = (),
    languages: Sequence[str] = ("en",),
    at_most: AtMost = USUAL_LENGTH,
    searched: bool = False,
    sample: Sample | None = None,
    needs: Sequence[Literal["english"]] = (),
    registry: Registry = REGISTRY,
) -> Callable[[Apply], Apply]:
    """Register the decorated function as an operator; its docstring's first line is the summary.

    The family is the part of the name before the first dot.
    """

    def register(apply: Apply) -> Apply:
        summary = (apply.__doc__ or "").strip().split("\n")[0]
        family = name.split(".")[0]
        declared = (tuple(touches), moves, tuple(owns), tuple(languages), at_most, searched, sample, tuple(needs))
        registry.add(Operator(name, family, level, relation, params, apply, source, summary, version, *declared))
        return apply

    return register
