"""The contract of a perturbation operator, and the registry that suites find operators in.

An operator is a pure function of (prompt, parameters, draw): no I/O, no clock, no global random state. It yields
zero or more variants: zero means *not applicable*, a variant whose text equals the original means *unchanged*; both
are counted and neither is ever a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from llmrobust.errors import OperatorError
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

Level = Literal["character", "word", "sentence", "structure", "prompt"]
NO_LABELS: Mapping[str, str] = MappingProxyType({})


class Relation(StrEnum):
    """What must happen to the answer when the prompt is changed in this way."""

    SAME = "same"
    """The answer must stay."""
    FOLLOWS = "follows"
    """The answer moves in a known way: the variant says how (`label_map` or `expected`)."""
    MUST_CHANGE = "must-change"
    """The answer must not stay."""
    NO_PROMISE = "no-promise"
    """Nothing is promised: as published by authors whose edits may change the meaning."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A perturbed prompt.

    name: which variant of its operator this is: a short slug (`[a-z0-9._=+-]`), equal for the same kind of change
    across examples, because metrics over variants line examples up by it ("0", "bracketed-upper", "before-2").
    label_map: canonical answer label -> label as this variant shows it; labels that are not in it are unchanged.
    expected: a new gold answer, where the edit gives one. detail: what was drawn, for reports (JSON values).
    severity: 1 to 5 where the operator has a ladder.
    """

    prompt: Prompt
    name: str
    label_map: Mapping[str, str] = field(default_factory=lambda: NO_LABELS)
    expected: str | None = None
    detail: Mapping[str, Any] = field(default_factory=lambda: NO_LABELS)
    severity: int | None = None
    relation: Relation | None = None
    """Overrides the operator's relation for this variant."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What an operator may know besides the prompt, and where its randomness comes from.

    fields: the example's fields. labels: the suite's answer labels (empty for free answers).
    """

    seed: int
    use: str
    example_id: str
    fields: Mapping[str, Any] = field(default_factory=lambda: NO_LABELS)
    labels: Sequence[str] = ()

    def stream(self, *parts: object) -> Stream:
        """A stream of this operator use, this example and `parts` (at least the variant's index or name)."""
        return Stream(self.seed, self.use, self.example_id, *parts)

    def shared(self, *parts: object) -> Stream:
        """A stream that is the same for every example: for choices that must line up, such as formats."""
        return Stream(self.seed, self.use, "\x00all examples", *parts)


class Params(BaseModel):
    """Base of every operator's parameters, as written in a suite."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = None
    """A name for this use of the operator in node ids; needed only to tell two uses apart yourself."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType({})
    """Parameters that name a file: {parameter: (parameter that takes the parsed content, parser of its text)}.
    The suite loader reads the file and calls the parser, so that operators do no I/O. A parser raises ValueError."""


Apply = Callable[[Prompt, Any, Draw], Iterable[Variant]]


@dataclass(frozen=True, slots=True)
class Operator:
    """A registered operator.

    name: "family.kind", or the family alone. version: raised when the output for equal input changes.
    summary: one line in plain words. source: the publication or system that the operator comes from. moves: it may
    put protected spans in another order, though not change them.
    """

    name: str
    family: str
    level: Level
    relation: Relation
    params: type[Params]
    apply: Apply
    source: str
    summary: str
    version: int = 1
    moves: bool = False

    def variants(self, prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
        """The operator's variants of a prompt, each checked against the contract.

        Raises OperatorError when the operator touches a protected span or names two variants alike.
        """
        seen: set[str] = set()
        protected = self._protected(prompt)
        for variant in self.apply(prompt, params, draw):
            if variant.name in seen:
                raise OperatorError(f"{self.name} yields two variants named {variant.name!r}")
            seen.add(variant.name)
            if not variant.label_map and self._protected(variant.prompt) != protected:
                raise OperatorError(f"{self.name} changed a protected span in its variant {variant.name!r}")
            yield variant

    def _protected(self, prompt: Prompt) -> Sequence[str]:
        texts = prompt.protected_texts()
        return sorted(texts) if self.moves else texts


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


def operator(
    name: str,
    *,
    level: Level,
    source: str,
    params: type[Params] = Params,
    relation: Relation = Relation.SAME,
    version: int = 1,
    moves: bool = False,
    registry: Registry = REGISTRY,
) -> Callable[[Apply], Apply]:
    """Register the decorated function as an operator; its docstring's first line is the summary.

    The family is the part of the name before the first dot.
    """

    def register(apply: Apply) -> Apply:
        summary = (apply.__doc__ or "").strip().split("\n")[0]
        registry.add(
            Operator(name, name.split(".")[0], level, relation, params, apply, source, summary, version, moves)
        )
        return apply

    return register
