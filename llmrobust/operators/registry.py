"""The registry that suites find operators in, and the decorator that adds to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

from llmrobust.errors import OperatorError
from llmrobust.operators.builtin import MODULES
from llmrobust.operators.operator import USUAL_LENGTH, Apply, AtMost, Level, Operator, Params, Relation, Sample
from llmrobust.registry import Registry, summary_of

Registered = TypeVar("Registered", bound=Apply)


class OperatorRegistry(Registry[Operator]):
    """Operators by name, each in the family that its name begins with."""

    def __init__(self, homes: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__("operator", "llmrobust.operators", OperatorError, homes)

    def family(self, name: str) -> list[Operator]:
        """The operators of a family, sorted by name."""
        self._import_home(name)
        return [one for _, one in sorted(self._entries.items()) if one.family == name]

    def families(self) -> list[str]:
        """All families, sorted."""
        return sorted({operator.family for operator in self})


REGISTRY = OperatorRegistry(MODULES)


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
    registry: OperatorRegistry = REGISTRY,
) -> Callable[[Registered], Registered]:
    """Register the decorated function as an operator; its docstring's first line is the summary.

    The family is the part of the name before the first dot.
    """

    def register(apply: Registered) -> Registered:
        summary = summary_of(apply)
        family = name.split(".")[0]
        made = Operator(
            name=name,
            family=family,
            level=level,
            relation=relation,
            params=params,
            apply=apply,
            source=source,
            summary=summary,
            version=version,
            touches=tuple(touches),
            moves=moves,
            owns=tuple(owns),
            languages=tuple(languages),
            at_most=at_most,
            searched=searched,
            sample=sample,
            needs=tuple(needs),
        )
        if apply.__module__ not in MODULES.get(family, ()):
            registry.find(name)  # a built-in one of that name is there from now on, and this one refused
        registry.add(name, made)
        return apply

    return register
